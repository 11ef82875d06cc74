/*
 * said.c: the rows of endpoints of which something is said are looked at one by one; all others
 * have what is said of their certificate, which is counted once, with their number.
 */
#include "store/said.h"

#include <stdio.h>

struct counting {
	const struct tally *t;
	struct counter *counter;
	struct weights spoken; /* by certificate: rows whose endpoint had the word */
	uint64_t with_value;
};

static struct err counting_begin(struct counting *k)
{
	return weights_init(&k->spoken, k->t->leaves.n);
}

#define NOTED_ROWS                                                                                 \
	"endpoint_notes n CROSS JOIN endpoints x ON x.addr = n.addr AND x.port = n.port"           \
	" AND x.transport = n.transport AND x.zone = n.zone"                                       \
	" CROSS JOIN sightings s ON s.endpoint = x.id"
#define LEAF "(SELECT d.leaf FROM chains d WHERE d.id = s.chain)"

/* Leaf, text. */
static void here_take(void *context, sqlite3_value **v)
{
	struct counting *k = context;

	k->with_value++;
	counter_add(
	    k->counter, counter_text(k->counter, (const char *)sqlite3_value_text(v[1])), 1);
	if (sqlite3_value_type(v[0]) != SQLITE_NULL)
		weights_add(&k->spoken, sqlite3_value_int64(v[0]), 1);
}

/* The rows of a certificate for which it speaks. */
static uint32_t rest_of(const struct counting *k, int64_t leaf)
{
	return weights_of(&k->t->leaves, leaf) - weights_of(&k->spoken, leaf);
}

/* Leaf, text. */
static void there_take(void *context, sqlite3_value **v)
{
	struct counting *k = context;
	uint32_t n = rest_of(k, sqlite3_value_int64(v[0]));

	k->with_value += n;
	if (n)
		counter_add(k->counter,
		    counter_text(k->counter, (const char *)sqlite3_value_text(v[1])), n);
}

struct err said_count(const struct scope *c, const struct tally *t, const char *what,
    struct counter *counter, uint64_t *ret_with_value)
{
	static const struct weighed noted = {.table = "certificates l",
	    .id = "l.id",
	    .more = " CROSS JOIN certificate_notes n ON n.sha256 = l.sha256",
	    .many = "certificate_notes n CROSS JOIN certificates l ON l.sha256 = n.sha256",
	    .where = "1"};
	struct counting k = {.t = t, .counter = counter};
	struct weighed of = noted;
	char columns[128], where[64];
	struct err e = counting_begin(&k);

	snprintf(where, sizeof(where), "n.%s <> ''", what);
	snprintf(columns, sizeof(columns), LEAF ", n.%s", what);
	if (!err_is(e))
		e = scope_feed_from(c, columns, NOTED_ROWS, where, here_take, &k);
	snprintf(columns, sizeof(columns), "l.id, n.%s", what);
	of.where = where;
	if (!err_is(e))
		e = weights_feed(&t->leaves, c, &of, columns, there_take, &k);
	weights_done(&k.spoken);
	*ret_with_value = k.with_value;
	return e;
}

/* Leaf. */
static void tagged_take(void *context, sqlite3_value **v)
{
	struct counting *k = context;

	k->with_value++;
	if (sqlite3_value_type(v[0]) != SQLITE_NULL)
		weights_add(&k->spoken, sqlite3_value_int64(v[0]), 1);
}

/* Tag. */
static void tag_take(void *context, sqlite3_value **v)
{
	struct counting *k = context;

	counter_add(
	    k->counter, counter_text(k->counter, (const char *)sqlite3_value_text(v[0])), 1);
}

/* Leaf, tag, its place among the leaf's. */
static void leaf_tag_take(void *context, sqlite3_value **v)
{
	struct counting *k = context;
	uint32_t n = rest_of(k, sqlite3_value_int64(v[0]));

	if (n == 0)
		return;
	if (sqlite3_value_int64(v[2]) == 0)
		k->with_value += n;
	counter_add(
	    k->counter, counter_text(k->counter, (const char *)sqlite3_value_text(v[1])), n);
}

/* Rows whose endpoint has tags: these, and those of the certificate that are not among them. */
static struct err tags_here(const struct scope *c, struct counting *k)
{
	static const char tagged[] = "n.tags <> '[]'";
	struct err e = scope_feed_from(c, LEAF, NOTED_ROWS, tagged, tagged_take, k);

	if (!err_is(e))
		e = scope_feed_from(c, "t.value", NOTED_ROWS " CROSS JOIN json_each(n.tags) t",
		    tagged, tag_take, k);
	if (!err_is(e))
		e = scope_feed_from(c, "t.value",
		    NOTED_ROWS " CROSS JOIN chains d ON d.id = s.chain"
			       " CROSS JOIN certificates k ON k.id = d.leaf"
			       " CROSS JOIN certificate_notes m ON m.sha256 = k.sha256"
			       " CROSS JOIN json_each(m.tags) t",
		    "n.tags <> '[]' AND t.value NOT IN (SELECT value FROM json_each(n.tags))",
		    tag_take, k);
	return e;
}

struct err said_tags(
    const struct scope *c, const struct tally *t, struct counter *counter, uint64_t *ret_with_value)
{
	static const struct weighed noted = {.table = "certificates l",
	    .id = "l.id",
	    .more = " CROSS JOIN certificate_notes n ON n.sha256 = l.sha256"
		    " CROSS JOIN json_each(n.tags) t",
	    .many = "certificate_notes n CROSS JOIN certificates l ON l.sha256 = n.sha256"
		    " CROSS JOIN json_each(n.tags) t",
	    .where = "n.tags <> '[]'"};
	struct counting k = {.t = t, .counter = counter};
	struct err e = counting_begin(&k);

	if (!err_is(e))
		e = tags_here(c, &k);
	if (!err_is(e))
		e = weights_feed(&t->leaves, c, &noted, "l.id, t.value, t.key", leaf_tag_take, &k);
	weights_done(&k.spoken);
	*ret_with_value = k.with_value;
	return e;
}
