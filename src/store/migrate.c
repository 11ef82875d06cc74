/*
 * migrate.c: brings a store to the present version, from an empty file as from any older one: each
 * version is one step, and all steps that are missing are one transaction. PRAGMA user_version says
 * where a store stands, application_id that it is one of ours.
 */
#include "store/db.h"

#include "store/schema.h"
#include "verdict/table.h"

#include <stdio.h>

enum { APPLICATION_ID = 0x43735363 }; /* "CsSc" */

static const char *const steps[] = {schema_v1, schema_v2};

enum { VERSION = sizeof(steps) / sizeof(steps[0]) };

static struct err pragma_get(struct store *s, const char *sql, int64_t *ret_value)
{
	struct stmt q = stmt_once(s, sql);

	if (stmt_row(&q))
		*ret_value = stmt_get_int(&q, 0);
	return stmt_end(&q);
}

static struct err word_put(struct store *s, const char *topic, int64_t id, const char *word)
{
	struct stmt q = stmt_use(s, "INSERT INTO words VALUES (?1, ?2, ?3)"
				    " ON CONFLICT DO UPDATE SET word = ?3 WHERE word <> ?3");

	stmt_text(&q, topic);
	stmt_int(&q, id);
	stmt_text(&q, word);
	return stmt_run(&q);
}

static const char *outcome_word(int id)
{
	return outcome_text((enum outcome)id);
}

static const char *source_word(int id)
{
	return evidence_text((enum evidence)id);
}

static const char *change_word(int id)
{
	return change_text((enum change_kind)id);
}

static const char *run_word(int id)
{
	return run_state_text((enum run_state)id);
}

static const char *transport_word(int id)
{
	return transport_text((uint8_t)id);
}

static const char *severity_word(int id)
{
	return severity_text((uint8_t)id);
}

static struct err finding_words_put(struct store *s)
{
	size_t n;
	const struct finding_row *rows = finding_table(&n);
	struct err e = OK;

	for (size_t i = 0; i < n && !err_is(e); i++)
		e = word_put(s, "finding", rows[i].id, rows[i].name);
	return e;
}

/* The words of this program's tables: a newer program knows more findings. */
static struct err words_put(struct store *s)
{
	static const struct {
		const char *topic;
		int end;
		const char *(*word)(int id);
	} topics[] = {
	    {"outcome", OUTCOME_MAX, outcome_word},
	    {"source", EVIDENCE_KINDS, source_word},
	    {"change", CHANGE_MAX, change_word},
	    {"run", RUN_STATE_MAX, run_word},
	    {"transport", TRANSPORT_MAX, transport_word},
	    {"severity", SEVERITY_MAX, severity_word},
	};
	struct err e = finding_words_put(s);

	for (size_t i = 0; i < sizeof(topics) / sizeof(topics[0]); i++)
		for (int id = 1; id < topics[i].end && !err_is(e); id++)
			e = word_put(s, topics[i].topic, id, topics[i].word(id));
	return e;
}

static struct err steps_take(struct store *s, int64_t from)
{
	char sql[128];
	struct err e = OK;

	for (int64_t v = from; v < VERSION && !err_is(e); v++)
		e = db_exec(s, steps[v]);
	if (err_is(e))
		return e;
	snprintf(sql, sizeof(sql), "PRAGMA application_id = %d; PRAGMA user_version = %d",
	    APPLICATION_ID, VERSION);
	return db_exec(s, sql);
}

/* Where the store stands; 0 is an empty file. */
static struct err version_get(struct store *s, int64_t *ret_version)
{
	int64_t application = 0, version = 0, tables = 0;
	struct err e = pragma_get(s, "PRAGMA application_id", &application);

	if (!err_is(e))
		e = pragma_get(s, "PRAGMA user_version", &version);
	if (!err_is(e))
		e = pragma_get(s, "SELECT count(*) FROM sqlite_schema", &tables);
	if (err_is(e))
		return e;
	if (application != APPLICATION_ID && (application != 0 || version != 0 || tables != 0))
		return err_input(0, "this database is not a certscape store");
	if (version > VERSION)
		return err_input(0, "this store was written by a newer certscape");
	*ret_version = version;
	return OK;
}

static struct err migrate_writer(struct store *s)
{
	int64_t version = 0;
	struct err e = store_begin(s);

	if (err_is(e))
		return e;
	e = version_get(s, &version); /* again: another program may have been first */
	if (!err_is(e) && version < VERSION)
		e = steps_take(s, version);
	if (!err_is(e))
		e = words_put(s);
	if (!err_is(e))
		return store_commit(s);
	store_rollback(s);
	return e;
}

/* The words are the last that a version adds to; if they are all there, there is nothing to
 * write. */
static struct err words_missing(struct store *s, bool *ret_missing)
{
	size_t n;
	int64_t stored = 0;
	struct err e = pragma_get(s, "SELECT count(*) FROM words WHERE topic = 'finding'", &stored);

	finding_table(&n);
	*ret_missing = stored < (int64_t)n;
	return e;
}

struct err migrate(struct store *s)
{
	int64_t version = 0;
	bool missing = false;
	struct err e = version_get(s, &version);

	if (err_is(e))
		return e;
	if (version == VERSION)
		e = words_missing(s, &missing);
	if (err_is(e) || (version == VERSION && !missing))
		return e;
	if (s->mode == STORE_WRITE)
		return migrate_writer(s);
	if (version == 0)
		return err_input(0, "the store is empty: nothing has been stored yet");
	return version < VERSION
		   ? err_input(0,
			 "the store is of an older certscape: run `certscape db check` to renew it")
		   : OK;
}
