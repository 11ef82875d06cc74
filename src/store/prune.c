/*
 * prune.c: what is to go is found first, without a lock, and noted in a table of this connection's
 * own; then it goes in small transactions, each row only if what condemned it still holds: an
 * endpoint may have come back meanwhile. The order is that of dependence: endpoints and old
 * sightings, then the chains that nobody refers to any more, then certificates without a chain.
 *
 * What is served now keeps the change that told of it, however old. The newest change and the
 * newest certificate always stay: the next one's number is theirs plus one, and consumers remember
 * numbers.
 */
#include "store/prune.h"

#include "store/db.h"
#include "store/outbox.h"
#include "store/schema_texts.h"

static const int64_t day_ms = 24 * 60 * 60 * 1000;

/* Which of the three ages a kind goes by. */
enum age { AGE_GONE, AGE_HISTORY, AGE_MESSAGES, AGES };

/* One kind: `find` gives the rows (a, b) older than ?1; `take` has ?1 a, ?2 b, ?3 the time. The
 * last one is counted. */
struct rule {
	enum pruned_kind kind;
	enum age age;
	const char *find;
	const char *take[6];
};

#define GONE_ENDPOINT                                                                              \
	"(vanished_ms < ?3 OR NOT EXISTS"                                                          \
	" (SELECT 1 FROM sightings WHERE endpoint = ?1 AND current))"                              \
	" AND NOT EXISTS (SELECT 1 FROM sightings WHERE endpoint = ?1 AND last_ms >= ?3)"
#define IF_GONE_ENDPOINT " AND EXISTS (SELECT 1 FROM endpoints WHERE id = ?1 AND " GONE_ENDPOINT ")"
#define OLD_SIGHTING                                                                               \
	" AND EXISTS (SELECT 1 FROM sightings WHERE endpoint = ?1 AND chain = ?2"                  \
	" AND NOT current AND last_ms < ?3)"
#define LOOSE_CHAIN " AND NOT EXISTS (SELECT 1 FROM sightings WHERE chain = ?1)"
#define LOOSE_CERTIFICATE                                                                          \
	" AND NOT EXISTS (SELECT 1 FROM chain_certificates WHERE certificate = ?1)"
/* How what is served now came to be there is never forgotten. */
#define UNTOLD                                                                                     \
	" AND NOT EXISTS (SELECT 1 FROM sightings s WHERE s.endpoint = changes.endpoint"           \
	" AND s.chain = changes.after AND s.current)"
#define INSERT "INSERT INTO temp.condemned (a, b) "

