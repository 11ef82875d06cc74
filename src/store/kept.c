/*
 * kept.c: one pass over the index that has what is asked of most sightings, half a second for a
 * million. A listing that wants what is gone, too, has its own.
 */
#include "store/kept.h"

#include "base/vec.h"
#include "store/feed.h"
#include "store/written.h"

#include <stdio.h>

struct reading {
	struct kept *k;
	struct err e; /* the first */
};

static struct err read_by(struct store *s, const char *sql, feed_fn *take, struct reading *r)
{
	struct sql *q = sql_new(0, NULL);
	struct err e;

	if (!q)
		return err_limit("no memory for the sightings");
	sql_say(q, sql);
	e = feed(s, q, take, r);
	sql_free(q);
	return err_is(e) ? e : r->e;
}

static void sighting_take(void *context, sqlite3_value **v)
{
	struct reading *r = context;
	const struct sighting one = {
	    .endpoint = (uint32_t)sqlite3_value_int64(v[0]),
	    .chain = (uint32_t)sqlite3_value_int64(v[1]),
	    .port = (uint16_t)sqlite3_value_int(v[2]),
	    .source = (uint8_t)sqlite3_value_int(v[3]),
	    .outcome = (uint8_t)sqlite3_value_int(v[4]),
	    .starttls = (uint8_t)sqlite3_value_int(v[5]),
	    .version = (uint16_t)sqlite3_value_int(v[6]),
	    .cipher = (uint16_t)sqlite3_value_int(v[7]),
	    .key_group = (uint16_t)sqlite3_value_int(v[8]),
	};

	if (!err_is(r->e))
		r->e = sightings_add(&r->k->sightings, &one);
}

static void leaf_take(void *context, sqlite3_value **v)
{
	struct sightings *to = &((struct reading *)context)->k->sightings;
	uint64_t chain = (uint64_t)sqlite3_value_int64(v[0]);
	uint64_t leaf = (uint64_t)sqlite3_value_int64(v[1]);

	if (chain < to->n_chains && leaf < to->n_leaves)
		to->leaf[chain] = (uint32_t)leaf;
}

static struct err sizes_get(struct store *s, struct kept *k)
{
	static const char sql[] =
	    "SELECT (SELECT max(id) FROM endpoints),"
	    " (SELECT max(id) FROM chains), (SELECT max(id) FROM certificates)";
	struct stmt q = stmt_use(s, sql);
	uint64_t endpoints = 0, chains = 0, leaves = 0;
	struct err e;

	if (stmt_row(&q)) {
		endpoints = (uint64_t)stmt_get_int(&q, 0);
		chains = (uint64_t)stmt_get_int(&q, 1);
		leaves = (uint64_t)stmt_get_int(&q, 2);
	}
	e = stmt_end(&q);
	if (err_is(e))
		return e;
	if (endpoints >= ROWS_IN_MEMORY_MAX || chains >= ROWS_IN_MEMORY_MAX ||
	    leaves >= ROWS_IN_MEMORY_MAX)
		return err_limit("a store with too many endpoints to be counted");
	return sightings_init(&k->sightings, endpoints + 1, chains + 1, leaves + 1);
}

static struct err kept_read(struct store *s, struct kept *k)
{
	static const char all[] =
	    "SELECT feed(s.endpoint, s.chain, s.port, s.source, s.outcome, s.starttls, s.version,"
	    " s.cipher, s.key_group) FROM sightings s INDEXED BY sightings_wide";
	static const char leaves[] = "SELECT feed(id, leaf) FROM chains INDEXED BY chains_leaf"
				     " WHERE leaf IS NOT NULL";
	char current[sizeof(all) + 32];
	struct reading r = {.k = k};
	struct err e = sizes_get(s, k);

	snprintf(current, sizeof(current), "%s WHERE s.current", all);
	if (!err_is(e))
		e = read_by(s, k->gone ? all : current, sighting_take, &r);
	if (!err_is(e))
		e = sightings_order(&k->sightings);
	if (!err_is(e))
		e = read_by(s, leaves, leaf_take, &r);
	return e;
}

