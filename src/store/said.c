/*
 * said.c: what is said of an endpoint goes before what is said of its certificate; of tags both
 * count. Notes of certificates come in the order of their digests, and whose they are is known in
 * that order (kept.h): nothing is looked up.
 */
#include "store/said.h"

#include "store/meets.h"

#include <stdio.h>

static const char *column_said(enum field_id field)
{
	return field == FIELD_OWNER ? "n.owner" : field == FIELD_NOTE ? "n.note" : "t.value";
}

/* Nothing in it is written otherwise in JSON. */
static bool is_plain(const char *text)
{
	return text[strspn(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
				 " -_.:")] == 0;
}

/* Of tags: what is not in the list as it stands is in no tag, so most need not be opened. */
static void say_list_holds(struct sql *q, const struct query *compare)
{
	sql_say(q, "n.tags <> '[]'");
	if ((compare->op == QUERY_EQ || compare->op == QUERY_CONTAINS) &&
	    is_plain(compare->value.text)) {
		sql_say(q, " AND holds(n.tags, ");
		sql_text(q, compare->value.text);
		sql_say(q, ")");
	}
}

/* As a value: what is not asked for is not looked at. */
static void say_meets(struct sql *q, const struct query *compare)
{
	bool tags = compare->field == FIELD_TAGS;

	if (tags) {
		sql_say(q, "iif(");
		say_list_holds(q, compare);
		sql_say(q, ", EXISTS (SELECT 1 FROM json_each(n.tags) t WHERE ");
	}
	sql_say_text(q, column_said(compare->field), compare->op, compare->value.text);
	sql_say(q, tags ? "), 0)" : "");
}

static void endpoint_take(void *context, sqlite3_value **v)
{
	struct bits *set = context;
	uint64_t id = (uint64_t)sqlite3_value_int64(v[0]);

	if (id < set->n)
		bits_add(set, id);
}

#define NOTED_ENDPOINTS                                                                            \
	" FROM endpoint_notes n CROSS JOIN endpoints e ON e.addr = n.addr AND e.port = n.port"     \
	" AND e.transport = n.transport AND e.zone = n.zone"

static struct err endpoints_find(
    const struct scope *c, const struct query *compare, struct bits *set)
{
	struct sql *q = scope_sql(c);
	struct err e;

	if (!q || !bits_init(set, c->of->n_endpoints)) {
		sql_free(q);
		return err_limit("no memory for what is said");
	}
	sql_say(q, "SELECT feed(e.id)" NOTED_ENDPOINTS " WHERE ");
	say_meets(q, compare);
	e = feed(c->s, q, endpoint_take, set);
	sql_free(q);
	return e;
}

/* Notes of certificates as they come; each gives its values to `take`, with its leaf. */
struct noting {
	const struct kept *kept;
	size_t next;
	void (*take)(void *context, uint32_t leaf, sqlite3_value **v);
	void *context;
};

static void note_take(void *context, sqlite3_value **v)
{
	struct noting *n = context;
	uint32_t leaf = n->next < n->kept->n_noted ? n->kept->noted[n->next] : 0;

	n->next++;
	if (leaf)
		n->take(n->context, leaf, v);
}

struct finding_leaves {
	const struct query *compare;
	struct bits *set;
};

static void leaf_find(void *context, uint32_t leaf, sqlite3_value **v)
{
	const struct finding_leaves *f = context;
	const char *text = (const char *)sqlite3_value_text(v[0]);

	if (f->compare->field == FIELD_TAGS
		? sqlite3_value_int(v[0])
		: text && text_meets(f->compare->op, text, f->compare->value.text))
		bits_add(f->set, leaf);
}

static struct err notes_feed(const struct scope *c, struct sql *q, struct noting *noting)
{
	struct err e = kept_noted(c->s, c->kept);

	noting->kept = c->kept;
	sql_say(q, ") FROM certificate_notes n");
	return err_is(e) ? e : feed(c->s, q, note_take, noting);
}

static struct err leaves_find(const struct scope *c, const struct query *compare, struct bits *set)
{
	struct finding_leaves finding = {compare, set};
	struct noting noting = {.take = leaf_find, .context = &finding};
	struct sql *q = scope_sql(c);
	struct err e;

