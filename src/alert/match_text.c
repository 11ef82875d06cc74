/*
 * match_text.c: the text of a match is alert_text with its fields filled in, what the type has to
 * say, and all fields of the document by name; each part ends in an empty line. Of several matches,
 * each is followed by a line of dashes.
 */
#include "alert/match_text.h"

#include "alert/document.h"
#include "alert/limits.h"
#include "alert/pyformat.h"
#include "alert/pyrepr.h"
#include "alert/rule_type.h"
#include "alert/summary.h"
#include "base/jsonw.h"
#include "base/text.h"

#include <stdlib.h>

enum { MORE_TEXT_MAX = 64 };

static const char dashes[] = "\n----------------------------------------\n";

static void end_paragraph(struct buf *out, size_t start)
{
	while (out->n < start + 2 || memcmp(out->p + out->n - 2, "\n\n", 2) != 0) {
		buf_str(out, "\n");
		if (out->full)
			return;
	}
}

static const struct doc *value_or_missing(
    const struct rule *rule, const struct doc *match, const char *name, struct doc *missing)
{
	const struct doc *value = document_or_rule(match, rule, name);

	*missing = (struct doc){.kind = DOC_TEXT, .text = rule->missing};
	return value ? value : missing;
}

/* A text with the values of these names in it. NULL names: they go by number. */
static void put_format(const struct rule *rule, const struct doc *match, const char *text,
    const struct rule_texts *fields, const char *const *names, struct buf *out, bool *ret_unsuited)
{
	const struct doc **values = calloc(fields->n + 1, sizeof(*values));
	struct doc missing;
	struct pyformat_args args = {.n = fields->n, .names = names, .values = values};
	bool unsuited = false;

	for (size_t i = 0; values && i < fields->n; i++)
		values[i] = value_or_missing(rule, match, fields->v[i], &missing);
	/* It was checked when the rule was read. */
	if (!values || err_is(pyformat(text, &args, out, &unsuited)))
		buf_str(out, text);
	*ret_unsuited |= unsuited;
	free(values);
}

static void put_text(const struct rule *rule, const struct doc *match, struct arena *arena,
    struct buf *out, bool *ret_unsuited)
{
	size_t n = rule->text_kw ? rule->text_kw->n : 0, i = 0;
	const char **fields = arena_alloc(arena, (n + 1) * sizeof(*fields));
	const char **names = arena_alloc(arena, (n + 1) * sizeof(*names));

	if (!rule->alert_text || !fields || !names)
		return;
	for (const struct doc *kw = doc_first(rule->text_kw); kw; kw = kw->next, i++) {
		fields[i] = kw->key;
		names[i] = kw->text;
	}
	if (rule->has_text_args)
		put_format(
		    rule, match, rule->alert_text, &rule->text_args, NULL, out, ret_unsuited);
	else if (rule->text_kw)
		put_format(rule, match, rule->alert_text, &(struct rule_texts){fields, n}, names,
		    out, ret_unsuited);
	else
		buf_str(out, rule->alert_text);
}

static void put_indent(struct buf *out, unsigned depth)
{
	buf_str(out, "\n");
	buf_fill(out, ' ', (size_t)depth * 4);
}

static int by_key(const void *a, const void *b)
{
	return strcmp((*(const struct doc *const *)a)->key, (*(const struct doc *const *)b)->key);
}

/* Members by name. Freed by the caller; NULL: none, or no memory. */
static const struct doc **sorted(const struct doc *object)
{
	const struct doc **members = object->n ? calloc(object->n, sizeof(*members)) : NULL;
	size_t n = 0;

	for (const struct doc *m = members ? doc_first(object) : NULL; m; m = m->next)
		members[n++] = m;
	if (members)
		qsort(members, n, sizeof(*members), by_key);
	return members;
}

static void put_pretty(struct buf *out, const struct doc *value, unsigned depth);

static void put_pretty_items(struct buf *out, const struct doc *value, unsigned depth)
{
	bool object = doc_is(value, DOC_OBJECT);
	const struct doc **members = object ? sorted(value) : NULL;
	const struct doc *item = doc_first(value);

	for (size_t i = 0; i < value->n && (item || members); i++) {
		const struct doc *member = members ? members[i] : item;

		buf_str(out, i ? "," : "");
		put_indent(out, depth);
		if (object) {
			struct jsonw w;

			jsonw_init(&w, out);
			jsonw_str(&w, member->key);
			buf_str(out, ": ");
		}
		put_pretty(out, member, depth + 1);
		item = item ? item->next : NULL;
	}
	free(members);
}

