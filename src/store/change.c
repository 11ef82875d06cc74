/*
 * change.c: what became of an endpoint, told once, in the transaction that stores the evidence.
 *
 * A change is told at the first sighting of a chain at an endpoint, and only then: two nodes behind
 * one address, or an RSA chain beside an ECDSA one, alternate in silence ever after. The new chain
 * takes the place of the one that it resembles most, among those that are current and were not seen
 * beside it: in the same run, or (outside of runs) at the same time. With none left it is new.
 */
#include "store/db.h"
#include "store/notes.h"

/* In what two leaves are the same. */
enum same {
	SAME_ISSUER = 1 << 0,
	SAME_KIND = 1 << 1, /* of key */
	SAME_NAMES = 1 << 2,
	SAME_KEY = 1 << 3,
	SAME_LEAF = 1 << 4,
};

/* The first row that fits tells what happened. */
static const struct {
	unsigned mask, want;
	enum change_kind kind;
} kinds[] = {
    {SAME_LEAF, SAME_LEAF, CHANGE_CHAIN},
    {SAME_NAMES | SAME_ISSUER, SAME_NAMES, CHANGE_ISSUER_CHANGED},
    {SAME_KEY, SAME_KEY, CHANGE_RENEWED_SAME_KEY},
    {SAME_NAMES | SAME_ISSUER, SAME_NAMES | SAME_ISSUER, CHANGE_RENEWED_NEW_KEY},
    {0, 0, CHANGE_REPLACED},
};

static enum change_kind kind_of(unsigned same)
{
	size_t i = 0;

	while ((same & kinds[i].mask) != kinds[i].want)
		i++;
	return kinds[i].kind;
}

/* The same names: what was said of the old certificate is true of the new one. */
static bool is_successor(enum change_kind kind)
{
	return kind == CHANGE_RENEWED_SAME_KEY || kind == CHANGE_RENEWED_NEW_KEY ||
	       kind == CHANGE_ISSUER_CHANGED;
}

struct err change_put(struct store *s, const struct change *change, int64_t endpoint,
    int64_t before, int64_t after, uint64_t *ret_sequence)
{
	static const char sql[] = "INSERT INTO changes (at_ms, kind, endpoint, before, after, run)"
				  " VALUES (?, ?, ?, ?, ?, ?)";
	struct stmt q = stmt_use(s, sql);
	struct err e;

	stmt_int(&q, change->at_ms);
	stmt_int(&q, change->kind);
	stmt_int(&q, endpoint);
	stmt_int(&q, before);
	stmt_int(&q, after);
	stmt_int(&q, (int64_t)change->run);
	e = stmt_run(&q);
	if (!err_is(e))
		*ret_sequence = (uint64_t)sqlite3_last_insert_rowid(s->db);
	return e;
}

/* A chain that the new one may have taken the place of. */
struct rival {
	int64_t chain; /* 0: none */
	struct digest256 digest;
	unsigned same; /* enum same, with the new one */
};

/* From when on a sighting is beside this observation, not before it. */
static struct err beside_since(struct store *s, const struct observation *o, int64_t *ret_ms)
{
	static const char sql[] = "SELECT started_ms FROM runs WHERE id = ?";
	struct stmt q;

	*ret_ms = o->first_ms;
	if (o->evidence != EVIDENCE_SCAN || o->run == 0)
		return OK;
	q = stmt_use(s, sql);
	stmt_int(&q, (int64_t)o->run);
	if (stmt_row(&q) && stmt_get_int(&q, 0) < *ret_ms)
		*ret_ms = stmt_get_int(&q, 0);
	return stmt_end(&q);
}

