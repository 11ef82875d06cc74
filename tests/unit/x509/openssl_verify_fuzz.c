/* A chain as in a Certificate message: lengths of three bytes. The first of it is a root, too. */
#include "x509/openssl_verify.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct span rest = span_of(data, n), certs[8];
	struct openssl_verifier *v = NULL;
	size_t count = 0;

	while (rest.n && count < 8) {
		struct span one = span_vec(&rest, 3);

		if (!one.bad)
			certs[count++] = one;
	}
	if (count == 0 || err_is(openssl_verifier_new(certs[0], true, &v)))
		return 0;
	if (openssl_verify(v, certs, count, 1780000000).code !=
	    openssl_verify(v, certs, count, 1780000000).code)
		abort();
	openssl_verify(v, certs + 1, count - 1, 1780000000);
	openssl_verifier_free(v);
	return 0;
}
