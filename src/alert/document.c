/*
 * document.c: the walk of format/ndjson over the list of fields, into a tree instead of a text.
 */
#include "alert/document.h"

#include "alert/limits.h"
#include "alert/pyrepr.h"
#include "base/jsonw.h"
#include "base/siphash.h"
#include "format/getter.h"
#include "verdict/table.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

static struct doc *make(struct arena *arena, enum doc_kind kind)
{
	struct doc *d = arena_alloc(arena, sizeof(*d));

	if (d) {
		d->kind = kind;
		d->text = kind == DOC_ARRAY || kind == DOC_OBJECT ? NULL : "";
	}
	return d;
}

static struct doc *make_text(struct arena *arena, const char *text)
{
	struct doc *d = make(arena, DOC_TEXT);

	if (d)
		d->text = arena_str(arena, text);
	return d && d->text ? d : NULL;
}

static struct doc *make_int(struct arena *arena, int64_t number)
{
	struct doc *d = make(arena, DOC_INT);

	if (d) {
		d->integer = number;
		d->real = (double)number;
	}
	return d;
}

static struct doc *make_bool(struct arena *arena, bool yes)
{
	struct doc *d = make(arena, DOC_BOOL);

	if (d)
		d->integer = yes;
	return d;
}

/* What is being filled, and its last part. */
struct filling {
	struct doc *parent;
	struct doc *last;
};

static void append(struct filling *f, struct doc *item)
{
	if (!f->parent || !item)
		return;
	*(f->last ? &f->last->next : &f->parent->first) = item;
	f->last = item;
	f->parent->n++;
}

static void remove_key(struct doc *document, const char *key)
{
	for (const struct doc **at = &document->first; *at; at = (const struct doc **)&(*at)->next)
		if (strcmp((*at)->key, key) == 0) {
			*at = (*at)->next;
			document->n--;
			return;
		}
}

void document_put(
    struct doc *document, const char *key, const struct doc *value, struct arena *arena)
{
	struct doc *member = value ? make(arena, value->kind) : NULL;

	if (!member)
		return;
	*member = *value;
	member->key = key;
	remove_key(document, key);
	member->next = document->first;
	document->first = member;
	document->n++;
}

void document_put_text(struct doc *document, const char *key, const char *text, struct arena *arena)
{
	document_put(document, key, make_text(arena, text), arena);
}

void document_put_int(struct doc *document, const char *key, int64_t number, struct arena *arena)
{
	document_put(document, key, make_int(arena, number), arena);
}

const char *document_time_text(int64_t ms, struct arena *arena)
{
	char text[TIME_TEXT_MAX];

	if (ms % 1000)
		return arena_str(arena, time_text_ms(ms, text));
	return arena_str(arena, time_text(ms / 1000, text));
}

static struct doc *make_list(const struct value *v, struct arena *arena)
{
	struct filling list = {.parent = make(arena, DOC_ARRAY)};

	for (size_t i = 0; i < v->n; i++)
		append(&list, make_text(arena, v->list[i]));
	return list.parent;
}

static struct doc *make_findings(
    const struct inventory_row *row, int64_t now_s, struct arena *arena)
{
	struct filling list = {.parent = make(arena, DOC_ARRAY)};
	const struct finding *f;

	for (size_t k = 0; (f = row_finding(row, k)); k++) {
		const struct finding_row *kind = finding_by_id(f->id);

		if (kind && finding_holds(f, now_s))
			append(&list, make_text(arena, kind->name));
	}
	return list.parent;
}

static struct doc *make_chain(const struct inventory_row *row, struct arena *arena)
{
	struct filling list = {.parent = make(arena, DOC_ARRAY)};

	for (size_t i = 0; row->chain && i < row->chain->n_certs; i++) {
		char hex[2 * sizeof(struct digest256) + 1];
		const uint8_t *b = row->chain->facts[i]->id.b;

		for (size_t k = 0; k < sizeof(struct digest256); k++)
			snprintf(hex + 2 * k, 3, "%02x", b[k]);
		append(&list, make_text(arena, hex));
	}
	return list.parent;
}

static struct doc *make_time(enum field_id field, const struct value *v, struct arena *arena)
{
	char text[TIME_TEXT_MAX];

	value_time_text(v, text);
	if (field == FIELD_NOTVALIDAFTER)
		text[strcspn(text, "Z")] = 0;
	return make_text(arena, text);
}

