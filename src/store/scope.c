/*
 * scope.c: a question is taken apart from the top. What is about one table becomes a set; of what
 * is said of an endpoint and of its certificate (a finding, an owner) each half becomes one, and
 * the condition says which half counts; what is left is asked of the sighting itself.
 *
 * Which index finds a set is SQLite's choice, as long as that is quick: a search by an index that
 * most are in takes five times as long as a pass over all, and nobody knows before.
 */
#include "store/scope.h"

#include "store/held.h"
#include "verdict/table.h"

#include <stdio.h>

/* What a part is about: of enum sql_table, or an endpoint and a chain, each for itself. */
enum { ABOUT_HALVES = 1 << 8 };

/* By one chain or endpoint it takes so many times as long to a sighting as by all of them. */
enum { INSIDE_PART = 8 };

static unsigned about_of(const struct query *query)
{
	static const enum field_id halves[] = {FIELD_FINDINGS, FIELD_SEVERITY, FIELD_OWNER,
	    FIELD_NOTE, FIELD_TAGS, FIELD_MUTED, FIELD_ANY};

	switch (query->kind) {
	case QUERY_ALL:
		return 0;
	case QUERY_AND:
	case QUERY_OR:
		return about_of(query->left) | about_of(query->right);
	case QUERY_NOT:
		return about_of(query->left);
	case QUERY_COMPARE:
		break;
	}
	for (size_t i = 0; i < sizeof(halves) / sizeof(halves[0]); i++)
		if (query->field == halves[i])
			return ABOUT_HALVES;
	return query->field == FIELD_CHAIN || query->field == FIELD_CHAIN_ID ? SQL_CERTS
									     : sql_tables(query);
}

static bool is_about(const struct query *query, unsigned tables)
{
	unsigned about = about_of(query);

	return about && !(about & ~tables);
}

struct sql *scope_sql(const struct scope *c)
{
	return sql_new(c->listing->now_s, c->listing->word_text);
}

static void fail(struct scope *c, struct err e)
{
	if (!err_is(c->e))
		c->e = e;
}

/* How a set is found: up to the condition. */
struct source {
	enum sql_table of;
	const char *from;
	const char *text; /* of which it is asked; NULL: the question says it */
	const char *end; /* behind it; NULL */
};

static const struct source chains_search = {SQL_CERTS,
    "SELECT feed(c.id) FROM certificates l CROSS JOIN chains c ON c.leaf = l.id WHERE ", NULL,
    NULL};
static const struct source chains_pass = {SQL_CERTS,
    "SELECT feed(c.id) FROM certificates l NOT INDEXED"
    " CROSS JOIN chains c ON c.leaf = l.id WHERE ",
    NULL, NULL};
static const struct source chains_bare = {SQL_CERTS,
    "SELECT feed(c.id) FROM chains c INDEXED BY chains_leaf"
    " LEFT JOIN certificates l ON l.id = c.leaf WHERE c.leaf IS NULL AND ",
    NULL, NULL};
static const struct source endpoints_search = {
    SQL_ENDPOINTS, "SELECT feed(e.id) FROM endpoints e WHERE ", NULL, NULL};
static const struct source endpoints_pass = {
    SQL_ENDPOINTS, "SELECT feed(e.id) FROM endpoints e NOT INDEXED WHERE ", NULL, NULL};

#define OF_ENDPOINT_NOTES                                                                          \
	"SELECT feed(e.id) FROM endpoint_notes n CROSS JOIN endpoints e ON e.addr = n.addr"        \
	" AND e.port = n.port AND e.transport = n.transport AND e.zone = n.zone WHERE "
#define OF_CERTIFICATE_NOTES                                                                       \
	"SELECT feed(c.id) FROM certificate_notes n CROSS JOIN certificates l"                     \
	" ON l.sha256 = n.sha256 CROSS JOIN chains c ON c.leaf = l.id WHERE "
