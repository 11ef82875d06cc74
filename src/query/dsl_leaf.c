/*
 * dsl_leaf.c: filters that compare a field with a value. A value is handed to the same functions as
 * a word of the search language (compare.h), so that a port, a time, an address mean the same in
 * both; only their errors get the place of the document.
 */
#include "query/dsl_leaf.h"

#include "query/limits.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

/* A comparer of the search language, and where its error belongs. */
struct bridge {
	struct query_error error;
	struct lex lex;
	struct comparer comparer;
};

static void bridge_init(struct bridge *b, struct dsl *d, const char *text)
{
	*b = (struct bridge){.lex = {.arena = d->arena}};
	b->lex.whole = b->lex.rest = span_str(text);
	b->lex.error = &b->error;
	b->comparer = (struct comparer){&b->lex, d->env};
}

static struct err bridge_end(
    const struct bridge *b, struct dsl *d, const struct doc *at, struct err e)
{
	struct err told;

	if (!err_is(e))
		return OK;
	told = doc_fail(d->error, at, "%s", b->error.text);
	return err_class(e) == ERR_LIMIT ? e : told;
}

struct err dsl_count(struct dsl *d, const struct doc *at)
{
	if (++d->parts > QUERY_PARTS_MAX)
		return doc_fail(d->error, at, "more than %d comparisons", QUERY_PARTS_MAX);
	return OK;
}

/* issuer, issuer.keyword, @timestamp. NULL: none such. */
static const struct field *field_called(const char *name)
{
	static const char *const ends[] = {".keyword", ".raw"};
	char plain[64];
	size_t n = strlen(name);
	const struct field *field;

	if (strcmp(name, "@timestamp") == 0)
		return field_by_id(FIELD_TIMESTAMP);
	for (size_t i = 0; i < 2; i++)
		if (n > strlen(ends[i]) && strcmp(name + n - strlen(ends[i]), ends[i]) == 0)
			n -= strlen(ends[i]);
	if (n >= sizeof(plain))
		return NULL;
	memcpy(plain, name, n);
	plain[n] = 0;
	field = field_by_name(plain);
	return field && field->flags & FIELD_SEARCH ? field : NULL;
}

struct err dsl_field(
    struct dsl *d, const char *name, struct doc_place at, const struct field **ret_field)
{
	*ret_field = field_called(name);
	if (*ret_field)
		return OK;
	return doc_fail_at(d->error, at, "no field is called \"%.60s\"", name);
}

/* {port: 443}: the one member that is no option. */
struct err dsl_member(struct dsl *d, const struct doc *body, const struct doc **ret_member)
{
	const struct doc *found = NULL;

	for (const struct doc *m = doc_first(body); m; m = m->next) {
		if (strcmp(m->key, "boost") == 0 || strcmp(m->key, "_name") == 0)
			continue;
		if (found)
			return doc_fail_at(d->error, m->key_at,
			    "%s takes one field, and this is a second", body->key);
		found = m;
	}
	if (!found)
		return doc_fail(d->error, body, "%s takes a field and a value", body->key);
	*ret_member = found;
	return OK;
}

/* {port: {value: 443}} is {port: 443}. */
struct err dsl_scalar(
    struct dsl *d, const struct doc *member, const char *const *known, const struct doc **ret_value)
{
	const struct doc *value = member;
	struct err e = OK;

	if (member->kind == DOC_OBJECT) {
		e = dsl_keys(d, member, known);
		value = doc_get(member, known[0]);
	}
	if (err_is(e))
		return e;
	if (!value || !value->text || value->kind == DOC_NULL)
		return doc_fail(
		    d->error, doc_or(value, member), "%s: a value is expected", member->key);
	*ret_value = value;
	return OK;
}

/* Numbers are milliseconds where a time is expected, as in Elasticsearch; else the text as it was
 * written. */
static const char *value_text(const struct field *field, const struct doc *value, char scratch[32])
{
	if (field->type != VALUE_TIME || value->kind != DOC_INT)
		return value->text;
	snprintf(scratch, 32, "@%" PRId64, value->integer / 1000);
	return scratch;
}

struct err dsl_compare(struct dsl *d, const struct field *field, enum compare compare,
    const struct doc *value, const struct query **ret_query)
{
	char scratch[32];
	const char *text = value_text(field, value, scratch);
	struct lex_word word = {.at = span_str(text), .text = text};
	struct bridge b;
	struct err e = dsl_count(d, value);

	if (err_is(e))
		return e;
	bridge_init(&b, d, text);
	return bridge_end(
	    &b, d, value, compare_word(&b.comparer, field, compare, &word, ret_query));
}

