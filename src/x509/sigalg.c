/*
 * sigalg.c: one table of the signature algorithms that certificates carry. RSASSA-PSS alone keeps
 * its digest in the parameters, with SHA-1 as the default of each (RFC 4055 3.1): a PSS signature
 * that says nothing is a SHA-1 signature.
 */
#include "x509/sigalg.h"
#include "x509/der.h"
#include "x509/key.h"

#include <stdio.h>

#define PKCS1 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1
#define ANSI_X962 0x2a, 0x86, 0x48, 0xce, 0x3d, 4
#define NIST_HASH 0x60, 0x86, 0x48, 1, 0x65, 3, 4, 2
#define NIST_SIG 0x60, 0x86, 0x48, 1, 0x65, 3, 4, 3

static const struct row {
	const char *name;
	uint8_t key_type;
	uint8_t digest;
	uint8_t n;
	uint8_t oid[9];
} rows[] = {
    {"sha256WithRSAEncryption", KEY_TYPE_RSA, SIG_DIGEST_SHA256, 9, {PKCS1, 11}},
    {"sha384WithRSAEncryption", KEY_TYPE_RSA, SIG_DIGEST_SHA384, 9, {PKCS1, 12}},
    {"sha512WithRSAEncryption", KEY_TYPE_RSA, SIG_DIGEST_SHA512, 9, {PKCS1, 13}},
    {"sha224WithRSAEncryption", KEY_TYPE_RSA, SIG_DIGEST_SHA224, 9, {PKCS1, 14}},
    {"sha1WithRSAEncryption", KEY_TYPE_RSA, SIG_DIGEST_SHA1, 9, {PKCS1, 5}},
    {"md5WithRSAEncryption", KEY_TYPE_RSA, SIG_DIGEST_MD5, 9, {PKCS1, 4}},
    {"md4WithRSAEncryption", KEY_TYPE_RSA, SIG_DIGEST_MD4, 9, {PKCS1, 3}},
    {"md2WithRSAEncryption", KEY_TYPE_RSA, SIG_DIGEST_MD2, 9, {PKCS1, 2}},
    {"rsassaPss", KEY_TYPE_RSA, SIG_DIGEST_SHA1, 9, {PKCS1, 10}},
    {"sha1WithRSA", KEY_TYPE_RSA, SIG_DIGEST_SHA1, 5, {0x2b, 0x0e, 3, 2, 29}}, /* OIW */
    {"ecdsa-with-SHA256", KEY_TYPE_EC, SIG_DIGEST_SHA256, 8, {ANSI_X962, 3, 2}},
    {"ecdsa-with-SHA384", KEY_TYPE_EC, SIG_DIGEST_SHA384, 8, {ANSI_X962, 3, 3}},
    {"ecdsa-with-SHA512", KEY_TYPE_EC, SIG_DIGEST_SHA512, 8, {ANSI_X962, 3, 4}},
    {"ecdsa-with-SHA224", KEY_TYPE_EC, SIG_DIGEST_SHA224, 8, {ANSI_X962, 3, 1}},
    {"ecdsa-with-SHA1", KEY_TYPE_EC, SIG_DIGEST_SHA1, 7, {ANSI_X962, 1}},
    {"ecdsa_with_SHA3-256", KEY_TYPE_EC, SIG_DIGEST_SHA3_256, 9, {NIST_SIG, 10}},
    {"ecdsa_with_SHA3-384", KEY_TYPE_EC, SIG_DIGEST_SHA3_384, 9, {NIST_SIG, 11}},
    {"ecdsa_with_SHA3-512", KEY_TYPE_EC, SIG_DIGEST_SHA3_512, 9, {NIST_SIG, 12}},
    {"RSA-SHA3-256", KEY_TYPE_RSA, SIG_DIGEST_SHA3_256, 9, {NIST_SIG, 14}},
    {"RSA-SHA3-384", KEY_TYPE_RSA, SIG_DIGEST_SHA3_384, 9, {NIST_SIG, 15}},
    {"RSA-SHA3-512", KEY_TYPE_RSA, SIG_DIGEST_SHA3_512, 9, {NIST_SIG, 16}},
    {"dsaWithSHA1", KEY_TYPE_DSA, SIG_DIGEST_SHA1, 7, {0x2a, 0x86, 0x48, 0xce, 0x38, 4, 3}},
    {"dsa_with_SHA224", KEY_TYPE_DSA, SIG_DIGEST_SHA224, 9, {NIST_SIG, 1}},
    {"dsa_with_SHA256", KEY_TYPE_DSA, SIG_DIGEST_SHA256, 9, {NIST_SIG, 2}},
    {"dsa_with_SHA384", KEY_TYPE_DSA, SIG_DIGEST_SHA384, 9, {NIST_SIG, 3}},
    {"dsa_with_SHA512", KEY_TYPE_DSA, SIG_DIGEST_SHA512, 9, {NIST_SIG, 4}},
    {"ED25519", KEY_TYPE_ED25519, SIG_DIGEST_NONE, 3, {0x2b, 0x65, 0x70}},
    {"ED448", KEY_TYPE_ED448, SIG_DIGEST_NONE, 3, {0x2b, 0x65, 0x71}},
    {"ML-DSA-44", KEY_TYPE_MLDSA, SIG_DIGEST_NONE, 9, {NIST_SIG, 17}},
    {"ML-DSA-65", KEY_TYPE_MLDSA, SIG_DIGEST_NONE, 9, {NIST_SIG, 18}},
    {"ML-DSA-87", KEY_TYPE_MLDSA, SIG_DIGEST_NONE, 9, {NIST_SIG, 19}},
};

