/* An AlgorithmIdentifier. */
#include "x509/sigalg.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct sigalg alg;

	if (!sigalg_parse(span_of(data, size), &alg))
		return 0;
	if (alg.digest >= SIG_DIGEST_MAX || alg.mgf_digest >= SIG_DIGEST_MAX ||
	    !memchr(alg.name, 0, sizeof(alg.name)) || !sig_digest_text((enum sig_digest)alg.digest))
		abort();
	return 0;
}