struct err dsl_like(struct dsl *d, const struct field *field, const char *pattern,
    const struct doc *value, const struct query **ret_query)
{
	struct lex_word word = {.at = span_str(pattern), .text = pattern, .pattern = pattern};
	struct bridge b;
	struct err e = dsl_count(d, value);

	if (err_is(e))
		return e;
	if (field->type == VALUE_NUMBER || field->type == VALUE_BOOL || field->type == VALUE_TIME ||
	    field->type == VALUE_ADDRESS)
		return doc_fail(d->error, value, "%s has no patterns; its type is %s", field->name,
		    value_type_text(field->type));
	if (field->type != VALUE_FINDINGS)
		return dsl_give(d, value, query_like(d->arena, field->id, pattern), ret_query);
	word.wild = true;
	bridge_init(&b, d, pattern);
	return bridge_end(
	    &b, d, value, compare_word(&b.comparer, field, COMPARE_HAS, &word, ret_query));
}

/* "10.0.0.1:443", or with a server name: "10.0.0.1:443/www.example.com". */
static struct err compare_id(struct dsl *d, const struct doc *value, const struct query **ret_query)
{
	const char *slash = value->text ? strchr(value->text, '/') : NULL;
	size_t n = slash ? (size_t)(slash - value->text) : value->text ? strlen(value->text) : 0;
	char *place = arena_text(d->arena, span_of(value->text, n));
	struct lex_word word = {.at = span_of(place, n), .text = place, .pattern = place};
	const struct query *q = NULL;
	struct bridge b;
	struct err e = dsl_count(d, value);

	if (err_is(e))
		return e;
	if (!place)
		return dsl_full(d, value);
	bridge_init(&b, d, place);
	e = bridge_end(&b, d, value, compare_place(&b.comparer, &word, &q));
	if (err_is(e))
		return e;
	if (!q || q->kind != QUERY_AND || q->left->op != QUERY_CIDR)
		return doc_fail(d->error, value, "an _id is an address and a port: 10.0.0.1:443");
	if (slash)
		q = query_and(d->arena, q, query_text(d->arena, FIELD_SNI, QUERY_EQ, slash + 1));
	return dsl_give(d, value, q, ret_query);
}

static struct err equal(struct dsl *d, const struct doc *member, const struct doc *value,
    const struct query **ret_query)
{
	const struct field *field;
	struct err e;

	if (!value->text || value->kind == DOC_NULL)
		return doc_fail(d->error, value, "%s: a value is expected, not %s", member->key,
		    doc_kind_text(value->kind));
	if (strcmp(member->key, "_id") == 0)
		return compare_id(d, value, ret_query);
	e = dsl_field(d, member->key, member->key_at, &field);
	return err_is(e) ? e : dsl_compare(d, field, COMPARE_EQ, value, ret_query);
}

struct err dsl_term(struct dsl *d, const struct doc *body, const struct query **ret_query)
{
	static const char *const known[] = {"value", "case_insensitive", NULL};
	const struct doc *member, *value;
	struct err e = dsl_member(d, body, &member);

	if (!err_is(e))
		e = dsl_scalar(d, member, known, &value);
	return err_is(e) ? e : equal(d, member, value, ret_query);
}

/* Any of the values of a list; none of none. */
static struct err any_of(
    struct dsl *d, const struct doc *member, const struct doc *list, const struct query **ret_query)
{
	const struct query **parts = arena_alloc(d->arena, list->n * sizeof(const struct query *));
	size_t n = 0;

	if (!parts)
		return dsl_full(d, list);
	for (const struct doc *value = list->first; value; value = value->next) {
		struct err e = equal(d, member, value, &parts[n++]);

		if (err_is(e))
			return e;
	}
	return dsl_give(d, list,
	    n ? query_join_all(d->arena, QUERY_OR, parts, n)
	      : query_not(d->arena, query_all(d->arena)),
	    ret_query);
}

struct err dsl_terms(struct dsl *d, const struct doc *body, const struct query **ret_query)
{
	const struct doc *member;
	struct err e = dsl_member(d, body, &member);

	if (err_is(e))
		return e;
	if (member->kind != DOC_ARRAY)
		return doc_fail(d->error, member, "%s: a list of values is expected", member->key);
	return any_of(d, member, member, ret_query);
}

