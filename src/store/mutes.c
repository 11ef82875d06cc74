/*
 * mutes.c: what people want to hear no more of. A mute names one thing and is silent about all of
 * it until its time is over. An acknowledgement needs no time: it is for what held when it was
 * said, of the certificates that were there then; so it ends when the finding does or the
 * certificate is replaced, and nobody has to take it away or notice that it should have been.
 *
 * There are hundreds of them and a million rows: who asks for many rows loads them once.
 */
#include "store/notes.h"

#include "base/text.h"
#include "base/vec.h"
#include "store/db.h"

#include <stdio.h>
#include <stdlib.h>

static const char *const thing_texts[MUTE_THING_MAX] = {
    [MUTE_NOTHING] = "nothing",
    [MUTE_CERTIFICATE] = "certificate",
    [MUTE_KEY] = "key",
    [MUTE_ENDPOINT] = "endpoint",
    [MUTE_ISSUER] = "issuer",
    [MUTE_TAG] = "tag",
};

const char *mute_thing_text(enum mute_thing thing)
{
	return thing_texts[thing < MUTE_THING_MAX ? thing : MUTE_NOTHING];
}

enum mute_thing mute_thing_find(struct span text)
{
	for (unsigned i = MUTE_CERTIFICATE; i < MUTE_THING_MAX; i++)
		if (span_is(text, thing_texts[i]))
			return (enum mute_thing)i;
	return MUTE_NOTHING;
}

const char *mute_kind_text(enum mute_kind kind)
{
	return kind == MUTE_ACK ? "ack" : "mute";
}

/* Keys in one spelling each, so that they can be compared. */

static struct err key_digest(struct span text, char key[MUTE_KEY_MAX])
{
	struct digest256 d;

	if (!digest256_parse(text, &d))
		return err_input(0, "this is named by a SHA-256 of 64 hex digits");
	digest256_text(&d, key);
	return OK;
}

static struct err key_endpoint(struct span text, char key[MUTE_KEY_MAX])
{
	struct endpoint endpoint;
	struct err e = endpoint_parse(text, &endpoint);

	if (!err_is(e))
		endpoint_text(&endpoint, key);
	return e;
}

static struct err key_text(struct span text, char key[MUTE_KEY_MAX])
{
	if (text.n == 0 || text.n >= MUTE_KEY_MAX)
		return err_input(0, "this name is empty, or longer than 512 bytes");
	if (!text_is_utf8(text))
		return err_input(0, "this name is no UTF-8");
	memcpy(key, text.p, text.n);
	key[text.n] = 0;
	return OK;
}

static struct err key_make(const struct mute *mute, char key[MUTE_KEY_MAX])
{
	static struct err (*const makers[MUTE_THING_MAX])(struct span, char *) = {
	    [MUTE_CERTIFICATE] = key_digest,
	    [MUTE_KEY] = key_digest,
	    [MUTE_ENDPOINT] = key_endpoint,
	    [MUTE_ISSUER] = key_text,
	    [MUTE_TAG] = key_text,
	};

	if (mute->thing == MUTE_NOTHING || mute->thing >= MUTE_THING_MAX)
		return err_input(0, "muted is a certificate, key, endpoint, issuer or tag");
	if (mute->kind != MUTE_SILENT && mute->kind != MUTE_ACK)
		return err_input(0, "the kind is ack or mute");
	return makers[mute->thing](span_str(mute->key), key);
}

static struct err mute_insert(struct store *s, struct mute *mute, const char *key)
{
	static const char sql[] =
	    "INSERT INTO mutes (kind, thing, key, finding, until_ms, why, by, at_ms)"
	    " VALUES (?, ?, ?, ?, ?, ?, ?, ?)";
	struct stmt q = stmt_use(s, sql);
	struct err e;

	stmt_int(&q, mute->kind);
	stmt_int(&q, mute->thing);
	stmt_text(&q, key);
	stmt_int(&q, mute->finding);
	stmt_int(&q, mute->until_ms);
	stmt_text(&q, mute->why);
	stmt_text(&q, mute->by);
	stmt_int(&q, mute->at_ms);
	e = stmt_run(&q);
	if (err_is(e))
		return e;
	mute->id = sqlite3_last_insert_rowid(s->db);
	return OK;
}

static struct err mutes_full(struct store *s)
{
	static const char sql[] = "SELECT count(*) FROM mutes";
	struct stmt q = stmt_use(s, sql);
	bool full = stmt_row(&q) && stmt_get_int(&q, 0) >= MUTES_MAX;
	struct err e = stmt_end(&q);

	return err_is(e) || !full ? e : err_limit("there are as many mutes as there may be");
}

struct err store_mute_add(struct store *s, struct mute *mute)
{
	char key[MUTE_KEY_MAX];
	bool began = false;
	struct err e = key_make(mute, key);

	if (!err_is(e))
		e = db_write_begin(s, &began);
	if (err_is(e))
		return e;
	e = mutes_full(s);
	if (!err_is(e))
		e = mute_insert(s, mute, key);
	return db_write_end(s, began, e);
}

static struct err mute_delete(struct store *s, int64_t id)
{
	static const char sql[] = "DELETE FROM mutes WHERE id = ?";
	struct stmt q = stmt_use(s, sql);
	struct err e;

	stmt_int(&q, id);
	e = stmt_run(&q);
	if (!err_is(e) && db_changes(s) == 0)
		return err_refused(REFUSAL_MISSING, "no such mute");
	return e;
}

struct err store_mute_remove(struct store *s, int64_t id)
{
	bool began = false;
	struct err e = db_write_begin(s, &began);

