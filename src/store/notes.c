/*
 * notes.c: owners, notes and tags of certificates and endpoints. Two tables of one shape: a
 * certificate is named by its SHA-256, an endpoint by where it is; both outlive every scan. An
 * annotation that says nothing any more is no row.
 */
#include "store/notes.h"

#include "base/jsonw.h"
#include "base/text.h"
#include "store/db.h"

#include <stdlib.h>

enum { TAGS_JSON_MAX = TAGS_MAX * (6 * TAG_MAX + 3) + 3 };

/* One of these texts for each of the two. */
struct note_sql {
	const char *select, *insert, *delete;
};

#define NOTE_SELECT "SELECT owner, note, tags, at_ms, by FROM "

static const struct note_sql sqls[] = {
    {
	NOTE_SELECT "certificate_notes WHERE sha256 = ?",
	"INSERT OR REPLACE INTO certificate_notes (sha256, owner, note, tags, at_ms, by)"
	" VALUES (?, ?, ?, ?, ?, ?)",
	"DELETE FROM certificate_notes WHERE sha256 = ?",
    },
    {
	NOTE_SELECT "endpoint_notes WHERE addr = ? AND port = ? AND transport = ? AND zone = ?",
	"INSERT OR REPLACE INTO endpoint_notes"
	" (addr, port, transport, zone, owner, note, tags, at_ms, by)"
	" VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
	"DELETE FROM endpoint_notes WHERE addr = ? AND port = ? AND transport = ? AND zone = ?",
    },
};

static void noted_bind(struct stmt *q, const struct noted *of)
{
	if (!of->is_endpoint) {
		stmt_digest(q, &of->certificate);
		return;
	}
	stmt_blob(q, of->endpoint.addr.b, sizeof(of->endpoint.addr.b));
	stmt_int(q, of->endpoint.port);
	stmt_int(q, of->endpoint.transport);
	stmt_int(q, of->endpoint.addr.zone);
}

/* What is shown to others on a page, in a mail, on a terminal. */
static struct err text_check(const char *text, size_t max, bool lines, const char *too_long)
{
	struct span rest = span_str(text);

	if (rest.n >= max)
		return err_input(max - 1, too_long);
	if (!text_is_utf8(rest))
		return err_input(0, "this text is no UTF-8");
	while (rest.n) {
		size_t at = (size_t)(rest.p - (const uint8_t *)text);
		uint32_t rune = text_next(&rest);

		if (text_is_control(rune) && !(lines && (rune == '\n' || rune == '\t')))
			return err_input(at, "this text has a control character");
	}
	return OK;
}

static struct err tag_check(const char *tag)
{
	if (!*tag)
		return err_input(0, "a tag is empty");
	if (strchr(tag, ','))
		return err_input(0, "a tag has a comma: give two tags");
	return text_check(tag, TAG_MAX, false, "a tag is at most 64 bytes long");
}

static struct err change_check(const struct note_change *change)
{
	struct err e = OK;

	if (change->owner)
		e = text_check(change->owner, OWNER_MAX, false, "an owner is at most 128 bytes");
	if (!err_is(e) && change->note)
		e = text_check(change->note, NOTE_MAX, true, "a note is at most 8192 bytes");
	if (!err_is(e) && change->n_tags > TAGS_MAX)
		e = err_input(0, "at most 32 tags");
	for (size_t i = 0; i < change->n_tags && !err_is(e); i++)
		e = tag_check(change->tags[i]);
	return e;
}

static struct err no_memory(void)
{
	return err_limit("no memory for a note");
}

/* Of a JSON array of our own making. */
static struct err tags_get(
    struct store *s, const char *json, struct arena *arena, struct annotation *a)
{
	static const char sql[] = "SELECT value FROM json_each(?)";
	const char **tags = arena_alloc(arena, TAGS_MAX * sizeof(*tags));
	struct stmt q;
	size_t n = 0;
	struct err e;

	if (!tags)
		return no_memory();
	q = stmt_use(s, sql);
	stmt_text(&q, json);
	while (n < TAGS_MAX && stmt_row(&q))
		tags[n++] = arena_str(arena, stmt_get_text(&q, 0));
	e = stmt_end(&q);
	a->tags = tags;
	a->n_tags = n;
	return err_is(e) || !n || tags[n - 1] ? e : no_memory();
}

struct err store_note_get(
    struct store *s, const struct noted *of, struct arena *arena, struct annotation *ret_annotation)
{
	struct annotation a = {.owner = "", .note = "", .by = ""};
	struct stmt q = stmt_use(s, sqls[of->is_endpoint].select);
	const char *json = "[]";
	struct err e;

	noted_bind(&q, of);
	if (stmt_row(&q)) {
		a.owner = arena_str(arena, stmt_get_text(&q, 0));
		a.note = arena_str(arena, stmt_get_text(&q, 1));
		json = arena_str(arena, stmt_get_text(&q, 2));
		a.at_ms = stmt_get_int(&q, 3);
		a.by = arena_str(arena, stmt_get_text(&q, 4));
	}
	e = stmt_end(&q);
	if (!err_is(e) && (!a.owner || !a.note || !json || !a.by))
		e = no_memory();
	if (!err_is(e))
		e = tags_get(s, json, arena, &a);
	if (!err_is(e))
		*ret_annotation = a;
	return e;
}

