#include "x509/openssl_text.h"

#include "lib/certs.h"
#include "x509/cert.h"

static struct buf out;

static const char *subject(const char *name)
{
	struct cert c;

	cert_parse(test_cert(name), &c);
	buf_reset(&out);
	openssl_name_text(c.subject, &out);
	return buf_text(&out);
}

static void names(void)
{
	CHECK_STR(subject("leaf"), "CN=www.example,O=certscape tests");
	CHECK_STR(subject("leaf-no-name"), "");
	CHECK(strchr(subject("odd-name-control"), '\x1b') == NULL);
	buf_reset(&out);
	openssl_name_text(span_of("\x30\x05\x31", 3), &out); /* libcrypto cannot; our own words */
	CHECK_STR(buf_text(&out), "?");
}

static void check_serial(struct span serial, const char *expected)
{
	buf_reset(&out);
	openssl_serial_text(serial, &out);
	CHECK_STR(buf_text(&out), expected);
}

static void serials(void)
{
	check_serial(span_of("\x00\xfd\x62", 3), "FD62");
	check_serial(span_of("\x02\x3a\x69", 3), "023A69");
	check_serial(span_of("\x00", 1), "00");
	check_serial(span_of("", 0), "00");
	check_serial(span_of("\xff", 1), "-01");
	check_serial(span_of("\xff\x00", 2), "-0100");
	check_serial(span_of("\x80", 1), "-80");
	check_serial(span_of("\xfe\xff", 2), "-0101");
}

static void check_key(const char *name, const char *algorithm, const char *type, unsigned bits)
{
	struct openssl_key k;
	struct cert c;

	cert_parse(test_cert(name), &c);
	openssl_key_read(c.key.spki, &k);
	CHECK_STR(k.algorithm, algorithm);
	CHECK_STR(k.type, type);
	CHECK_EQ(k.bits, bits);
	openssl_key_done(&k);
}

static void keys(void)
{
	check_key("leaf", "id-ecPublicKey", "ecdsa", 256);
	check_key("leaf-rsa-2047", "rsaEncryption", "rsa", 2047);
	check_key("leaf-dsa-2048", "dsaEncryption", "dsa", 2048);
	check_key("leaf-ed25519", "ED25519", "ED25519", 256);
	check_key("odd-key-mldsa", "ML-DSA-65", "ML-DSA-65", 15616);
	check_key("odd-cut-at-40", "", "", 0);
}

static void algorithms(void)
{
	struct span inner, outer;

	CHECK(openssl_algorithms(test_cert("leaf-rsa-2048"), &inner, &outer));
	buf_reset(&out);
	openssl_algorithm_text(outer, &out);
	CHECK_STR(buf_text(&out), "ecdsa-with-SHA256");
	CHECK(span_eq(inner, outer));
	CHECK(openssl_algorithms(test_cert("odd-algorithms-differ"), &inner, &outer));
	CHECK(!span_eq(inner, outer));
	CHECK(!openssl_algorithms(test_cert("odd-cut-at-2"), &inner, &outer));
}

int main(void)
{
	buf_init(&out, 1 << 20);
	RUN(names);
	RUN(serials);
	RUN(keys);
	RUN(algorithms);
	buf_done(&out);
	return test_done();
}
