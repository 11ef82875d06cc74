/*
 * type_change.c: the values of compare_key differ from those that the same query_key had before.
 * What was last seen is kept as JSON with its time: eight bytes, then the list of values. With a
 * timeframe, only what changed within it is told; what is older is still what the next is compared
 * with.
 */
#include "alert/document.h"
#include "alert/limits.h"
#include "alert/pyrepr.h"
#include "alert/types.h"

struct seen {
	int64_t at_ms;
	struct span json;
	struct doc *values;
};

static struct doc *values_of(struct evaluation *v, const struct hit *hit)
{
	static const struct doc null = {.kind = DOC_NULL, .text = ""};
	const struct rule_texts *fields = &v->rule->compare_key.fields;
	struct doc *list = arena_alloc(v->row, sizeof(*list));
	const struct doc **at = list ? &list->first : NULL;

	if (list)
		list->kind = DOC_ARRAY;
	for (size_t i = 0; at && i < fields->n; i++) {
		const struct doc *value = document_get(hit->document, fields->v[i]);
		struct doc *item = arena_dup(v->row, value ? value : &null, sizeof(*item));

		if (!item)
			return NULL;
		item->next = NULL;
		item->key = NULL;
		*at = item;
		at = &item->next;
		list->n++;
	}
	return list;
}

/* What ignore_null ignores: a value that is not there, or empty. False is a value. */
static bool has_null(const struct doc *values)
{
	for (const struct doc *value = doc_first(values); value; value = value->next)
		if (!doc_is(value, DOC_BOOL) && !pytrue(value))
			return true;
	return false;
}

static bool find_last(struct evaluation *v, struct span key, struct seen *ret_seen)
{
	struct span value;
	struct seen seen;
	struct doc_error error;
	const struct doc *values;

	if (!recall_get(v->recall, RECALL_LAST, key, &value))
		return false;
	seen.at_ms = (int64_t)span_be(&value, 8);
	seen.json = value;
	if (value.bad || err_is(doc_from_json(value, v->row, &values, &error)))
		return false;
	seen.values = arena_dup(v->row, values, sizeof(*values));
	*ret_seen = seen;
	return seen.values != NULL;
}

static void keep(struct evaluation *v, struct span key, int64_t at_ms, struct span json)
{
	struct buf value;

	buf_init(&value, FORMAT_TEXT_MAX);
	buf_be(&value, (uint64_t)at_ms, 8);
	buf_span(&value, json);
	if (!value.full)
		recall_put(v->recall, RECALL_LAST, key, buf_view(&value), INT64_MAX);
	buf_done(&value);
}

static void add(struct evaluation *v, const struct hit *hit)
{
	const char *key = document_key(hit->document, &v->rule->query_key, v->row);
	struct span key_span = span_str(key ? key : "");
	struct doc *values = values_of(v, hit);
	int64_t frame_ms = v->rule->timeframe_ms;
	struct seen last;
	struct buf json;

	if (!values) {
		v->e = err_limit("a pass has no memory for more");
		return;
	}
	if (v->rule->ignore_null && has_null(values))
		return;
	buf_init(&json, FORMAT_TEXT_MAX);
	document_json(values, &json);
	if (find_last(v, key_span, &last) && !span_eq(last.json, buf_view(&json)) &&
	    (frame_ms == 0 || hit->at_ms - last.at_ms <= frame_ms)) {
		document_put(hit->document, "old_value", last.values, v->row);
		document_put(hit->document, "new_value", values, v->row);
		evaluation_match(v, hit->document);
	}
	keep(v, key_span, hit->at_ms, buf_view(&json));
	buf_done(&json);
}

const struct rule_type rule_type_change = {
    .name = "change", .needs = {"query_key", "compare_key", "ignore_null"}, .add = add};
