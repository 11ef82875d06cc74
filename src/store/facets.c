/*
 * facets.c: what values the rows of a question have, and how often. A value is counted where it
 * lies: those of sightings as they pass, those of certificates once of each, as often as it has
 * rows, by the index that the field has anyway.
 */
#include "store/counts.h"
#include "store/found.h"
#include "store/functions.h"
#include "store/said.h"

enum facet_kind {
	OF_ROW,
	OF_ENDPOINT,
	OF_LEAF,
	OF_LIST,
	OF_FINDINGS,
	OF_SEVERITY,
	OF_SAID,
	OF_TAGS
};

struct facet_way {
	enum field_id field;
	enum facet_kind kind;
	const char *expr; /* NULL: as in a search */
	struct weighed of;
};

#define CERTIFICATES(by)                                                                           \
	{                                                                                          \
		.table = "certificates l", .id = "l.id", .many = "certificates l INDEXED BY " by   \
	}

/* The other fields are of sightings. */
static const struct facet_way ways[] = {
    {FIELD_PORT, OF_ROW, "s.port", {NULL}},
    {FIELD_HOSTNAME, OF_ENDPOINT, NULL,
	{.table = "endpoints e", .id = "e.id", .many = "endpoints e NOT INDEXED"}},
    {FIELD_SNI, OF_ENDPOINT, NULL,
	{.table = "endpoints e",
	    .id = "e.id",
	    .many = "endpoints e INDEXED BY endpoints_name",
	    .where = "e.name <> ''"}},
    {FIELD_TRANSPORT, OF_ENDPOINT, NULL,
	{.table = "endpoints e",
	    .id = "e.id",
	    .many = "endpoints e INDEXED BY endpoints_transport"}},
    {FIELD_SUBJECT, OF_LEAF, NULL, CERTIFICATES("certificates_subject")},
    {FIELD_ISSUER, OF_LEAF, NULL, CERTIFICATES("certificates_issuer")},
    {FIELD_ISSUER_DN, OF_LEAF, NULL, CERTIFICATES("certificates_issuer_dn")},
    {FIELD_KEY, OF_LEAF, NULL, CERTIFICATES("certificates_key")},
    {FIELD_KEY_BITS, OF_LEAF, NULL, CERTIFICATES("certificates_key_bits")},
    {FIELD_SIG_ALG, OF_LEAF, NULL, CERTIFICATES("certificates_sig_alg")},
    {FIELD_IS_CA, OF_LEAF, NULL,
	{.table = "certificates l", .id = "l.id", .many = "certificates l NOT INDEXED"}},
    {FIELD_SELF_SIGNED, OF_LEAF, NULL,
	{.table = "certificates l", .id = "l.id", .many = "certificates l NOT INDEXED"}},
    {FIELD_SANS, OF_LIST, "n.value",
	{.table = "certificates l",
	    .id = "l.id",
	    .more = " CROSS JOIN json_each(l.names) n",
	    .many = "certificates l NOT INDEXED CROSS JOIN json_each(l.names) n"}},
    {FIELD_FINDINGS, OF_FINDINGS, NULL, {NULL}},
    {FIELD_SEVERITY, OF_SEVERITY, NULL, {NULL}},
    {FIELD_OWNER, OF_SAID, "owner", {NULL}},
    {FIELD_NOTE, OF_SAID, "note", {NULL}},
    {FIELD_TAGS, OF_TAGS, NULL, {NULL}},
};

/* One field, while it is counted. */
struct census {
	struct scope *c;
	struct tally *t;
	enum field_id field;
	const struct facet_way *way; /* NULL: of a sighting */
	size_t column; /* of the tally */
	bool is_text;
	struct counter own;
	struct counter *counter; /* own, or the tally's */
	uint64_t with_value; /* rows */
	int64_t last; /* the thing of a list that was counted last */
};

static const struct facet_way *way_of(enum field_id field)
{
	for (size_t i = 0; i < sizeof(ways) / sizeof(ways[0]); i++)
		if (ways[i].field == field)
			return &ways[i];
	return NULL;
}

/* Of a sighting: the tally counts it. */
static struct err census_begin(struct census *s, struct tally *t, bool has_mutes)
{
	const char *expr = sql_expression(s->field, &s->is_text);

	s->way = way_of(s->field);
	counter_init(&s->own);
	s->counter = &s->own;
	if (s->way && s->way->expr)
		expr = s->way->expr;
	if (s->way && s->way->kind != OF_ROW)
		return OK;
	if (!expr || !(field_by_id(s->field)->flags & FIELD_FACET))
		return err_input(0, "this field's values are not counted");
	if (s->field == FIELD_MUTED && !has_mutes)
		expr = "0";
	return tally_want(t, expr, s->is_text, &s->column);
}

/* id, value; of things with weight. */
static void thing_take(void *context, sqlite3_value **v)
{
	struct census *s = context;
	const struct weights *w = s->way->kind == OF_ENDPOINT ? &s->t->endpoints : &s->t->leaves;
	int64_t id = sqlite3_value_int64(v[0]);
	uint32_t n = weights_of(w, id);
	const char *text;

	if (n == 0 || sqlite3_value_type(v[1]) == SQLITE_NULL)
		return;
	if (!s->is_text) {
		counter_add(s->counter, sqlite3_value_int64(v[1]), n);
	} else {
		text = (const char *)sqlite3_value_text(v[1]);
		if (!text || !*text)
			return;
		counter_add(s->counter, counter_text(s->counter, text), n);
	}
	s->with_value += s->last == id ? 0 : n;
	s->last = id;
}