static const struct rule rules[] = {
    {PRUNED_ENDPOINTS, AGE_GONE,
	INSERT "SELECT e.id, 0 FROM endpoints e WHERE (e.vanished_ms < ?1 OR NOT EXISTS"
	       "  (SELECT 1 FROM sightings s WHERE s.endpoint = e.id AND s.current))"
	       " AND NOT EXISTS"
	       "  (SELECT 1 FROM sightings s WHERE s.endpoint = e.id AND s.last_ms >= ?1)"
	       " AND NOT EXISTS (SELECT 1 FROM endpoint_notes n WHERE n.addr = e.addr"
	       "  AND n.port = e.port AND n.transport = e.transport AND n.zone = e.zone)"
	       " AND e.id <> coalesce("
	       "  (SELECT endpoint FROM changes ORDER BY sequence DESC LIMIT 1), 0)",
	{
	    "DELETE FROM sighting_findings WHERE endpoint = ?1" IF_GONE_ENDPOINT,
	    "DELETE FROM changes WHERE endpoint = ?1" IF_GONE_ENDPOINT,
	    /* once they are gone the endpoint has none, and stays condemned */
	    "DELETE FROM sightings WHERE endpoint = ?1" IF_GONE_ENDPOINT,
	    ENDPOINT_TEXTS_DROP " WHERE id = ?1 AND " GONE_ENDPOINT,
	    "DELETE FROM endpoints WHERE id = ?1 AND " GONE_ENDPOINT,
	}},
    {PRUNED_SIGHTINGS, AGE_GONE,
	INSERT "SELECT endpoint, chain FROM sightings s WHERE NOT current AND last_ms < ?1"
	       " AND EXISTS"
	       "  (SELECT 1 FROM sightings c WHERE c.endpoint = s.endpoint AND c.current)",
	{
	    "DELETE FROM sighting_findings WHERE endpoint = ?1 AND chain = ?2" OLD_SIGHTING,
	    "DELETE FROM sightings WHERE endpoint = ?1 AND chain = ?2 AND NOT current"
	    " AND last_ms < ?3",
	}},
    {PRUNED_CHANGES, AGE_HISTORY,
	INSERT "SELECT sequence, 0 FROM changes WHERE at_ms < ?1"
	       " AND sequence < (SELECT max(sequence) FROM changes)" UNTOLD,
	{"DELETE FROM changes WHERE sequence = ?1" UNTOLD}},
    {PRUNED_CHAINS, AGE_GONE,
	INSERT "SELECT c.id, 0 FROM chains c LEFT JOIN certificates l ON l.id = c.leaf"
	       " WHERE c.id <> 0 AND coalesce(l.first_seen_ms < ?1, 1)"
	       " AND NOT EXISTS (SELECT 1 FROM sightings WHERE chain = c.id)"
	       " AND c.id NOT IN (SELECT before FROM changes)"
	       " AND c.id NOT IN (SELECT after FROM changes)"
	       " AND NOT EXISTS (SELECT 1 FROM certificate_notes n WHERE n.sha256 = l.sha256)",
	{
	    "DELETE FROM chain_findings WHERE chain = ?1" LOOSE_CHAIN,
	    "DELETE FROM chain_certificates WHERE chain = ?1" LOOSE_CHAIN,
	    "DELETE FROM chains WHERE id = ?1" LOOSE_CHAIN,
	}},
    {PRUNED_CERTIFICATES, AGE_GONE,
	INSERT "SELECT k.id, 0 FROM certificates k WHERE k.first_seen_ms < ?1"
	       " AND NOT EXISTS (SELECT 1 FROM chain_certificates WHERE certificate = k.id)"
	       " AND NOT EXISTS (SELECT 1 FROM chains WHERE leaf = k.id)"
	       " AND NOT EXISTS (SELECT 1 FROM certificate_notes n WHERE n.sha256 = k.sha256)"
	       " AND k.id < (SELECT max(id) FROM certificates)",
	{CERTIFICATE_TEXTS_DROP " WHERE id = ?1" LOOSE_CERTIFICATE,
	    "DELETE FROM certificate_der WHERE certificate = ?1" LOOSE_CERTIFICATE,
	    "DELETE FROM certificates WHERE id = ?1" LOOSE_CERTIFICATE}},
    {PRUNED_JOBS, AGE_HISTORY,
	INSERT "SELECT id, 0 FROM jobs WHERE state >= 5 AND ended_ms < ?1",
	{"DELETE FROM jobs WHERE id = ?1"}},
    {PRUNED_RUNS, AGE_HISTORY,
	INSERT "SELECT r.id, 0 FROM runs r WHERE r.started_ms < ?1 AND r.ended_ms < ?1"
	       " AND NOT EXISTS (SELECT 1 FROM run_workers w"
	       "  WHERE w.run = r.id AND w.at_s >= ?1 / 1000)"
	       " AND r.id NOT IN (SELECT run FROM jobs)",
	{"DELETE FROM run_workers WHERE run = ?1", "DELETE FROM runs WHERE id = ?1"}},
    {PRUNED_ALERTS, AGE_MESSAGES,
	INSERT "SELECT id, 0 FROM alerts WHERE last_ms < ?1",
	{"DELETE FROM alerts WHERE id = ?1 AND last_ms < ?3"}},
    {PRUNED_MESSAGES, AGE_MESSAGES,
	INSERT "SELECT id, 0 FROM messages WHERE state <> 0 AND created_ms < ?1",
	{"DELETE FROM messages WHERE id = ?1 AND state <> 0"}},
    {PRUNED_AUDIT, AGE_HISTORY, INSERT "SELECT id, 0 FROM audit WHERE at_ms < ?1",
	{"DELETE FROM audit WHERE id = ?1"}},
};

static const char *const texts[PRUNED_MAX] = {
    [PRUNED_ENDPOINTS] = "endpoints",
    [PRUNED_SIGHTINGS] = "old chains of endpoints",
    [PRUNED_CHAINS] = "chains",
    [PRUNED_CERTIFICATES] = "certificates",
    [PRUNED_CHANGES] = "changes",
    [PRUNED_RUNS] = "runs",
    [PRUNED_JOBS] = "scans asked for",
    [PRUNED_ALERTS] = "alerts",
    [PRUNED_MESSAGES] = "messages",
    [PRUNED_AUDIT] = "records of who did what",
};

const char *pruned_text(enum pruned_kind kind)
{
	return kind < PRUNED_MAX ? texts[kind] : "";
}

static struct err condemned_find(
    struct store *s, const struct rule *rule, int64_t before_ms, uint64_t *ret_n)
{
	struct err e = db_exec(s,
	    "CREATE TEMP TABLE IF NOT EXISTS condemned (a INTEGER NOT NULL, b INTEGER NOT NULL);"
	    "DELETE FROM temp.condemned");
	struct stmt q;

	if (err_is(e))
		return e;
	q = stmt_once(s, rule->find);
	stmt_int(&q, before_ms);
	e = stmt_run(&q);
	if (!err_is(e))
		*ret_n = (uint64_t)db_changes(s);
	return e;
}

