/*
 * schema_counts.h: what is served now, in numbers, kept by triggers: who writes a sighting, a chain
 * or a certificate need not know of them, and what is committed is counted. counts.c reads them,
 * `db check` counts again. A repeated sighting, which changes nothing, touches none. Part of
 * schema_v2.
 *
 * A chain that is served has one row in `served`, with how many sightings are current, and what its
 * leaf is counted by; a row there is placed once and never moved: what changes its place takes it
 * out and puts it in anew. A counter for each issuer and each day would save its reader a pass over
 * `served` (hundredths of a second), and cost each new sighting a third of what all this costs it.
 *
 * What a sighting writes must not be able to fail half-way in a way that SQLite would have to take
 * back, or it copies every page before each statement, which doubles the cost of a first scan. So
 * the counters have no NOT NULL, and statements say OR FAIL, here and where sightings are written:
 * a failure spoils the batch anyway (store_commit).
 */
#pragma once

/* clang-format off */
#define SERVED_TABLES \
	/* leaf and what is its: NULL without certificates; chain 0 has a row, too. */ \
	"CREATE TABLE served (" \
	" chain INTEGER PRIMARY KEY REFERENCES chains (id)," \
	" leaf INTEGER," \
	" issuer INTEGER," /* of served_issuers */ \
	" end_s INTEGER," /* its not_after_s */ \
	" n_rows INTEGER" \
	") STRICT;" \
	"CREATE TABLE served_issuers (" \
	" id INTEGER PRIMARY KEY," \
	" issuer_cn TEXT NOT NULL UNIQUE" \
	") STRICT;" \
	"CREATE TABLE served_ports (" \
	" port INTEGER PRIMARY KEY," \
	" n_rows INTEGER," \
	" n_bare INTEGER" /* sightings of chain 0 */ \
	") STRICT;" \
	/* One row. Beside: current sightings that are not the first of their endpoint, so that \
	 * there are more rows than endpoints. */ \
	"CREATE TABLE served_totals (" \
	" id INTEGER PRIMARY KEY," \
	" n_certs INTEGER," /* leaves */ \
	" n_beside INTEGER," /* of chains */ \
	" n_beside_any INTEGER" /* of chain 0 too */ \
	") STRICT;" \
	"INSERT INTO served_totals VALUES (0, 0, 0, 0);"

#define LEAF_OF_NEW \
	" FROM chains c JOIN certificates l ON l.id = c.leaf WHERE c.id = new.chain"
/* No other chain of this leaf is served. */
#define IS_ALONE(row) \
	"NOT EXISTS (SELECT 1 FROM chains c JOIN served v ON v.chain = c.id" \
	" WHERE c.leaf = " row ".leaf AND c.id <> " row ".chain AND v.leaf = " row ".leaf)"

#define SERVED_PLACES \
	"CREATE TRIGGER served_new AFTER INSERT ON served" \
	" WHEN (SELECT leaf FROM chains WHERE id = new.chain) IS NOT NULL BEGIN" \
	" INSERT OR FAIL INTO served_issuers (issuer_cn)" \
	"  VALUES ((SELECT l.issuer_cn" LEAF_OF_NEW ")) ON CONFLICT DO NOTHING;" \
	" UPDATE OR FAIL served SET (leaf, issuer, end_s) = (SELECT l.id," \
	"  (SELECT id FROM served_issuers WHERE issuer_cn = l.issuer_cn), l.not_after_s" \
	"  " LEAF_OF_NEW ") WHERE chain = new.chain;" \
	"END;" \
	"CREATE TRIGGER served_placed AFTER UPDATE OF leaf ON served" \
	" WHEN new.leaf IS NOT NULL BEGIN" \
	" UPDATE OR FAIL served_totals SET n_certs = n_certs + " IS_ALONE("new") ";" \
	"END;" \
	"CREATE TRIGGER served_gone AFTER DELETE ON served WHEN old.leaf IS NOT NULL BEGIN" \
	" UPDATE OR FAIL served_totals SET n_certs = n_certs - " IS_ALONE("old") ";" \
	"END;"

/* A chain gets its certificates after it was seen; a better parser reads other facts. */
#define SERVED_MOVES \
	"CREATE TRIGGER chains_moved AFTER UPDATE OF leaf ON chains" \
	" WHEN old.leaf IS NOT new.leaf" \
	" AND EXISTS (SELECT 1 FROM served WHERE chain = new.id) BEGIN" \
	" DELETE FROM served WHERE chain = new.id;" \
	" INSERT OR FAIL INTO served (chain, n_rows) SELECT chain, count(*) FROM sightings" \
	"  WHERE chain = new.id AND current GROUP BY chain;" \
	"END;" \
	"CREATE TRIGGER certificates_moved AFTER UPDATE OF issuer_cn, not_after_s ON certificates" \
	" WHEN old.issuer_cn <> new.issuer_cn OR old.not_after_s <> new.not_after_s BEGIN" \
	" DELETE FROM served WHERE chain IN (SELECT id FROM chains WHERE leaf = new.id);" \
	" INSERT OR FAIL INTO served (chain, n_rows) SELECT chain, count(*) FROM sightings" \
	"  WHERE chain IN (SELECT id FROM chains WHERE leaf = new.id) AND current GROUP BY chain;" \
	"END;"

