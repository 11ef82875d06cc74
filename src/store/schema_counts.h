/*
 * schema_counts.h: what is served now, in numbers, kept by triggers: who writes a sighting, a chain
 * or a certificate need not know of them, and what is committed is counted. counts.c and overview.c
 * read them, `db check` counts again. A repeated sighting, which changes nothing, touches none.
 * Part of schema_v2.
 *
 * A chain that is served has one row in `served`, with how many sightings are current, and the
 * things of its leaf that are counted by; a row there is placed once and never moved: what changes
 * its place takes it out and puts it in anew.
 *
 * What a sighting writes must not be able to fail half-way in a way that SQLite would have to take
 * back, or it copies every page before each statement, which doubles the cost of a first scan. So
 * the counters have no NOT NULL, and statements say OR FAIL, here and where sightings are written:
 * a failure spoils the batch anyway (store_commit).
 */
#pragma once

#include "store/counts.h"

/* clang-format off */
#define SERVED_TABLES \
	/* leaf, issuer, day: NULL without certificates; chain 0 has a row, too. */ \
	"CREATE TABLE served (" \
	" chain INTEGER PRIMARY KEY REFERENCES chains (id)," \
	" leaf INTEGER," \
	" issuer INTEGER," /* of served_issuers */ \
	" day INTEGER," /* of served_days */ \
	" n_rows INTEGER" \
	") STRICT;" \
	"CREATE TABLE served_issuers (" \
	" id INTEGER PRIMARY KEY," \
	" issuer_cn TEXT NOT NULL UNIQUE," \
	" n_rows INTEGER" \
	") STRICT;" \
	/* On which they end, from 1970-01-01. */ \
	"CREATE TABLE served_days (" \
	" day INTEGER PRIMARY KEY," \
	" n_rows INTEGER," \
	" n_certs INTEGER" \
	") STRICT;" \
	"CREATE TABLE served_ports (" \
	" port INTEGER PRIMARY KEY," \
	" n_rows INTEGER," \
	" n_bare INTEGER" /* sightings of chain 0 */ \
	") STRICT;" \
	/* Current sightings beside the first of their endpoint: what there are more rows than \
	 * endpoints. One row. */ \
	"CREATE TABLE served_beside (" \
	" id INTEGER PRIMARY KEY CHECK (id = 0)," \
	" n_rows INTEGER," \
	" n_any INTEGER" /* chain 0 counted too */ \
	") STRICT;" \
	"INSERT INTO served_beside VALUES (0, 0, 0);"

#define LEAF_OF_NEW \
	" FROM chains c JOIN certificates l ON l.id = c.leaf WHERE c.id = new.chain"
#define LEAF_NOT_OTHERWISE(row) \
	"NOT EXISTS (SELECT 1 FROM chains c JOIN served v ON v.chain = c.id" \
	" WHERE c.leaf = " row ".leaf AND c.id <> " row ".chain AND v.leaf = " row ".leaf)"