#define ONE_TAG "EXISTS (SELECT 1 FROM json_each(n.tags) t WHERE "

/* What people say: of the endpoint, and of the certificate. */
static const struct said {
	enum field_id field;
	struct source here, there;
} said[] = {
    {FIELD_OWNER, {SQL_ENDPOINTS, OF_ENDPOINT_NOTES, "n.owner", NULL},
	{SQL_CERTS, OF_CERTIFICATE_NOTES, "n.owner", NULL}},
    {FIELD_NOTE, {SQL_ENDPOINTS, OF_ENDPOINT_NOTES, "n.note", NULL},
	{SQL_CERTS, OF_CERTIFICATE_NOTES, "n.note", NULL}},
    {FIELD_TAGS, {SQL_ENDPOINTS, OF_ENDPOINT_NOTES ONE_TAG, "t.value", ")"},
	{SQL_CERTS, OF_CERTIFICATE_NOTES ONE_TAG, "t.value", ")"}},
};

static void set_take(void *context, sqlite3_value **v)
{
	struct bits *set = context;
	sqlite3_int64 id = sqlite3_value_int64(v[0]);

	if (id >= 0 && (size_t)id < set->n)
		bits_add(set, (size_t)id);
}

/* NULL: there are as many as may be, or no memory. */
static struct bits *set_new(struct scope *c, size_t n)
{
	struct bits *set = &c->sets[c->n_sets];

	if (err_is(c->e) || c->n_sets == SCOPE_SETS_MAX)
		return NULL;
	if (!bits_init(set, n)) {
		fail(c, err_limit("no memory for a question"));
		return NULL;
	}
	c->s->searching.n_sets = ++c->n_sets;
	return set;
}

/* ret_whole NULL: however long it takes. */
static void set_fill(struct scope *c, struct bits *set, const struct source *source,
    const struct query *query, bool *ret_whole)
{
	struct sql *q = scope_sql(c);

	if (!q) {
		fail(c, err_limit("no memory for a question"));
		return;
	}
	q->of = source->of;
	sql_say(q, source->from);
	if (source->text)
		sql_say_text(q, source->text, query->op, query->value.text);
	else if (query->kind == QUERY_COMPARE && query->field == FIELD_ANY)
		sql_say_any(q, query);
	else
		sql_where(q, query);
	sql_say(q, source->end ? source->end : "");
	fail(c, ret_whole ? feed_search(c->s, q, set_take, set, ret_whole)
			  : feed(c->s, q, set_take, set));
	sql_free(q);
}

/* What a search that is given up has found is right, too. */
static void set_find(struct scope *c, struct bits *set, const struct source *search,
    const struct source *pass, const struct query *query)
{
	bool whole = false;

	set_fill(c, set, search, query, &whole);
	if (!whole)
		set_fill(c, set, pass, query, NULL);
}

static struct bits *chains_of(struct scope *c, const struct query *query)
{
	struct bits *set = set_new(c, c->n_chains);

	if (set) {
		set_find(c, set, &chains_search, &chains_pass, query);
		set_fill(c, set, &chains_bare, query, NULL);
	}
	return set;
}

static struct bits *endpoints_of(struct scope *c, const struct query *query)
{
	struct bits *set = set_new(c, c->n_endpoints);

	if (set)
		set_find(c, set, &endpoints_search, &endpoints_pass, query);
	return set;
}

static void say_among(const struct scope *c, struct sql *q, const struct bits *set, const char *id)
{
	buf_printf(&q->text, "among(%zu, %s)", (size_t)(set - c->sets), id);
}

/* Where it is found (of the endpoint, of the chain), by the index of the findings. */
static struct bits *found_in(
    struct scope *c, size_t n, const char *select, uint16_t id, int64_t at_s)
{
	struct bits *set = set_new(c, n);
	struct sql *q = set ? scope_sql(c) : NULL;

