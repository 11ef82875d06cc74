/* A certificate: every field that the walk hands out lies inside what it was given. */
#include "x509/cert.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void lies_inside(struct span part, struct span whole)
{
	if (part.n && (part.p < whole.p || part.p + part.n > whole.p + whole.n))
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct span der = span_of(data, size);
	struct cert c;
	struct buf out;

	cert_parse(der, &c);
	lies_inside(c.tbs, der);
	lies_inside(c.serial, der);
	lies_inside(c.signed_with, der);
	lies_inside(c.issuer, der);
	lies_inside(c.subject, der);
	lies_inside(c.key.spki, der);
	lies_inside(c.signature, der);
	lies_inside(c.ext.san, der);
	cert_is_ca(&c);
	buf_init(&out, 4096);
	cert_flaws_text(c.flaws, &out);
	if ((c.flaws == 0) != (out.n == 0))
		abort();
	buf_done(&out);
	return 0;
}
