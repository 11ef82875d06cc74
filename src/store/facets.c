/*
 * facets.c: what values the rows of a question have, and how often. A value is counted where it
 * lies: those of sightings in memory, what is not there in one pass over their table, those of
 * certificates once of each, as often as it has rows, by the index that the field has anyway.
 */
#include "store/column.h"
#include "store/counts.h"
#include "store/found.h"
#include "store/functions.h"
#include "store/said.h"

enum facet_kind { OF_ENDPOINT, OF_LEAF, OF_LIST, OF_FINDINGS, OF_SEVERITY, OF_SAID };

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
    {FIELD_OWNER, OF_SAID, NULL, {NULL}},
    {FIELD_NOTE, OF_SAID, NULL, {NULL}},
    {FIELD_TAGS, OF_SAID, NULL, {NULL}},
};

/* One field, while it is counted. */
struct census {
	struct scope *c;
	struct tally *t;
	enum field_id field;
	const struct facet_way *way; /* NULL: of a sighting */
	const char *expr; /* of a sighting that is not in memory; NULL: none of it */
	bool is_text;
	struct counter counter;
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

static struct err census_begin(struct census *s)
{
	counter_init(&s->counter);
	s->way = way_of(s->field);
	if (s->way || column_of(s->field))
		return OK;
	s->expr = sql_expression(s->field, &s->is_text);
	if (!s->expr || !(field_by_id(s->field)->flags & FIELD_FACET))
		return err_input(0, "this field's values are not counted");
	if (s->field == FIELD_MUTED && mutes_empty(s->c->mutes))
		s->expr = "0";
	return OK;
}

/* Nothing and an empty text are no value. */
static bool value_count(struct census *s, sqlite3_value *v, uint32_t n)
{
	const char *text;

	if (sqlite3_value_type(v) == SQLITE_NULL)
		return false;
	if (!s->is_text) {
		counter_add(&s->counter, sqlite3_value_int64(v), n);
		return true;
	}
	text = (const char *)sqlite3_value_text(v);
	if (!text || !*text)
		return false;
	counter_add(&s->counter, counter_text(&s->counter, text), n);
	return true;
}

/* id, value; of things with weight. */
static void thing_take(void *context, sqlite3_value **v)
{
	struct census *s = context;
	const struct weights *w = s->way->kind == OF_ENDPOINT ? &s->t->endpoints : &s->t->leaves;
	int64_t id = sqlite3_value_int64(v[0]);
	uint32_t n = weights_of(w, id);

	if (n == 0 || !value_count(s, v[1], n))
		return;
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
	struct counter numbers = s->counter;

	counter_init(&s->counter);
	for (size_t i = 0; i < numbers.n_slots; i++) {
		const struct counter_slot *slot = &numbers.slots[i];
		const char *word = !slot->count ? NULL
						: stored_word(s->c->listing->word_text,
						      FIELD_SERVICE, slot->value);

		if (word && *word)
			counter_add(&s->counter, counter_text(&s->counter, word), slot->count);
	}
	s->counter.full |= numbers.full;
	counter_done(&numbers);
}

static void column_count(struct census *s)
{
	const struct column *column = column_of(s->field);
	size_t at = 0, row;

	while (bits_next(&s->c->rows, &at, &row)) {
		uint32_t value = column_value(column, &s->c->of->v[row]);

		if (value || !column->zero_is_none)
			counter_add(&s->counter, value, 1);
	}
	if (s->field == FIELD_SERVICE)
		services_join(s);
	s->with_value = counter_total(&s->counter);
}

static struct err census_take(struct census *s)
{
	if (!s->way) {
		if (!s->expr)
			column_count(s);
		return OK;
	}
	switch (s->way->kind) {
	case OF_FINDINGS:
		return found_count(s->c, s->t, &s->counter, &s->with_value);
	case OF_SEVERITY:
		return found_severities(s->c, s->t, &s->counter, &s->with_value);
	case OF_SAID:
		return said_count(s->c, s->t, s->field, &s->counter, &s->with_value);
	case OF_ENDPOINT:
	case OF_LEAF:
	case OF_LIST:
		break;
	}
	return things_count(s);
}

/* Those that are asked of the table of sightings, together. */
struct censuses {
	struct census *v;
	size_t n;
};

static void row_take(void *context, size_t row, sqlite3_value **v)
{
	struct censuses *all = context;

	(void)row;
	for (size_t i = 0; i < all->n; i++)
		if (all->v[i].expr)
			all->v[i].with_value += value_count(&all->v[i], *v++, 1);
}

static struct err rows_count(struct censuses *all, const struct scope *c)
{
	struct rows_asked ask = {.columns = ""};
	struct buf columns;
	struct err e = OK;

