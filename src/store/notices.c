/*
 * notices.c: the questions of our own rules, as SQL over the indexes that are there: what expires
 * is a range of not_after, what is new a range of changes. Told is told: a row of `notices`, and
 * who puts it learns whether it was there, so two programs on one store tell nothing twice.
 */
#include "store/notices.h"

#include "store/db.h"

/* After a recovery, the same certificate is told of again no sooner: a server that comes and goes
 * is no news every hour. */
#define AGAIN_MS "86400000"

static int64_t least(int64_t a, int64_t b)
{
	return a < b ? a : b;
}

/* As the judge counts (verdict/expiry.c): notAfter itself is still valid. */
int64_t expiry_begins_s(
    const struct expiry_terms *terms, enum stage stage, int64_t not_before_s, int64_t not_after_s)
{
	int64_t life_s = not_after_s - not_before_s + 1, end_s = not_after_s + 1;

	if (stage == STAGE_NOTICE)
		return end_s - least(life_s / terms->notice_part, terms->notice_max_s);
	if (stage == STAGE_URGENT)
		return end_s - least(life_s / terms->urgent_part, terms->urgent_max_s);
	return end_s;
}

/* Of k (certificates) and n (its notice, or NULLs): the first columns of every question. */
/* clang-format off */
#define DUE_COLUMNS \
	"k.id, k.sha256, k.spki_sha256," \
	" coalesce(nullif(k.subject_cn, ''), json_extract(k.names, '$[0]')," \
	"  nullif(k.subject, ''), 'serial ' || k.serial)," \
	" k.subject, k.issuer, k.issuer_cn, k.serial, k.not_before_s, k.not_after_s," \
	" k.first_seen_ms, k.self_signed, CASE WHEN k.self_signed THEN " DER " END," \
	" coalesce(n.generation + (n.resolved_ms IS NOT NULL), 0)"
#define IS_SERVED \
	"EXISTS (SELECT 1 FROM chains c JOIN served v ON v.chain = c.id WHERE c.leaf = k.id)"
/* clang-format on */
enum { DUE_NEXT = 14 }; /* the first column behind them */

static struct due_cert due_get(struct stmt *q)
{
	return (struct due_cert){
	    .row = stmt_get_int(q, 0),
	    .sha256 = stmt_get_digest(q, 1),
	    .spki = stmt_get_digest(q, 2),
	    .name = stmt_get_text(q, 3),
	    .subject = stmt_get_text(q, 4),
	    .issuer = stmt_get_text(q, 5),
	    .issuer_cn = stmt_get_text(q, 6),
	    .serial = stmt_get_text(q, 7),
	    .not_before_s = stmt_get_int(q, 8),
	    .not_after_s = stmt_get_int(q, 9),
	    .first_seen_ms = stmt_get_int(q, 10),
	    .self_signed = stmt_get_int(q, 11) != 0,
	    .der = stmt_get_blob(q, 12),
	    .generation = (uint32_t)stmt_get_int(q, 13),
	    .stage = (uint8_t)stmt_get_int(q, DUE_NEXT),
	    .at_ms = stmt_get_int(q, DUE_NEXT + 1),
	    .before = stmt_get_text(q, DUE_NEXT + 2),
	};
}

static struct err dues_each(struct stmt *q, store_due_fn *each, void *context)
{
	while (stmt_row(q)) {
		struct due_cert cert = due_get(q);

		if (!each(context, &cert))
			break;
	}
	return stmt_end(q);
}

/* The stage that a certificate is in at a time (ms). Terms are ?3 to ?6. */
/* clang-format off */
#define STAGE_AT(time) \
	"CASE WHEN k.not_after_s < " time " / 1000 THEN 3" \
	" WHEN k.not_after_s - min((k.not_after_s - k.not_before_s + 1) / ?5, ?6)" \
	"  < " time " / 1000 THEN 2" \
	" WHEN k.not_after_s - min((k.not_after_s - k.not_before_s + 1) / ?3, ?4)" \
	"  < " time " / 1000 THEN 1 ELSE 0 END"
