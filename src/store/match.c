/*
 * match.c: a question, asked of the catalog. A comparison is asked of the smallest thing that it is
 * about: each text of a dictionary, each certificate, each endpoint, each row; what it is true of
 * is a set of bits, which is carried to the rows and joined there. Where what is joined by "and"
 * has left few rows, only those are asked. A comparison with what is not there is false and its
 * negation true; != is the negation of =.
 */
#include "store/match.h"

#include "base/text.h"
#include "query/like.h"
#include "verdict/table.h"

#include <strings.h>

static struct err no_memory(void)
{
	return err_limit("no memory for a search");
}

/* A comparison, taken apart once. */
struct comparison {
	const struct lens *v;
	const struct attribute *a;
	const struct query *q;
	enum query_op op;
	int64_t number; /* what a number is compared with */
	uint16_t finding;
	struct addr first, last; /* the ends of a prefix */
	struct bits shared; /* AS_SHARED: which texts are meant */
	bool is_address; /* a text that could be part of one */
};

/* Whatever the case of ASCII letters. A text has a few dozen bytes, and there are a million of
 * them: strcasestr takes longer to begin than this to end. */
static bool contains(const char *text, const char *with)
{
	uint8_t first = text_lower((uint8_t)*with);

	if (!first)
		return true;
	for (; *text; text++) {
		size_t i = 0;

		if (text_lower((uint8_t)*text) != first)
			continue;
		while (with[i] && text_lower((uint8_t)text[i]) == text_lower((uint8_t)with[i]))
			i++;
		if (!with[i])
			return true;
	}
	return false;
}

static bool text_passes(const struct comparison *c, const char *text)
{
	const char *with = c->q->value.text;

	if (!*text)
		return false;
	if (c->op == QUERY_EQ)
		return strcasecmp(text, with) == 0;
	if (c->op == QUERY_CONTAINS)
		return contains(text, with);
	return c->op == QUERY_LIKE ? like_matches(with, span_str(text)) : c->op == QUERY_EXISTS;
}

static bool number_passes(const struct comparison *c, int64_t number)
{
	enum { LESS = 1, SAME = 2, MORE = 4 };
	static const uint8_t meant[QUERY_OP_MAX] = {
	    [QUERY_EQ] = SAME,
	    [QUERY_LT] = LESS,
	    [QUERY_LE] = LESS | SAME,
	    [QUERY_GT] = MORE,
	    [QUERY_GE] = MORE | SAME,
	    [QUERY_EXISTS] = LESS | SAME | MORE,
	};
	unsigned is = number < c->number ? LESS : number == c->number ? SAME : MORE;

	return number != NO_NUMBER && (meant[c->op] & is);
}

static bool word_passes(const struct comparison *c, size_t i)
{
	int64_t number = c->a->number(c->v, i);
	const char *word;

	if (c->a->field == FIELD_SEVERITY)
		return c->op == QUERY_EXISTS ? number != 0 : number_passes(c, number);
	if (number == NO_NUMBER)
		return false;
	word = attribute_word(c->v, c->a->field, number);
	return word && text_passes(c, word);
}

/* One of it. */
static bool list_passes(const struct comparison *c, size_t i)
{
	char scratch[SCRATCH_MAX];
	const char *item;

	for (size_t k = 0; (item = c->a->item(c->v, i, k, scratch)); k++)
		if (text_passes(c, item))
			return true;
	return false;
}

static bool address_passes(const struct comparison *c, size_t i)
{
	const uint8_t *addr = c->v->c->endpoints.v[i].addr;
	bool within = memcmp(addr, c->first.b, sizeof(c->first.b)) >= 0 &&
		      memcmp(addr, c->last.b, sizeof(c->last.b)) <= 0;

	return c->op == QUERY_EXISTS || within;
}

static bool address_text_passes(const struct comparison *c, size_t i)
{
	struct addr addr = {.zone = 0};
	char text[ADDR_TEXT_MAX];

	memcpy(addr.b, c->v->c->endpoints.v[i].addr, sizeof(addr.b));
	return text_passes(c, addr_text(&addr, text));
}

