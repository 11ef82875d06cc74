/*
 * found.c: what holds of a chain holds of all its rows, so it is counted once, with their number.
 * Endpoints that have findings of their own are few; of them each row is looked at.
 */
#include "store/found.h"

#include "store/held.h"

#include <inttypes.h>
#include <stdio.h>

enum { FINDING_IDS_MAX = 256 };

struct counting {
	const struct scope *c;
	const struct tally *t;
	struct counter *counter;
	uint64_t with_value;
	struct err e;
	struct bits any; /* chains */
	struct bits chains[FINDING_IDS_MAX]; /* made where needed */
	/* The row whose own findings come. */
	int64_t endpoint, chain;
	size_t n_own;
	int64_t own[OBSERVATION_FINDINGS_MAX];
};

/* True once of each chain. */
static bool is_news(struct counting *k, struct bits *set, int64_t chain)
{
	if (!set->w && !bits_init(set, k->t->chains.n)) {
		k->e = err_limit("no memory for findings");
		return false;
	}
	if (bits_has(set, (size_t)chain))
		return false;
	bits_add(set, (size_t)chain);
	return true;
}

/* Chain, finding, severity. */
static void chain_take(void *context, sqlite3_value **v)
{
	struct counting *k = context;
	int64_t chain = sqlite3_value_int64(v[0]), id = sqlite3_value_int64(v[1]);
	uint32_t n = weights_of(&k->t->chains, chain);

	if (n == 0 || id < 0 || id >= FINDING_IDS_MAX || !is_news(k, &k->chains[id], chain))
		return;
	counter_add(k->counter, id, n);
	if (is_news(k, &k->any, chain))
		k->with_value += n;
}

static bool chain_has(const struct bits *set, int64_t chain)
{
	return set->w && bits_has(set, (size_t)chain);
}

/* Endpoint, chain, finding, severity; by row. */
static void own_take(void *context, sqlite3_value **v)
{
	struct counting *k = context;
	int64_t endpoint = sqlite3_value_int64(v[0]), chain = sqlite3_value_int64(v[1]);
	int64_t id = sqlite3_value_int64(v[2]);

	if (k->endpoint != endpoint || k->chain != chain) {
		k->endpoint = endpoint;
		k->chain = chain;
		k->n_own = 0;
		k->with_value += !chain_has(&k->any, chain);
	}
	for (size_t i = 0; i < k->n_own; i++)
		if (k->own[i] == id)
			return;
	if (k->n_own == OBSERVATION_FINDINGS_MAX || id < 0 || id >= FINDING_IDS_MAX)
		return;
	k->own[k->n_own++] = id;
	if (!chain_has(&k->chains[id], chain))
		counter_add(k->counter, id, 1);
}

/* Of the rows that are meant, by row. Where chains are meant, what the table itself has is
 * enough. */
static struct err own_feed(const struct scope *c, feed_fn *take, void *context)
{
	bool of_chains = scope_is_of_chains(c);
	char columns[96], where[96];

	snprintf(columns, sizeof(columns), "s.endpoint, s.chain, %c.finding, %c.severity",
	    of_chains ? 's' : 'f', of_chains ? 's' : 'f');
	snprintf(where, sizeof(where), "since_s <= %" PRId64 " AND until_s > %" PRId64,
	    c->listing->now_s, c->listing->now_s);
	if (of_chains)
		return scope_feed_instead(c, columns,
		    "(SELECT * FROM sighting_findings NOT INDEXED)", where, take, context);
	return scope_feed_from(c, columns,
	    "sighting_findings f NOT INDEXED CROSS JOIN sightings s"
	    " ON s.endpoint = f.endpoint AND s.chain = f.chain",
	    where, take, context);
}

