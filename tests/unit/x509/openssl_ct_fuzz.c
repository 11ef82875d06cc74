/* A list of logs up to a NUL, then leaf, issuer and the hello's timestamps, each with a length of
 * three bytes, then a stapled response. */
#include "x509/openssl_ct.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct span rest = span_of(data, n), list, certs[2], hello;
	const uint8_t *nul = n ? memchr(data, 0, n) : NULL;
	struct ct_logs *logs = NULL;
	struct ct_count c;

	list = span_take(&rest, nul ? (size_t)(nul - data) : n);
	span_u8(&rest);
	certs[0] = span_vec(&rest, 3);
	certs[1] = span_vec(&rest, 3);
	hello = span_vec(&rest, 3);
	if (rest.bad || err_is(ct_logs_new(list, &logs)))
		return 0;
	c = ct_verify(logs, certs, 2, hello, rest);
	if (c.operators > c.logs || (c.logs && !c.operators))
		abort();
	ct_logs_free(logs);
	return 0;
}
