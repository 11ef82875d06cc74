/* A template that is taken without values is taken with them; and what is written is bounded. */
#include "alert/pyformat.h"

#include "values.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void format(const char *template, const char *const *names, const struct doc *const *values)
{
	struct pyformat_args args = {.n = 4, .names = names, .values = NULL};
	bool unsuited;
	struct buf out;
	struct err checked = pyformat(template, &args, NULL, &unsuited), e;

	buf_init(&out, 1 << 16);
	args.values = values;
	e = pyformat(template, &args, &out, &unsuited);
	if (checked.code != e.code || checked.at != e.at)
		abort();
	buf_done(&out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const names[] = {"host", "port", "names", "share"};
	static const struct doc *values[4];
	char *template = malloc(size + 1);

	if (!template)
		abort();
	if (!values[0]) {
		values[0] = value_text("w\u00e9b1");
		values[1] = value_int(-443);
		values[2] = value_items(DOC_ARRAY, value_text("a"),
		    value_items(DOC_OBJECT, value_keyed("k", value_bool(true)), NULL), NULL);
		values[3] = value_real(-1234.5);
	}
	memcpy(template, data, size);
	template[size] = 0;
	format(template, NULL, values);
	format(template, names, values);
	free(template);
	return 0;
}