/* JSON with four blanks a level, members by name. */
static void put_pretty(struct buf *out, const struct doc *value, unsigned depth)
{
	bool object = doc_is(value, DOC_OBJECT);

	if (!object && !doc_is(value, DOC_ARRAY)) {
		document_json(value, out);
		return;
	}
	buf_str(out, object ? "{" : "[");
	if (value->n) {
		put_pretty_items(out, value, depth + 1);
		put_indent(out, depth);
	}
	buf_str(out, object ? "}" : "]");
}

static void put_fields(const struct doc *match, struct buf *out)
{
	const struct doc **members = sorted(match);

	for (size_t i = 0; members && i < match->n; i++) {
		const struct doc *m = members[i];

		buf_printf(out, "%s: ", m->key);
		if (doc_is(m, DOC_ARRAY) || doc_is(m, DOC_OBJECT))
			put_pretty(out, m, 0);
		else
			pystr_put(out, m);
		buf_str(out, "\n");
	}
	free(members);
}

static void put_match(const struct rule *rule, const struct doc *match, struct arena *arena,
    struct buf *out, bool *ret_unsuited)
{
	size_t start = out->n;

	if (!rule->alert_text)
		buf_printf(out, "%s\n\n", rule->name);
	put_text(rule, match, arena, out, ret_unsuited);
	end_paragraph(out, start);
	if (rule->text_type == RULE_TEXT_ONLY)
		return;
	if (rule->type->describe)
		rule->type->describe(rule, match, out);
	end_paragraph(out, start);
	if (rule->text_type != RULE_TEXT_EXCLUDE_FIELDS)
		put_fields(match, out);
}

void match_text_body(const struct rule *rule, const struct doc *const *matches, size_t n,
    struct arena *arena, struct buf *out, bool *ret_unsuited)
{
	struct buf one;

	*ret_unsuited = false;
	buf_init(&one, FORMAT_TEXT_MAX);
	summary_put(rule, matches, n, out);
	for (size_t i = 0; i < n && rule->text_type != RULE_TEXT_SUMMARY_ONLY; i++) {
		buf_reset(&one);
		put_match(rule, matches[i], arena, &one, ret_unsuited);
		buf_str(&one, n > 1 ? dashes : "");
		if (out->n + one.n > MESSAGE_TEXT_MAX - MORE_TEXT_MAX) {
			buf_printf(out, "... and %zu more\n", n - i);
			break;
		}
		buf_span(out, buf_view(&one));
	}
	buf_done(&one);
}

/* At most so many characters, in one line. */
static void put_line(struct buf *out, struct span text, size_t max)
{
	for (size_t i = 0; text.n && i < max; i++) {
		uint32_t rune = text_next(&text);

		text_put(out, text_is_control(rune) ? ' ' : rune);
	}
}

void match_text_subject(const struct rule *rule, const struct rule_alert *alert,
    const struct doc *const *matches, struct buf *out, bool *ret_unsuited)
{
	const struct doc *key =
	    rule_key_given(&rule->query_key) ? doc_get(matches[0], rule->query_key.name) : NULL;
	struct buf text;
	size_t max = SIZE_MAX;

	buf_init(&text, FORMAT_TEXT_MAX);
	*ret_unsuited = false;
	if (rule->alert_subject) {
		max = rule->subject_max;
		if (rule->has_subject_args)
			put_format(rule, matches[0], rule->alert_subject, &rule->subject_args, NULL,
			    &text, ret_unsuited);
		else
			buf_str(&text, rule->alert_subject);
	} else {
		buf_printf(&text, "%s%s", alert->alerter->title, rule->name);
		if (alert->alerter->titles_key && pytrue(key)) {
			buf_str(&text, " - ");
			pystr_put(&text, key);
		}
	}
	put_line(out, buf_view(&text), max);
	buf_done(&text);
}

void match_text_detail(
    const struct rule *rule, const struct doc *const *matches, size_t n, struct buf *out)
{
	struct jsonw w;
	struct buf one;

	jsonw_init(&w, out);
	jsonw_object(&w);
	jsonw_key(&w, "rule");
	jsonw_str(&w, rule->name);
	jsonw_key(&w, "matches");
	buf_str(out, "[");
	buf_init(&one, MATCH_JSON_MAX);
	for (size_t i = 0; i < n && out->n < MATCHES_JSON_MAX - MATCH_JSON_MAX - 64; i++) {
		buf_reset(&one);
		document_json(matches[i], &one);
		if (one.full)
			continue;
		buf_str(out, out->p[out->n - 1] == '[' ? "" : ",");
		buf_span(out, buf_view(&one));
	}
	buf_done(&one);
	buf_str(out, "]}");
}
