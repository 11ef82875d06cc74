/*
 * summary.c: the inventory in numbers: of what is served now, or of what one run saw. Each number
 * is one statement over the same set of (endpoint, chain).
 */
#include "store/db.h"

/* ?1 is the run, or 0. */
#define SERVED                                                                                     \
	"WITH served AS (SELECT endpoint, chain FROM sightings"                                    \
	" WHERE chain <> 0 AND iif(?1 = 0, current, run = ?1)) "

/* ?2 is now. */
#define HOLDS "f.since_s <= ?2 AND f.until_s > ?2"

static struct err counts(struct store *s, uint64_t run, struct store_summary *sum)
{
	static const char sql[] =
	    SERVED "SELECT count(DISTINCT v.endpoint), count(DISTINCT c.leaf),"
		   " count(DISTINCT CASE WHEN l.first_seen_ms >= r.started_ms THEN c.leaf END),"
		   " (SELECT count(*) FROM changes WHERE ?1 = 0 OR run = ?1)"
		   " FROM served v JOIN chains c ON c.id = v.chain"
		   " LEFT JOIN certificates l ON l.id = c.leaf"
		   " LEFT JOIN runs r ON r.id = ?1";
	struct stmt q = stmt_use(s, sql);

	stmt_int(&q, (int64_t)run);
	if (stmt_row(&q)) {
		sum->endpoints = (uint64_t)stmt_get_int(&q, 0);
		sum->certificates = (uint64_t)stmt_get_int(&q, 1);
		sum->new_certificates = (uint64_t)stmt_get_int(&q, 2);
		sum->changes = (uint64_t)stmt_get_int(&q, 3);
	}
	return stmt_end(&q);
}

static struct err outcomes(struct store *s, uint64_t run, struct store_summary *sum)
{
	static const char sql[] =
	    "SELECT outcome, count(*) FROM (SELECT outcome, max(last_ms) FROM sightings"
	    " WHERE ?1 = 0 OR run = ?1 GROUP BY endpoint) GROUP BY outcome";
	struct stmt q = stmt_use(s, sql);

	stmt_int(&q, (int64_t)run);
	while (stmt_row(&q)) {
		int64_t outcome = stmt_get_int(&q, 0);

		if (outcome >= 0 && outcome < OUTCOME_MAX)
			sum->outcomes[outcome] = (uint64_t)stmt_get_int(&q, 1);
	}
	return stmt_end(&q);
}

static struct err findings(struct store *s, uint64_t run, int64_t now_s, struct store_summary *sum)
{
	static const char sql[] =
	    SERVED "SELECT finding, max(severity) AS worst, count(DISTINCT endpoint) AS n FROM ("
		   " SELECT v.endpoint, f.finding, f.severity FROM served v"
		   " JOIN chain_findings f ON f.chain = v.chain WHERE " HOLDS " UNION ALL"
		   " SELECT v.endpoint, f.finding, f.severity FROM served v"
		   " JOIN sighting_findings f ON f.endpoint = v.endpoint AND f.chain = v.chain "
		   "WHERE " HOLDS ") GROUP BY finding ORDER BY worst DESC, n DESC, finding";
	struct stmt q = stmt_use(s, sql);

	stmt_int(&q, (int64_t)run);
	stmt_int(&q, now_s);
	while (sum->n_findings < CHAIN_FINDINGS_MAX && stmt_row(&q))
		sum->findings[sum->n_findings++] = (struct store_finding_count){
		    .id = (uint16_t)stmt_get_int(&q, 0),
		    .severity = (uint8_t)stmt_get_int(&q, 1),
		    .endpoints = (uint64_t)stmt_get_int(&q, 2),
		};
	return stmt_end(&q);
}

static struct err expiries(struct store *s, uint64_t run, int64_t now_s, struct store_summary *sum)
{
	static const char sql[] = SERVED
	    "SELECT x.subject_cn, x.not_after_s, x.n, e.addr, e.zone, e.port, e.transport,"
	    " e.name FROM (SELECT l.subject_cn, l.not_after_s, count(DISTINCT v.endpoint) AS n,"
	    "  min(v.endpoint) AS endpoint FROM served v JOIN chains c ON c.id = v.chain"
	    " JOIN certificates l ON l.id = c.leaf WHERE l.not_after_s > ?2"
	    " GROUP BY l.id ORDER BY l.not_after_s, l.id LIMIT ?3"
	    ") x JOIN endpoints e ON e.id = x.endpoint ORDER BY x.not_after_s, e.addr, e.port";
	struct stmt q = stmt_use(s, sql);

	stmt_int(&q, (int64_t)run);
	stmt_int(&q, now_s);
	stmt_int(&q, STORE_TOP_MAX);
	while (sum->n_expiries < STORE_TOP_MAX && stmt_row(&q)) {
		struct store_expiry *x = &sum->expiries[sum->n_expiries++];

		stmt_get_chars(&q, 0, x->subject_cn, sizeof(x->subject_cn));
		x->not_after_s = stmt_get_int(&q, 1);
		x->endpoints = (uint64_t)stmt_get_int(&q, 2);
		endpoint_get(&q, 3, &x->endpoint);
	}
	return stmt_end(&q);
}

static struct err issuers(struct store *s, uint64_t run, struct store_summary *sum)
{
	static const char sql[] = SERVED
	    "SELECT iif(l.issuer_cn <> '', l.issuer_cn, l.issuer) AS name,"
	    " count(DISTINCT l.id) AS n"
	    " FROM served v JOIN chains c ON c.id = v.chain JOIN certificates l ON l.id = c.leaf"
	    " GROUP BY name ORDER BY n DESC, name LIMIT ?2";
	struct stmt q = stmt_use(s, sql);

	stmt_int(&q, (int64_t)run);
	stmt_int(&q, STORE_TOP_MAX);
	while (sum->n_issuers < STORE_TOP_MAX && stmt_row(&q)) {
		struct store_issuer_count *i = &sum->issuers[sum->n_issuers++];

		stmt_get_chars(&q, 0, i->text, sizeof(i->text));
		i->certificates = (uint64_t)stmt_get_int(&q, 1);
	}
	return stmt_end(&q);
}

struct err store_summary(
    struct store *s, uint64_t run, int64_t now_s, struct store_summary *ret_summary)
{
	struct store_summary sum = {0};
	bool began = false;
	struct err e = db_read_begin(s, &began);

	if (!err_is(e))
		e = counts(s, run, &sum);
	if (!err_is(e))
		e = outcomes(s, run, &sum);
	if (!err_is(e))
		e = findings(s, run, now_s, &sum);
	if (!err_is(e))
		e = expiries(s, run, now_s, &sum);
	if (!err_is(e))
		e = issuers(s, run, &sum);
	db_read_end(s, began);
	if (!err_is(e))
		*ret_summary = sum;
	return e;
}