	if (!q)
		return NULL;
	sql_say(q, select);
	if (id) {
		sql_say(q, " WHERE f.finding = ");
		sql_number(q, id);
	} else {
		sql_say(q, " WHERE 1");
	}
	held_say(q, at_s);
	fail(c, feed(c->s, q, set_take, set));
	sql_free(q);
	return set;
}

struct err scope_worst(struct scope *c, const uint8_t **ret_worst)
{
	struct err e = OK;

	if (!c->worst)
		e = held_worst(c->s, c->listing->now_s, c->n_chains, &c->worst);
	*ret_worst = c->worst;
	return e;
}

static bool severity_meets(uint8_t worst, enum query_op op, uint8_t severity)
{
	switch ((int)op) {
	case QUERY_EXISTS:
		return worst != SEVERITY_NONE;
	case QUERY_EQ:
		return worst == severity;
	case QUERY_NE:
		return worst != severity;
	case QUERY_LT:
		return worst < severity;
	case QUERY_LE:
		return worst <= severity;
	case QUERY_GT:
		return worst > severity;
	default:
		return worst >= severity;
	}
}

/* Chains of which it is true, by their findings; the comparison is one. */
static struct bits *severe_chains(struct scope *c, enum query_op op, uint8_t severity)
{
	struct bits *set = set_new(c, c->n_chains);
	const uint8_t *worst = NULL;

	if (!set)
		return NULL;
	fail(c, scope_worst(c, &worst));
	for (size_t i = 0; worst && i < c->n_chains; i++)
		if (severity_meets(worst[i], op, severity))
			bits_add(set, i);
	return set;
}

/* A comparison of findings or severity: the chains of which it is true, and the endpoints that have
 * to be looked at for they have findings of their own. False: it is for sql_where to say. */
static bool found_sets(
    struct scope *c, const struct query *compare, struct bits **ret_chains, struct bits **ret_own)
{
	static const char of_chains[] =
	    "SELECT feed(f.chain) FROM chain_findings f INDEXED BY chain_findings_holds";
	const char *text = compare->value.text;
	const struct finding_row *row = text ? finding_by_name(text) : NULL;
	uint8_t severity = text ? severity_by_name(text) : SEVERITY_NONE;
	bool one = compare->field == FIELD_FINDINGS && compare->op == QUERY_HAS_FINDING && row;
	bool exists = compare->op == QUERY_EXISTS;
	bool severe = compare->field == FIELD_SEVERITY && compare->op <= QUERY_GE &&
		      severity != SEVERITY_NONE;

	if (!one && !exists && !severe)
		return false;
	*ret_own = found_in(c, c->n_endpoints, "SELECT feed(f.endpoint) FROM sighting_findings f",
	    one ? row->id : 0, one ? compare->value.number : c->listing->now_s);
	*ret_chains = one ? found_in(c, c->n_chains, of_chains, row->id, compare->value.number)
			  : severe_chains(c, compare->op, severity);
	return *ret_own && *ret_chains;
}

static void keep_inside(const struct bits **of, const struct bits *set)
{
	if (!*of || bits_count(set) < bits_count(*of))
		*of = set;
}

/* inside: it is joined to the rest by "and". */
static void say_found(struct scope *c, struct sql *q, const struct query *compare, bool inside)
{
	struct bits *chains = NULL, *own = NULL;

	if (!found_sets(c, compare, &chains, &own)) {
		sql_where(q, compare);
	} else if (bits_count(own) == 0) {
		say_among(c, q, chains, "s.chain");
		if (inside)
			keep_inside(&c->chains, chains);
	} else {
		sql_say(q, "CASE WHEN ");
		say_among(c, q, own, "s.endpoint");
		sql_say(q, " THEN ");
		sql_where(q, compare);
		sql_say(q, " ELSE ");
		say_among(c, q, chains, "s.chain");
		sql_say(q, " END");
	}
}