static bool passes(const struct comparison *c, size_t i)
{
	char scratch[SCRATCH_MAX];

	switch (c->a->how) {
	case AS_NUMBER:
		return number_passes(c, c->a->number(c->v, i));
	case AS_WORD:
		return word_passes(c, i);
	case AS_SHARED:
		return bits_has(&c->shared, c->a->shared(c->v, i));
	case AS_TEXT:
		return text_passes(c, c->a->text(c->v, i, scratch));
	case AS_LIST:
		return list_passes(c, i);
	case AS_TAGS:
		return lens_has_tag(c->v, i, &c->shared);
	case AS_ADDRESS:
		return c->is_address ? address_text_passes(c, i) : address_passes(c, i);
	case AS_FINDINGS:
		return lens_has_finding(c->v, &c->v->c->rows.v[i], c->finding, c->number);
	}
	return false;
}

/* What a kind of field can be asked. */
static bool is_text_op(enum query_op op)
{
	return op == QUERY_EQ || op == QUERY_CONTAINS || op == QUERY_LIKE || op == QUERY_EXISTS;
}

static bool is_number_op(enum query_op op)
{
	return op <= QUERY_GE || op == QUERY_EXISTS;
}

static struct err text_check(const struct comparison *c)
{
	if (!is_text_op(c->op))
		return err_input(0, "a text is searched for with =, !=, : or a pattern");
	if (!c->q->value.text && c->op != QUERY_EXISTS)
		return err_input(0, "this field is compared with a text");
	return OK;
}

static struct err severity_check(struct comparison *c)
{
	const char *word = c->q->value.text;

	c->number = word ? severity_by_name(word) : SEVERITY_NONE;
	if (c->op == QUERY_EXISTS || (c->number != SEVERITY_NONE && is_number_op(c->op)))
		return OK;
	return err_input(0, "a severity is one of info, low, medium, high, critical");
}

static struct err number_check(const struct comparison *c)
{
	return is_number_op(c->op)
		   ? OK
		   : err_input(0, "a number is searched for with =, !=, <, <=, > or >=");
}

static struct err word_check(struct comparison *c)
{
	struct err e;

	if (c->a->field == FIELD_SEVERITY)
		return severity_check(c);
	e = text_check(c);
	if (!err_is(e) && !c->v->word_text && c->a->field != FIELD_OUTCOME &&
	    c->a->field != FIELD_SOURCE && c->a->field != FIELD_TRANSPORT)
		e = err_input(0, "this field cannot be searched for (its number can)");
	return e;
}

static struct err address_check(struct comparison *c)
{
	unsigned bits = c->op == QUERY_CIDR ? c->q->value.prefix_bits : 128;

	if (c->is_address)
		return OK;
	if (c->op != QUERY_CIDR && c->op != QUERY_EQ && c->op != QUERY_EXISTS)
		return err_input(0, "an address is searched for with =, != or a prefix");
	c->first = c->last = c->q->value.addr;
	for (unsigned bit = bits; bit < 128; bit++) {
		uint8_t mask = (uint8_t)(0x80 >> bit % 8);

		c->first.b[bit / 8] &= (uint8_t)~mask;
		c->last.b[bit / 8] |= mask;
	}
	return OK;
}

static struct err findings_check(struct comparison *c)
{
	const struct finding_row *row;

	c->number = c->v->now_s;
	if (c->op == QUERY_EXISTS)
		return OK;
	if (c->op != QUERY_HAS_FINDING)
		return err_input(0, "findings are searched for by name");
	row = c->q->value.text ? finding_by_name(c->q->value.text) : NULL;
	if (!row)
		return err_input(0, "no such finding");
	c->finding = row->id;
	c->number = c->q->value.number;
	return OK;
}

/* Of every text, whether it is meant. */
static struct err shared_prepare(struct comparison *c)
{
	const struct dict *d = &c->v->c->dicts[c->a->dict];
	struct err e = text_check(c);

