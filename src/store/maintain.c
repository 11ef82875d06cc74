/*
 * maintain.c: is the store whole, a copy of it, its size. What must hold beyond SQLite's own checks
 * stands in one table: a sentence and the SQL that counts where it does not.
 */
#include "store/db.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

static const struct {
	const char *problem;
	const char *count;
} invariants[] = {
    {"chains without all of their certificates",
	"SELECT count(*) FROM chains c WHERE n_certs <>"
	" (SELECT count(*) FROM chain_certificates m WHERE m.chain = c.id)"},
    {"chains whose leaf is not their first certificate",
	"SELECT count(*) FROM chains c WHERE leaf IS NOT"
	" (SELECT certificate FROM chain_certificates m WHERE m.chain = c.id AND m.position = 0)"},
    {"endpoints that were never seen", "SELECT count(*) FROM endpoints e WHERE NOT EXISTS"
				       " (SELECT 1 FROM sightings s WHERE s.endpoint = e.id)"},
    {"endpoints that have vanished and still serve",
	"SELECT count(*) FROM endpoints e WHERE vanished_ms IS NOT NULL AND EXISTS"
	" (SELECT 1 FROM sightings s WHERE s.endpoint = e.id AND s.chain <> 0 AND s.current)"},
    {"sightings with another port than their endpoint's",
	"SELECT count(*) FROM sightings s JOIN endpoints e ON e.id = s.endpoint"
	" WHERE s.port <> e.port"},
    {"sightings that ended before they began",
	"SELECT count(*) FROM sightings WHERE first_ms > last_ms"},
    {"certificates served now whose first sighting was never told",
	"SELECT count(*) FROM sightings s WHERE s.chain <> 0 AND s.told AND NOT EXISTS"
	" (SELECT 1 FROM changes h WHERE h.endpoint = s.endpoint AND h.after = s.chain)"},
    {"findings that end before they begin",
	"SELECT (SELECT count(*) FROM chain_findings WHERE since_s > until_s) +"
	" (SELECT count(*) FROM sighting_findings WHERE since_s > until_s)"},
    {"certificates whose names are no list",
	"SELECT count(*) FROM certificates WHERE NOT json_valid(names)"},
    {"digests of a wrong length",
	"SELECT (SELECT count(*) FROM certificates WHERE length(sha256) <> 32"
	"  OR length(spki_sha256) <> 32) +"
	" (SELECT count(*) FROM chains WHERE length(digest) <> 32)"},
    /* What the triggers keep (schema_counts.h), counted again: each sum is of what is there and,
     * negative, of what is said. */
    {"counters of the sightings of a chain that are wrong",
	"SELECT count(*) FROM (SELECT 1 FROM (SELECT chain, 1 AS n FROM sightings WHERE current"
	" UNION ALL SELECT chain, -n_rows FROM served) GROUP BY chain HAVING sum(n) <> 0)"},
    {"chains counted under another certificate than their leaf",
	"SELECT count(*) FROM served v JOIN chains c ON c.id = v.chain"
	" LEFT JOIN certificates l ON l.id = c.leaf LEFT JOIN served_issuers i ON i.id = v.issuer"
	" WHERE v.leaf IS NOT c.leaf OR i.issuer_cn IS NOT l.issuer_cn"
	" OR v.end_s IS NOT l.not_after_s"},
    {"counters of certificates that are wrong",
	"SELECT count(*) FROM served_totals WHERE n_certs IS NOT"
	" (SELECT count(DISTINCT leaf) FROM served)"},
    {"counters of ports that are wrong",
	"SELECT count(*) FROM (SELECT 1 FROM ("
	" SELECT port, chain <> 0 AS n, chain = 0 AS b FROM sightings WHERE current"
	" UNION ALL SELECT port, -n_rows, -n_bare FROM served_ports)"
	" GROUP BY port HAVING sum(n) <> 0 OR sum(b) <> 0)"},
    {"counters of endpoints that are wrong",
	"SELECT count(*) FROM served_totals WHERE (n_beside, n_beside_any) IS NOT"
	" (SELECT coalesce(sum(max(n - 1, 0)), 0), coalesce(sum(k - 1), 0) FROM"
	"  (SELECT sum(chain <> 0) AS n, count(*) AS k FROM sightings WHERE current"
	"   GROUP BY endpoint))"},
    {"findings of sightings that are current and their sighting is not, or the reverse",
	"SELECT count(*) FROM sighting_findings f JOIN sightings s"
	" ON s.endpoint = f.endpoint AND s.chain = f.chain WHERE s.current <> f.current"},
};

struct checking {
	struct store *s;
	store_problem_fn *each;
	void *context;
	size_t n;
};

static void problem(struct checking *c, const char *text)
{
	c->n++;
	if (c->each)
		c->each(c->context, text);
}