/* One half of what is said. */
static struct bits *said_set(
    struct scope *c, const struct source *source, size_t n, const struct query *compare)
{
	struct bits *set = set_new(c, n);

	if (set)
		set_fill(c, set, source, compare, NULL);
	return set;
}

/* The endpoint's owner, else the certificate's; but the tags of both. */
static void say_said(
    struct scope *c, struct sql *q, const struct said *of, const struct query *compare)
{
	struct query exists = *compare, equal = *compare;
	struct bits *any = NULL, *here, *there;

	exists.op = QUERY_EXISTS;
	if (compare->op == QUERY_NE) {
		sql_say(q, "NOT ");
		equal.op = QUERY_EQ;
	}
	here = said_set(c, &of->here, c->n_endpoints, &equal);
	there = said_set(c, &of->there, c->n_chains, &equal);
	if (of->field != FIELD_TAGS)
		any = said_set(c, &of->here, c->n_endpoints, &exists);
	if (!here || !there || (!any && of->field != FIELD_TAGS)) {
		sql_where(q, &equal);
		return;
	}
	sql_say(q, "CASE WHEN ");
	say_among(c, q, any ? any : here, "s.endpoint");
	sql_say(q, " THEN ");
	say_among(c, q, here, "s.endpoint");
	sql_say(q, " ELSE ");
	say_among(c, q, there, "s.chain");
	sql_say(q, " END");
}

static void say(struct scope *c, struct sql *q, const struct query *query);

/* What people say is told apart; of the others those of one table are asked together. */
static void say_any(struct scope *c, struct sql *q, const struct query *compare)
{
	struct bits *chains = chains_of(c, compare), *endpoints = endpoints_of(c, compare);
	struct query one = *compare;
	size_t n;
	const struct field *fields = field_table(&n);

	if (!chains || !endpoints) {
		sql_where(q, compare);
		return;
	}
	say_among(c, q, chains, "s.chain");
	sql_say(q, " OR ");
	say_among(c, q, endpoints, "s.endpoint");
	for (size_t i = 0; i < n; i++) {
		one.field = fields[i].id;
		if (!(fields[i].flags & FIELD_FREE) || about_of(&one) != ABOUT_HALVES)
			continue;
		sql_say(q, " OR ");
		say(c, q, &one);
	}
}

/* Nothing is. */
static bool muted_meets(const struct query *compare)
{
	return compare->op == QUERY_EXISTS ||
	       severity_meets(0, compare->op, (uint8_t)(compare->value.number != 0));
}

static void say_compare(struct scope *c, struct sql *q, const struct query *compare)
{
	struct query equal = *compare;

	for (size_t i = 0; i < sizeof(said) / sizeof(said[0]); i++) {
		if (said[i].field != compare->field)
			continue;
		say_said(c, q, &said[i], compare);
		return;
	}
	if (compare->field == FIELD_FINDINGS || compare->field == FIELD_SEVERITY) {
		say_found(c, q, compare, false);
	} else if (compare->field == FIELD_ANY) {
		equal.op = compare->op == QUERY_NE ? QUERY_EQ : compare->op;
		sql_say(q, compare->op == QUERY_NE ? "NOT (" : "(");
		say_any(c, q, &equal);
		sql_say(q, ")");
	} else if (compare->field == FIELD_MUTED && mutes_empty(c->mutes) &&
		   (compare->op <= QUERY_GE || compare->op == QUERY_EXISTS)) {
		sql_say(q, muted_meets(compare) ? "1" : "0");
	} else {
		sql_where(q, compare);
	}
}

static void say_nodes(struct scope *c, struct sql *q, const struct query *query)
{
	switch (query->kind) {
	case QUERY_ALL:
		sql_say(q, "1");
		break;
	case QUERY_AND:
	case QUERY_OR:
		say(c, q, query->left);
		sql_say(q, query->kind == QUERY_AND ? " AND " : " OR ");
		say(c, q, query->right);
		break;
	case QUERY_NOT:
		sql_say(q, "NOT ");
		q->negations++;
		say(c, q, query->left);
		q->negations--;
		break;
	case QUERY_COMPARE:
		say_compare(c, q, query);
		break;
	}
}

