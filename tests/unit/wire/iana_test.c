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

static void every_row_is_found_by_its_number(void)
{
	uint16_t number = 0;
	const char *name;
	size_t k;

	for (k = 0; (name = iana_at(IANA_CIPHERS, k, &number)); k++)
		CHECK(iana_cipher(number) == name);
	CHECK(k > 300);
	for (k = 0; (name = iana_at(IANA_VERSIONS, k, &number)); k++)
		CHECK(iana_version(number) == name);
	CHECK_EQ(k, 9);
	for (k = 0; (name = iana_at(IANA_GROUPS, k, &number)); k++)
		CHECK(iana_group(number) == name);
	for (k = 0; (name = iana_at(IANA_ALERTS, k, &number)); k++)
		CHECK(iana_alert((uint8_t)number) == name);
	CHECK_EQ(number, 121);
}

int main(void)
{
	RUN(every_row_is_found_by_its_number);
	RUN(names);
	RUN(what_has_no_name);
	return test_done();
}