struct err dsl_ids(struct dsl *d, const struct doc *body, const struct query **ret_query)
{
	static const char *const known[] = {"values", NULL};
	static const struct doc id = {.kind = DOC_OBJECT, .key = "_id"};
	const struct doc *values = doc_get(body, "values");
	struct err e = dsl_keys(d, body, known);

	if (err_is(e))
		return e;
	if (!doc_is(values, DOC_ARRAY))
		return doc_fail(d->error, doc_or(values, body), "ids takes values, a list");
	return any_of(d, &id, values, ret_query);
}

struct err dsl_exists(struct dsl *d, const struct doc *body, const struct query **ret_query)
{
	static const char *const known[] = {"field", NULL};
	const struct doc *name = doc_get(body, "field");
	const struct field *field;
	struct err e = dsl_keys(d, body, known);

	if (err_is(e))
		return e;
	if (!doc_text(name))
		return doc_fail(d->error, doc_or(name, body), "exists takes the name of a field");
	e = dsl_field(d, name->text, name->at, &field);
	return err_is(e) ? e : dsl_give(d, name, query_exists(d->arena, field->id), ret_query);
}

/* Ranges. */

static const struct bound {
	const char *key;
	enum compare compare;
	const char *inclusive; /* the key that says whether the end belongs to it; NULL: none */
	enum compare exclusive;
} bounds[] = {
    {"gt", COMPARE_GT, NULL, COMPARE_GT},
    {"gte", COMPARE_GE, NULL, COMPARE_GE},
    {"lt", COMPARE_LT, NULL, COMPARE_LT},
    {"lte", COMPARE_LE, NULL, COMPARE_LE},
    {"from", COMPARE_GE, "include_lower", COMPARE_GT},
    {"to", COMPARE_LE, "include_upper", COMPARE_LT},
};

static enum compare bound_compare(const struct doc *member, const struct bound *bound)
{
	bool inclusive = true;

	if (bound->inclusive)
		doc_bool(doc_get(member, bound->inclusive), &inclusive);
	return inclusive ? bound->compare : bound->exclusive;
}

static struct err check_range(struct dsl *d, const struct field *field, const struct doc *member)
{
	static const char *const known[] = {"gt", "gte", "lt", "lte", "from", "to", "include_lower",
	    "include_upper", "format", "time_zone", "relation", NULL};
	const struct doc *zone = doc_get(member, "time_zone");
	const char *text = doc_text(zone);

	if (member->kind != DOC_OBJECT)
		return doc_fail(
		    d->error, member, "%s: {gte: ..., lt: ...} is expected", member->key);
	if (zone &&
	    (!text || (strcasecmp(text, "UTC") && strcasecmp(text, "Z") && strcmp(text, "+00:00"))))
		return doc_fail(d->error, zone, "times are UTC here; write the offset behind each");
	if (field->type != VALUE_NUMBER && field->type != VALUE_TIME &&
	    !(field->flags & FIELD_ORDERED))
		return doc_fail_at(d->error, member->key_at, "%s has no ranges; its type is %s%s",
		    field->name, value_type_text(field->type),
		    field->type == VALUE_ADDRESS ? "; a term may be a network: 10.0.0.0/8" : "");
	return dsl_keys(d, member, known);
}

struct err dsl_range(struct dsl *d, const struct doc *body, const struct query **ret_query)
{
	const struct query *q = NULL, *part;
	const struct field *field;
	const struct doc *member;
	struct err e = dsl_member(d, body, &member);

	if (!err_is(e))
		e = dsl_field(d, member->key, member->key_at, &field);
	if (!err_is(e))
		e = check_range(d, field, member);
	for (size_t i = 0; i < sizeof(bounds) / sizeof(bounds[0]) && !err_is(e); i++) {
		const struct doc *end = doc_get(member, bounds[i].key);

		if (!end || end->kind == DOC_NULL)
			continue;
		if (!end->text)
			return doc_fail(d->error, end, "%s: a value is expected, not %s", end->key,
			    doc_kind_text(end->kind));
		e = dsl_compare(d, field, bound_compare(member, &bounds[i]), end, &part);
		if (!err_is(e))
			q = q ? query_and(d->arena, q, part) : part;
	}
	if (err_is(e))
		return e;
	return dsl_give(d, body, q ? q : query_exists(d->arena, field->id), ret_query);
}
