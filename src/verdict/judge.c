/*
 * judge.c: one chain, judged. Each certificate is walked, the way up is looked for, and then every
 * check sees everything; the order of the table is the order of the findings. The trust's signature
 * memory makes the second leaf of a CA cost one verification.
 */
#include "verdict/judge.h"
#include "verdict/check.h"
#include "verdict/facts.h"

static check_fn *const checks[] = {
    check_unparsable,
    check_expiry,
    check_path,
    check_identity,
    check_strength,
};

/* First as a client climbs, with what was presented; where that fails, with all that is known to
 * exist. */
static void find_paths(struct judged *j)
{
	path_find(j->certs, j->n, j->trust, false, &j->path);
	j->informed = j->path;
	if (j->path.end == PATH_TRUSTED)
		return;
	path_find(j->certs, j->n, j->trust, true, &j->informed);
	if (j->informed.end == PATH_TRUSTED)
		j->path = j->informed;
}

static struct err fill(
    struct judged *j, const struct span *der, struct cert *certs, struct arena *arena)
{
	struct chain_verdict *v = j->verdict;
	struct digest256 ids[CHAIN_CERTS_MAX];

	for (size_t i = 0; i < j->n; i++) {
		v->der[i] = arena_span(arena, der[i]);
		if (v->der[i].bad)
			return err_limit("no room for a chain");
		cert_parse(v->der[i], &certs[i]);
		v->facts[i] = facts_of(&certs[i], trust_verifier(j->trust), arena);
		if (!v->facts[i])
			return err_limit("no room for a certificate's facts");
		ids[i] = v->facts[i]->id;
	}
	v->n_certs = j->n;
	v->id = chain_id_of(ids, j->n);
	v->trust_epoch = trust_epoch(j->trust);
	return OK;
}

struct err judge_chain(const struct span *der, size_t n, const struct trust *trust,
    const struct policy *policy, struct arena *arena, const struct chain_verdict **ret_verdict)
{
	struct chain_verdict *v = arena_alloc(arena, sizeof(*v));
	struct judged j = {.n = n < CHAIN_CERTS_MAX ? n : CHAIN_CERTS_MAX,
	    .trust = trust,
	    .policy = policy ? policy : &policy_default,
	    .trust_known = !trust_is_empty(trust),
	    .verdict = v};
	struct cert *certs = arena_alloc(arena, j.n * sizeof(*certs));
	struct err e;

	if (!v || !certs)
		return err_limit("no room for a verdict");
	j.certs = certs;
	e = fill(&j, der, certs, arena);
	if (err_is(e))
		return e;
	if (j.n) {
		find_paths(&j);
		for (size_t i = 0; i < sizeof(checks) / sizeof(checks[0]); i++)
			checks[i](&j);
	}
	*ret_verdict = v;
	return OK;
}
