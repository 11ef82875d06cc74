/* A bundle, to its end: it has one. */
#include "x509/pem.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct span bundle = span_of(data, size);
	struct buf der;

	buf_init(&der, 1 << 16);
	while (pem_next(&bundle, &der) != PEM_END)
		continue;
	bundle = span_of(data, size);
	while (pem_decode(&bundle, &der))
		continue;
	buf_done(&der);
	return 0;
}
