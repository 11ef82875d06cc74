/*
 * judging.c: the dictionary in front of the judge. CA certificates that are presented anywhere
 * become known issuers, which is how a chain that lacks one is told from a chain of an unknown
 * authority.
 */
#include "app/judging.h"

#include "app/limits.h"
#include "observe/chain_memory.h"
#include "observe/dictionary.h"
#include "verdict/judge.h"
#include "verdict/operation.h"
#include "verdict/table.h"

#include <stdlib.h>

enum { WAYS = 64, WAY_FINDINGS = 2 };

/* How two can speak to each other, and what is wrong with that. A network knows few ways; to hold
 * a policy's patterns against the names costs more than all else about a session. */
struct way {
	bool known;
	uint8_t n_findings;
	uint16_t version, cipher, group;
	struct finding findings[WAY_FINDINGS];
};

struct judging {
	struct trust *trust;
	const struct policy *policy; /* NULL: the default */
	struct channel *keeper;
	struct chain_memory *memory;
	struct dictionary *dictionary;
	struct arena arena; /* of one judgement */
	struct way ways[WAYS]; /* by hash; the latest stays */
};

struct err judging_new(struct trust *trust, struct channel *keeper, struct judging **ret_judging)
{
	struct judging *j = calloc(1, sizeof(*j));
	struct err e;

	if (!j)
		return err_limit("out of memory");
	*j = (struct judging){.trust = trust, .keeper = keeper};
	arena_init(&j->arena, JUDGE_BYTES_MAX);
	e = dictionary_new(WORKER_CHAINS_MAX, WORKER_CHAINS_BYTES_MAX, &j->dictionary);
	if (!err_is(e))
		e = chain_memory_new(&j->memory);
	if (err_is(e)) {
		judging_free(j);
		return e;
	}
	*ret_judging = j;
	return OK;
}

void judging_free(struct judging *j)
{
	if (!j)
		return;
	dictionary_free(j->dictionary);
	chain_memory_free(j->memory);
	arena_done(&j->arena);
	free(j);
}

void judging_policy(struct judging *j, const struct policy *policy)
{
	j->policy = policy;
}

/* The leaf is nobody's issuer; the others may be those that another server forgot. */
static struct err learn_issuers(struct judging *j, const struct chain_verdict *verdict)
{
	struct err e = OK;

	for (size_t i = 1; i < verdict->n_certs && !err_is(e); i++)
		if (verdict->facts[i]->is_ca && !verdict->facts[i]->self_signed)
			e = trust_add_known(j->trust, verdict->der[i]);
	return e;
}

/* Who handed us the leaf alone (another scanner's file) has not said that the server does. NULL: no
 * room. */
static const struct chain_verdict *as_cut(struct arena *a, const struct chain_verdict *verdict)
{
	struct chain_verdict *cut = arena_dup(a, verdict, sizeof(*verdict));

	if (!cut)
		return NULL;
	cut->cut = true;
	cut->n_findings = 0;
	for (size_t i = 0; i < verdict->n_findings; i++)
		if (!finding_is_about_issuers(verdict->findings[i].id))
			cut->findings[cut->n_findings++] = verdict->findings[i];
	return cut;
}

/* A chain as it came, and when. */
struct presented {
	const struct span *der;
	size_t n;
	bool cut;
	int64_t seen_ms; /* 0: nothing new was seen */
};

static struct err judge_and_tell(struct judging *j, const struct presented *p)
{
	const struct chain_verdict *verdict;
	struct record record = {.type = RECORD_DEFINE, .define_ms = p->seen_ms};
	struct err e;

	arena_reset(&j->arena);
	e = judge_chain(p->der, p->n, j->trust, j->policy, &j->arena, &verdict);
	if (!err_is(e) && p->cut) {
		verdict = as_cut(&j->arena, verdict);
		e = verdict ? OK : err_limit("out of memory");
	}
	if (err_is(e))
		return e;
	record.define = verdict;
	e = channel_send(j->keeper, &record);
	if (!err_is(e))
		e = dictionary_put(j->dictionary, verdict);
	if (!err_is(e))
		e = learn_issuers(j, verdict);
	return e;
}

static struct err find_chain(struct judging *j, const struct digest256 *id,
    const struct presented *p, const struct cert_facts **ret_leaf)
{
	uint32_t epoch = trust_epoch(j->trust);
	const struct cert_facts *leaf = dictionary_find(j->dictionary, id, p->cut, epoch);
	struct err e = OK;

	if (!leaf) {
		e = judge_and_tell(j, p);
		if (!err_is(e))
			leaf = dictionary_find(j->dictionary, id, p->cut, epoch);
	}
	*ret_leaf = leaf;
	return e;
}

static void judge_the_name(struct observation *obs, const struct cert_facts *leaf, const char *name)
{
	if (obs->n_findings < OBSERVATION_FINDINGS_MAX &&
	    judge_name(leaf, name, &obs->findings[obs->n_findings]))
		obs->n_findings++;
}

struct err judging_judge(
    struct judging *j, struct observation *obs, const char *name, const struct span *der, size_t n)
{
	const struct cert_facts *leaf = NULL;
	struct err e = OK;

	if (n > CHAIN_CERTS_MAX) {
		n = CHAIN_CERTS_MAX;
		obs->flags |= OBS_CHAIN_CUT;
	}
	if (n) {
		struct presented p = {der, n, obs->flags & OBS_CHAIN_CUT, obs->first_ms};

		obs->chain = chain_memory_id(j->memory, der, n);
		e = find_chain(j, &obs->chain, &p, &leaf);
	}
	if (err_is(e))
		return e;
	if (leaf && name && *name)
		judge_the_name(obs, leaf, name);
	return OK;
}

static bool way_is(const struct way *way, const struct observation *obs)
{
	return way->known && way->version == obs->version && way->cipher == obs->cipher &&
	       way->group == obs->group;
}

static void learn_way(struct way *way, const struct observation *obs, const struct policy *policy)
{
	struct observation bare = {
	    .version = obs->version, .cipher = obs->cipher, .group = obs->group};

	judge_numbers(&bare, policy);
	*way = (struct way){.known = true,
	    .n_findings = bare.n_findings,
	    .version = obs->version,
	    .cipher = obs->cipher,
	    .group = obs->group};
	memcpy(way->findings, bare.findings, sizeof(way->findings));
}

static const struct way *way_of(struct judging *j, const struct observation *obs)
{
	unsigned hash = obs->version * 31u + obs->cipher * 7u + obs->group;
	struct way *way = &j->ways[hash % WAYS];

	if (!way_is(way, obs))
		learn_way(way, obs, j->policy);
	return way;
}

void judging_operation(struct judging *j, struct observation *obs)
{
	const struct way *way = way_of(j, obs);

	for (size_t i = 0; i < way->n_findings && obs->n_findings < OBSERVATION_FINDINGS_MAX; i++)
		obs->findings[obs->n_findings++] = way->findings[i];
	judge_rejection(obs);
}

struct err judging_observed(
    struct judging *j, struct observation *obs, const char *name, const struct span *der, size_t n)
{
	struct record record = {.type = RECORD_OBSERVATION, .observation = obs};
	struct err e = judging_judge(j, obs, name, der, n);

	return err_is(e) ? e : channel_send(j->keeper, &record);
}

struct err judging_issuer(struct judging *j, struct span der)
{
	return trust_add_known(j->trust, der);
}

struct err judging_again(struct judging *j, const struct judge_request *request)
{
	struct presented p = {.der = request->der, .n = request->n_certs};

	return judge_and_tell(j, &p);
}
