/*
 * issuers.c: a set of digests with a maximum, open-addressed. Digests are uniform by themselves, so
 * their first bytes are the hash.
 */
#include "app/issuers.h"

#include <stdlib.h>

struct issuers {
	size_t n, max, slots;
	bool new_ones;
	struct digest256 ids[]; /* zero: empty */
};

struct err issuers_new(size_t max, struct issuers **ret_issuers)
{
	/* Twice the maximum: a probe ends soon. */
	struct issuers *s = calloc(1, sizeof(*s) + 2 * max * sizeof(s->ids[0]));

	if (!s)
		return err_limit("out of memory");
	s->max = max;
	s->slots = 2 * max;
	*ret_issuers = s;
	return OK;
}

void issuers_free(struct issuers *s)
{
	free(s);
}

/* true: it was not there, and there was room. */
static bool add(struct issuers *s, const struct digest256 *id)
{
	struct span bytes = span_of(id->b, sizeof(id->b));
	size_t slot = (size_t)(span_u64(&bytes) % s->slots);

	while (!digest256_is_zero(&s->ids[slot])) {
		if (digest256_eq(&s->ids[slot], id))
			return false;
		slot = (slot + 1) % s->slots;
	}
	if (s->n == s->max)
		return false;
	s->ids[slot] = *id;
	s->n++;
	return true;
}

void issuers_known(struct issuers *s, struct span der)
{
	struct digest256 id = cert_id_of(der);

	add(s, &id);
}

void issuers_learn(
    struct issuers *s, const struct chain_verdict *chain, issuers_tell_fn *tell, void *context)
{
	for (size_t i = 1; i < chain->n_certs; i++) {
		const struct cert_facts *facts = chain->facts[i];

		if (!facts->is_ca || facts->self_signed || !add(s, &facts->id))
			continue;
		s->new_ones = true;
		tell(context, chain->der[i]);
	}
}

bool issuers_are_new(const struct issuers *s)
{
	return s->new_ones;
}

void issuers_settle(struct issuers *s)
{
	s->new_ones = false;
}
