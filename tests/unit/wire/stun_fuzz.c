#include "wire/stun.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* What is inside lies within. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct span inside = stun_inside(span_of(data, size));

	if (inside.n > size || (inside.n && (inside.p < data || inside.p + inside.n > data + size)))
		abort();
	if (stun_looks(span_of(data, size)) && size < 20)
		abort();
	return 0;
}
