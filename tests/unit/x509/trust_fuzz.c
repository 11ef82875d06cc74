/* A bundle of roots, the same bytes as a known issuer, and what is then found of each. */
#include "x509/trust.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct span bundle = span_of(data, size);
	size_t added, skipped;
	struct trust *t = NULL;
	struct cert c;

	if (err_is(trust_new(&t)))
		abort();
	if (err_is(trust_add_known(t, bundle)) ||
	    err_is(trust_add_roots(t, bundle, &added, &skipped)))
		abort();
	if ((added == 0) != trust_is_empty(t))
		abort();
	cert_parse(bundle, &c);
	for (const struct trusted *at = trust_first(t, c.subject_name); at; at = trust_next(at))
		trust_is_anchor(t, at);
	trust_anchor_of(t, &c);
	trust_free(t);
	return 0;
}
