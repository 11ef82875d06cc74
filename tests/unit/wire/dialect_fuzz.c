/*
 * What was sniffed can be found again, and is really that dialect's; a number or a name of nobody's
 * finds nobody.
 */
#include "wire/dialect.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_lookups(struct span text)
{
	char name[16] = "";
	const struct dialect *d = dialect_by_id(text.n ? text.p[0] : DIALECT_NONE);

	if (d && (text.n == 0 || d->id != text.p[0]))
		abort();
	memcpy(name, text.p, text.n < sizeof(name) ? text.n : sizeof(name) - 1);
	d = dialect_by_name(name);
	if (d && strcmp(d->name, name) != 0)
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct dialect *d = dialect_sniff(span_of(data, size));

	if (d && (dialect_by_id(d->id) != d || dialect_by_name(d->name) != d ||
		     !d->spoken(span_of(data, size))))
		abort();
	if (size)
		check_lookups(span_of(data, size));
	return 0;
}
