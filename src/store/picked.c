/*
 * picked.c: a virtual table of SQLite with nothing but a beginning and an end; it is always read as
 * a whole. CROSS JOIN keeps it in front.
 */
#include "store/picked.h"

enum { PICKED_ENDPOINT, PICKED_CHAIN, PICKED_LEAF, PICKED_ID };

struct picked_table {
	sqlite3_vtab base;
	const struct store *s;
};

struct picked_cursor {
	sqlite3_vtab_cursor base;
	const struct bits *set;
	const struct sightings *of;
	size_t next, id;
	bool over;
};

static int picked_connect(sqlite3 *db, void *aux, int argc, const char *const *argv,
    sqlite3_vtab **ret_table, char **ret_error)
{
	struct picked_table *t;
	int rc = sqlite3_declare_vtab(db, "CREATE TABLE x (endpoint, chain, leaf, id)");

	(void)argc;
	(void)argv;
	(void)ret_error;
	if (rc != SQLITE_OK)
		return rc;
	t = sqlite3_malloc(sizeof(*t));
	if (!t)
		return SQLITE_NOMEM;
	*t = (struct picked_table){.s = aux};
	*ret_table = &t->base;
	return SQLITE_OK;
}

static int picked_disconnect(sqlite3_vtab *table)
{
	sqlite3_free(table);
	return SQLITE_OK;
}

static int picked_plan(sqlite3_vtab *table, sqlite3_index_info *plan)
{
	(void)table;
	plan->estimatedCost = 1000;
	plan->estimatedRows = 1000;
	return SQLITE_OK;
}

static int picked_open(sqlite3_vtab *table, sqlite3_vtab_cursor **ret_cursor)
{
	struct picked_cursor *c = sqlite3_malloc(sizeof(*c));

	(void)table;
	if (!c)
		return SQLITE_NOMEM;
	*c = (struct picked_cursor){.over = true};
	*ret_cursor = &c->base;
	return SQLITE_OK;
}

static int picked_close(sqlite3_vtab_cursor *cursor)
{
	sqlite3_free(cursor);
	return SQLITE_OK;
}

static int picked_next(sqlite3_vtab_cursor *cursor)
{
	struct picked_cursor *c = (struct picked_cursor *)cursor;

	c->over = !c->set || !bits_next(c->set, &c->next, &c->id);
	return SQLITE_OK;
}

static int picked_filter(
    sqlite3_vtab_cursor *cursor, int plan, const char *name, int argc, sqlite3_value **argv)
{
	struct picked_cursor *c = (struct picked_cursor *)cursor;
	const struct picked_table *t = (const struct picked_table *)cursor->pVtab;

	(void)plan;
	(void)name;
	(void)argc;
	(void)argv;
	c->set = t->s->searching.picked;
	c->of = t->s->searching.picked_of;
	c->next = 0;
	return picked_next(cursor);
}

static int picked_end(sqlite3_vtab_cursor *cursor)
{
	return ((struct picked_cursor *)cursor)->over;
}

static uint32_t number_of(const struct sightings *of, size_t row, int column)
{
	const struct sighting *s = &of->v[row];

	return column == PICKED_ENDPOINT ? s->endpoint
	       : column == PICKED_CHAIN	 ? s->chain
					 : of->leaf[s->chain];
}

static int picked_column(sqlite3_vtab_cursor *cursor, sqlite3_context *result, int i)
{
	const struct picked_cursor *c = (const struct picked_cursor *)cursor;

	if (i == PICKED_ID || !c->of)
		sqlite3_result_int64(result, (sqlite3_int64)c->id);
	else
		sqlite3_result_int64(result, number_of(c->of, c->id, i));
	return SQLITE_OK;
}

static int picked_rowid(sqlite3_vtab_cursor *cursor, sqlite3_int64 *ret_rowid)
{
	*ret_rowid = (sqlite3_int64)((struct picked_cursor *)cursor)->id;
	return SQLITE_OK;
}

/* Without xCreate it is there without being made. */
static const sqlite3_module picked_module = {
    .xConnect = picked_connect,
    .xBestIndex = picked_plan,
    .xDisconnect = picked_disconnect,
    .xOpen = picked_open,
    .xClose = picked_close,
    .xFilter = picked_filter,
    .xNext = picked_next,
    .xEof = picked_end,
    .xColumn = picked_column,
    .xRowid = picked_rowid,
};

struct err picked_register(struct store *s)
{
	int rc = sqlite3_create_module(s->db, "picked", &picked_module, s);

	return rc == SQLITE_OK ? OK : db_error(s, rc);
}

void picked_put(struct store *s, const struct bits *set, const struct sightings *of)
{
	s->searching.picked = set;
	s->searching.picked_of = of;
}
