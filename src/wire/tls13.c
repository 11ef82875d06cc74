/*
 * tls13.c: RFC 8446 7.1 to 7.3 and 5.2. Without a pre-shared key everything above the key
 * agreement is a constant of the hash, and is computed once. The real type of a sealed record is
 * its last byte that is not zero: what stands behind it is padding.
 */
#include "wire/tls13.h"

#include "wire/record.h"

#include <pthread.h>

static const struct tls13_suite suites[] = {
    {0x1301, DIGEST_SHA256, AEAD_AES_128_GCM},
    {0x1302, DIGEST_SHA384, AEAD_AES_256_GCM},
    {0x1303, DIGEST_SHA256, AEAD_CHACHA20_POLY1305},
    {0x1304, DIGEST_SHA256, AEAD_AES_128_CCM},
    {0x1305, DIGEST_SHA256, AEAD_AES_128_CCM_8},
};

const struct tls13_suite *tls13_suite(uint16_t cipher)
{
	for (size_t i = 0; i < sizeof(suites) / sizeof(suites[0]); i++)
		if (suites[i].cipher == cipher)
			return &suites[i];
	return NULL;
}

struct err tls13_expand_label(struct hmac *h, enum digest_alg hash, struct span secret,
    const char *label, struct span context, uint8_t *ret, size_t n)
{
	uint8_t space[2 + 1 + 255 + 1 + 255];
	struct buf info = {.p = space, .cap = sizeof(space), .max = sizeof(space)};
	size_t mark;

	buf_be(&info, n, 2);
	mark = buf_open(&info, 1);
	buf_str(&info, "tls13 ");
	buf_str(&info, label);
	buf_close(&info, mark, 1);
	buf_be(&info, context.n, 1);
	buf_span(&info, context);
	if (info.full)
		return err_bug("label too long");
	return hkdf_expand(h, hash, secret, buf_view(&info), ret, n);
}

/* Derive-Secret(Early Secret, "derived", ""), the salt of the Handshake Secret. */
static uint8_t salts[DIGEST_ALGS][DIGEST_SIZE_MAX];
static bool salts_made;
static pthread_once_t salts_once = PTHREAD_ONCE_INIT;

static bool make_salt(struct hmac *h, enum digest_alg hash)
{
	static const uint8_t zeros[DIGEST_SIZE_MAX];
	uint8_t early[DIGEST_SIZE_MAX], nothing[DIGEST_SIZE_MAX];
	size_t n = digest_size(hash);

	digest_once(hash, span_of(NULL, 0), nothing);
	hkdf_extract(h, hash, span_of(NULL, 0), span_of(zeros, n), early);
	return !err_is(tls13_expand_label(
	    h, hash, span_of(early, n), "derived", span_of(nothing, n), salts[hash], n));
}

static void make_salts(void)
{
	struct hmac h = {0};

	salts_made = make_salt(&h, DIGEST_SHA256) && make_salt(&h, DIGEST_SHA384);
	hmac_done(&h);
}

struct err tls13_handshake_secrets(struct hmac *h, const struct tls13_suite *suite,
    struct span shared, const uint8_t *hello_hash, struct tls13_secrets *ret)
{
	size_t n = digest_size(suite->hash);
	uint8_t secret[DIGEST_SIZE_MAX];
	struct span prk = span_of(secret, n), context = span_of(hello_hash, n);
	struct err e;

	pthread_once(&salts_once, make_salts);
	if (!salts_made)
		return err_bug("no key schedule");
	hkdf_extract(h, suite->hash, span_of(salts[suite->hash], n), shared, secret);
	e = tls13_expand_label(h, suite->hash, prk, "c hs traffic", context, ret->client, n);
	if (!err_is(e))
		e = tls13_expand_label(
		    h, suite->hash, prk, "s hs traffic", context, ret->server, n);
	return e;
}

struct err tls13_keys_init(struct tls13_keys *k, struct hmac *h, const struct tls13_suite *suite,
    const uint8_t *secret, enum aead_way way)
{
	uint8_t key[AEAD_KEY_MAX];
	struct span prk = span_of(secret, digest_size(suite->hash)), none = span_of(NULL, 0);
	struct err e;

	e = tls13_expand_label(h, suite->hash, prk, "key", none, key, aead_key_size(suite->aead));
	if (!err_is(e))
		e = tls13_expand_label(h, suite->hash, prk, "iv", none, k->iv, sizeof(k->iv));
	if (!err_is(e))
		e = aead_init(&k->aead, suite->aead, way, key);
	k->sequence = 0;
	return e;
}

void tls13_keys_done(struct tls13_keys *k)
{
	if (k)
		aead_done(&k->aead);
}

static void next_nonce(struct tls13_keys *k, uint8_t ret[AEAD_NONCE])
{
	memcpy(ret, k->iv, AEAD_NONCE);
	for (int i = 0; i < 8; i++)
		ret[AEAD_NONCE - 1 - i] ^= (uint8_t)(k->sequence >> (8 * i));
	k->sequence++;
}

bool tls13_open(void *context, struct span header, struct span sealed, uint8_t *ret_plain,
    size_t *ret_n, uint8_t *ret_type)
{
	struct tls13_keys *k = context;
	size_t tag = aead_tag_size(k->aead.alg), n;
	uint8_t nonce[AEAD_NONCE];

	next_nonce(k, nonce);
	if (sealed.n <= tag || !aead_open(&k->aead, nonce, header, sealed, ret_plain))
		return false;
	for (n = sealed.n - tag; n > 0 && ret_plain[n - 1] == 0; n--)
		;
	if (n == 0)
		return false; /* all padding, no type */
	*ret_n = n - 1;
	*ret_type = ret_plain[n - 1];
	return true;
}

void tls13_seal(struct tls13_keys *k, uint8_t type, struct span body, struct buf *out)
{
	uint8_t plain[RECORD_PLAIN_MAX + 1], nonce[AEAD_NONCE];
	size_t n = body.n + 1 + aead_tag_size(k->aead.alg);
	uint8_t *room;

	if (body.n > RECORD_PLAIN_MAX)
		return;
	if (body.n)
		memcpy(plain, body.p, body.n);
	plain[body.n] = type;
	next_nonce(k, nonce);
	buf_be(out, CONTENT_DATA, 1);
	buf_be(out, 0x0303, 2);
	buf_be(out, n, 2);
	room = buf_room(out, n);
	if (room &&
	    aead_seal(&k->aead, nonce, span_of(out->p + out->n - RECORD_HEADER, RECORD_HEADER),
		span_of(plain, body.n + 1), room))
		buf_wrote(out, n);
}
