/*
 * openssl_text.c: libcrypto's printing, part by part. What is younger than the libcrypto we run
 * with (ML-DSA before 3.5) has its name and size here, as the younger one writes them (RFC 9881,
 * FIPS 204).
 */
#include "x509/openssl_text.h"

#include "x509/der.h"
#include "x509/limits.h"
#include "x509/name.h"

#include <openssl/bio.h>
#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/objects.h>
#include <openssl/x509.h>
#include <stdio.h>

static const struct young {
	const char *oid, *name;
	unsigned bits;
} young[] = {
    {"2.16.840.1.101.3.4.3.17", "ML-DSA-44", 1312 * 8},
    {"2.16.840.1.101.3.4.3.18", "ML-DSA-65", 1952 * 8},
    {"2.16.840.1.101.3.4.3.19", "ML-DSA-87", 2592 * 8},
};

static const struct young *young_find(const char *oid)
{
	for (size_t i = 0; i < sizeof(young) / sizeof(young[0]); i++)
		if (strcmp(young[i].oid, oid) == 0 || strcmp(young[i].name, oid) == 0)
			return &young[i];
	return NULL;
}

static bool print_name(X509_NAME *name, struct buf *out)
{
	BIO *text = BIO_new(BIO_s_mem());
	char *p;
	long n = -1;

	if (text && X509_NAME_print_ex(text, name, 0, XN_FLAG_RFC2253) >= 0)
		n = BIO_get_mem_data(text, &p);
	if (n > 0)
		buf_put(out, p, (size_t)n);
	BIO_free(text);
	return n >= 0;
}

void openssl_name_text(struct span name, struct buf *out)
{
	const unsigned char *p = name.p;
	X509_NAME *read;

	if (name.n == 0)
		return;
	ERR_set_mark();
	read = d2i_X509_NAME(NULL, &p, (long)name.n);
	if (!read || !print_name(read, out))
		name_text(name, out);
	X509_NAME_free(read);
	ERR_pop_to_mark();
}

static void object_text(struct span oid, char text[OPENSSL_WORD_MAX])
{
	const unsigned char *p = oid.p;
	ASN1_OBJECT *object;
	const struct young *y;

	text[0] = '\0';
	ERR_set_mark();
	object = d2i_ASN1_OBJECT(NULL, &p, (long)oid.n);
	if (object)
		OBJ_obj2txt(text, OPENSSL_WORD_MAX, object, 0);
	ASN1_OBJECT_free(object);
	ERR_pop_to_mark();
	y = young_find(text);
	if (y)
		snprintf(text, OPENSSL_WORD_MAX, "%s", y->name);
}

void openssl_algorithm_text(struct span algorithm, struct buf *out)
{
	struct span body = der_take(&algorithm, DER_SEQUENCE), oid = der_whole(&body, DER_OID);
	char text[OPENSSL_WORD_MAX] = "";

	if (!oid.bad && oid.n)
		object_text(oid, text);
	buf_str(out, text);
}

bool openssl_algorithms(struct span der, struct span *ret_inner, struct span *ret_outer)
{
	struct span cert = der_take(&der, DER_SEQUENCE), tbs = der_take(&cert, DER_SEQUENCE);
	struct span version, inner, outer;

	der_optional(&tbs, DER_CONSTRUCTED, &version);
	der_take(&tbs, DER_INTEGER);
	inner = der_whole(&tbs, DER_SEQUENCE);
	outer = der_whole(&cert, DER_SEQUENCE);
	if (inner.bad || outer.bad)
		return false;
	*ret_inner = inner;
	*ret_outer = outer;
	return true;
}

static void read_rsa(EVP_PKEY *key, struct openssl_key *k)
{
	BIGNUM *e = NULL;
	char *text = NULL;

	snprintf(k->type, sizeof(k->type), "rsa");
	if (EVP_PKEY_get_bn_param(key, OSSL_PKEY_PARAM_RSA_E, &e))
		text = BN_bn2dec(e);
	if (text)
		buf_str(&k->exponent, text);
	OPENSSL_free(text);
	BN_free(e);
}

static void read_ec(EVP_PKEY *key, struct openssl_key *k)
{
	snprintf(k->type, sizeof(k->type), "ecdsa");
	if (!EVP_PKEY_get_group_name(key, k->curve, sizeof(k->curve), NULL))
		k->curve[0] = '\0';
}

static void read_key(EVP_PKEY *key, struct openssl_key *k)
{
	int type = EVP_PKEY_get_base_id(key), bits = EVP_PKEY_get_bits(key);
	const char *name = EVP_PKEY_get0_type_name(key);

	k->bits = bits > 0 ? (unsigned)bits : 0;
	if (type == EVP_PKEY_RSA)
		read_rsa(key, k);
	else if (type == EVP_PKEY_EC)
		read_ec(key, k);
	else if (type == EVP_PKEY_DSA)
		snprintf(k->type, sizeof(k->type), "dsa");
	else
		snprintf(k->type, sizeof(k->type), "%s", name ? name : "unknown");
}

void openssl_key_read(struct span spki, struct openssl_key *ret_key)
{
	struct span whole = spki, body = der_take(&whole, DER_SEQUENCE);
	struct span algorithm = der_take(&body, DER_SEQUENCE), oid = der_whole(&algorithm, DER_OID);
	const unsigned char *p = spki.p;
	const struct young *y;
	EVP_PKEY *key;

	*ret_key = (struct openssl_key){.bits = 0};
	buf_init(&ret_key->exponent, CERT_BYTES_MAX);
	if (oid.bad || oid.n == 0)
		return;
	object_text(oid, ret_key->algorithm);
	ERR_set_mark();
	key = d2i_PUBKEY(NULL, &p, (long)spki.n);
	ERR_pop_to_mark();
	y = key ? NULL : young_find(ret_key->algorithm);
	if (key)
		read_key(key, ret_key);
	if (y) {
		snprintf(ret_key->type, sizeof(ret_key->type), "%s", y->name);
		ret_key->bits = y->bits;
	}
	EVP_PKEY_free(key);
}

void openssl_key_done(struct openssl_key *k)
{
	buf_done(&k->exponent);
}

/* The absolute value: two's complement is turned. */
static void put_turned(struct span serial, struct buf *out)
{
	bool leading = true, carry;

	for (size_t i = 0; i < serial.n; i++) {
		uint8_t b;

		carry = true; /* reaches this byte where all below it are 0 */
		for (size_t k = i + 1; k < serial.n && carry; k++)
			carry = serial.p[k] == 0;
		b = (uint8_t)(~serial.p[i] + carry);
		leading = leading && b == 0 && i + 1 < serial.n;
		if (!leading)
			buf_printf(out, "%02X", b);
	}
}

void openssl_serial_text(struct span serial, struct buf *out)
{
	if (serial.n > CERT_SERIAL_MAX) /* nobody's; turning it would cost its square */
		serial.n = CERT_SERIAL_MAX;
	if (serial.n && serial.p[0] & 0x80) {
		buf_str(out, "-");
		put_turned(serial, out);
		return;
	}
	while (serial.n > 1 && serial.p[0] == 0)
		span_take(&serial, 1);
	if (serial.n == 0)
		buf_str(out, "00");
	for (size_t i = 0; i < serial.n; i++)
		buf_printf(out, "%02X", serial.p[i]);
}