	return err_is(e) ? e : db_write_end(s, began, mute_delete(s, id));
}

struct err store_each_mute(struct store *s, int64_t now_ms, store_mute_fn *each, void *context)
{
	static const char sql[] =
	    "SELECT id, kind, thing, key, finding, until_ms, why, by, at_ms FROM mutes"
	    " WHERE ?1 = 0 OR until_ms = 0 OR ?1 < until_ms ORDER BY id DESC";
	struct stmt q = stmt_use(s, sql);
	bool more = true;

	stmt_int(&q, now_ms);
	while (more && stmt_row(&q)) {
		struct mute mute = {
		    .id = stmt_get_int(&q, 0),
		    .kind = (uint8_t)stmt_get_int(&q, 1),
		    .thing = (uint8_t)stmt_get_int(&q, 2),
		    .key = stmt_get_text(&q, 3),
		    .finding = (uint16_t)stmt_get_int(&q, 4),
		    .until_ms = stmt_get_int(&q, 5),
		    .why = stmt_get_text(&q, 6),
		    .by = stmt_get_text(&q, 7),
		    .at_ms = stmt_get_int(&q, 8),
		};

		more = each(context, &mute);
	}
	return stmt_end(&q);
}

/* In memory: sorted by thing and key, so that a row asks five times by halving. */

struct mutes {
	struct arena arena;
	struct mute *v;
	size_t n, cap;
	bool full;
};

static int mute_cmp(const void *a, const void *b)
{
	const struct mute *x = a, *y = b;
	int by_thing = (x->thing > y->thing) - (x->thing < y->thing);

	return by_thing ? by_thing : strcmp(x->key, y->key);
}

static bool mute_keep(void *context, const struct mute *mute)
{
	struct mutes *m = context;
	struct mute *v = vec_room(m->v, m->n, &m->cap, sizeof(*v), MUTES_MAX);
	struct mute copy = *mute;

	copy.key = arena_str(&m->arena, mute->key);
	copy.why = arena_str(&m->arena, mute->why);
	copy.by = arena_str(&m->arena, mute->by);
	if (v)
		m->v = v;
	m->full = !v || !copy.key || !copy.why || !copy.by;
	if (m->full)
		return false;
	v[m->n++] = copy;
	return true;
}

struct err store_mutes_load(struct store *s, int64_t now_ms, struct mutes **ret_mutes)
{
	struct mutes *m = calloc(1, sizeof(*m));
	struct err e;

	if (!m)
		return err_limit("no memory for the mutes");
	arena_init(&m->arena, MUTES_BYTES_MAX);
	e = store_each_mute(s, now_ms, mute_keep, m);
	if (!err_is(e) && m->full)
		e = err_limit("no memory for the mutes");
	if (err_is(e)) {
		mutes_free(m);
		return e;
	}
	if (m->n)
		qsort(m->v, m->n, sizeof(*m->v), mute_cmp);
	*ret_mutes = m;
	return OK;
}

void mutes_free(struct mutes *mutes)
{
	if (!mutes)
		return;
	arena_done(&mutes->arena);
	free(mutes->v);
	free(mutes);
}

bool mutes_empty(const struct mutes *mutes)
{
	return mutes->n == 0;
}

/* That of a certificate names it whenever it was seen; the others speak of what was there then. */
static bool covers(const struct mute *mute, const struct muteable *of)
{
	int64_t at_s = mute->at_ms / 1000;

	if (mute->finding && mute->finding != of->finding)
		return false;
	if (mute->kind == MUTE_SILENT)
		return true;
	return of->since_s <= at_s &&
	       (mute->thing == MUTE_CERTIFICATE || of->first_ms <= mute->at_ms);
}

/* The first of this thing and key, by halving. */
static size_t mutes_at(const struct mutes *m, const struct mute *wanted)
{
	size_t low = 0, high = m->n;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (mute_cmp(&m->v[middle], wanted) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static const struct mute *find_key(
    const struct mutes *m, const struct muteable *of, enum mute_thing thing, const char *key)
{
	struct mute wanted = {.thing = (uint8_t)thing, .key = key};

	if (!key || !*key)
		return NULL;
	for (size_t i = mutes_at(m, &wanted); i < m->n && !mute_cmp(&m->v[i], &wanted); i++)
		if (covers(&m->v[i], of))
			return &m->v[i];
	return NULL;
}

static const struct mute *find_digest(const struct mutes *m, const struct muteable *of,
    enum mute_thing thing, const struct digest256 *digest)
{
	char text[DIGEST256_TEXT_MAX];

	return digest ? find_key(m, of, thing, digest256_text(digest, text)) : NULL;
}

static const struct mute *find_endpoint(const struct mutes *m, const struct muteable *of)
{
	char text[ENDPOINT_TEXT_MAX];

	return of->endpoint ? find_key(m, of, MUTE_ENDPOINT, endpoint_text(of->endpoint, text))
			    : NULL;
}

const struct mute *mutes_find(const struct mutes *m, const struct muteable *of)
{
	const struct mute *found = NULL;

	if (m->n == 0)
		return NULL;
	found = find_digest(m, of, MUTE_CERTIFICATE, of->certificate);
	if (!found)
		found = find_digest(m, of, MUTE_KEY, of->spki);
	if (!found)
		found = find_endpoint(m, of);
	if (!found)
		found = find_key(m, of, MUTE_ISSUER, of->issuer_cn);
	if (!found)
		found = find_key(m, of, MUTE_ISSUER, of->issuer);
	for (size_t i = 0; i < of->n_tags && !found; i++)
		found = find_key(m, of, MUTE_TAG, of->tags[i]);
	return found;
}