static void say(struct scope *c, struct sql *q, const struct query *query)
{
	bool of_chain = is_about(query, SQL_CERTS), of_endpoint = is_about(query, SQL_ENDPOINTS);
	struct bits *set = of_chain	 ? chains_of(c, query)
			   : of_endpoint ? endpoints_of(c, query)
					 : NULL;

	if (q->depth == SEARCH_DEPTH_MAX) {
		fail(c, err_input(0, "a search nested too deeply"));
		return;
	}
	q->depth++;
	sql_say(q, "(");
	if (set)
		say_among(c, q, set, of_chain ? "s.chain" : "s.endpoint");
	else if (of_chain || of_endpoint)
		sql_where(q, query);
	else
		say_nodes(c, q, query);
	sql_say(q, ")");
	q->depth--;
}

/* The parts that are joined by "and"; those about one table together. */
struct parts {
	const struct query *chain, *endpoint;
};

static void part_join(struct scope *c, const struct query **part, const struct query *query)
{
	*part = *part ? query_and(&c->arena, *part, query) : query;
	if (!*part)
		fail(c, err_limit("a search too large"));
}

static void say_parts(struct scope *c, const struct query *query, struct parts *parts)
{
	bool found = query->kind == QUERY_COMPARE &&
		     (query->field == FIELD_FINDINGS || query->field == FIELD_SEVERITY);

	if (query->kind == QUERY_AND) {
		say_parts(c, query->left, parts);
		say_parts(c, query->right, parts);
		return;
	}
	if (is_about(query, SQL_CERTS)) {
		part_join(c, &parts->chain, query);
		return;
	}
	if (is_about(query, SQL_ENDPOINTS)) {
		part_join(c, &parts->endpoint, query);
		return;
	}
	c->indexed |= is_about(query, SQL_SIGHTINGS) && query->kind == QUERY_COMPARE &&
		      query->field != FIELD_PORT && query->field != FIELD_SERVICE;
	sql_say(c->where, " AND ");
	if (found)
		say_found(c, c->where, query, true);
	else
		say(c, c->where, query);
}

static void say_inside(struct scope *c, const struct query *part, bool of_chain)
{
	const struct bits *set = !part	    ? NULL
				 : of_chain ? chains_of(c, part)
					    : endpoints_of(c, part);

	if (!part)
		return;
	sql_say(c->where, " AND ");
	if (!set) {
		sql_where(c->where, part);
		return;
	}
	say_among(c, c->where, set, of_chain ? "s.chain" : "s.endpoint");
	keep_inside(of_chain ? &c->chains : &c->endpoints, set);
}

static void say_question(struct scope *c)
{
	const struct listing *l = c->listing;
	struct parts parts = {0};

	sql_say(c->where, l->gone ? "1" : "s.current");
	if (!l->bare)
		sql_say(c->where, " AND s.chain <> 0");
	if (l->where)
		say_parts(c, l->where, &parts);
	say_inside(c, parts.chain, true);
	say_inside(c, parts.endpoint, false);
	fail(c, sql_error(c->where));
}

/* The ids of the set by which it is quicker than by all sightings, if there is one. */
static void ids_write(struct scope *c)
{
	const struct bits **of = NULL;
	size_t n = SIZE_MAX, at = 0, i;

	if (c->chains && bits_count(c->chains) < c->n_chains / INSIDE_PART) {
		of = &c->chains;
		n = bits_count(c->chains);
	}
	if (c->endpoints && bits_count(c->endpoints) < c->n_endpoints / INSIDE_PART &&
	    bits_count(c->endpoints) < n)
		of = &c->endpoints;
	if (of != &c->chains)
		c->chains = NULL;
	if (of != &c->endpoints)
		c->endpoints = NULL;
	if (!of)
		return;
	buf_str(&c->ids, "[");
	while (bits_next(*of, &at, &i))
		buf_printf(&c->ids, "%s%zu", c->ids.n > 1 ? "," : "", i);
	buf_str(&c->ids, "]");
	c->json = buf_text(&c->ids);
	if (c->ids.full)
		fail(c, err_limit("no memory for a question"));
}

