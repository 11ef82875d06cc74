/* A bundle, to its end: it has one. */
#include "x509/pem.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* A certificate that was read is written so that it reads as itself. */
static void check_written(struct span der)
{
	struct buf text, again;
	struct span rest;

	buf_init(&text, 1 << 18);
	buf_init(&again, 1 << 16);
	pem_put(&text, der);
	rest = buf_view(&text);
	if (pem_next(&rest, &again) != PEM_CERT || !span_eq(buf_view(&again), der) ||
	    pem_next(&rest, &again) != PEM_END)
		abort();
	buf_done(&again);
	buf_done(&text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct span bundle = span_of(data, size);
	struct buf der;

	buf_init(&der, 1 << 16);
	for (enum pem_found found; (found = pem_next(&bundle, &der)) != PEM_END;)
		if (found == PEM_CERT)
			check_written(buf_view(&der));
	bundle = span_of(data, size);
	while (pem_decode(&bundle, &der))
		continue;
	buf_done(&der);
	return 0;
}
