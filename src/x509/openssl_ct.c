/*
 * openssl_ct.c: the bytes that a log signs are put together here (RFC 6962 3.2), libcrypto checks
 * the signature. A timestamp inside a certificate is over what the certificate was before it got
 * one: the part that is signed, without that extension, and the hash of the issuer's key, which is
 * that of some certificate of the chain.
 */
#include "x509/openssl_ct.h"

#include "base/base64.h"
#include "crypto/digest.h"
#include "x509/der.h"
#include "x509/limits.h"

#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/ocsp.h>
#include <openssl/x509.h>
#include <stdlib.h>

enum { LOG_ID_SIZE = 32, KEY_BYTES_MAX = 4096, ENTRY_CERT = 0, ENTRY_PRECERT = 1 };

struct ct_log {
	uint8_t id[LOG_ID_SIZE]; /* SHA-256 of its key */
	char operator[CT_OPERATOR_MAX];
	EVP_PKEY *key;
};

struct ct_logs {
	size_t n;
	struct ct_log logs[CT_LOGS_MAX];
};

static bool read_log(struct span line, struct ct_log *log)
{
	const uint8_t *tab = memchr(line.p, '\t', line.n);
	struct span name = span_take(&line, tab ? (size_t)(tab - line.p) : 0);
	struct buf key;
	bool cut, good;

	if (!tab || name.n == 0 || name.n >= sizeof(log->operator))
		return false;
	span_take(&line, 1);
	memcpy(log->operator, name.p, name.n);
	buf_init(&key, KEY_BYTES_MAX);
	good = !err_is(base64_decode(&key, line, &cut)) && !cut && key.n;
	if (good) {
		const unsigned char *p = key.p;

		digest_sha256(buf_view(&key), log->id);
		log->key = d2i_PUBKEY(NULL, &p, (long)key.n);
	}
	buf_done(&key);
	return log->key != NULL;
}

struct err ct_logs_new(struct span list, struct ct_logs **ret_logs)
{
	struct ct_logs *l = calloc(1, sizeof(*l));
	struct err e = OK;
	struct span line;

	if (!l)
		return err_limit("out of memory");
	ERR_set_mark();
	for (size_t number = 1; !err_is(e) && span_line(&list, &line); number++) {
		if (line.n == 0 || line.p[0] == '#')
			continue;
		if (l->n == CT_LOGS_MAX)
			e = err_limit("too many logs of certificate transparency");
		else if (read_log(line, &l->logs[l->n]))
			l->n++;
		else
			e = err_input(number, "expected: operator, tab, public key in base64");
	}
	ERR_pop_to_mark();
	if (err_is(e)) {
		ct_logs_free(l);
		return e;
	}
	*ret_logs = l;
	return OK;
}

void ct_logs_free(struct ct_logs *l)
{
	if (!l)
		return;
	for (size_t i = 0; i < CT_LOGS_MAX; i++)
		EVP_PKEY_free(l->logs[i].key);
	free(l);
}

/* The work on one leaf. */
struct look {
	const struct ct_logs *logs;
	const struct span *certs;
	size_t n;
	struct buf before; /* the leaf's signed part without timestamps; empty: not to be had */
	bool seen[CT_LOGS_MAX];
};

struct sct {
	const struct ct_log *log;
	size_t index;
	uint64_t time_ms;
	struct span extensions, signature;
	uint8_t hash;
};

static bool sct_read(const struct look *l, struct span body, struct sct *s)
{
	uint8_t version = span_u8(&body);
	struct span id = span_take(&body, LOG_ID_SIZE);

	s->time_ms = span_u64(&body);
	s->extensions = span_vec(&body, 2);
	s->hash = span_u8(&body);
	span_u8(&body); /* the signature's kind: the key says it */
	s->signature = span_vec(&body, 2);
	if (version != 0 || !span_end(&body))
		return false;
	for (s->index = 0; s->index < l->logs->n; s->index++) {
		s->log = &l->logs->logs[s->index];
		if (memcmp(s->log->id, id.p, LOG_ID_SIZE) == 0)
			return true;
	}
	return false;
}

/* RFC 5246 7.4.1.4.1. */
static const EVP_MD *digest_of(uint8_t hash)
{
	switch (hash) {
	case 4:
		return EVP_sha256();
	case 5:
		return EVP_sha384();
	case 6:
		return EVP_sha512();
	default:
		return NULL;
	}
}

/* entry: what follows entry_type. */
static bool sct_verify(const struct sct *s, uint16_t entry_type, struct span entry)
{
	const EVP_MD *digest = digest_of(s->hash);
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	struct buf text;
	bool good;

	buf_init(&text, CERT_BYTES_MAX + KEY_BYTES_MAX + UINT16_MAX);
	buf_be(&text, 0, 2); /* version 1, certificate_timestamp */
	buf_be(&text, s->time_ms, 8);
	buf_be(&text, entry_type, 2);
	buf_span(&text, entry);
	buf_be(&text, s->extensions.n, 2);
	buf_span(&text, s->extensions);
	good = ctx && digest && !text.full &&
	       EVP_DigestVerifyInit(ctx, NULL, digest, NULL, s->log->key) == 1 &&
	       EVP_DigestVerify(ctx, s->signature.p, s->signature.n, text.p, text.n) == 1;
	EVP_MD_CTX_free(ctx);
	buf_done(&text);
	return good;
}