/* One row; ret_taken: it was still to go. */
static struct err take_one(struct store *s, const struct rule *rule, const int64_t row[2],
    int64_t before_ms, bool *ret_taken)
{
	struct err e = OK;

	for (size_t i = 0; rule->take[i] && !err_is(e); i++) {
		struct stmt q = stmt_use(s, rule->take[i]);
		int wants = sqlite3_bind_parameter_count(q.p);

		stmt_int(&q, row[0]);
		if (wants > 1)
			stmt_int(&q, row[1]);
		if (wants > 2)
			stmt_int(&q, before_ms);
		e = stmt_run(&q);
	}
	*ret_taken = !err_is(e) && db_changes(s) > 0;
	return e;
}

static struct err rows_get(struct store *s, int64_t after, int64_t rows[][3], size_t *ret_n)
{
	static const char sql[] =
	    "SELECT rowid, a, b FROM temp.condemned WHERE rowid > ? ORDER BY rowid LIMIT ?";
	struct stmt q = stmt_once(s, sql);
	size_t n = 0;

	stmt_int(&q, after);
	stmt_int(&q, PRUNE_AT_ONCE);
	while (n < PRUNE_AT_ONCE && stmt_row(&q)) {
		for (int i = 0; i < 3; i++)
			rows[n][i] = stmt_get_int(&q, i);
		n++;
	}
	*ret_n = n;
	return stmt_end(&q);
}

/* One transaction. */
static struct err take_some(struct store *s, const struct rule *rule, int64_t rows[][3], size_t n,
    int64_t before_ms, uint64_t *taken)
{
	uint64_t some = 0;
	struct err e = store_begin(s);

	if (err_is(e))
		return e;
	for (size_t i = 0; i < n && !err_is(e); i++) {
		bool one = false;

		e = take_one(s, rule, &rows[i][1], before_ms, &one);
		some += one;
	}
	if (!err_is(e))
		e = store_commit(s);
	else
		store_rollback(s);
	if (!err_is(e))
		*taken += some;
	return e;
}

struct pruning {
	const struct prune *what;
	bool (*stop)(void *context);
	void *context;
	struct pruned done;
};

static bool is_over(const struct pruning *p)
{
	return p->stop && p->stop(p->context);
}

static struct err rule_take(
    struct store *s, const struct rule *rule, int64_t before_ms, struct pruning *p)
{
	static _Thread_local int64_t rows[PRUNE_AT_ONCE][3];
	int64_t last = 0;
	size_t n = 0;
	struct err e;

	do {
		e = rows_get(s, last, rows, &n);
		if (!err_is(e) && n)
			e = take_some(s, rule, rows, n, before_ms, &p->done.n[rule->kind]);
		if (n)
			last = rows[n - 1][0];
	} while (!err_is(e) && n == PRUNE_AT_ONCE && !is_over(p));
	return e;
}

static struct err rule_apply(struct store *s, const struct rule *rule, struct pruning *p)
{
	const int64_t days[AGES] = {
	    [AGE_GONE] = p->what->gone_days,
	    [AGE_HISTORY] = p->what->history_days,
	    [AGE_MESSAGES] = p->what->messages_days,
	};
	int64_t before_ms = p->what->now_ms - days[rule->age] * day_ms;
	uint64_t n = 0;
	struct err e;

	if (days[rule->age] == 0 || is_over(p))
		return OK;
	e = condemned_find(s, rule, before_ms, &n);
	if (err_is(e) || n == 0)
		return e;
	if (p->what->dry_run) {
		p->done.n[rule->kind] = n;
		return OK;
	}
	return rule_take(s, rule, before_ms, p);
}

/* Names of issuers that nothing served has any more (schema_counts.h). */
static struct err issuers_forget(struct store *s)
{
	static const char sql[] = "DELETE FROM served_issuers WHERE id NOT IN"
				  " (SELECT issuer FROM served WHERE issuer IS NOT NULL)";
	struct stmt q = stmt_use(s, sql);

	return stmt_run(&q);
}

struct err store_prune(struct store *s, const struct prune *what, bool (*stop)(void *context),
    void *context, struct pruned *ret_pruned)
{
	struct pruning p = {.what = what, .stop = stop, .context = context};
	struct err e = OK, end;

	for (size_t i = 0; i < sizeof(rules) / sizeof(rules[0]) && !err_is(e); i++)
		e = rule_apply(s, &rules[i], &p);
	chain_rows_forget(s); /* some of them are gone */
	end = p.done.n[PRUNED_CERTIFICATES] && !what->dry_run ? issuers_forget(s) : OK;
	if (!err_is(e))
		e = end;
	if (!err_is(e))
		*ret_pruned = p.done;
	return e;
}