/* Names are the same where the sets of SANs are (or, without any, the subjects). */
static const char rivals_sql[] =
    "SELECT s.chain, c.digest, coalesce(l.issuer = n.issuer, 0),"
    " coalesce(l.key_kind = n.key_kind, 0),"
    " l.id IS NOT NULL AND n.id IS NOT NULL"
    "  AND NOT EXISTS (SELECT value FROM json_each(l.names)"
    "   EXCEPT SELECT value FROM json_each(n.names))"
    "  AND NOT EXISTS (SELECT value FROM json_each(n.names)"
    "   EXCEPT SELECT value FROM json_each(l.names))"
    "  AND (l.subject = n.subject OR n.names <> '[]'),"
    " coalesce(l.spki_sha256 = n.spki_sha256, 0), coalesce(l.id = n.id, 0)"
    " FROM sightings s JOIN chains c ON c.id = s.chain LEFT JOIN certificates l ON l.id = c.leaf"
    " JOIN chains m ON m.id = ?2 LEFT JOIN certificates n ON n.id = m.leaf"
    " WHERE s.endpoint = ?1 AND s.chain NOT IN (0, ?2) AND s.current AND s.last_ms < ?3"
    " ORDER BY s.last_ms DESC";

/* The one that resembles it most; of equals the one seen last. */
static struct err rival_find(
    struct store *s, int64_t endpoint, int64_t chain, int64_t beside_ms, struct rival *ret_rival)
{
	struct stmt q = stmt_use(s, rivals_sql);
	struct rival best = {0};

	stmt_int(&q, endpoint);
	stmt_int(&q, chain);
	stmt_int(&q, beside_ms);
	while (stmt_row(&q)) {
		unsigned same = 0;

		for (int bit = 0; bit < 5; bit++)
			same |= stmt_get_int(&q, 2 + bit) ? 1u << bit : 0;
		if (!best.chain || same > best.same)
			best = (struct rival){stmt_get_int(&q, 0), stmt_get_digest(&q, 1), same};
	}
	*ret_rival = best;
	return stmt_end(&q);
}

static struct err rival_retire(struct store *s, int64_t endpoint, int64_t chain)
{
	static const char sql[] =
	    "UPDATE OR FAIL sightings SET current = 0 WHERE endpoint = ? AND chain = ?";
	struct stmt q = stmt_use(s, sql);

	stmt_int(&q, endpoint);
	stmt_int(&q, chain);
	return stmt_run(&q);
}

/* The chain that was there when the endpoint vanished. */
static struct err last_change_before(struct store *s, int64_t endpoint, struct rival *ret_rival)
{
	static const char sql[] =
	    "SELECT h.before, c.digest FROM changes h JOIN chains c ON c.id = h.before"
	    " WHERE h.endpoint = ? AND h.kind = ? ORDER BY h.sequence DESC LIMIT 1";
	struct stmt q = stmt_use(s, sql);

	stmt_int(&q, endpoint);
	stmt_int(&q, CHANGE_VANISHED);
	if (stmt_row(&q))
		*ret_rival = (struct rival){stmt_get_int(&q, 0), stmt_get_digest(&q, 1), 0};
	return stmt_end(&q);
}

static struct err endpoint_returned(struct store *s, int64_t endpoint)
{
	static const char sql[] = "UPDATE endpoints SET vanished_ms = NULL WHERE id = ?";
	struct stmt q = stmt_use(s, sql);

	stmt_int(&q, endpoint);
	return stmt_run(&q);
}

struct err change_first_sighting(struct store *s, const struct observation *o, int64_t endpoint,
    int64_t chain, enum past past, struct stored *ret_stored)
{
	struct change change = {.at_ms = o->first_ms, .run = o->run, .kind = CHANGE_NEW};
	struct rival rival = {0};
	int64_t beside_ms = 0;
	struct err e = OK;

	if (past == PAST_VANISHED) {
		change.kind = CHANGE_RETURNED;
		e = last_change_before(s, endpoint, &rival);
		if (!err_is(e))
			e = endpoint_returned(s, endpoint);
	} else if (past == PAST_SEEN) {
		e = beside_since(s, o, &beside_ms);
		if (!err_is(e))
			e = rival_find(s, endpoint, chain, beside_ms, &rival);
		if (rival.chain)
			change.kind = kind_of(rival.same);
		if (!err_is(e) && rival.chain)
			e = rival_retire(s, endpoint, rival.chain);
		if (!err_is(e) && is_successor(change.kind))
			e = notes_inherit(s, rival.chain, chain);
	}
	if (!err_is(e))
		e = change_put(s, &change, endpoint, rival.chain, chain, &ret_stored->sequence);
	if (err_is(e))
		return e;
	ret_stored->change = change.kind;
	ret_stored->before = rival.digest;
	return OK;
}