	if (err_is(e))
		return e;
	if (!bits_init(&c->shared, d->n ? d->n : 1))
		return no_memory();
	for (uint32_t i = 0; i < c->shared.n; i++)
		if (text_passes(c, dict_text(d, i)))
			bits_add(&c->shared, i);
	return OK;
}

static struct err prepare(struct comparison *c)
{
	switch (c->a->how) {
	case AS_NUMBER:
		return number_check(c);
	case AS_WORD:
		return word_check(c);
	case AS_SHARED:
	case AS_TAGS:
		return shared_prepare(c);
	case AS_TEXT:
	case AS_LIST:
		return text_check(c);
	case AS_ADDRESS:
		return address_check(c);
	case AS_FINDINGS:
		return findings_check(c);
	}
	return OK;
}

/* The rows that the answer is for: what is said of others is not looked at. */
struct within {
	const struct bits *rows;
	bool few; /* so that each is asked, instead of all there are */
};

static struct within within_of(const struct bits *rows)
{
	enum { FEW = 16 };

	return (struct within){rows, bits_count(rows) < rows->n / FEW};
}

/* No text is meant, so nothing can be. */
static bool is_hopeless(const struct comparison *c)
{
	return c->shared.w && bits_count(&c->shared) == 0;
}

/* Of a few rows, each. */
static void few_match(const struct comparison *c, const struct bits *within, struct bits *rows)
{
	size_t at = 0, i, thing;

	while (bits_next(within, &at, &i))
		if (thing_of_row(c->v->c, c->a->of, i, &thing) && passes(c, thing))
			bits_add(rows, i);
}

/* By the kind of thing: which ones. Made where they are needed. */
struct things {
	struct bits of[OF_CERT + 1];
};

/* NULL without memory. */
static struct bits *things_of(const struct comparison *c, enum thing of, struct things *things)
{
	struct bits *to = &things->of[of];

	return to->w || bits_init(to, things_n(c->v->c, of)) ? to : NULL;
}

/* Of chains, and of the few rows that have findings of their own. */
static struct err findings_match(const struct comparison *c, struct things *things)
{
	struct bits *chains = things_of(c, OF_CHAIN, things);
	struct bits *rows = things_of(c, OF_ROW, things);

	if (!chains || !rows)
		return no_memory();
	for (size_t i = 0; i < chains->n; i++) {
		const struct catalog_row row = {.chain = (uint32_t)i};

		if (lens_has_finding(c->v, &row, c->finding, c->number))
			bits_add(chains, i);
	}
	for (size_t i = 0; i < rows->n; i++)
		if (c->v->c->rows.v[i].n_findings && passes(c, i))
			bits_add(rows, i);
	return OK;
}

static struct err many_match(const struct comparison *c, struct things *things)
{
	struct bits *to;

	if (c->a->how == AS_FINDINGS)
		return findings_match(c, things);
	to = things_of(c, c->a->of, things);
	if (!to)
		return no_memory();
	for (size_t i = 0; i < to->n; i++)
		if (passes(c, i))
			bits_add(to, i);
	return OK;
}

static struct err field_match(const struct lens *v, const struct query *q, enum field_id field,
    const struct within *within, struct things *things, struct bits *rows)
{
	struct comparison c = {
	    .v = v, .a = attribute_of(field), .q = q, .op = q->op, .number = q->value.number};
	struct err e;

	if (!c.a)
		return err_input(0, "this field cannot be searched for");
	if (c.op == QUERY_NE)
		c.op = QUERY_EQ;
	c.is_address = q->field == FIELD_ANY;
	e = prepare(&c);
	if (!err_is(e) && !is_hopeless(&c)) {
		if (within->few)
			few_match(&c, within->rows, rows);
		else
			e = many_match(&c, things);
	}
	bits_done(&c.shared);
	return e;
}

/* Nobody looks for letters in an address. */
static bool could_be_address(const char *text)
{
	return text[strspn(text, "0123456789abcdefABCDEF.:?*")] == 0;
}