	buf_init(&columns, SEARCH_SQL_MAX);
	for (size_t i = 0; i < all->n; i++) {
		if (!all->v[i].expr)
			continue;
		buf_printf(&columns, ", %s", all->v[i].expr);
		ask.tables |= all->v[i].field == FIELD_MUTED ? SQL_ALL : 0;
	}
	ask.columns = buf_text(&columns);
	if (columns.full)
		e = err_limit("too many fields at once");
	else if (columns.n)
		e = scope_feed(c, &c->rows, &ask, row_take, all);
	buf_done(&columns);
	return e;
}

/* NULL: the number is all there is. */
static const char *value_text(const struct census *s, int64_t value)
{
	const char *text = counter_text_of(&s->counter, value);

	if (text || !(field_by_id(s->field)->flags & FIELD_WORD))
		return text;
	return stored_word(s->c->listing->word_text, s->field, value);
}

static struct err census_tell(
    const struct census *s, size_t top, struct arena *arena, struct facet *ret_facet)
{
	struct counter_slot best[FACET_VALUES_MAX];
	size_t n = counter_best(&s->counter, top, best);
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
	ret_facet->other = counter_total(&s->counter) - given;
	return OK;
}

static struct err facet_make(
    struct census *s, size_t top, struct arena *arena, struct facet *ret_facet)
{
	struct err e = census_take(s);

	if (err_is(e))
		return e;
	return s->counter.full ? err_limit("no memory for facets")
			       : census_tell(s, top, arena, ret_facet);
}

static struct err censuses_begin(
    struct censuses *all, const enum field_id *fields, struct scope *c, struct tally *t)
{
	struct err e = OK;

	for (size_t i = 0; i < all->n; i++) {
		all->v[i] = (struct census){.c = c, .t = t, .field = fields[i]};
		if (!err_is(e))
			e = census_begin(&all->v[i]);
	}
	return e;
}

static struct err censuses_make(struct censuses *all, const enum field_id *fields, struct scope *c,
    struct tally *t, size_t top, struct arena *arena, struct facet *ret_facets)
{
	struct err e = censuses_begin(all, fields, c, t);

	top = top == 0 ? 1 : top < FACET_VALUES_MAX ? top : FACET_VALUES_MAX;
	if (!err_is(e))
		e = rows_count(all, c);
	for (size_t i = 0; i < all->n && !err_is(e); i++)
		e = facet_make(&all->v[i], top, arena, &ret_facets[i]);
	for (size_t i = 0; i < all->n; i++)
		counter_done(&all->v[i].counter);
	return e;
}

static struct err rows_facets(struct store *s, const struct listing *listing,
    const enum field_id *fields, size_t n_fields, size_t top, struct arena *arena,
    struct facet *ret_facets, struct listing_count *ret_count)
{
	struct censuses all = {calloc(n_fields + 1, sizeof(*all.v)), n_fields};
	struct tally tally = {.rows = 0};
	struct scope scope;
	struct err e = scope_open(&scope, s, listing);

	if (!err_is(e) && !all.v)
		e = err_limit("no memory for facets");
	if (!err_is(e))
		e = tally_take(&tally, &scope);
	if (!err_is(e))
		e = censuses_make(&all, fields, &scope, &tally, top, arena, ret_facets);
	if (!err_is(e))
		*ret_count = tally_count(&tally);
	free(all.v);
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