static struct doc *make_value(
    const struct inventory_row *row, const struct field *field, int64_t now_s, struct arena *arena)
{
	char text[ADDR_TEXT_MAX];
	struct value v;

	value_get(row, field->id, now_s, &v);
	if (!v.present && field->id > FIELD_SANS)
		return NULL;
	if (!v.present && field->type != VALUE_LIST) /* no names are an empty list, as in NDJSON */
		return make(arena, DOC_NULL);
	switch (field->type) {
	case VALUE_NUMBER:
		return make_int(arena, v.number);
	case VALUE_BOOL:
		return make_bool(arena, v.number != 0);
	case VALUE_TIME:
		return make_time(field->id, &v, arena);
	case VALUE_ADDRESS:
		return make_text(arena, addr_text(&v.addr, text));
	case VALUE_LIST:
		return make_list(&v, arena);
	case VALUE_FINDINGS:
		return make_findings(row, now_s, arena);
	case VALUE_CHAIN:
		return make_chain(row, arena);
	case VALUE_TEXT:
		break;
	}
	return make_text(arena, v.text);
}

static bool is_pattern_of(const char *pattern, const char *name)
{
	size_t n = strlen(pattern);

	if (n && pattern[n - 1] == '*')
		return strncmp(pattern, name, n - 1) == 0;
	return strcmp(pattern, name) == 0;
}

static bool is_among(const struct rule_texts *patterns, const char *name)
{
	for (size_t i = 0; i < patterns->n; i++)
		if (is_pattern_of(patterns->v[i], name))
			return true;
	return false;
}

/* ElastAlert2 adds what it needs itself to `include`. */
static bool is_included(const struct rule *rule, const char *name)
{
	return rule->include.n == 0 || is_among(&rule->include, name) ||
	       is_among(&rule->query_key.fields, name) ||
	       is_among(&rule->compare_key.fields, name) ||
	       is_among(&rule->aggregation_key.fields, name) ||
	       strcmp(rule->timestamp_name, name) == 0;
}

/* The text so far, where the rest had no room. */
static const char *text_so_far(struct buf *b)
{
	if (b->full) {
		b->full = false;
		b->n -= b->n == b->max; /* for the NUL */
	}
	return buf_text(b);
}

/* The values of several fields as one, under their names as one. */
static void put_compound(struct doc *document, const struct rule_key *key, struct arena *arena)
{
	struct buf text;

	if (key->fields.n < 2)
		return;
	buf_init(&text, FORMAT_TEXT_MAX);
	for (size_t i = 0; i < key->fields.n; i++) {
		buf_str(&text, i ? ", " : "");
		pystr_put(&text, document_get(document, key->fields.v[i]));
	}
	document_put_text(document, key->name, text_so_far(&text), arena);
	buf_done(&text);
}

const char *document_id(const struct inventory_row *row, struct arena *arena)
{
	const struct endpoint *endpoint = &row->seen->endpoint;
	char text[ADDR_TEXT_MAX + 8];
	const char *id;
	struct buf b;

	buf_init(&b, FORMAT_TEXT_MAX);
	buf_str(&b, addr_port_text(&endpoint->addr, endpoint->port, text));
	if (endpoint->name[0])
		buf_printf(&b, "/%s", endpoint->name);
	id = arena_str(arena, buf_text(&b));
	buf_done(&b);
	return id;
}

int64_t document_time_ms(const struct inventory_row *row, enum field_id field, int64_t now_s)
{
	struct value v;

	value_get(row, field, now_s, &v);
	return v.present ? v.number * 1000 + (v.ms > 0 ? v.ms : 0) : INT64_MIN;
}

int64_t document_match_ms(const struct doc *match, const struct rule *rule)
{
	const char *text = doc_text(document_get(match, rule->timestamp_name));
	int64_t ms = 0;

	if (text && err_is(time_parse(span_str(text), &ms)))
		return 0;
	return ms;
}

struct doc *document_make(
    const struct inventory_row *row, const struct rule *rule, int64_t now_s, struct arena *arena)
{
	struct filling f = {.parent = make(arena, DOC_OBJECT)};
	struct doc *document = f.parent;
	const struct doc *index = doc_get(rule->doc, "index");
	int64_t at_ms = document_time_ms(row, rule->timestamp, now_s);
	const char *id = document_id(row, arena);
	size_t n;
	const struct field *fields = field_table(&n);

	if (!document)
		return NULL;
	for (size_t i = 0; i < n; i++) {
		struct doc *value = is_included(rule, fields[i].name)
					? make_value(row, &fields[i], now_s, arena)
					: NULL;

		if (value)
			value->key = fields[i].name;
		append(&f, value);
	}
	if (at_ms != INT64_MIN)
		document_put_text(
		    document, rule->timestamp_name, document_time_text(at_ms, arena), arena);
	if (id)
		document_put_text(document, "_id", id, arena);
	if (doc_text(index))
		document_put_text(document, "_index", index->text, arena);
	put_compound(document, &rule->query_key, arena);
	put_compound(document, &rule->aggregation_key, arena);
	return document;
}

struct doc *document_copy(const struct doc *value, struct arena *arena)
{
	struct doc *copy = arena_dup(arena, value, sizeof(*value));
	struct filling f = {.parent = copy};