static bool verifies_leaf(const struct look *l, const struct sct *s)
{
	struct buf entry;
	bool good;

	buf_init(&entry, CERT_BYTES_MAX);
	buf_be(&entry, l->certs[0].n, 3);
	buf_span(&entry, l->certs[0]);
	good = !entry.full && sct_verify(s, ENTRY_CERT, buf_view(&entry));
	buf_done(&entry);
	return good;
}

/* The SubjectPublicKeyInfo of a certificate. */
static struct span key_of(struct span der)
{
	struct span cert = der_take(&der, DER_SEQUENCE), tbs = der_take(&cert, DER_SEQUENCE),
		    version;

	der_optional(&tbs, DER_CONSTRUCTED, &version);
	der_take(&tbs, DER_INTEGER);
	for (int i = 0; i < 4; i++) /* algorithm, issuer, validity, subject */
		der_take(&tbs, DER_SEQUENCE);
	return der_whole(&tbs, DER_SEQUENCE);
}

static bool verifies_precert(const struct look *l, const struct sct *s)
{
	bool good = false;

	for (size_t i = 1; i < l->n && !good && l->before.n; i++) {
		struct span key = key_of(l->certs[i]);
		uint8_t id[LOG_ID_SIZE];
		struct buf entry;

		if (key.bad)
			continue;
		buf_init(&entry, CERT_BYTES_MAX);
		digest_sha256(key, id);
		buf_put(&entry, id, sizeof(id));
		buf_be(&entry, l->before.n, 3);
		buf_span(&entry, buf_view(&l->before));
		good = !entry.full && sct_verify(s, ENTRY_PRECERT, buf_view(&entry));
		buf_done(&entry);
	}
	return good;
}

/* RFC 6962 3.3. */
static void look_at_list(struct look *l, struct span list, bool inside)
{
	struct span all = span_vec(&list, 2);

	for (size_t i = 0; all.n && !all.bad && i < CT_SCTS_MAX; i++) {
		struct span one = span_vec(&all, 2);
		struct sct s;

		if (one.bad || !sct_read(l, one, &s) || l->seen[s.index])
			continue;
		l->seen[s.index] = inside ? verifies_precert(l, &s) : verifies_leaf(l, &s);
	}
}

/* The extension's value is an OCTET STRING inside that of every extension. */
static void look_at_extension(struct look *l, X509_EXTENSION *ext, bool inside)
{
	const ASN1_OCTET_STRING *value = X509_EXTENSION_get_data(ext);
	struct span der = span_of(ASN1_STRING_get0_data(value), (size_t)ASN1_STRING_length(value));
	struct span list = der_take(&der, DER_OCTET_STRING);

	if (!list.bad)
		look_at_list(l, list, inside);
}

static void look_at_leaf(struct look *l)
{
	const unsigned char *p = l->certs[0].p;
	X509 *leaf = d2i_X509(NULL, &p, (long)l->certs[0].n);
	int at = leaf ? X509_get_ext_by_NID(leaf, NID_ct_precert_scts, -1) : -1;
	X509_EXTENSION *ext = at >= 0 ? X509_delete_ext(leaf, at) : NULL;
	unsigned char *tbs = NULL;
	int n = ext ? i2d_re_X509_tbs(leaf, &tbs) : 0;

	buf_init(&l->before, CERT_BYTES_MAX);
	if (n > 0)
		buf_put(&l->before, tbs, (size_t)n);
	if (ext)
		look_at_extension(l, ext, true);
	buf_done(&l->before);
	OPENSSL_free(tbs);
	X509_EXTENSION_free(ext);
	X509_free(leaf);
}

static void look_at_staple(struct look *l, struct span staple)
{
	const unsigned char *p = staple.p;
	OCSP_RESPONSE *response = staple.n ? d2i_OCSP_RESPONSE(NULL, &p, (long)staple.n) : NULL;
	OCSP_BASICRESP *basic = response ? OCSP_response_get1_basic(response) : NULL;
	OCSP_SINGLERESP *single = basic ? OCSP_resp_get0(basic, 0) : NULL;
	int at = single ? OCSP_SINGLERESP_get_ext_by_NID(single, NID_ct_cert_scts, -1) : -1;

	if (at >= 0)
		look_at_extension(l, OCSP_SINGLERESP_get_ext(single, at), false);
	OCSP_BASICRESP_free(basic);
	OCSP_RESPONSE_free(response);
}

static struct ct_count count(const struct look *l)
{
	struct ct_count c = {0};

	for (size_t i = 0; i < l->logs->n; i++) {
		bool again = false;

		for (size_t k = 0; k < i && l->seen[i] && !again; k++)
			again = l->seen[k] &&
				strcmp(l->logs->logs[i].operator, l->logs->logs[k].operator) == 0;
		c.logs += l->seen[i];
		c.operators += l->seen[i] && !again;
	}
	return c;
}

struct ct_count ct_verify(const struct ct_logs *logs, const struct span *certs, size_t n,
    struct span hello, struct span staple)
{
	struct look l = {.logs = logs, .certs = certs, .n = n};

	if (n == 0)
		return (struct ct_count){0};
	ERR_set_mark();
	look_at_list(&l, hello, false);
	look_at_staple(&l, staple);
	look_at_leaf(&l);
	ERR_pop_to_mark();
	return count(&l);
}
