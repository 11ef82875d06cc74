#include "x509/cert.h"
#include "x509/key.h"

#include "lib/certs.h"

static void check_key(const char *name, enum key_type type, unsigned bits, const char *text)
{
	struct cert c;

	cert_parse(test_cert(name), &c);
	CHECK_EQ(c.key.type, type);
	CHECK_EQ(c.key.bits, bits);
	CHECK_STR(c.key.text, text);
}

static void bits_are_counted_in_the_modulus(void)
{
	check_key("leaf-rsa-4096", KEY_TYPE_RSA, 4096, "RSA 4096");
	check_key("leaf-rsa-2048", KEY_TYPE_RSA, 2048, "RSA 2048");
	check_key("leaf-rsa-2047", KEY_TYPE_RSA, 2047, "RSA 2047");
	check_key("leaf-rsa-1023", KEY_TYPE_RSA, 1023, "RSA 1023");
	check_key("leaf-dsa-1024", KEY_TYPE_DSA, 1024, "DSA 1024");
}

static void curves_have_names(void)
{
	check_key("leaf-p192", KEY_TYPE_EC, 192, "P-192");
	check_key("leaf-p224", KEY_TYPE_EC, 224, "P-224");
	check_key("leaf", KEY_TYPE_EC, 256, "P-256");
	check_key("leaf-p384", KEY_TYPE_EC, 384, "P-384");
	check_key("leaf-p521", KEY_TYPE_EC, 521, "P-521");
	check_key("leaf-ed25519", KEY_TYPE_ED25519, 256, "Ed25519");
}

static void what_libcrypto_does_not_know_is_named(void)
{
	check_key("odd-key-mldsa", KEY_TYPE_MLDSA, 0, "ML-DSA-65");
	check_key("odd-key-unknown", KEY_TYPE_OTHER, 0, "1.2.3.4");
}

static void an_exponent_of_one(void)
{
	struct cert one, usual;

	cert_parse(test_cert("leaf-rsa-e1"), &one);
	cert_parse(test_cert("leaf-rsa-2048"), &usual);
	CHECK(one.key.exponent_is_one);
	CHECK(!usual.key.exponent_is_one);
}

static bool parse(const char *der, size_t n, struct key *key)
{
	return key_parse(span_of(der, n), key);
}

#define PARSE(literal, key) parse((literal), sizeof(literal) - 1, (key))

static void curves_without_a_name(void)
{
	struct key key;

	/* EC, {1.3.36.3.3.2.8.1.1.99} */
	CHECK(PARSE("\x30\x1a\x30\x14\x06\x07\x2a\x86\x48\xce\x3d\x02\x01"
		    "\x06\x09\x2b\x24\x03\x03\x02\x08\x01\x01\x63\x03\x02\x00\x04",
	    &key));
	CHECK_EQ(key.type, KEY_TYPE_EC);
	CHECK_STR(key.text, "EC 1.3.36.3.3.2.8.1.1.99");
	/* EC, spelt out over a prime of 17 bits */
	CHECK(PARSE("\x30\x22\x30\x1c\x06\x07\x2a\x86\x48\xce\x3d\x02\x01\x30\x11\x02\x01\x01"
		    "\x30\x0c\x06\x05\x2a\x03\x04\x05\x06\x02\x03\x01\x00\x01\x03\x02\x00\x04",
	    &key));
	CHECK_STR(key.text, "EC explicit 17");
	CHECK_EQ(key.bits, 17);
}

static void dsa_parameters_may_be_inherited(void)
{
	struct key key;

	CHECK(PARSE("\x30\x0d\x30\x07\x06\x05\x2a\x86\x48\xce\x38\x03\x02\x00\x01", &key));
	CHECK_EQ(key.type, KEY_TYPE_OTHER); /* one arc short of DSA */
	CHECK(PARSE("\x30\x0f\x30\x09\x06\x07\x2a\x86\x48\xce\x38\x04\x01\x03\x02\x00\x01", &key));
	CHECK_STR(key.text, "DSA");
	CHECK_EQ(key.bits, 0);
}

static void malformed_keys(void)
{
	struct key key;

	CHECK(!PARSE("", &key));
	CHECK(!PARSE("\x30\x02\x30\x00", &key));
	CHECK_EQ(key.type, KEY_TYPE_NONE);
	/* RSA without an exponent */
	CHECK(!PARSE("\x30\x15\x30\x0b\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x01\x01"
		     "\x03\x06\x00\x30\x03\x02\x01\x05",
	    &key));
	CHECK_STR(key.text, "RSA");
}

static bool has(const char *(*name)(size_t), const char *wanted)
{
	for (size_t i = 0; name(i); i++)
		if (strcmp(name(i), wanted) == 0)
			return true;
	return false;
}

static void kinds_have_names(void)
{
	struct key key = {.type = KEY_TYPE_RSA, .text = "RSA 2048"};

	CHECK_STR(key_kind_text(&key), "RSA");
	key = (struct key){.type = KEY_TYPE_EC, .text = "P-256"};
	CHECK_STR(key_kind_text(&key), "EC");
	key = (struct key){.type = KEY_TYPE_MLDSA, .text = "ML-DSA-65"};
	CHECK_STR(key_kind_text(&key), "ML-DSA-65");
	key = (struct key){.type = KEY_TYPE_OTHER, .text = "1.2.3"};
	CHECK_STR(key_kind_text(&key), "1.2.3");
	CHECK(has(key_kind_name, "DSA") && has(key_kind_name, "Ed448"));
	CHECK(has(key_curve_name, "P-192") && has(key_curve_name, "SM2"));
	CHECK(!has(key_curve_name, "P-255"));
}

int main(void)
{
	RUN(bits_are_counted_in_the_modulus);
	RUN(curves_have_names);
	RUN(what_libcrypto_does_not_know_is_named);
	RUN(an_exponent_of_one);
	RUN(curves_without_a_name);
	RUN(dsa_parameters_may_be_inherited);
	RUN(malformed_keys);
	RUN(kinds_have_names);
	return test_done();
}
