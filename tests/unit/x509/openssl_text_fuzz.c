/* Every part of whatever is a certificate, in libcrypto's words. */
#include "x509/openssl_text.h"

#include "x509/cert.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct span inner, outer;
	struct openssl_key key;
	struct cert c;
	struct buf out;

	cert_parse(span_of(data, n), &c);
	buf_init(&out, 1 << 20);
	openssl_name_text(c.subject, &out);
	openssl_name_text(c.issuer, &out);
	openssl_name_text(span_of(data, n), &out);
	openssl_serial_text(c.serial, &out);
	if (openssl_algorithms(span_of(data, n), &inner, &outer)) {
		openssl_algorithm_text(inner, &out);
		openssl_algorithm_text(outer, &out);
	}
	openssl_key_read(c.key.spki, &key);
	openssl_key_done(&key);
	buf_done(&out);
	return 0;
}