struct err found_count(
    const struct scope *c, const struct tally *t, struct counter *counter, uint64_t *ret_with_value)
{
	struct counting k = {.c = c, .t = t, .counter = counter, .endpoint = -1};
	struct err e = held_feed(c->s, c->listing->now_s, chain_take, &k);

	if (!err_is(e))
		e = own_feed(c, own_take, &k);
	for (size_t i = 0; i < FINDING_IDS_MAX; i++)
		bits_done(&k.chains[i]);
	bits_done(&k.any);
	*ret_with_value = k.with_value;
	return err_is(e) ? e : k.e;
}

/* Rows by severity. */
struct ranking {
	const uint8_t *worst; /* of chains */
	uint64_t rows[UINT8_MAX + 1];
	int64_t endpoint, chain; /* the row that comes, and what it was counted as */
	uint8_t counted;
};

/* A row moves up by what is its own. */
static void rank_own(void *context, sqlite3_value **v)
{
	struct ranking *k = context;
	int64_t endpoint = sqlite3_value_int64(v[0]), chain = sqlite3_value_int64(v[1]);
	uint8_t severity = (uint8_t)sqlite3_value_int(v[3]);

	if (k->endpoint != endpoint || k->chain != chain) {
		k->endpoint = endpoint;
		k->chain = chain;
		k->counted = k->worst[chain];
	}
	if (severity <= k->counted)
		return;
	k->rows[k->counted]--;
	k->rows[severity]++;
	k->counted = severity;
}

struct err found_severities(
    struct scope *c, const struct tally *t, struct counter *counter, uint64_t *ret_with_value)
{
	struct ranking k = {.endpoint = -1};
	struct err e = scope_worst(c, &k.worst);

	for (size_t i = 0; i < t->chains.n && !err_is(e); i++)
		k.rows[k.worst[i]] += t->chains.v[i];
	if (!err_is(e))
		e = own_feed(c, rank_own, &k);
	for (size_t i = SEVERITY_NONE + 1; i <= UINT8_MAX && !err_is(e); i++)
		counter_add(counter, (int64_t)i, k.rows[i]);
	*ret_with_value = t->rows - k.rows[SEVERITY_NONE];
	return e;
}

struct grading {
	const struct tally *t;
	const uint8_t *worst; /* of chains */
	uint8_t *leaves;
	uint32_t *leaf_of; /* by chain */
};

static void leaf_grade(struct grading *k, int64_t leaf, uint8_t severity)
{
	if (leaf > 0 && (uint64_t)leaf < k->t->leaves.n && severity > k->leaves[leaf])
		k->leaves[leaf] = severity;
}

/* Leaf, chain. */
static void grade_chain(void *context, sqlite3_value **v)
{
	struct grading *k = context;
	int64_t chain = sqlite3_value_int64(v[1]);

	if (weights_of(&k->t->chains, chain) == 0)
		return;
	k->leaf_of[chain] = (uint32_t)sqlite3_value_int64(v[0]);
	leaf_grade(k, k->leaf_of[chain], k->worst[chain]);
}

/* Endpoint, chain, finding, severity. */
static void grade_own(void *context, sqlite3_value **v)
{
	struct grading *k = context;
	int64_t chain = sqlite3_value_int64(v[1]);

	if (weights_of(&k->t->chains, chain))
		leaf_grade(k, k->leaf_of[chain], (uint8_t)sqlite3_value_int(v[3]));
}

struct err found_worst(struct scope *c, const struct tally *t, uint8_t **ret_worst)
{
	struct grading k = {.t = t,
	    .leaves = calloc(t->leaves.n + 1, sizeof(*k.leaves)),
	    .leaf_of = calloc(t->chains.n + 1, sizeof(*k.leaf_of))};
	struct err e =
	    k.leaves && k.leaf_of ? scope_worst(c, &k.worst) : err_limit("no memory for findings");

	if (!err_is(e))
		e = weights_feed(&t->chains, c, &tally_chains, "c.leaf, c.id", grade_chain, &k);
	if (!err_is(e))
		e = own_feed(c, grade_own, &k);
	free(k.leaf_of);
	if (err_is(e))
		free(k.leaves);
	else
		*ret_worst = k.leaves;
	return e;
}
