/*
 * narrow.c: a question as sets of rows. "And" narrows the rows further and further, "or" looks
 * among those that are left, "not" takes away; so what takes long is asked last, of few. Parts
 * about one table are joined and asked of it together: it can tell by its indexes what is true of
 * both.
 */
#include "store/narrow.h"

#include "store/column.h"
#include "store/found.h"
#include "store/functions.h"
#include "store/meets.h"
#include "store/members.h"
#include "store/said.h"

#include <strings.h>

/* What a part is about, and so how it is asked, the quickest first. */
enum about {
	ABOUT_COLUMNS = 1 << 0, /* of sightings, in memory */
	ABOUT_FOUND = 1 << 1,
	ABOUT_ENDPOINTS = 1 << 2,
	ABOUT_CERTS = 1 << 3,
	ABOUT_SAID = 1 << 4,
	ABOUT_CHAINS = 1 << 5,
	ABOUT_SIGHTINGS = 1 << 6,
	ABOUT_MUTED = 1 << 7,
	ABOUT_LAST = ABOUT_MUTED,
	/* Those that are asked of one table, which takes parts together. */
	ABOUT_TABLES = ABOUT_ENDPOINTS | ABOUT_CERTS | ABOUT_CHAINS | ABOUT_SIGHTINGS,
};

static unsigned about_field(const struct query *compare)
{
	switch ((int)compare->field) {
	case FIELD_ANY:
		return ABOUT_CERTS | ABOUT_ENDPOINTS | ABOUT_SAID;
	case FIELD_FINDINGS:
	case FIELD_SEVERITY:
		return ABOUT_FOUND;
	case FIELD_OWNER:
	case FIELD_NOTE:
	case FIELD_TAGS:
		return ABOUT_SAID;
	case FIELD_MUTED:
		return ABOUT_MUTED;
	}
	if (column_of(compare->field))
		return ABOUT_COLUMNS;
	switch (sql_tables(compare)) {
	case SQL_CERTS:
		return ABOUT_CERTS;
	case SQL_ENDPOINTS:
		return ABOUT_ENDPOINTS;
	case SQL_CHAINS:
		return ABOUT_CHAINS;
	default:
		return ABOUT_SIGHTINGS;
	}
}

static unsigned about_of(const struct query *query)
{
	switch (query->kind) {
	case QUERY_AND:
	case QUERY_OR:
		return about_of(query->left) | about_of(query->right);
	case QUERY_NOT:
		return about_of(query->left);
	case QUERY_COMPARE:
		return about_field(query);
	case QUERY_ALL:
		break;
	}
	return ABOUT_COLUMNS;
}

static bool is_of_one_table(unsigned about)
{
	return about & ABOUT_TABLES && !(about & (about - 1));
}

static void fail(struct scope *c, struct err e)
{
	if (!err_is(c->e))
		c->e = e;
}

static bool copy(struct scope *c, struct bits *set, const struct bits *from)
{
	if (bits_copy(set, from))
		return true;
	fail(c, err_limit("no memory for a question"));
	return false;
}

typedef void part_fn(struct scope *c, const struct query *part, struct bits *rows);

static part_fn rows_narrow;

/* Those that it would leave are taken out. */
static void without(
    struct scope *c, part_fn *narrow_to, const struct query *part, struct bits *rows)
{
	struct bits those;

	if (copy(c, &those, rows)) {
		narrow_to(c, part, &those);
		bits_take_out(rows, &those);
	}
	bits_done(&those);
}

static void rows_without(struct scope *c, const struct query *query, struct bits *rows)
{
	without(c, rows_narrow, query, rows);
}

struct asking {
	const struct query *compare;
	field_word_fn *word_text;
};

static bool value_meets(const void *context, uint32_t value)
{
	const struct asking *a = context;
	const struct query *q = a->compare;
	const char *word;

	if (!(field_by_id(q->field)->flags & FIELD_WORD))
		return number_meets(q->op, value, q->value.number);
	word = stored_word(a->word_text, q->field, value);
	return word && text_meets(q->op, word, q->value.text);
}

static void row_add(void *context, size_t row, sqlite3_value **v)
{
	(void)v;
	bits_add(context, row);
}

/* Of the tables, about whole rows. */
static void rows_ask(struct scope *c, const struct query *query, unsigned tables, struct bits *rows)
{
	const struct rows_asked ask = {.columns = "", .tables = tables, .where = query};
	struct bits those = {.n = 0};

	if (!bits_init(&those, rows->n))
		fail(c, err_limit("no memory for a question"));
	else
		fail(c, scope_feed(c, rows, &ask, row_add, &those));
	if (!err_is(c->e))
		bits_and(rows, &those);
	bits_done(&those);
}

static void muted_narrow(struct scope *c, const struct query *compare, struct bits *rows)
{
	if (!mutes_empty(c->mutes))
		rows_ask(c, compare, SQL_ALL, rows);
	else if (!number_meets(compare->op, 0, compare->value.number))
		bits_clear(rows);
}

static void certs_narrow(struct scope *c, const struct query *query, struct bits *rows)
{
	fail(c, members_narrow(c, SQL_CERTS, query, rows));
}

