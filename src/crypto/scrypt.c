/*
 * scrypt.c: libcrypto's scrypt (RFC 7914), and the text around it. Costs are OWASP's of 2024 with
 * the least memory (N 2^15, r 8, p 3): the service hashes one password at a time, but it may be a
 * small machine.
 */
#include "crypto/scrypt.h"

#include "base/base64.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>

enum {
	COST_LN = 15,
	COST_R = 8,
	COST_P = 3,
	HASH = 32,
	/* What a text may ask for: it comes from our own store, which may be damaged. */
	LN_MAX = 20,
	R_MAX = 16,
	P_MAX = 16,
	MEMORY_MAX = 1 << 30,
};

struct password {
	unsigned ln, r, p;
	uint8_t salt[SCRYPT_SALT];
	uint8_t hash[HASH];
};

static struct err hash_make(
    struct span secret, const struct password *costs, uint8_t ret_hash[HASH])
{
	if (EVP_PBE_scrypt((const char *)secret.p, secret.n, costs->salt, SCRYPT_SALT,
		UINT64_C(1) << costs->ln, costs->r, costs->p, MEMORY_MAX, ret_hash, HASH) != 1)
		return err_limit("no memory to hash a password");
	return OK;
}

/* Without the padding, as such texts are written. */
static void base64_add(struct buf *b, struct span bytes)
{
	base64_encode(b, bytes);
	while (b->n && b->p[b->n - 1] == '=')
		b->n--;
}

static void password_print(const struct password *p, char text[SCRYPT_TEXT_MAX])
{
	struct buf b;

	buf_init(&b, SCRYPT_TEXT_MAX);
	buf_printf(&b, "$scrypt$ln=%u,r=%u,p=%u$", p->ln, p->r, p->p);
	base64_add(&b, span_of(p->salt, sizeof(p->salt)));
	buf_str(&b, "$");
	base64_add(&b, span_of(p->hash, sizeof(p->hash)));
	snprintf(text, SCRYPT_TEXT_MAX, "%s", buf_text(&b));
	buf_done(&b);
}

/* Up to the next $ or the end, exactly n bytes of base64. */
static bool base64_take(const char **at, uint8_t *ret, size_t n)
{
	size_t length = strcspn(*at, "$");
	struct buf b;
	bool cut, good;

	buf_init(&b, n + 1);
	good = !err_is(base64_decode(&b, span_of(*at, length), &cut)) && b.n == n;
	if (good)
		memcpy(ret, b.p, n);
	buf_done(&b);
	*at += length;
	return good;
}

static bool password_read(const char *text, struct password *ret_password)
{
	struct password p = {0};
	const char *at = text;
	int n = 0;

	if (sscanf(text, "$scrypt$ln=%2u,r=%2u,p=%2u$%n", &p.ln, &p.r, &p.p, &n) != 3 || n == 0)
		return false;
	at += n;
	if (!base64_take(&at, p.salt, sizeof(p.salt)) || *at++ != '$')
		return false;
	if (!base64_take(&at, p.hash, sizeof(p.hash)) || *at != 0)
		return false;
	if (p.ln < 1 || p.ln > LN_MAX || p.r < 1 || p.r > R_MAX || p.p < 1 || p.p > P_MAX)
		return false;
	*ret_password = p;
	return true;
}

struct err scrypt_text(
    struct span password, const uint8_t salt[SCRYPT_SALT], char ret_text[SCRYPT_TEXT_MAX])
{
	struct password p = {.ln = COST_LN, .r = COST_R, .p = COST_P};
	struct err e;

	memcpy(p.salt, salt, sizeof(p.salt));
	e = hash_make(password, &p, p.hash);
	if (!err_is(e))
		password_print(&p, ret_text);
	return e;
}

struct err scrypt_check(struct span password, const char *text, bool *ret_same)
{
	struct password p = {.ln = COST_LN, .r = COST_R, .p = COST_P};
	uint8_t hash[HASH];
	bool known = password_read(text, &p);
	struct err e = hash_make(password, &p, hash);

	if (!err_is(e))
		*ret_same = CRYPTO_memcmp(hash, p.hash, HASH) == 0 && known;
	OPENSSL_cleanse(hash, sizeof(hash));
	return e;
}

bool scrypt_is_old(const char *text)
{
	struct password p;

	return password_read(text, &p) &&
	       (p.ln < COST_LN || (p.ln == COST_LN && p.r * p.p < COST_R * COST_P));
}
