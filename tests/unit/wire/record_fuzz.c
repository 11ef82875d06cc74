/* What is judged a record must be one, and a body written must be read again. */
#include "wire/record.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_look(struct span in)
{
	struct record_header r = {0};
	enum record_look look = record_look(in, &r);

	if (look == RECORD_GOOD &&
	    (r.length > RECORD_BODY_MAX || in.n < RECORD_HEADER || r.version >> 8 != 3))
		abort();
	if (look == RECORD_SHORT && in.n >= RECORD_HEADER)
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct span body = span_of(data, size), written;
	struct buf out;

	check_look(body);
	buf_init(&out, 2 * size + 100);
	record_write(&out, CONTENT_DATA, 0x0303, body);
	written = buf_view(&out);
	while (written.n > 0) {
		struct record_header r = {0};

		if (record_look(written, &r) != RECORD_GOOD)
			abort();
		span_take(&written, RECORD_HEADER);
		if (!span_eq(span_take(&written, r.length), span_take(&body, r.length)))
			abort();
	}
	if (!span_end(&body) || out.full)
		abort();
	buf_done(&out);
	return 0;
}