static void ids_count(struct scope *c)
{
	uint64_t chain = 0, endpoint = 0;

	fail(c, stmt_number(c->s, "SELECT max(id) FROM chains", &chain));
	fail(c, stmt_number(c->s, "SELECT max(id) FROM endpoints", &endpoint));
	if (chain > SCOPE_IDS_MAX || endpoint > SCOPE_IDS_MAX)
		fail(c, err_limit("a store with too many endpoints to be counted"));
	c->n_chains = (size_t)chain + 1;
	c->n_endpoints = (size_t)endpoint + 1;
}

struct err scope_open(struct scope *c, struct store *s, const struct listing *listing)
{
	memset(c, 0, sizeof(*c));
	c->s = s;
	c->listing = listing;
	arena_init(&c->arena, ROW_BYTES_MAX);
	buf_init(&c->ids, SCOPE_IDS_BYTES_MAX);
	c->where = scope_sql(c);
	if (!c->where)
		return err_limit("no memory for a question");
	fail(c, db_read_begin(s, &c->began));
	fail(c, store_mutes_load(s, listing->now_s * 1000, &c->mutes));
	s->searching.word_text = listing->word_text;
	s->searching.mutes = c->mutes;
	s->searching.sets = c->sets;
	s->searching.n_sets = 0;
	if (!err_is(c->e))
		ids_count(c);
	if (!err_is(c->e))
		say_question(c);
	if (!err_is(c->e))
		ids_write(c);
	return c->e;
}

void scope_close(struct scope *c)
{
	c->s->searching.mutes = NULL;
	c->s->searching.sets = NULL;
	c->s->searching.n_sets = 0;
	db_read_end(c->s, c->began);
	for (size_t i = 0; i < c->n_sets; i++)
		bits_done(&c->sets[i]);
	free(c->worst);
	mutes_free(c->mutes);
	sql_free(c->where);
	buf_done(&c->ids);
	arena_done(&c->arena);
}

/* Behind the next "s.", or which table it is; NULL: there is none. */
static const char *column_after(const char *sql, char table)
{
	for (const char *at = sql; (at = strchr(at, table)); at++)
		if (at[1] == '.' && (at == sql || !strchr("abcdefghijklmnopqrstuvwxyz_", at[-1])))
			return at + 2;
	return NULL;
}

/* The columns of the index sightings_wide; those of chains come first. */
static const char *const in_wide[] = {"chain", "current", "endpoint", "port", "source", "outcome",
    "starttls", "version", "cipher", "key_group"};

enum { WIDE = sizeof(in_wide) / sizeof(in_wide[0]), WIDE_OF_CHAINS = 2 };

/* All columns of s are among the first n. */
static bool are_among(const char *sql, size_t n)
{
	for (const char *at = sql; (at = column_after(at, 's'));) {
		size_t length = strspn(at, "abcdefghijklmnopqrstuvwxyz_"), i = 0;

		while (
		    i < n && (strlen(in_wide[i]) != length || strncmp(at, in_wide[i], length) != 0))
			i++;
		if (i == n)
			return false;
	}
	return true;
}

static bool is_wide(const char *sql)
{
	return are_among(sql, WIDE);
}

bool scope_is_of_chains(const struct scope *c)
{
	const char *where = buf_text(&c->where->text);

	return !c->listing->gone && are_among(where, WIDE_OF_CHAINS) && !column_after(where, 'e') &&
	       !column_after(where, 'c') && !column_after(where, 'l');
}

