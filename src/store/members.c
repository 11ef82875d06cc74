/*
 * members.c: certificates are fewer than the rows that show them, and have indexes; so has a
 * question about them a set of certificates, then the rows that have one of these.
 *
 * Which index is right is SQLite's choice, as long as that is quick: a search by an index that most
 * are in takes five times as long as a pass over all, and nobody knows before. What a search that
 * is given up has found is right, too.
 */
#include "store/members.h"

#include "store/picked.h"

/* Looking up a member takes so many times as long as passing by. */
enum { FEW_PART = 16, STEPS_OF_LOOKUP = 20 };

static const struct member {
	enum sql_table table;
	const char *few, *search, *pass;
	const char *none; /* for rows that have no member */
} members[] = {
    {SQL_CERTS, "SELECT feed(l.id) FROM picked p CROSS JOIN certificates l ON l.id = p.id WHERE ",
	"SELECT feed(l.id) FROM certificates l WHERE ",
	"SELECT feed(l.id) FROM certificates l NOT INDEXED WHERE ",
	"SELECT feed(0) FROM chains c LEFT JOIN certificates l ON l.id = c.leaf WHERE c.id = 0"
	" AND "},
    {SQL_CHAINS, "SELECT feed(c.id) FROM picked p CROSS JOIN chains c ON c.id = p.id WHERE ",
	"SELECT feed(c.id) FROM chains c WHERE ",
	"SELECT feed(c.id) FROM chains c NOT INDEXED WHERE ", NULL},
    {SQL_ENDPOINTS, "SELECT feed(e.id) FROM picked p CROSS JOIN endpoints e ON e.id = p.id WHERE ",
	"SELECT feed(e.id) FROM endpoints e WHERE ",
	"SELECT feed(e.id) FROM endpoints e NOT INDEXED WHERE ", NULL},
};

static void member_take(void *context, sqlite3_value **v)
{
	struct bits *set = context;
	uint64_t id = (uint64_t)sqlite3_value_int64(v[0]);

	if (id < set->n)
		bits_add(set, id);
}

/* patience NULL: however long it takes. */
static struct err members_ask(const struct scope *c, const char *select, enum sql_table of,
    const struct query *query, const struct feed_patience *patience, struct bits *set,
    bool *ret_whole)
{
	struct sql *q = scope_sql(c);
	struct err e;

	if (!q)
		return err_limit("no memory for a question");
	q->of = of;
	sql_say(q, select);
	if (query->kind == QUERY_COMPARE && query->field == FIELD_ANY)
		sql_say_any(q, query);
	else
		sql_where(q, query);
	*ret_whole = true;
	e = patience ? feed_search(c->s, q, *patience, member_take, set, ret_whole)
		     : feed(c->s, q, member_take, set);
	sql_free(q);
	return e;
}

static uint32_t member_of(const struct scope *c, const struct member *m, size_t row)
{
	const struct sighting *of = &c->of->v[row];

	return m->table == SQL_ENDPOINTS ? of->endpoint
	       : m->table == SQL_CHAINS	 ? of->chain
					 : c->of->leaf[of->chain];
}

/* Those of the rows; false: they are not few. */
static bool members_of(
    const struct scope *c, const struct member *m, const struct bits *rows, struct bits *set)
{
	size_t at = 0, row;

	if (bits_count(rows) >= set->n / FEW_PART)
		return false;
	while (bits_next(rows, &at, &row))
		bits_add(set, member_of(c, m, row));
	return true;
}

/* By an index, as long as that is quicker than the other way. */
static struct err members_find(const struct scope *c, const struct member *m,
    const struct query *query, const struct bits *rows, struct bits *set)
{
	struct feed_patience patience = {.steps_k = SEARCH_STEPS_MAX, .scans = true};
	struct bits few = {.n = 0};
	bool whole = false, are_few;
	struct err e;

	if (!bits_init(&few, set->n))
		return err_limit("no memory for a question");
	are_few = members_of(c, m, rows, &few);
	if (are_few)
		patience = (struct feed_patience){
		    .steps_k = (int)(bits_count(&few) * STEPS_OF_LOOKUP / 1000) + 1};
	e = members_ask(c, m->search, m->table, query, &patience, set, &whole);
	picked_put(c->s, &few, NULL);
	if (!err_is(e) && !whole)
		e = members_ask(c, are_few ? m->few : m->pass, m->table, query, NULL, set, &whole);
	bits_done(&few);
	return e;
}

static const struct member *member_by_table(enum sql_table table)
{
	size_t i = 0;

	while (members[i].table != table)
		i++;
	return &members[i];
}

struct err members_narrow(
    struct scope *c, enum sql_table table, const struct query *query, struct bits *rows)
{
	const struct member *m = member_by_table(table);
	struct bits set = {.n = 0};
	bool whole;
	struct err e;

	if (!bits_init(&set, table == SQL_CERTS	   ? c->of->n_leaves
			     : table == SQL_CHAINS ? c->of->n_chains
						   : c->of->n_endpoints))
		return err_limit("no memory for a question");
	e = members_find(c, m, query, rows, &set);
	if (!err_is(e) && m->none && query->field != FIELD_ANY)
		e = members_ask(c, m->none, 0, query, NULL, &set, &whole);
	if (!err_is(e) && table == SQL_CERTS)
		sightings_keep_leaves(c->of, &set, rows);
	else if (!err_is(e) && table == SQL_CHAINS)
		sightings_keep_chains(c->of, &set, rows);
	else if (!err_is(e))
		sightings_keep_endpoints(c->of, &set, rows);
	bits_done(&set);
	return e;
}