#define SERVED_PLACES \
	"CREATE TRIGGER served_new AFTER INSERT ON served" \
	" WHEN (SELECT leaf FROM chains WHERE id = new.chain) IS NOT NULL BEGIN" \
	" INSERT OR FAIL INTO served_issuers (issuer_cn, n_rows)" \
	"  VALUES ((SELECT l.issuer_cn" LEAF_OF_NEW "), 0) ON CONFLICT DO NOTHING;" \
	" INSERT OR FAIL INTO served_days" \
	"  VALUES ((SELECT " SERVED_DAY("l.not_after_s") LEAF_OF_NEW "), 0, 0)" \
	"  ON CONFLICT DO NOTHING;" \
	" UPDATE OR FAIL served SET (leaf, issuer, day) = (SELECT l.id," \
	"  (SELECT id FROM served_issuers WHERE issuer_cn = l.issuer_cn)," \
	"  " SERVED_DAY("l.not_after_s") LEAF_OF_NEW ") WHERE chain = new.chain;" \
	"END;" \
	"CREATE TRIGGER served_placed AFTER UPDATE OF leaf, issuer, day ON served" \
	" WHEN new.leaf IS NOT NULL BEGIN" \
	" UPDATE OR FAIL served_issuers SET n_rows = n_rows + new.n_rows WHERE id = new.issuer;" \
	" UPDATE OR FAIL served_days SET n_rows = n_rows + new.n_rows," \
	"  n_certs = n_certs + " LEAF_NOT_OTHERWISE("new") " WHERE day = new.day;" \
	"END;" \
	"CREATE TRIGGER served_counted AFTER UPDATE OF n_rows ON served" \
	" WHEN new.leaf IS NOT NULL BEGIN" \
	" UPDATE OR FAIL served_issuers SET n_rows = n_rows + new.n_rows - old.n_rows" \
	"  WHERE id = new.issuer;" \
	" UPDATE OR FAIL served_days SET n_rows = n_rows + new.n_rows - old.n_rows" \
	"  WHERE day = new.day;" \
	"END;" \
	"CREATE TRIGGER served_gone AFTER DELETE ON served WHEN old.leaf IS NOT NULL BEGIN" \
	" UPDATE OR FAIL served_issuers SET n_rows = n_rows - old.n_rows WHERE id = old.issuer;" \
	" DELETE FROM served_issuers WHERE id = old.issuer AND n_rows = 0;" \
	" UPDATE OR FAIL served_days SET n_rows = n_rows - old.n_rows," \
	"  n_certs = n_certs - " LEAF_NOT_OTHERWISE("old") " WHERE day = old.day;" \
	" DELETE FROM served_days WHERE day = old.day AND n_rows = 0;" \
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
	" UPDATE OR FAIL served_beside SET n_any = n_any + " by "," \
	"  n_rows = n_rows + " by " *" \
	"  (" row ".chain <> 0 AND EXISTS (SELECT 1 " OTHERS(row) " AND o.chain <> 0))" \
	"  WHERE EXISTS (SELECT 1 " OTHERS(row) ");" \
	"END;"

/* Of a store that is older. */
#define SERVED_FILL \
	"INSERT INTO served (chain, n_rows) SELECT chain, count(*) FROM sightings" \
	" WHERE current GROUP BY chain;" \
	"INSERT INTO served_ports SELECT port, sum(chain <> 0), sum(chain = 0) FROM sightings" \
	" WHERE current GROUP BY port;" \
	"UPDATE served_beside SET (n_rows, n_any) =" \
	" (SELECT coalesce(sum(max(n_rows - 1, 0)), 0), coalesce(sum(n_any - 1), 0) FROM" \
	"  (SELECT sum(chain <> 0) AS n_rows, count(*) AS n_any FROM sightings" \
	"   WHERE current GROUP BY endpoint));"

/* What is wrong with a sighting holds of what is served while the sighting is current. */
#define SIGHTING_FINDINGS_CURRENT \
	"UPDATE sighting_findings SET current = EXISTS (SELECT 1 FROM sightings s WHERE s.current" \
	" AND s.endpoint = sighting_findings.endpoint AND s.chain = sighting_findings.chain);" \
	"CREATE TRIGGER sighting_findings_new AFTER INSERT ON sighting_findings WHEN" \
	" new.current <> (SELECT current FROM sightings WHERE endpoint = new.endpoint" \
	"  AND chain = new.chain) BEGIN" \
	" UPDATE OR FAIL sighting_findings SET current = 1 - new.current" \
	"  WHERE endpoint = new.endpoint AND chain = new.chain;" \
	"END;" \
	"CREATE TRIGGER sighting_findings_current AFTER UPDATE OF current ON sightings" \
	" WHEN new.current <> old.current AND new.findings_hash <> 0 BEGIN" \
	" UPDATE OR FAIL sighting_findings SET current = new.current" \
	"  WHERE endpoint = new.endpoint AND chain = new.chain;" \
	"END;"

#define SERVED_CHANGE "UPDATE OF current"
#define SCHEMA_COUNTS \
	SERVED_TABLES SERVED_PLACES SERVED_MOVES SERVED_FILL SIGHTING_FINDINGS_CURRENT \
	SIGHTINGS_STEP("came", "INSERT", "new.current", "new", "1", "") \
	SIGHTINGS_STEP("back", SERVED_CHANGE, "new.current > old.current", "new", "1", "") \
	SIGHTINGS_STEP( \
	    "over", SERVED_CHANGE, "new.current < old.current", "new", "-1", DROP("new")) \
	SIGHTINGS_STEP("forgotten", "DELETE", "old.current", "old", "-1", DROP("old"))
/* clang-format on */