	if (!copy)
		return NULL;
	copy->text = value->text ? arena_str(arena, value->text) : NULL;
	copy->key = value->key ? arena_str(arena, value->key) : NULL;
	copy->next = copy->first = NULL;
	copy->n = 0;
	for (const struct doc *item = doc_first(value); item; item = item->next)
		append(&f, document_copy(item, arena));
	return copy->n == value->n || !value->first ? copy : NULL;
}

const struct field *document_field(const char *name)
{
	return field_by_name(strcmp(name, "@timestamp") == 0 ? "timestamp" : name);
}

static const struct doc *member(const struct doc *object, const char *name, size_t n)
{
	for (const struct doc *d = doc_is(object, DOC_OBJECT) ? doc_first(object) : NULL; d;
	     d = d->next)
		if (strlen(d->key) == n && memcmp(d->key, name, n) == 0)
			return d;
	return NULL;
}

static const struct doc *item(const struct doc *list, unsigned long at)
{
	const struct doc *d = doc_is(list, DOC_ARRAY) ? doc_first(list) : NULL;

	for (; d && at > 0; at--)
		d = d->next;
	return d;
}

/* "a.b[0].c": each name is the longest that is there. */
static const struct doc *by_path(const struct doc *at, const char *path)
{
	while (at && *path) {
		const struct doc *found = NULL;
		size_t n = strlen(path);

		if (*path == '[') {
			char *end;

			at = item(at, strtoul(path + 1, &end, 10));
			path = *end == ']' ? end + 1 : "?";
			path += *path == '.';
			continue;
		}
		for (; n > 0 && !found; n--)
			if (path[n] == 0 || path[n] == '.' || path[n] == '[')
				found = member(at, path, n);
		at = found;
		path += found ? n + 1 : 0;
		path += *path == '.';
	}
	return at;
}

const struct doc *document_get(const struct doc *document, const char *name)
{
	static const char postfix[] = ".keyword";
	size_t n = strlen(name), less = sizeof(postfix) - 1;
	const struct doc *found = member(document, name, n);

	if (!found && n > less && strcmp(name + n - less, postfix) == 0)
		found = member(document, name, n - less);
	return found ? found : by_path(document, name);
}

const struct doc *document_or_rule(
    const struct doc *document, const struct rule *rule, const char *name)
{
	const struct doc *found = document_get(document, name);
	const struct doc *option = doc_get(rule->doc, name);

	if (found && !doc_is(found, DOC_NULL))
		return found;
	return pytrue(option) ? option : NULL;
}

/* Kept with silences: the same in every version. Who finds two texts with one hash silences
 * himself. */
static const struct siphash_key key_hash = {{0x72756c65, 0x6b657973}};

const char *document_key(
    const struct doc *document, const struct rule_key *key, struct arena *arena)
{
	const struct doc *value = key->name ? document_get(document, key->name) : NULL;
	const char *text = NULL;
	struct buf b;

	if (!value || doc_is(value, DOC_NULL))
		return NULL;
	buf_init(&b, FORMAT_TEXT_MAX);
	pystr_put(&b, value);
	text_so_far(&b);
	if (b.n > KEY_TEXT_MAX) {
		uint64_t hash = siphash(&key_hash, b.p, b.n);

		b.n = KEY_TEXT_MAX;
		buf_printf(&b, "...%016" PRIx64, hash);
	}
	text = arena_str(arena, buf_text(&b));
	buf_done(&b);
	return text;
}

static void put_json(struct jsonw *w, const struct doc *value)
{
	struct buf *out = w->b;

	switch (value->kind) {
	case DOC_BOOL:
		jsonw_bool(w, value->integer != 0);
		break;
	case DOC_INT:
		jsonw_i64(w, value->integer);
		break;
	case DOC_TEXT:
		jsonw_str(w, value->text);
		break;
	case DOC_REAL:
		buf_str(out, w->comma ? "," : "");
		buf_printf(out, isfinite(value->real) ? "%.17g" : "null", value->real);
		w->comma = true;
		break;
	case DOC_ARRAY:
		jsonw_array(w);
		for (const struct doc *d = doc_first(value); d; d = d->next)
			put_json(w, d);
		jsonw_end_array(w);
		break;
	case DOC_OBJECT:
		jsonw_object(w);
		for (const struct doc *d = doc_first(value); d; d = d->next) {
			jsonw_key(w, d->key);
			put_json(w, d);
		}
		jsonw_end_object(w);
		break;
	case DOC_NULL:
	case DOC_KINDS:
		jsonw_null(w);
		break;
	}
}

void document_json(const struct doc *value, struct buf *out)
{
	struct jsonw w;

	jsonw_init(&w, out);
	put_json(&w, value);
}
