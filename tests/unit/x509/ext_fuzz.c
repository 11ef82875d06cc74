/* The content of Extensions, and the places that authorityInfoAccess names. */
#include "x509/ext.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct span bad, uri;
	struct extensions ext;

	ext_parse(span_of(data, size), &ext, &bad);
	aia_uri(ext.aia, AIA_ISSUER, &uri);
	aia_uri(ext.aia, AIA_OCSP, &uri);
	aia_uri(span_of(data, size), AIA_ISSUER, &uri);
	return 0;
}