static void kept_free(struct kept *k)
{
	if (!k)
		return;
	asked_done(&k->asked);
	held_done(&k->held);
	sightings_done(&k->sightings);
	free(k->ends_s);
	free(k->noted);
	free(k);
}

void kept_forget(struct store *s)
{
	kept_free(s->kept);
	s->kept = NULL;
}

void kept_release(struct store *s, struct kept *k)
{
	if (k != s->kept)
		kept_free(k);
}

struct kept *kept_now(struct store *s)
{
	uint64_t version = 0;

	if (!s->kept || sqlite3_txn_state(s->db, "main") == SQLITE_TXN_WRITE ||
	    err_is(written_version(s, WRITES_SIGHTINGS, &version)) || s->kept->version != version)
		return NULL;
	return s->kept;
}

static struct err kept_new(struct store *s, bool gone, struct kept **ret_kept)
{
	struct kept *k = calloc(1, sizeof(*k));
	struct err e;

	if (!k)
		return err_limit("no memory for the sightings");
	k->gone = gone;
	e = written_version(s, WRITES_SIGHTINGS, &k->version);
	if (!err_is(e))
		e = kept_read(s, k);
	if (err_is(e))
		kept_free(k);
	else
		*ret_kept = k;
	return e;
}

struct err kept_get(struct store *s, bool gone, struct kept **ret_kept)
{
	bool keeps = !gone && sqlite3_txn_state(s->db, "main") != SQLITE_TXN_WRITE;
	struct kept *k = keeps ? kept_now(s) : NULL;
	struct err e = OK;

	if (!k) {
		if (keeps)
			kept_forget(s); /* before there are two */
		e = kept_new(s, gone, &k);
		if (keeps)
			s->kept = k;
	}
	*ret_kept = k;
	return e;
}

struct err kept_held(struct store *s, struct kept *k, int64_t at_s)
{
	struct held held;
	struct err e;

	if (held_is_of(&k->held, at_s))
		return OK;
	e = held_read(s, &k->sightings, at_s, &held);
	if (err_is(e))
		return e;
	held_done(&k->held);
	k->held = held;
	return OK;
}

static void noted_take(void *context, sqlite3_value **v)
{
	struct reading *r = context;
	struct kept *k = r->k;
	uint32_t *room =
	    vec_room(k->noted, k->n_noted, &k->noted_cap, sizeof(*room), ROWS_IN_MEMORY_MAX);

	if (!room) {
		r->e = err_limit("no memory for what is said");
		return;
	}
	k->noted = room;
	room[k->n_noted++] = (uint32_t)sqlite3_value_int64(v[0]); /* NULL is 0 */
}

struct err kept_noted(struct store *s, struct kept *k)
{
	static const char sql[] = "SELECT feed(l.id) FROM certificate_notes n"
				  " LEFT JOIN certificates l ON l.sha256 = n.sha256";
	struct reading r = {.k = k};
	struct err e = OK;

	if (!k->has_noted)
		e = read_by(s, sql, noted_take, &r);
	k->has_noted = !err_is(e);
	return e;
}

static void end_take(void *context, sqlite3_value **v)
{
	struct kept *k = ((struct reading *)context)->k;
	uint64_t leaf = (uint64_t)sqlite3_value_int64(v[0]);

	if (leaf < k->sightings.n_leaves)
		k->ends_s[leaf] = sqlite3_value_int64(v[1]);
}

struct err kept_ends(struct store *s, struct kept *k)
{
	static const char sql[] = "SELECT feed(id, not_after_s) FROM certificates"
				  " INDEXED BY certificates_not_after";
	struct reading r = {.k = k};
	struct err e;

	if (k->ends_s)
		return OK;
	k->ends_s = calloc(k->sightings.n_leaves, sizeof(*k->ends_s));
	e = k->ends_s ? read_by(s, sql, end_take, &r) : err_limit("no memory for certificates");
	if (err_is(e)) {
		free(k->ends_s);
		k->ends_s = NULL;
	}
	return e;
}