/* The dates of what could not be parsed are no reason to wake anybody. */
#define EXPIRING(which) \
	"SELECT " DUE_COLUMNS ", " STAGE_AT("?2") " AS now_in, 0, ''" \
	" FROM certificates k LEFT JOIN notices n ON n.rule = ?1 AND n.certificate = k.sha256" \
	" WHERE " which " AND NOT k.unparsed" \
	" AND now_in > CASE WHEN n.resolved_ms <= ?2 - " AGAIN_MS " THEN 0" \
	"  ELSE coalesce(n.stage, 0) END" \
	" AND " IS_SERVED " ORDER BY k.not_after_s, k.id"
/* clang-format on */

struct err store_each_expiring(struct store *s, uint64_t rule, const struct expiry_terms *terms,
    int64_t now_ms, const struct expiry_since *since, store_due_fn *each, void *context)
{
	static const char all[] = EXPIRING("k.not_after_s < ?2 / 1000 + max(?4, ?6)");
	static const char some[] = EXPIRING(
	    "k.id IN (SELECT k.id FROM certificates k WHERE k.not_after_s >= ?7 / 1000 - 1"
	    " AND k.not_after_s < ?2 / 1000 + max(?4, ?6) AND " STAGE_AT("?2") " > " STAGE_AT(
		"?7") " UNION SELECT a.leaf FROM changes h JOIN chains a ON a.id = h.after"
		      " WHERE h.sequence > ?8)");
	struct stmt q = stmt_use(s, since ? some : all);

	stmt_int(&q, (int64_t)rule);
	stmt_int(&q, now_ms);
	stmt_int(&q, terms->notice_part);
	stmt_int(&q, terms->notice_max_s);
	stmt_int(&q, terms->urgent_part);
	stmt_int(&q, terms->urgent_max_s);
	if (since) {
		stmt_int(&q, since->at_ms);
		stmt_int(&q, (int64_t)since->sequence);
	}
	return dues_each(&q, each, context);
}

struct err store_each_arrival(struct store *s, uint64_t rule, uint64_t after, unsigned kinds,
    bool self_signed_only, store_due_fn *each, void *context)
{
	static const char sql[] =
	    "SELECT " DUE_COLUMNS ", 1, max(h.at_ms),"
	    " coalesce(nullif(b.issuer_cn, ''), b.issuer, '')"
	    " FROM changes h JOIN chains a ON a.id = h.after JOIN certificates k ON k.id = a.leaf"
	    " LEFT JOIN notices n ON n.rule = ?1 AND n.certificate = k.sha256"
	    " LEFT JOIN chains o ON o.id = h.before LEFT JOIN certificates b ON b.id = o.leaf"
	    " WHERE h.sequence > ?2 AND (?3 >> h.kind) & 1 AND (NOT ?4 OR k.self_signed)"
	    " AND n.certificate IS NULL AND " IS_SERVED " GROUP BY k.id ORDER BY h.sequence";
	struct stmt q = stmt_use(s, sql);

	stmt_int(&q, (int64_t)rule);
	stmt_int(&q, (int64_t)after);
	stmt_int(&q, kinds);
	stmt_int(&q, self_signed_only);
	return dues_each(&q, each, context);
}

struct err store_newest_change(struct store *s, uint64_t *ret_sequence)
{
	static const char sql[] = "SELECT max(sequence) FROM changes";

	return stmt_number(s, sql, ret_sequence);
}

struct err store_each_resolved(struct store *s, uint64_t rule, store_due_fn *each, void *context)
{
	static const char sql[] = "SELECT " DUE_COLUMNS ", n.stage, n.told_ms, ''"
				  " FROM notices n JOIN certificates k ON k.sha256 = n.certificate"
				  " WHERE n.rule = ?1 AND n.resolved_ms IS NULL AND NOT " IS_SERVED
				  " ORDER BY n.told_ms, k.id";
	struct stmt q = stmt_use(s, sql);

	stmt_int(&q, (int64_t)rule);
	return dues_each(&q, each, context);
}