	if (!q || !bits_init(set, c->of->n_leaves)) {
		sql_free(q);
		return err_limit("no memory for what is said");
	}
	sql_say(q, "SELECT feed(");
	if (compare->field == FIELD_TAGS)
		say_meets(q, compare);
	else
		sql_say(q, column_said(compare->field));
	e = notes_feed(c, q, &noting);
	sql_free(q);
	return e;
}

struct asking {
	const struct sightings *of;
	/* Endpoints of which it is true, of which anything is said; leaves of which it is true. */
	struct bits here, any, there;
	bool both; /* whatever is said of the endpoint */
};

static bool row_meets(const void *context, size_t row)
{
	const struct asking *a = context;
	const struct sighting *s = &a->of->v[row];

	if (!a->both && bits_has(&a->any, s->endpoint))
		return bits_has(&a->here, s->endpoint);
	return bits_has(&a->there, a->of->leaf[s->chain]) ||
	       (a->both && bits_has(&a->here, s->endpoint));
}

struct err said_narrow(struct scope *c, const struct query *compare, struct bits *rows)
{
	struct asking a = {.of = c->of, .both = compare->field == FIELD_TAGS};
	struct query any = *compare;
	struct err e = endpoints_find(c, compare, &a.here);

	any.op = QUERY_EXISTS;
	if (!err_is(e))
		e = endpoints_find(c, &any, &a.any);
	if (!err_is(e))
		e = leaves_find(c, compare, &a.there);
	if (!err_is(e))
		bits_keep(rows, row_meets, &a);
	bits_done(&a.here);
	bits_done(&a.any);
	bits_done(&a.there);
	return e;
}

struct counting {
	const struct scope *c;
	struct counter *counter;
	struct weights rest; /* rows by certificate whose endpoint says nothing */
	uint64_t with_value;
};

/* How many rows of an endpoint are meant. */
static uint32_t rows_at(const struct counting *k, int64_t endpoint)
{
	const struct sightings *of = k->c->of;
	uint32_t n = 0;

	if (endpoint < 0 || (uint64_t)endpoint >= of->n_endpoints)
		return 0;
	for (size_t row = of->first[endpoint]; row < of->first[endpoint + 1]; row++)
		n += bits_has(&k->c->rows, row);
	return n;
}

static void text_add(struct counting *k, sqlite3_value *text, uint32_t n)
{
	const char *value = (const char *)sqlite3_value_text(text);

	if (n && value)
		counter_add(k->counter, counter_text(k->counter, value), n);
}

/* Endpoint: it speaks for its rows, not their certificates. */
static void speaker_take(void *context, sqlite3_value **v)
{
	struct counting *k = context;
	const struct sightings *of = k->c->of;
	int64_t endpoint = sqlite3_value_int64(v[0]);

	if (!rows_at(k, endpoint))
		return;
	for (size_t row = of->first[endpoint]; row < of->first[endpoint + 1]; row++) {
		if (!bits_has(&k->c->rows, row))
			continue;
		k->with_value++;
		if (of->leaf[of->v[row].chain])
			k->rest.v[of->leaf[of->v[row].chain]]--;
	}
}

/* Endpoint, text. */
static void here_take(void *context, sqlite3_value **v)
{
	struct counting *k = context;

	text_add(k, v[1], rows_at(k, sqlite3_value_int64(v[0])));
}

/* Endpoint, chain, text. */
static void row_take(void *context, sqlite3_value **v)
{
	struct counting *k = context;
	size_t row;

	if (sightings_find(k->c->of, sqlite3_value_int64(v[0]), sqlite3_value_int64(v[1]), &row) &&
	    bits_has(&k->c->rows, row))
		text_add(k, v[2], 1);
}

static void leaf_count(void *context, uint32_t leaf, sqlite3_value **v)
{
	struct counting *k = context;
	const char *text = (const char *)sqlite3_value_text(v[0]);
	uint32_t n = weights_of(&k->rest, leaf);

	if (!text || !*text || strcmp(text, "[]") == 0)
		return;
	k->with_value += n;
	text_add(k, v[0], n);
}

static struct err counting_feed(struct counting *k, const char *sql, feed_fn *take)
{
	struct sql *q = scope_sql(k->c);
	struct err e;

