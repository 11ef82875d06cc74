/*
 * written.c: when a statement is prepared SQLite asks whether it may write each table and column
 * that it writes, its triggers included. It may; but it is remembered.
 */
#include "store/written.h"

#include <string.h>

/* WRITES_SIGHTINGS is WRITES_LISTED too. */
static const struct {
	const char *table;
	unsigned writes;
} tables[] = {
    {"sightings", WRITES_LISTED | WRITES_SIGHTINGS},
    {"sighting_findings", WRITES_LISTED | WRITES_SIGHTINGS},
    {"chains", WRITES_LISTED | WRITES_SIGHTINGS},
    {"chain_findings", WRITES_LISTED | WRITES_SIGHTINGS},
    {"certificates", WRITES_LISTED | WRITES_SIGHTINGS},
    {"certificate_notes", WRITES_LISTED | WRITES_SIGHTINGS},
    {"chain_certificates", WRITES_LISTED},
    {"endpoints", WRITES_LISTED},
    {"endpoint_notes", WRITES_LISTED},
    {"mutes", WRITES_LISTED},
    {"changes", WRITES_LISTED},
};

/* Of a sighting that is seen once more as it was; they are not in memory. */
static const char *const repeated[] = {
    "first_ms", "last_ms", "count", "run", "misses", "told", "connections", "clients"};

static bool is_repeated(const char *table, const char *column)
{
	if (strcmp(table, "sightings") != 0)
		return false;
	for (size_t i = 0; i < sizeof(repeated) / sizeof(repeated[0]); i++)
		if (strcmp(repeated[i], column) == 0)
			return true;
	return false;
}

static unsigned writes_of(int action, const char *table, const char *column)
{
	for (size_t i = 0; i < sizeof(tables) / sizeof(tables[0]); i++)
		if (strcmp(tables[i].table, table) == 0)
			return action == SQLITE_UPDATE && is_repeated(table, column)
				   ? WRITES_LISTED
				   : tables[i].writes;
	return 0;
}

static int may(void *context, int action, const char *table, const char *column,
    const char *database, const char *trigger)
{
	struct store *s = context;

	(void)database;
	(void)trigger;
	if (action == SQLITE_INSERT || action == SQLITE_UPDATE || action == SQLITE_DELETE)
		s->prepared_writes |= writes_of(action, table, column ? column : "");
	return SQLITE_OK;
}

struct err written_register(struct store *s)
{
	int rc = sqlite3_set_authorizer(s->db, may, s);

	return rc == SQLITE_OK ? OK : db_error(s, rc);
}

void written_forget(struct store *s)
{
	s->prepared_writes = 0;
}

unsigned written_by_prepared(const struct store *s)
{
	return s->prepared_writes;
}

static struct err version_raise(struct store *s, unsigned of)
{
	static const char sql[] = "INSERT INTO listing_version VALUES (?, 1)"
				  " ON CONFLICT DO UPDATE SET n = n + 1";
	struct stmt q = stmt_use(s, sql);

	stmt_int(&q, of == WRITES_SIGHTINGS);
	return stmt_run(&q);
}

struct err written_tell(struct store *s)
{
	struct err e = OK;

	if (s->written & WRITES_LISTED)
		e = version_raise(s, WRITES_LISTED);
	if (!err_is(e) && s->written & WRITES_SIGHTINGS)
		e = version_raise(s, WRITES_SIGHTINGS);
	s->written = 0;
	return e;
}

struct err written_version(struct store *s, unsigned of, uint64_t *ret_version)
{
	static const char listed[] = "SELECT n FROM listing_version WHERE id = 0";
	static const char sightings[] = "SELECT n FROM listing_version WHERE id = 1";

	return stmt_number(s, of == WRITES_LISTED ? listed : sightings, ret_version);
}
