/*
 * chain.c: digests as names. A chain's id is over the ids of its certificates, not over their
 * bytes, so that a chain whose certificates have been hashed already costs one block more.
 */
#include "observe/chain.h"

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
