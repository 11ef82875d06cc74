#include "wire/iana.h"

#include "lib/test.h"

static void names(void)
{
	CHECK_STR(iana_version(0x0304), "TLS 1.3");
	CHECK_STR(iana_version(0x0300), "SSL 3.0");
	CHECK_STR(iana_version(0xfefd), "DTLS 1.2");
	CHECK_STR(iana_cipher(0xc02f), "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256");
	CHECK_STR(iana_group(29), "x25519");
	CHECK_STR(iana_group(4588), "X25519MLKEM768");
	CHECK_STR(iana_scheme(0x0403), "ecdsa_secp256r1_sha256");
	CHECK_STR(iana_alert(0), "close_notify");
	CHECK_STR(iana_alert(112), "unrecognized_name");
}

static void what_has_no_name(void)
{
	CHECK(iana_version(0) == NULL);
	CHECK(iana_version(0x0305) == NULL);
	CHECK(iana_cipher(0x0a0a) == NULL);
	CHECK(iana_group(0) == NULL);
	CHECK(iana_scheme(0) == NULL);
	CHECK(iana_alert(1) == NULL);
}

int main(void)
{
	RUN(names);
	RUN(what_has_no_name);
	return test_done();
}