#define OTHERS(row) \
	"FROM sightings o WHERE o.endpoint = " row ".endpoint AND o.chain <> " row ".chain" \
	" AND o.current"
#define DROP(row) " DELETE FROM served WHERE chain = " row ".chain AND n_rows = 0;"
/* When a sighting begins (by "1") or ceases ("-1") to be current. */
#define SIGHTINGS_STEP(name, event, when, row, by, drop) \
	"CREATE TRIGGER sightings_" name " AFTER " event " ON sightings WHEN " when " BEGIN" \
	" INSERT OR FAIL INTO served (chain, n_rows) VALUES (" row ".chain, " by ")" \
	"  ON CONFLICT DO UPDATE SET n_rows = n_rows + " by ";" \
	drop \
	" INSERT OR FAIL INTO served_ports" \
	"  VALUES (" row ".port, " by " * (" row ".chain <> 0), " by " * (" row ".chain = 0))" \
	"  ON CONFLICT DO UPDATE SET n_rows = n_rows + " by " * (" row ".chain <> 0)," \
	"   n_bare = n_bare + " by " * (" row ".chain = 0);" \
	" UPDATE OR FAIL served_totals SET n_beside_any = n_beside_any + " by "," \
	"  n_beside = n_beside + " by " *" \
	"  (" row ".chain <> 0 AND EXISTS (SELECT 1 " OTHERS(row) " AND o.chain <> 0))" \
	"  WHERE EXISTS (SELECT 1 " OTHERS(row) ");" \
	"END;"

/* Of a store that is older. */
#define SERVED_FILL \
	"INSERT INTO served (chain, n_rows) SELECT chain, count(*) FROM sightings" \
	" WHERE current GROUP BY chain;" \
	"INSERT INTO served_ports SELECT port, sum(chain <> 0), sum(chain = 0) FROM sightings" \
	" WHERE current GROUP BY port;" \
	"UPDATE served_totals SET (n_beside, n_beside_any) =" \
	" (SELECT coalesce(sum(max(n - 1, 0)), 0), coalesce(sum(k - 1), 0) FROM" \
	"  (SELECT sum(chain <> 0) AS n, count(*) AS k FROM sightings" \
	"   WHERE current GROUP BY endpoint));"

/* What is wrong with a sighting holds of what is served while the sighting is current. */
#define SIGHTING_FINDINGS_CURRENT \
	"UPDATE sighting_findings SET current = EXISTS (SELECT 1 FROM sightings s WHERE s.current" \
	" AND s.endpoint = sighting_findings.endpoint AND s.chain = sighting_findings.chain);" \
	"CREATE TRIGGER sighting_findings_new AFTER INSERT ON sighting_findings" \
	" WHEN new.current <> (SELECT current FROM sightings" \
	"  WHERE endpoint = new.endpoint AND chain = new.chain) BEGIN" \
	" UPDATE OR FAIL sighting_findings SET current = 1 - new.current" \
	"  WHERE endpoint = new.endpoint AND chain = new.chain;" \
	"END;" \
	"CREATE TRIGGER sighting_findings_current AFTER UPDATE OF current ON sightings" \
	" WHEN new.current <> old.current AND new.findings_hash <> 0 BEGIN" \
	" UPDATE OR FAIL sighting_findings SET current = new.current" \
	"  WHERE endpoint = new.endpoint AND chain = new.chain;" \
	"END;"

#define IS_NOW(than) "new.current " than " old.current"
#define SCHEMA_COUNTS \
	SERVED_TABLES SERVED_PLACES SERVED_MOVES SERVED_FILL SIGHTING_FINDINGS_CURRENT \
	SIGHTINGS_STEP("came", "INSERT", "new.current", "new", "1", "") \
	SIGHTINGS_STEP("back", "UPDATE OF current", IS_NOW(">"), "new", "1", "") \
	SIGHTINGS_STEP("over", "UPDATE OF current", IS_NOW("<"), "new", "-1", DROP("new")) \
	SIGHTINGS_STEP("forgotten", "DELETE", "old.current", "old", "-1", DROP("old"))
/* clang-format on */
