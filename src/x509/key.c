/*
 * key.c: what kind of key, and how strong. Bits are counted in the numbers themselves, not in their
 * encoding: a modulus of 2047 bits fills as many bytes as one of 2048, and is a different finding.
 * Source: RFC 3279 2.3 (RSA, DSA), RFC 5480 (EC), RFC 8410 (Ed25519, Ed448), RFC 9881 (ML-DSA).
 */
#include "x509/key.h"
#include "x509/der.h"

#include <stdio.h>

typedef bool key_reader(struct span parameters, struct span bits, struct key *key);

struct curve {
	const char *name;
	uint16_t bits;
	uint8_t n;
	uint8_t oid[10];
};

/* RFC 5480 2.1.1.1, RFC 5639 (Brainpool), SEC 2. */
static const struct curve curves[] = {
    {"P-192", 192, 8, {0x2a, 0x86, 0x48, 0xce, 0x3d, 3, 1, 1}},
    {"P-256", 256, 8, {0x2a, 0x86, 0x48, 0xce, 0x3d, 3, 1, 7}},
    {"P-224", 224, 5, {0x2b, 0x81, 4, 0, 33}},
    {"P-384", 384, 5, {0x2b, 0x81, 4, 0, 34}},
    {"P-521", 521, 5, {0x2b, 0x81, 4, 0, 35}},
    {"secp256k1", 256, 5, {0x2b, 0x81, 4, 0, 10}},
    {"secp160r1", 160, 5, {0x2b, 0x81, 4, 0, 8}},
    {"secp160k1", 160, 5, {0x2b, 0x81, 4, 0, 9}},
    {"secp112r1", 112, 5, {0x2b, 0x81, 4, 0, 6}},
    {"secp128r1", 128, 5, {0x2b, 0x81, 4, 0, 28}},
    {"sect163k1", 163, 5, {0x2b, 0x81, 4, 0, 1}},
    {"sect163r2", 163, 5, {0x2b, 0x81, 4, 0, 15}},
    {"sect233k1", 233, 5, {0x2b, 0x81, 4, 0, 26}},
    {"sect233r1", 233, 5, {0x2b, 0x81, 4, 0, 27}},
    {"sect283k1", 283, 5, {0x2b, 0x81, 4, 0, 16}},
    {"sect283r1", 283, 5, {0x2b, 0x81, 4, 0, 17}},
    {"sect409k1", 409, 5, {0x2b, 0x81, 4, 0, 36}},
    {"sect409r1", 409, 5, {0x2b, 0x81, 4, 0, 37}},
    {"sect571k1", 571, 5, {0x2b, 0x81, 4, 0, 38}},
    {"sect571r1", 571, 5, {0x2b, 0x81, 4, 0, 39}},
    {"brainpoolP160r1", 160, 9, {0x2b, 0x24, 3, 3, 2, 8, 1, 1, 1}},
    {"brainpoolP192r1", 192, 9, {0x2b, 0x24, 3, 3, 2, 8, 1, 1, 3}},
    {"brainpoolP224r1", 224, 9, {0x2b, 0x24, 3, 3, 2, 8, 1, 1, 5}},
    {"brainpoolP256r1", 256, 9, {0x2b, 0x24, 3, 3, 2, 8, 1, 1, 7}},
    {"brainpoolP320r1", 320, 9, {0x2b, 0x24, 3, 3, 2, 8, 1, 1, 9}},
    {"brainpoolP384r1", 384, 9, {0x2b, 0x24, 3, 3, 2, 8, 1, 1, 11}},
    {"brainpoolP512r1", 512, 9, {0x2b, 0x24, 3, 3, 2, 8, 1, 1, 13}},
    {"SM2", 256, 8, {0x2a, 0x81, 0x1c, 0xcf, 0x55, 1, 0x82, 0x2d}},
};

static uint16_t bits_of(struct span integer)
{
	size_t bits = der_integer_bits(integer);

	return bits < UINT16_MAX ? (uint16_t)bits : UINT16_MAX;
}

static bool read_rsa(struct span parameters, struct span bits, struct key *key)
{
	struct span pair = der_take(&bits, DER_SEQUENCE);
	struct span modulus = der_take(&pair, DER_INTEGER);
	struct span exponent = der_take(&pair, DER_INTEGER);

	(void)parameters; /* NULL, or RSASSA-PSS-params: what it may sign, not how strong it is */
	if (pair.bad)
		return false;
	key->bits = bits_of(modulus);
	key->exponent_is_one = der_integer_bits(exponent) == 1;
	snprintf(key->text, sizeof(key->text), "RSA %u", key->bits);
	return true;
}

static bool read_dsa(struct span parameters, struct span bits, struct key *key)
{
	struct span triple = der_take(&parameters, DER_SEQUENCE);
	struct span prime = der_take(&triple, DER_INTEGER);

	(void)bits;
	/* RFC 3279 2.3.2: parameters may be inherited from the issuer, and then the size is not
	 * here. */
	key->bits = prime.bad ? 0 : bits_of(prime);
	snprintf(key->text, sizeof(key->text), key->bits ? "DSA %u" : "DSA", key->bits);
	return true;
}