/* SQLite's own words, a row each; "ok" is none. */
static struct err check_rows(struct checking *c, const char *sql, const char *what)
{
	struct stmt q = stmt_once(c->s, sql);
	char line[512];

	while (stmt_row(&q)) {
		if (strcmp(stmt_get_text(&q, 0), "ok") == 0)
			continue;
		snprintf(line, sizeof(line), "%s: %s", what, stmt_get_text(&q, 0));
		problem(c, line);
	}
	return stmt_end(&q);
}

static struct err check_invariants(struct checking *c)
{
	struct err e = OK;

	for (size_t i = 0; i < sizeof(invariants) / sizeof(invariants[0]) && !err_is(e); i++) {
		struct stmt q = stmt_once(c->s, invariants[i].count);
		int64_t n = stmt_row(&q) ? stmt_get_int(&q, 0) : 0;
		char line[512];

		if (n) {
			snprintf(
			    line, sizeof(line), "%lld %s", (long long)n, invariants[i].problem);
			problem(c, line);
		}
		e = stmt_end(&q);
	}
	return e;
}

static struct err check_certificates(struct checking *c)
{
	struct stmt q = stmt_once(c->s, "SELECT k.id, k.sha256, d.der FROM certificates k"
					" LEFT JOIN certificate_der d ON d.certificate = k.id");

	while (stmt_row(&q)) {
		struct digest256 said = stmt_get_digest(&q, 1);
		struct digest256 is = cert_id_of(stmt_get_blob(&q, 2));
		char line[128];

		if (digest256_eq(&said, &is))
			continue;
		snprintf(line, sizeof(line), "certificate %lld is not that of its SHA-256",
		    (long long)stmt_get_int(&q, 0));
		problem(c, line);
	}
	return stmt_end(&q);
}

/* Rows are (chain, its digest, a certificate's digest), chain by chain, in their order. */
static struct err check_chains(struct checking *c)
{
	struct stmt q = stmt_once(c->s,
	    "SELECT c.id, c.digest, k.sha256, m.position = c.n_certs - 1 FROM chains c"
	    " JOIN chain_certificates m ON m.chain = c.id"
	    " JOIN certificates k ON k.id = m.certificate"
	    " ORDER BY c.id, m.position");
	struct digest256 ids[CHAIN_CERTS_MAX];
	size_t n = 0;

	while (stmt_row(&q)) {
		struct digest256 said = stmt_get_digest(&q, 1), is;
		char line[128];

		if (n < CHAIN_CERTS_MAX)
			ids[n++] = stmt_get_digest(&q, 2);
		if (!stmt_get_int(&q, 3))
			continue;
		is = chain_id_of(ids, n);
		n = 0;
		if (digest256_eq(&said, &is))
			continue;
		snprintf(line, sizeof(line), "chain %lld is not that of its digest",
		    (long long)stmt_get_int(&q, 0));
		problem(c, line);
	}
	return stmt_end(&q);
}

struct err store_check(struct store *s, store_problem_fn *each, void *context, size_t *ret_problems)
{
	struct checking c = {.s = s, .each = each, .context = context};
	bool began = false;
	struct err e = db_read_begin(s, &began);

	if (!err_is(e))
		e = check_rows(&c, "PRAGMA integrity_check", "database");
	if (!err_is(e))
		e = check_rows(
		    &c, "PRAGMA foreign_key_check", "row without its other half in table");
	if (!err_is(e))
		e = check_invariants(&c);
	if (!err_is(e))
		e = check_certificates(&c);
	if (!err_is(e))
		e = check_chains(&c);
	db_read_end(s, began);
	if (!err_is(e))
		*ret_problems = c.n;
	return e;
}

/* All pages in one step: one state of the store, and in WAL mode nobody waits for it. */
static struct err copy_to(struct store *s, sqlite3 *to)
{
	sqlite3_backup *backup = sqlite3_backup_init(to, "main", s->db, "main");
	int rc;

	if (!backup)
		return db_error(s, sqlite3_errcode(to));
	do
		rc = sqlite3_backup_step(backup, -1);
	while (rc == SQLITE_OK);
	sqlite3_backup_finish(backup);
	return rc == SQLITE_DONE ? OK : db_error(s, rc);
}

struct err store_backup(struct store *s, const char *path)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0640);
	sqlite3 *to = NULL;
	struct err e;
	int rc;

	if (fd < 0)
		return err_io(errno, "cannot write the backup");
	close(fd);
	rc = sqlite3_open_v2(path, &to, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, NULL);
	e = rc == SQLITE_OK ? copy_to(s, to) : db_error(s, rc);
	sqlite3_close(to);
	if (err_is(e))
		unlink(path);
	return e;
}

struct err store_vacuum(struct store *s)
{
	struct err e = db_exec(s, "VACUUM");

	return err_is(e) ? e : db_exec(s, "PRAGMA wal_checkpoint(TRUNCATE)");
}
