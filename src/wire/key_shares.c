/*
 * key_shares.c: the groups that we can finish a key agreement in.
 */
#include "wire/key_shares.h"

#include <stdlib.h>

static const uint16_t numbers[KEX_GROUPS] = {
    [KEX_X25519] = 29,
    [KEX_P256] = 23,
    [KEX_P384] = 24,
    [KEX_P521] = 25,
    [KEX_X448] = 30,
};

/* secrets may be NULL: new ones. */
static struct err make(const struct span *secrets, struct key_shares **ret)
{
	struct key_shares *s = calloc(1, sizeof(*s));
	struct err e = OK;

	if (s)
		s->hmac = calloc(1, sizeof(*s->hmac));
	if (!s || !s->hmac) {
		e = err_limit("out of memory");
		goto out;
	}
	for (int g = 0; g < KEX_GROUPS && !err_is(e); g++)
		e = secrets ? kex_from(g, secrets[g], &s->by_group[g])
			    : kex_new(g, &s->by_group[g]);
	if (err_is(e))
		goto out;
	*ret = s;
	s = NULL;
out:
	key_shares_free(s);
	return e;
}

struct err key_shares_new(struct key_shares **ret)
{
	return make(NULL, ret);
}

struct err key_shares_from(const struct span secrets[KEX_GROUPS], struct key_shares **ret)
{
	return make(secrets, ret);
}

void key_shares_free(struct key_shares *s)
{
	if (!s)
		return;
	for (int g = 0; g < KEX_GROUPS; g++)
		kex_free(s->by_group[g]);
	hmac_done(s->hmac);
	free(s->hmac);
	free(s);
}

struct kex *key_shares_find(const struct key_shares *s, uint16_t group)
{
	for (int g = 0; g < KEX_GROUPS; g++)
		if (numbers[g] == group)
			return s->by_group[g];
	return NULL;
}