/* A copy, sorted, each once. */
static struct err tags_set(
    const struct note_change *change, struct arena *arena, struct annotation *a)
{
	const char **tags = arena_alloc(arena, TAGS_MAX * sizeof(*tags));
	size_t n = 0;

	if (!tags)
		return no_memory();
	for (size_t i = 0; i < change->n_tags; i++)
		if (!(tags[i] = arena_str(arena, change->tags[i])))
			return no_memory();
	qsort(tags, change->n_tags, sizeof(*tags), text_cmp);
	for (size_t i = 0; i < change->n_tags; i++)
		if (i == 0 || strcmp(tags[n - 1], tags[i]) != 0)
			tags[n++] = tags[i];
	a->tags = tags;
	a->n_tags = n;
	return OK;
}

static struct err change_apply(
    const struct note_change *change, struct arena *arena, struct annotation *a)
{
	if (change->owner)
		a->owner = arena_str(arena, change->owner);
	if (change->note)
		a->note = arena_str(arena, change->note);
	a->by = arena_str(arena, change->by);
	a->at_ms = change->at_ms;
	if (!a->owner || !a->note || !a->by)
		return no_memory();
	return change->has_tags ? tags_set(change, arena, a) : OK;
}

static void tags_json(const struct annotation *a, struct buf *json)
{
	struct jsonw w;

	jsonw_init(&w, json);
	jsonw_array(&w);
	for (size_t i = 0; i < a->n_tags; i++)
		jsonw_str(&w, a->tags[i]);
	jsonw_end_array(&w);
}

static struct err note_insert(struct store *s, const struct noted *of, const struct annotation *a)
{
	struct stmt q = stmt_use(s, sqls[of->is_endpoint].insert);
	struct buf json;
	struct err e;

	buf_init(&json, TAGS_JSON_MAX);
	tags_json(a, &json);
	noted_bind(&q, of);
	stmt_text(&q, a->owner);
	stmt_text(&q, a->note);
	stmt_text(&q, buf_text(&json));
	stmt_int(&q, a->at_ms);
	stmt_text(&q, a->by);
	e = stmt_run(&q);
	buf_done(&json);
	return e;
}

static struct err note_delete(struct store *s, const struct noted *of)
{
	struct stmt q = stmt_use(s, sqls[of->is_endpoint].delete);

	noted_bind(&q, of);
	return stmt_run(&q);
}

static struct err note_change(struct store *s, const struct noted *of,
    const struct note_change *change, struct arena *arena, struct annotation *a)
{
	struct err e = store_note_get(s, of, arena, a);

	if (!err_is(e))
		e = change_apply(change, arena, a);
	if (err_is(e))
		return e;
	return *a->owner || *a->note || a->n_tags ? note_insert(s, of, a) : note_delete(s, of);
}

struct err store_note_put(struct store *s, const struct noted *of, const struct note_change *change,
    struct arena *arena, struct annotation *ret_annotation)
{
	struct annotation a;
	bool began = false;
	struct err e = change_check(change);

	if (!err_is(e))
		e = db_write_begin(s, &began);
	if (err_is(e))
		return e;
	e = db_write_end(s, began, note_change(s, of, change, arena, &a));
	if (!err_is(e))
		*ret_annotation = a;
	return e;
}

struct err notes_inherit(struct store *s, int64_t chain_before, int64_t chain_after)
{
	static const char sql[] =
	    "INSERT INTO certificate_notes (sha256, owner, note, tags, at_ms, by)"
	    " SELECT k.sha256, n.owner, n.note, n.tags, n.at_ms, n.by"
	    " FROM chains b JOIN certificates o ON o.id = b.leaf"
	    " JOIN certificate_notes n ON n.sha256 = o.sha256"
	    " JOIN chains a ON a.id = ?2 JOIN certificates k ON k.id = a.leaf"
	    " WHERE b.id = ?1 ON CONFLICT (sha256) DO UPDATE SET owner = excluded.owner,"
	    " note = excluded.note, tags = excluded.tags, at_ms = excluded.at_ms, by = excluded.by"
	    " WHERE certificate_notes.by = ''";
	struct stmt q = stmt_use(s, sql);

	stmt_int(&q, chain_before);
	stmt_int(&q, chain_after);
	return stmt_run(&q);
}

struct err notes_tag_new(
    struct store *s, const struct digest256 *certificate, const char *tag, int64_t at_ms)
{
	static const char sql[] =
	    "INSERT INTO certificate_notes (sha256, owner, note, tags, at_ms, by)"
	    " VALUES (?, '', '', json_array(?), ?, '') ON CONFLICT DO NOTHING";
	struct stmt q = stmt_use(s, sql);

	stmt_digest(&q, certificate);
	stmt_text(&q, tag);
	stmt_int(&q, at_ms);
	return stmt_run(&q);
}

static struct err each_word(struct store *s, const char *sql, store_word_fn *each, void *context)
{
	struct stmt q = stmt_use(s, sql);
	bool more = true;

	while (more && stmt_row(&q))
		more = each(context, stmt_get_text(&q, 0), (uint64_t)stmt_get_int(&q, 1));
	return stmt_end(&q);
}

struct err store_each_owner(struct store *s, store_word_fn *each, void *context)
{
	static const char sql[] =
	    "SELECT owner, count(*) AS n FROM (SELECT owner FROM certificate_notes"
	    " UNION ALL SELECT owner FROM endpoint_notes) WHERE owner <> ''"
	    " GROUP BY owner ORDER BY n DESC, owner";

	return each_word(s, sql, each, context);
}

struct err store_each_tag(struct store *s, store_word_fn *each, void *context)
{
	static const char sql[] =
	    "SELECT t.value, count(*) AS n FROM (SELECT tags FROM certificate_notes"
	    " UNION ALL SELECT tags FROM endpoint_notes) o, json_each(o.tags) t"
	    " GROUP BY t.value ORDER BY n DESC, t.value";

	return each_word(s, sql, each, context);
}