struct err store_each_place(struct store *s, int64_t row, store_place_fn *each, void *context)
{
	static const char sql[] =
	    "SELECT e.addr, e.zone, e.port, e.transport, e.name, e.hostname, coalesce(o.owner, ''),"
	    " min(s.first_ms), max(s.last_ms)"
	    " FROM chains c JOIN sightings s ON s.chain = c.id JOIN endpoints e ON e.id = "
	    "s.endpoint"
	    " LEFT JOIN endpoint_notes o ON o.addr = e.addr AND o.port = e.port"
	    "  AND o.transport = e.transport AND o.zone = e.zone"
	    " WHERE c.leaf = ? AND s.current"
	    " GROUP BY e.addr, e.port, e.transport, e.name, e.zone" /* one sorting does for both */
	    " ORDER BY e.addr, e.port, e.transport, e.name, e.zone";
	struct stmt q = stmt_use(s, sql);

	stmt_int(&q, row);
	while (stmt_row(&q)) {
		struct place place = {
		    .hostname = stmt_get_text(&q, 5),
		    .owner = stmt_get_text(&q, 6),
		    .first_ms = stmt_get_int(&q, 7),
		    .last_ms = stmt_get_int(&q, 8),
		};

		endpoint_get(&q, 0, &place.endpoint);
		if (!each(context, &place))
			break;
	}
	return stmt_end(&q);
}

/* The last change that ended it at each endpoint, and what came there. */
struct err store_aftermath(struct store *s, int64_t row, struct aftermath *ret_aftermath)
{
	static const char sql[] =
	    "SELECT h.kind, count(*), k.sha256, k.not_after_s,"
	    " coalesce(nullif(k.issuer_cn, ''), k.issuer, ''), max(h.sequence)"
	    " FROM chains c JOIN sightings s ON s.chain = c.id"
	    " JOIN changes h ON h.sequence = (SELECT max(sequence) FROM changes"
	    "  WHERE endpoint = s.endpoint AND before = s.chain)"
	    " LEFT JOIN chains a ON a.id = h.after LEFT JOIN certificates k ON k.id = a.leaf"
	    " WHERE c.leaf = ? GROUP BY h.kind ORDER BY max(h.sequence)";
	struct stmt q = stmt_use(s, sql);
	struct aftermath a = {0};
	struct err e;

	stmt_int(&q, row);
	while (stmt_row(&q)) {
		int64_t kind = stmt_get_int(&q, 0);

		if (kind > 0 && kind < CHANGE_MAX)
			a.kinds[kind] += (uint64_t)stmt_get_int(&q, 1);
		if (stmt_get_null(&q, 2))
			continue;
		a.successor = stmt_get_digest(&q, 2);
		a.successor_not_after_s = stmt_get_int(&q, 3);
		stmt_get_chars(&q, 4, a.successor_issuer, sizeof(a.successor_issuer));
	}
	e = stmt_end(&q);
	if (!err_is(e))
		*ret_aftermath = a;
	return e;
}

static struct err notice_run(struct stmt *q, uint64_t rule, const struct digest256 *certificate,
    int64_t now_ms, int64_t stage, bool *ret_new)
{
	struct store *s = q->s;
	struct err e;

	stmt_int(q, (int64_t)rule);
	stmt_digest(q, certificate);
	stmt_int(q, now_ms);
	if (stage)
		stmt_int(q, stage);
	e = stmt_run(q);
	if (!err_is(e))
		*ret_new = sqlite3_changes(s->db) != 0;
	return e;
}

struct err store_put_notice(struct store *s, uint64_t rule, const struct digest256 *certificate,
    enum stage stage, int64_t now_ms, bool *ret_new)
{
	static const char sql[] =
	    "INSERT INTO notices (rule, certificate, told_ms, stage, generation)"
	    " VALUES (?1, ?2, ?3, ?4, 0) ON CONFLICT DO UPDATE SET told_ms = ?3, stage = ?4,"
	    " generation = generation + (resolved_ms IS NOT NULL), resolved_ms = NULL"
	    " WHERE stage < ?4 OR resolved_ms IS NOT NULL";
	struct stmt q = stmt_use(s, sql);

	return notice_run(&q, rule, certificate, now_ms, stage, ret_new);
}

struct err store_resolve_notice(struct store *s, uint64_t rule, const struct digest256 *certificate,
    int64_t now_ms, bool *ret_new)
{
	static const char sql[] = "UPDATE notices SET resolved_ms = ?3"
				  " WHERE rule = ?1 AND certificate = ?2 AND resolved_ms IS NULL";
	struct stmt q = stmt_use(s, sql);

	return notice_run(&q, rule, certificate, now_ms, 0, ret_new);
}
