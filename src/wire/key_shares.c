/*
 * key_shares.c: the groups that we can finish a key agreement in. The large curves cost
 * milliseconds and few servers insist on one, so their keys are made when the first does.
 */
#include "wire/key_shares.h"

#include <stdlib.h>

enum { KEX_OFFERED = KEX_P256 + 1 }; /* those before it are in every hello of TLS 1.3 */

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

	if (!s)
		return err_limit("out of memory");
	for (int g = 0; g < (secrets ? KEX_GROUPS : KEX_OFFERED) && !err_is(e); g++)
		e = secrets ? kex_from(g, secrets[g], &s->by_group[g])
			    : kex_new(g, &s->by_group[g]);
	if (err_is(e)) {
		key_shares_free(s);
		return e;
	}
	*ret = s;
	return OK;
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
	hmac_done(&s->hmac);
	free(s);
}

struct kex *key_shares_find(struct key_shares *s, uint16_t group)
{
	int g = 0;

	while (g < KEX_GROUPS && numbers[g] != group)
		g++;
	if (g == KEX_GROUPS || (!s->by_group[g] && err_is(kex_new(g, &s->by_group[g]))))
		return NULL;
	return s->by_group[g];
}
