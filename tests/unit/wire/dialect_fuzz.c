#include "wire/dialect.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* What was sniffed can be found again, and is really that dialect's. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct dialect *d = dialect_sniff(span_of(data, size));

	if (d && (dialect_by_id(d->id) != d || !d->spoken(span_of(data, size))))
		abort();
	return 0;
}