/* RFC 3279 2.3.5: ECParameters {version, FieldID {type, prime}, ...}: a curve spelt out. */
static bool read_explicit_curve(struct span parameters, struct key *key)
{
	struct span field, prime;

	parameters = der_take(&parameters, DER_SEQUENCE);
	der_take(&parameters, DER_INTEGER);
	field = der_take(&parameters, DER_SEQUENCE);
	der_take(&field, DER_OID);
	if (der_optional(&field, DER_INTEGER, &prime))
		key->bits = bits_of(prime);
	key->explicit_curve = true;
	snprintf(key->text, sizeof(key->text), "EC explicit %u", key->bits);
	return !field.bad;
}

static bool read_ec(struct span parameters, struct span bits, struct key *key)
{
	struct span oid;
	struct buf text;

	(void)bits;
	if (!der_optional(&parameters, DER_OID, &oid))
		return read_explicit_curve(parameters, key);
	for (size_t i = 0; i < sizeof(curves) / sizeof(curves[0]); i++) {
		if (!span_eq(oid, span_of(curves[i].oid, curves[i].n)))
			continue;
		key->bits = curves[i].bits;
		snprintf(key->text, sizeof(key->text), "%s", curves[i].name);
		return true;
	}
	buf_init(&text, KEY_TEXT_MAX - sizeof("EC "));
	der_oid_text(oid, &text);
	snprintf(key->text, sizeof(key->text), "EC %s", buf_text(&text));
	buf_done(&text);
	return !parameters.bad;
}

static const struct algorithm {
	uint8_t type;
	uint16_t bits; /* where the algorithm alone says it */
	uint8_t n;
	uint8_t oid[11];
	const char *text;
	key_reader *read;
} algorithms[] = {
    {KEY_TYPE_RSA, 0, 9, {0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 1}, "RSA", read_rsa},
    {KEY_TYPE_RSA, 0, 9, {0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 10}, "RSA", read_rsa},
    {KEY_TYPE_EC, 0, 7, {0x2a, 0x86, 0x48, 0xce, 0x3d, 2, 1}, "EC", read_ec},
    {KEY_TYPE_DSA, 0, 7, {0x2a, 0x86, 0x48, 0xce, 0x38, 4, 1}, "DSA", read_dsa},
    {KEY_TYPE_ED25519, 256, 3, {0x2b, 0x65, 0x70}, "Ed25519", NULL},
    {KEY_TYPE_ED448, 456, 3, {0x2b, 0x65, 0x71}, "Ed448", NULL},
    {KEY_TYPE_MLDSA, 0, 9, {0x60, 0x86, 0x48, 1, 0x65, 3, 4, 3, 17}, "ML-DSA-44", NULL},
    {KEY_TYPE_MLDSA, 0, 9, {0x60, 0x86, 0x48, 1, 0x65, 3, 4, 3, 18}, "ML-DSA-65", NULL},
    {KEY_TYPE_MLDSA, 0, 9, {0x60, 0x86, 0x48, 1, 0x65, 3, 4, 3, 19}, "ML-DSA-87", NULL},
    {KEY_TYPE_OTHER, 0, 3, {0x2b, 0x65, 0x6e}, "X25519", NULL},
    {KEY_TYPE_OTHER, 0, 3, {0x2b, 0x65, 0x6f}, "X448", NULL},
};

static void name_unknown(struct span oid, struct key *key)
{
	struct buf text;

	buf_init(&text, KEY_TEXT_MAX);
	der_oid_text(oid, &text);
	key->type = KEY_TYPE_OTHER;
	snprintf(key->text, sizeof(key->text), "%s", buf_text(&text));
	buf_done(&text);
}

static bool read_algorithm(
    struct span oid, struct span parameters, struct span bits, struct key *key)
{
	for (size_t i = 0; i < sizeof(algorithms) / sizeof(algorithms[0]); i++) {
		const struct algorithm *a = &algorithms[i];

		if (!span_eq(oid, span_of(a->oid, a->n)))
			continue;
		key->type = a->type;
		key->bits = a->bits;
		snprintf(key->text, sizeof(key->text), "%s", a->text);
		return !a->read || a->read(parameters, bits, key);
	}
	name_unknown(oid, key);
	return true;
}

bool key_parse(struct span spki, struct key *ret_key)
{
	struct span rest = spki, body = der_take(&rest, DER_SEQUENCE);
	struct span algorithm = der_take(&body, DER_SEQUENCE);
	struct span oid = der_take(&algorithm, DER_OID);
	unsigned unused;
	struct span bits = der_bits(&body, &unused);

	*ret_key = (struct key){.spki = spki, .type = KEY_TYPE_NONE};
	if (oid.bad)
		return false;
	return read_algorithm(oid, algorithm, bits, ret_key) && !bits.bad;
}

const char *key_kind_name(size_t i)
{
	return i < sizeof(algorithms) / sizeof(algorithms[0]) ? algorithms[i].text : NULL;
}

const char *key_curve_name(size_t i)
{
	return i < sizeof(curves) / sizeof(curves[0]) ? curves[i].name : NULL;
}

const char *key_kind_text(const struct key *key)
{
	for (size_t i = 0; i < sizeof(algorithms) / sizeof(algorithms[0]); i++)
		if (algorithms[i].type == key->type && algorithms[i].read)
			return algorithms[i].text;
	return key->text; /* has neither */
}