static bool speaks_of(const struct scope *c, const char *columns, char table)
{
	return column_after(buf_text(&c->where->text), table) || column_after(columns, table);
}

static void say_where(const struct scope *c, struct sql *q)
{
	sql_say(q, buf_text(&c->where->text));
	if (q->n + c->where->n > SEARCH_VALUES_MAX) {
		q->error = err_input(0, "a search with too many values");
		return;
	}
	memcpy(q->values + q->n, c->where->values, c->where->n * sizeof(*q->values));
	q->n += c->where->n;
}

static void say_joins(const struct scope *c, struct sql *q, const char *columns)
{
	bool certs = speaks_of(c, columns, 'l');

	if (speaks_of(c, columns, 'e'))
		sql_say(q, " CROSS JOIN endpoints e ON e.id = s.endpoint");
	if (certs || speaks_of(c, columns, 'c'))
		sql_say(q, " CROSS JOIN chains c ON c.id = s.chain");
	if (certs)
		sql_say(q, " LEFT JOIN certificates l ON l.id = c.leaf");
}

static void say_from(const struct scope *c, struct sql *q, const char *columns, bool search)
{
	bool wide = is_wide(columns) && is_wide(buf_text(&c->where->text));

	if (c->chains || c->endpoints) {
		sql_say(q, "json_each(");
		sql_text(q, c->json);
		sql_say(q, c->chains ? ") j CROSS JOIN sightings s INDEXED BY sightings_wide"
				       " ON s.chain = j.value"
				     : ") j CROSS JOIN sightings s ON s.endpoint = j.value");
	} else {
		sql_say(q, search ? "sightings s"
			   : wide ? "sightings s INDEXED BY sightings_wide"
				  : "sightings s NOT INDEXED");
	}
	say_joins(c, q, columns);
}

static struct err sightings_feed(const struct scope *c, const char *columns, bool search,
    feed_fn *take, void *context, bool *ret_whole)
{
	struct sql *q = scope_sql(c);
	struct err e;

	if (!q)
		return err_limit("no memory for a question");
	buf_printf(&q->text, "SELECT feed(%s) FROM ", columns);
	say_from(c, q, columns, search);
	sql_say(q, " WHERE ");
	say_where(c, q);
	*ret_whole = true;
	e = search ? feed_search(c->s, q, take, context, ret_whole) : feed(c->s, q, take, context);
	sql_free(q);
	return e;
}

struct err scope_feed(const struct scope *c, const char *columns, feed_fn *take,
    void (*forget)(void *context), void *context)
{
	bool whole = false;
	struct err e = OK;

	if (c->indexed && !c->chains && !c->endpoints) {
		e = sightings_feed(c, columns, true, take, context, &whole);
		if (!whole)
			forget(context);
	}
	if (!whole && !err_is(e))
		e = sightings_feed(c, columns, false, take, context, &whole);
	return e;
}

struct err scope_feed_from(const struct scope *c, const char *columns, const char *from,
    const char *where, feed_fn *take, void *context)
{
	struct sql *q = scope_sql(c);
	struct err e;

	if (!q)
		return err_limit("no memory for a question");
	buf_printf(&q->text, "SELECT feed(%s) FROM %s", columns, from);
	say_joins(c, q, columns);
	buf_printf(&q->text, " WHERE %s AND ", where);
	say_where(c, q);
	e = feed(c->s, q, take, context);
	sql_free(q);
	return e;
}

struct err scope_feed_instead(const struct scope *c, const char *columns, const char *table,
    const char *where, feed_fn *take, void *context)
{
	struct sql *q = scope_sql(c);
	struct err e;

	if (!q)
		return err_limit("no memory for a question");
	buf_printf(&q->text, "SELECT feed(%s) FROM %s s WHERE %s AND ", columns, table, where);
	say_where(c, q);
	e = feed(c->s, q, take, context);
	sql_free(q);
	return e;
}