static const struct {
	uint8_t digest;
	uint8_t n;
	uint8_t oid[9];
} digests[] = {
    {SIG_DIGEST_SHA1, 5, {0x2b, 0x0e, 3, 2, 26}},
    {SIG_DIGEST_SHA224, 9, {NIST_HASH, 4}},
    {SIG_DIGEST_SHA256, 9, {NIST_HASH, 1}},
    {SIG_DIGEST_SHA384, 9, {NIST_HASH, 2}},
    {SIG_DIGEST_SHA512, 9, {NIST_HASH, 3}},
    {SIG_DIGEST_MD5, 8, {0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 2, 5}},
};

/* The digest that an AlgorithmIdentifier's content names. */
static uint8_t digest_of(struct span algorithm)
{
	struct span oid = der_take(&algorithm, DER_OID);

	for (size_t i = 0; i < sizeof(digests) / sizeof(digests[0]); i++)
		if (span_eq(oid, span_of(digests[i].oid, digests[i].n)))
			return digests[i].digest;
	return SIG_DIGEST_NONE;
}

/* RFC 4055 3.1: RSASSA-PSS-params, every field with a default. */
static bool read_pss(struct span parameters, struct sigalg *alg)
{
	struct span body = der_take(&parameters, DER_SEQUENCE), field;

	alg->pss = true;
	alg->mgf_digest = SIG_DIGEST_SHA1;
	alg->salt_n = PSS_SALT_DEFAULT;
	if (der_optional(&body, DER_CONSTRUCTED | 0, &field))
		alg->digest = digest_of(der_take(&field, DER_SEQUENCE));
	if (der_optional(&body, DER_CONSTRUCTED | 1, &field)) {
		struct span mgf = der_take(&field, DER_SEQUENCE);

		der_take(&mgf, DER_OID); /* mgf1: there is no other */
		alg->mgf_digest = digest_of(der_take(&mgf, DER_SEQUENCE));
	}
	if (der_optional(&body, DER_CONSTRUCTED | 2, &field)) {
		alg->salt_n = der_small(&field);
		body.bad |= field.bad || alg->salt_n > PSS_SALT_MAX;
	}
	return !body.bad;
}

static void name_unknown(struct span oid, struct sigalg *alg)
{
	struct buf text;

	buf_init(&text, SIGALG_NAME_MAX);
	der_oid_text(oid, &text);
	snprintf(alg->name, sizeof(alg->name), "%s", buf_text(&text));
	buf_done(&text);
}

bool sigalg_parse(struct span algorithm, struct sigalg *ret_alg)
{
	struct span body = der_take(&algorithm, DER_SEQUENCE), oid = der_take(&body, DER_OID);
	struct sigalg alg = {.key_type = KEY_TYPE_NONE};
	size_t i = 0;

	if (oid.bad)
		return false;
	while (i < sizeof(rows) / sizeof(rows[0]) && !span_eq(oid, span_of(rows[i].oid, rows[i].n)))
		i++;
	if (i == sizeof(rows) / sizeof(rows[0])) {
		name_unknown(oid, &alg);
		*ret_alg = alg;
		return true;
	}
	alg.key_type = rows[i].key_type;
	alg.digest = rows[i].digest;
	snprintf(alg.name, sizeof(alg.name), "%s", rows[i].name);
	if (oid.n == 9 && oid.p[8] == 10 && alg.key_type == KEY_TYPE_RSA && !read_pss(body, &alg))
		alg.digest = SIG_DIGEST_NONE;
	*ret_alg = alg;
	return true;
}

const char *sig_digest_text(enum sig_digest digest)
{
	static const char *const texts[SIG_DIGEST_MAX] = {
	    [SIG_DIGEST_NONE] = "",
	    [SIG_DIGEST_MD2] = "MD2",
	    [SIG_DIGEST_MD4] = "MD4",
	    [SIG_DIGEST_MD5] = "MD5",
	    [SIG_DIGEST_SHA1] = "SHA-1",
	    [SIG_DIGEST_SHA224] = "SHA-224",
	    [SIG_DIGEST_SHA256] = "SHA-256",
	    [SIG_DIGEST_SHA384] = "SHA-384",
	    [SIG_DIGEST_SHA512] = "SHA-512",
	    [SIG_DIGEST_SHA3_256] = "SHA3-256",
	    [SIG_DIGEST_SHA3_384] = "SHA3-384",
	    [SIG_DIGEST_SHA3_512] = "SHA3-512",
	};

	return texts[digest];
}
