/*
 * chain.c: digests as names. A chain's id is over the ids of its certificates, not over their
 * bytes, so that a chain whose certificates have been hashed already costs one block more.
 */
#include "observe/chain.h"

#include "base/text.h"
#include "crypto/digest.h"

bool digest256_eq(const struct digest256 *a, const struct digest256 *b)
{
	return memcmp(a->b, b->b, sizeof(a->b)) == 0;
}

bool digest256_is_zero(const struct digest256 *d)
{
	static const struct digest256 zero;

	return digest256_eq(d, &zero);
}

static int digit(uint8_t c)
{
	static const char digits[] = "0123456789abcdef";
	const char *at = c ? strchr(digits, text_lower(c)) : NULL;

	return at ? (int)(at - digits) : -1;
}

bool digest256_parse(struct span text, struct digest256 *ret_digest)
{
	struct digest256 d;

	if (text.n != 2 * sizeof(d.b))
		return false;
	for (size_t i = 0; i < sizeof(d.b); i++) {
		int high = digit(text.p[2 * i]), low = digit(text.p[2 * i + 1]);

		if (high < 0 || low < 0)
			return false;
		d.b[i] = (uint8_t)(high << 4 | low);
	}
	*ret_digest = d;
	return true;
}

const char *digest256_text(const struct digest256 *d, char text[DIGEST256_TEXT_MAX])
{
	static const char digits[] = "0123456789abcdef";

	for (size_t i = 0; i < sizeof(d->b); i++) {
		text[2 * i] = digits[d->b[i] >> 4];
		text[2 * i + 1] = digits[d->b[i] & 15];
	}
	text[2 * sizeof(d->b)] = 0;
	return text;
}

struct digest256 cert_id_of(struct span der)
{
	struct digest256 id;

	digest_sha256(der, id.b);
	return id;
}

struct digest256 chain_id_of(const struct digest256 *cert_ids, size_t n)
{
	struct digest256 id = {{0}};

	if (n)
		digest_sha256(span_of(cert_ids, n * sizeof(*cert_ids)), id.b);
	return id;
}