/* Any field that a word alone is looked for in. */
static struct err any_match(const struct lens *v, const struct query *q,
    const struct within *within, struct things *things, struct bits *rows)
{
	size_t n;
	const struct field *fields = field_table(&n);
	struct err e = OK;

	if (!q->value.text)
		return err_input(0, "a word alone is a text");
	for (size_t i = 0; i < n && !err_is(e); i++) {
		if (!(fields[i].flags & FIELD_FREE))
			continue;
		if (fields[i].type != VALUE_ADDRESS || could_be_address(q->value.text))
			e = field_match(v, q, fields[i].id, within, things, rows);
	}
	return e;
}

/* From things to the rows that have them; once for all kinds. */
static void carry(const struct catalog *c, const struct things *things, struct bits *rows)
{
	for (size_t i = 0; i < c->rows.n; i++) {
		bool has = false;

		for (enum thing of = OF_ENDPOINT; of <= OF_CERT && !has; of++) {
			size_t thing;

			has = things->of[of].w && thing_of_row(c, of, i, &thing) &&
			      bits_has(&things->of[of], thing);
		}
		if (has)
			bits_add(rows, i);
	}
}

static void things_done(struct things *things)
{
	for (enum thing of = OF_ROW; of <= OF_CERT; of++)
		bits_done(&things->of[of]);
}

static struct err compare_match(
    const struct lens *v, const struct query *q, const struct within *within, struct bits *rows)
{
	struct things things = {0};
	struct err e = q->field == FIELD_ANY ? any_match(v, q, within, &things, rows)
					     : field_match(v, q, q->field, within, &things, rows);

	if (!err_is(e) && things.of[OF_ROW].w)
		bits_or(rows, &things.of[OF_ROW]);
	if (!err_is(e) &&
	    (things.of[OF_ENDPOINT].w || things.of[OF_CHAIN].w || things.of[OF_CERT].w))
		carry(v->c, &things, rows);
	things_done(&things);
	if (q->op == QUERY_NE)
		bits_not(rows);
	return e;
}

static struct err tree_match(const struct lens *v, const struct query *q, unsigned depth,
    const struct within *within, struct bits *rows);

/* What the left says of a row decides whether the right is asked of it. */
static struct err join_match(const struct lens *v, const struct query *q, unsigned depth,
    const struct within *within, struct bits *rows)
{
	struct bits right;
	struct within left = *within;
	struct err e = tree_match(v, q->left, depth, within, rows);

	if (err_is(e))
		return e;
	if (!bits_init(&right, rows->n))
		return no_memory();
	if (q->kind == QUERY_AND) {
		bits_and(rows, within->rows);
		left = within_of(rows);
	}
	e = tree_match(v, q->right, depth, &left, &right);
	if (!err_is(e))
		(q->kind == QUERY_AND ? bits_and : bits_or)(rows, &right);
	bits_done(&right);
	return e;
}

/* Into rows, which is clear. */
static struct err tree_match(const struct lens *v, const struct query *q, unsigned depth,
    const struct within *within, struct bits *rows)
{
	struct err e = OK;

	if (depth == SEARCH_DEPTH_MAX)
		return err_input(0, "a search nested too deeply");
	switch (q->kind) {
	case QUERY_ALL:
		bits_not(rows);
		return OK;
	case QUERY_AND:
	case QUERY_OR:
		return join_match(v, q, depth + 1, within, rows);
	case QUERY_NOT:
		e = tree_match(v, q->left, depth + 1, within, rows);
		bits_not(rows);
		return e;
	case QUERY_COMPARE:
		return compare_match(v, q, within, rows);
	}
	return e;
}

struct err match_rows(const struct lens *v, const struct listing *listing, struct bits *ret_rows)
{
	const struct bits *served = &v->c->served[listing->bare][listing->gone];
	const struct within within = within_of(served);
	struct bits rows;
	struct err e = OK;

	if (!bits_init(&rows, v->c->rows.n))
		return no_memory();
	if (listing->where)
		e = tree_match(v, listing->where, 0, &within, &rows);
	else
		bits_not(&rows);
	if (err_is(e)) {
		bits_done(&rows);
		return e;
	}
	bits_and(&rows, served);
	*ret_rows = rows;
	return OK;
}