	if (!q)
		return err_limit("no memory for what is said");
	sql_say(q, sql);
	e = feed(k->c->s, q, take, k);
	sql_free(q);
	return e;
}

/* Notes of certificates, by this of them: none where it is empty, or an empty list. */
static struct err leaves_count(struct counting *k, const char *column)
{
	struct noting noting = {.take = leaf_count, .context = k};
	struct sql *q = scope_sql(k->c);
	struct err e;

	if (!q)
		return err_limit("no memory for what is said");
	buf_printf(&q->text, "SELECT feed(%s", column);
	e = notes_feed(k->c, q, &noting);
	sql_free(q);
	return e;
}

static struct err texts_count(struct counting *k, const char *column)
{
	char sql[512];
	struct err e;

	snprintf(sql, sizeof(sql), "SELECT feed(e.id)" NOTED_ENDPOINTS " WHERE %s <> ''", column);
	e = counting_feed(k, sql, speaker_take);
	snprintf(sql, sizeof(sql), "SELECT feed(e.id, %s)" NOTED_ENDPOINTS " WHERE %s <> ''",
	    column, column);
	if (!err_is(e))
		e = counting_feed(k, sql, here_take);
	return err_is(e) ? e : leaves_count(k, column);
}

/* Lists of tags that were counted as texts, taken apart. */
static struct err lists_open(struct counting *k, const struct counter *lists)
{
	static const char sql[] = "SELECT value FROM json_each(?)";
	struct err e = OK;

	for (size_t i = 0; i < lists->n_slots && !err_is(e); i++) {
		const struct counter_slot *list = &lists->slots[i];
		struct stmt q;

		if (!list->count)
			continue;
		q = stmt_use(k->c->s, sql);
		stmt_text(&q, counter_text_of(lists, list->value));
		while (stmt_row(&q))
			counter_add(k->counter, counter_text(k->counter, stmt_get_text(&q, 0)),
			    list->count);
		e = stmt_end(&q);
	}
	return lists->full ? err_limit("no memory for what is said") : e;
}

/* Rows whose endpoint has tags: these, and those of the certificate that are not among them. */
static struct err tags_here(struct counting *k)
{
	struct err e = counting_feed(
	    k, "SELECT feed(e.id)" NOTED_ENDPOINTS " WHERE n.tags <> '[]'", speaker_take);

	if (!err_is(e))
		e = counting_feed(k,
		    "SELECT feed(e.id, t.value)" NOTED_ENDPOINTS
		    " CROSS JOIN json_each(n.tags) t WHERE n.tags <> '[]'",
		    here_take);
	if (!err_is(e))
		e = counting_feed(k,
		    "SELECT feed(s.endpoint, s.chain, t.value)" NOTED_ENDPOINTS
		    " CROSS JOIN sightings s ON s.endpoint = e.id"
		    " CROSS JOIN chains c ON c.id = s.chain"
		    " CROSS JOIN certificates l ON l.id = c.leaf"
		    " CROSS JOIN certificate_notes m ON m.sha256 = l.sha256"
		    " CROSS JOIN json_each(m.tags) t WHERE n.tags <> '[]'"
		    " AND t.value NOT IN (SELECT value FROM json_each(n.tags))",
		    row_take);
	return e;
}

static struct err tags_count(struct counting *k)
{
	struct counter *tags = k->counter;
	struct counter lists;
	struct err e = tags_here(k);

	counter_init(&lists);
	k->counter = &lists;
	if (!err_is(e))
		e = leaves_count(k, "n.tags");
	k->counter = tags;
	if (!err_is(e))
		e = lists_open(k, &lists);
	counter_done(&lists);
	return e;
}

struct err said_count(struct scope *c, const struct tally *t, enum field_id field,
    struct counter *counter, uint64_t *ret_with_value)
{
	struct counting k = {.c = c, .counter = counter};
	struct err e = weights_init(&k.rest, t->leaves.n);

	if (!err_is(e)) {
		memcpy(k.rest.v, t->leaves.v, k.rest.n * sizeof(*k.rest.v));
		e = field == FIELD_TAGS ? tags_count(&k) : texts_count(&k, column_said(field));
	}
	weights_done(&k.rest);
	*ret_with_value = k.with_value;
	return e;
}