static struct err things_count(struct census *s)
{
	const struct facet_way *way = s->way;
	bool of_endpoint = way->kind == OF_ENDPOINT;
	const char *expr = way->expr ? way->expr : sql_expression(s->field, &s->is_text);
	struct buf columns;
	struct err e;

	if (way->kind == OF_LIST)
		s->is_text = true;
	buf_init(&columns, 1024);
	buf_printf(&columns, "%s, %s", way->of.id, expr);
	e = weights_feed(of_endpoint ? &s->t->endpoints : &s->t->leaves, s->c, &way->of,
	    buf_text(&columns), thing_take, s);
	buf_done(&columns);
	return e;
}

/* Services have many numbers and one word: those of one word are one value. */
static void services_join(struct census *s)
{
	const struct counter *numbers = s->counter;

	s->counter = &s->own;
	for (size_t i = 0; i < numbers->n_slots; i++) {
		const struct counter_slot *slot = &numbers->slots[i];
		const char *word = !slot->count ? NULL
						: stored_word(s->c->listing->word_text,
						      FIELD_SERVICE, slot->value);

		if (word && *word)
			counter_add(s->counter, counter_text(s->counter, word), slot->count);
	}
}

static void rows_count(struct census *s)
{
	s->counter = &s->t->columns[s->column].counter;
	if (s->field == FIELD_SERVICE)
		services_join(s);
	s->with_value = counter_total(s->counter);
}

static struct err census_take(struct census *s)
{
	switch (s->way ? s->way->kind : OF_ROW) {
	case OF_ROW:
		rows_count(s);
		return OK;
	case OF_FINDINGS:
		return found_count(s->c, s->t, s->counter, &s->with_value);
	case OF_SEVERITY:
		return found_severities(s->c, s->t, s->counter, &s->with_value);
	case OF_SAID:
		return said_count(s->c, s->t, s->way->expr, s->counter, &s->with_value);
	case OF_TAGS:
		return said_tags(s->c, s->t, s->counter, &s->with_value);
	case OF_ENDPOINT:
	case OF_LEAF:
	case OF_LIST:
		break;
	}
	return things_count(s);
}

/* NULL: the number is all there is. */
static const char *value_text(const struct census *s, int64_t value)
{
	const char *text = counter_text_of(s->counter, value);

	if (text || !(field_by_id(s->field)->flags & FIELD_WORD))
		return text;
	return stored_word(s->c->listing->word_text, s->field, value);
}

static struct err census_tell(
    const struct census *s, size_t top, struct arena *arena, struct facet *ret_facet)
{
	struct counter_slot best[FACET_VALUES_MAX];
	size_t n = counter_best(s->counter, top, best);
	uint64_t given = 0;

	*ret_facet = (struct facet){.field = s->field, .n = n};
	for (size_t i = 0; i < n; i++) {
		const char *text = value_text(s, best[i].value);

		ret_facet->values[i] = (struct facet_value){
		    .text = text ? arena_str(arena, text) : NULL,
		    .number = best[i].value,
		    .count = best[i].count,
		};
		if (text && !ret_facet->values[i].text)
			return err_limit("facets too large");
		given += best[i].count;
	}
	ret_facet->missing = s->t->rows - s->with_value;
	ret_facet->other = counter_total(s->counter) - given;
	return OK;
}

static struct err facet_make(
    struct census *s, size_t top, struct arena *arena, struct facet *ret_facet)
{
	struct err e = census_take(s);

	if (err_is(e))
		return e;
	return s->counter->full ? err_limit("no memory for facets")
				: census_tell(s, top, arena, ret_facet);
}

/* What the census begins with; the fields of sightings are in the tally then. */
static struct err censuses_begin(
    struct census *v, const enum field_id *fields, size_t n, struct scope *c, struct tally *t)
{
	struct err e = OK;

	for (size_t i = 0; i < n; i++) {
		v[i] = (struct census){.c = c, .t = t, .field = fields[i]};
		if (!err_is(e))
			e = census_begin(&v[i], t, !mutes_empty(c->mutes));
	}
	return e;
}

static struct err rows_facets(struct store *s, const struct listing *listing,
    const enum field_id *fields, size_t n_fields, size_t top, struct arena *arena,
    struct facet *ret_facets, struct listing_count *ret_count)
{
	struct census *v = calloc(n_fields + 1, sizeof(*v));
	struct tally tally;
	struct scope scope;
	struct err e = scope_open(&scope, s, listing);

	top = top == 0 ? 1 : top < FACET_VALUES_MAX ? top : FACET_VALUES_MAX;
	tally_init(&tally);
	if (!err_is(e) && !v)
		e = err_limit("no memory for facets");
	if (!err_is(e))
		e = censuses_begin(v, fields, n_fields, &scope, &tally);
	if (!err_is(e))
		e = tally_take(&tally, &scope);
	for (size_t i = 0; i < n_fields && !err_is(e); i++)
		e = facet_make(&v[i], top, arena, &ret_facets[i]);
	if (!err_is(e))
		*ret_count = tally_count(&tally);
	for (size_t i = 0; v && i < n_fields; i++)
		counter_done(&v[i].own);
	free(v);
	tally_done(&tally);
	scope_close(&scope);
	return e;
}

struct err store_facets(struct store *s, const struct listing *listing, const enum field_id *fields,
    size_t n_fields, size_t top, struct arena *arena, struct facet *ret_facets,
    struct listing_count *ret_count)
{
	if (counts_know(listing) && counts_know_facets(fields, n_fields))
		return counts_facets(
		    s, listing->bare, fields, n_fields, top, arena, ret_facets, ret_count);
	return rows_facets(s, listing, fields, n_fields, top, arena, ret_facets, ret_count);
}