static void endpoints_narrow(struct scope *c, const struct query *query, struct bits *rows)
{
	fail(c, members_narrow(c, SQL_ENDPOINTS, query, rows));
}

static void found_or_said_narrow(struct scope *c, const struct query *compare, struct bits *rows)
{
	fail(c, about_field(compare) == ABOUT_FOUND ? found_narrow(c, compare, rows)
						    : said_narrow(c, compare, rows));
}

/* A word in any field: of a certificate, of an endpoint, or what people say. */
static void any_narrow(struct scope *c, const struct query *compare, struct bits *rows)
{
	struct query one = *compare;
	struct bits rest;
	size_t n;
	const struct field *fields = field_table(&n);

	if (!copy(c, &rest, rows))
		return;
	without(c, certs_narrow, compare, &rest);
	without(c, endpoints_narrow, compare, &rest);
	for (size_t i = 0; i < n; i++) {
		one.field = fields[i].id;
		if (fields[i].flags & FIELD_FREE && about_field(&one) == ABOUT_SAID)
			without(c, found_or_said_narrow, &one, &rest);
	}
	bits_take_out(rows, &rest);
	bits_done(&rest);
}

static void compare_narrow(struct scope *c, const struct query *compare, struct bits *rows)
{
	const struct asking asking = {compare, c->listing->word_text};

	if (compare->field == FIELD_ANY)
		any_narrow(c, compare, rows);
	else if (about_field(compare) == ABOUT_MUTED)
		muted_narrow(c, compare, rows);
	else if (about_field(compare) == ABOUT_COLUMNS)
		fail(c, column_keep(column_of(compare->field), c->of, value_meets, &asking, rows));
	else
		found_or_said_narrow(c, compare, rows);
}

static void chains_narrow(struct scope *c, const struct query *query, struct bits *rows)
{
	fail(c, members_narrow(c, SQL_CHAINS, query, rows));
}

static void sightings_narrow(struct scope *c, const struct query *query, struct bits *rows)
{
	rows_ask(c, query, 0, rows);
}

static void table_narrow(
    struct scope *c, unsigned about, const struct query *query, struct bits *rows)
{
	part_fn *ask = about == ABOUT_CERTS	  ? certs_narrow
		       : about == ABOUT_ENDPOINTS ? endpoints_narrow
		       : about == ABOUT_CHAINS	  ? chains_narrow
						  : sightings_narrow;

	ask(c, query, rows);
}

/* What is said with "and" (or "or"), in parts: those about one table as one; NULL: there is none.
 */
static const struct query *part_of(
    struct scope *c, enum query_kind kind, const struct query *query, unsigned about)
{
	const struct query *left, *right, *both;

	if (query->kind != kind)
		return about_of(query) == about ? query : NULL;
	left = part_of(c, kind, query->left, about);
	right = part_of(c, kind, query->right, about);
	if (!left || !right)
		return left ? left : right;
	both = kind == QUERY_AND ? query_and(&c->arena, left, right)
				 : query_or(&c->arena, left, right);
	if (!both)
		fail(c, err_limit("a search too large"));
	return both;
}

/* The other parts of which this is what takes longest. */
static void parts_each(struct scope *c, enum query_kind kind, const struct query *query,
    unsigned about, part_fn *each, struct bits *rows)
{
	unsigned of = about_of(query);

	if (query->kind == kind) {
		parts_each(c, kind, query->left, about, each, rows);
		parts_each(c, kind, query->right, about, each, rows);
	} else if (!is_of_one_table(of) && of >= about && of < 2 * about) {
		each(c, query, rows);
	}
}

static void parts_narrow(
    struct scope *c, const struct query *query, part_fn *each, struct bits *rows)
{
	for (unsigned about = 1; about <= ABOUT_LAST && !err_is(c->e); about *= 2) {
		const struct query *part =
		    is_of_one_table(about) ? part_of(c, query->kind, query, about) : NULL;

		if (part)
			each(c, part, rows);
		parts_each(c, query->kind, query, about, each, rows);
	}
}

static void nodes_narrow(struct scope *c, const struct query *query, struct bits *rows)
{
	struct query equal = *query;
	struct bits rest;

	switch (query->kind) {
	case QUERY_ALL:
		break;
	case QUERY_AND:
		parts_narrow(c, query, rows_narrow, rows);
		break;
	case QUERY_OR:
		if (!copy(c, &rest, rows))
			break;
		parts_narrow(c, query, rows_without, &rest);
		bits_take_out(rows, &rest);
		bits_done(&rest);
		break;
	case QUERY_NOT:
		rows_without(c, query->left, rows);
		break;
	case QUERY_COMPARE:
		equal.op = QUERY_EQ;
		if (query->op == QUERY_NE)
			rows_without(c, &equal, rows);
		else
			compare_narrow(c, query, rows);
		break;
	}
}

static void rows_narrow(struct scope *c, const struct query *query, struct bits *rows)
{
	unsigned about = about_of(query);

	if (err_is(c->e))
		return;
	if (is_of_one_table(about))
		table_narrow(c, about, query, rows);
	else
		nodes_narrow(c, query, rows);
}

struct err narrow(struct scope *c, const struct query *query, struct bits *rows)
{
	rows_narrow(c, query, rows);
	return c->e;
}
