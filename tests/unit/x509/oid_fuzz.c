/* The content of an OBJECT IDENTIFIER. */
#include "x509/oid.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct buf out;

	buf_init(&out, 1 << 12);
	oid_put(span_of(data, size), &out);
	buf_done(&out);
	return 0;
}
