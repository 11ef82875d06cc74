/* The first byte: 0 a Certificate message, 1 one of TLS 1.3, else a CertificateStatus. */
#include "wire/certmsg.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static volatile unsigned sink;

static void touch(struct span s)
{
	for (size_t i = 0; i < s.n; i++)
		sink += s.p[i];
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct span in = span_of(data, size), ocsp;
	uint8_t what = span_u8(&in);
	struct cert_list c;

	if (what > 1) {
		if (!err_is(cert_status_parse(in, &ocsp)))
			touch(ocsp);
		return 0;
	}
	if (err_is(cert_list_parse(in, what == 1, &c)))
		return 0;
	if (c.n > FLIGHT_CERTS_MAX)
		abort();
	for (size_t i = 0; i < c.n; i++)
		touch(c.certs[i]);
	touch(c.ocsp);
	return 0;
}
