/* A root, a leaf, another certificate, each with a length of three bytes, then the response. */
#include "x509/openssl_ocsp.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct span rest = span_of(data, n), root = span_vec(&rest, 3), certs[2];
	struct openssl_verifier *v = NULL;

	certs[0] = span_vec(&rest, 3);
	certs[1] = span_vec(&rest, 3);
	if (rest.bad || err_is(openssl_verifier_new(root, false, &v)))
		return 0;
	if (!openssl_ocsp(v, certs, 2, rest, 1780000000))
		abort();
	openssl_verifier_free(v);
	return 0;
}
