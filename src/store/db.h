/*
 * db.h: the handle of the store and its statements, for the files of this room. A statement is used
 * in the manner of a span: bind what it asks for in order, take rows, and ask once, with
 * stmt_end(), whether all of it was true.
 *
 *	struct stmt q = stmt_use(s, "SELECT id FROM chains WHERE digest = ?");
 *
 *	stmt_blob(&q, digest->b, sizeof(digest->b));
 *	if (stmt_row(&q))
 *		id = stmt_get_int(&q, 0);
 *	return stmt_end(&q);
 */
#pragma once

#include "store/limits.h"
#include "store/schedules.h"
#include "store/store.h"

#include <sqlite3.h>

struct chain_slot {
	struct digest256 digest;
	int64_t row; /* 0: empty */
};

struct statement {
	const char *sql; /* static text: compared by its address */
	sqlite3_stmt *p;
	unsigned writes; /* written.h */
};

struct store {
	sqlite3 *db;
	enum store_mode mode;
	bool failed; /* a call since store_begin: the batch must not be committed */
	int turnstile; /* fd of the store's directory; -1: none */
	int64_t data_version; /* changes when others have written */
	int64_t issuers_seen; /* the newest certificate when store_each_issuer was last asked */
	struct chain_slot *chains; /* rows of chains by digest; direct-mapped */
	size_t n_statements;
	struct statement statements[STATEMENTS_MAX];
	int64_t changes; /* that this handle had made when the batch began */
	unsigned prepared_writes, written; /* written.h: the latter since then */
	/* Of the search that runs, for its SQL functions. */
	struct {
		field_word_fn *word_text;
		const struct mutes *mutes;
		const struct among *among; /* of among() and row_among() */
		const struct bits *picked; /* of picked.h */
		const struct sightings *picked_of;
		void (*take)(void *context, sqlite3_value **v); /* of feed() */
		void *taker;
	} searching;
	/* How far a page goes to be one of its ways (rowpage.c); tests make it go them all. */
	int walk_steps_max;
	int64_t hits_max;
	struct kept *kept; /* kept.h; NULL: nothing */
	struct kept_overview *overview; /* overview.c; NULL: none */
	char detail[256];
};

/* The error of a failed call, with SQLite's own words kept for store_detail. */
struct err db_error(struct store *s, int rc);
must_use struct err db_exec(struct store *s, const char *sql);
/* Writes and reads of several statements see one state of the store. Nested in a batch they do
 * nothing. */
must_use struct err db_read_begin(struct store *s, bool *ret_began);
void db_read_end(struct store *s, bool began);
/* Several writes, all or none: a transaction of their own, or part of the batch that is open. With
 * an error in e what began is rolled back (an open batch is the caller's to give up), and it is
 * given back. */
must_use struct err db_write_begin(struct store *s, bool *ret_began);
must_use struct err db_write_end(struct store *s, bool began, struct err e);

struct stmt {
	struct store *s;
	sqlite3_stmt *p;
	int rc; /* sticky */
	int at; /* the last parameter bound */
	bool own; /* not kept: finalized at the end */
	unsigned writes; /* written.h */
};

/* sql must be static: the prepared statement is kept. Parameters are bound from the first on; what
 * is bound must stay until stmt_end. */
struct stmt stmt_use(struct store *s, const char *sql);
/* For SQL that was made: prepared for this once. */
struct stmt stmt_once(struct store *s, const char *sql);
void stmt_int(struct stmt *q, int64_t value);
void stmt_null(struct stmt *q);
void stmt_text(struct stmt *q, const char *text);
void stmt_blob(struct stmt *q, const void *p, size_t n);
void stmt_digest(struct stmt *q, const struct digest256 *d);
/* The next row; false at the end and on failure. */
bool stmt_row(struct stmt *q);
must_use struct err stmt_end(struct stmt *q);
/* All of a statement that gives no rows. */
must_use struct err stmt_run(struct stmt *q);
/* The one number that it asks for, 0 where there is none; sql must be static. */
must_use struct err stmt_number(struct store *s, const char *sql, uint64_t *ret_number);

/* Columns of the present row. Texts and blobs until the next row or the end. */
int64_t stmt_get_int(struct stmt *q, int column);
bool stmt_get_null(struct stmt *q, int column);
const char *stmt_get_text(struct stmt *q, int column); /* "" for NULL */
struct span stmt_get_blob(struct stmt *q, int column);
struct digest256 stmt_get_digest(struct stmt *q, int column); /* zero where it is none */
/* Copies into text[size], cut where longer. */
void stmt_get_chars(struct stmt *q, int column, char *text, size_t size);

/* migrate.c */
must_use struct err migrate(struct store *s);

void overview_forget(struct store *s); /* overview.c */
void kept_forget(struct store *s); /* kept.c */

/* Waiting for the write lock (batch.c). */

/* SQLite's busy handler: called for the n-th time on one lock; 0 gives up. */
int lock_busy(void *context, int n);
/* How many rows the last statement wrote. */
int64_t db_changes(struct store *s);
/* The queue before the lock. */
void turnstile_enter(struct store *s);
void turnstile_leave(struct store *s);

/* chains.c: the row of a chain; 0 where it is not stored. */
must_use struct err chain_row(struct store *s, const struct digest256 *digest, int64_t *ret_row);
/* Made where it is not stored, without certificates; 0 for the zero digest. */
must_use struct err chain_row_made(
    struct store *s, const struct digest256 *digest, int64_t *ret_row);
void chain_rows_forget(struct store *s);

/* A new listing version (listing.h), where there is no batch whose commit gives it one. */
must_use struct err version_unless_batch(struct store *s);

/* schedules.c: columns targets, exclude, ports, known, rate. */
void wish_bind(struct stmt *q, const struct scan_wish *wish);
struct scan_wish wish_columns(struct stmt *q, int column);
/* Its texts move into the arena; false: no room. */
bool wish_keep(struct arena *arena, struct scan_wish *wish);

/* change.c */
must_use struct err change_put(struct store *s, const struct change *change, int64_t endpoint,
    int64_t before, int64_t after, uint64_t *ret_sequence);

/* What an endpoint was before this run. */
enum past {
	PAST_NONE,
	PAST_SEEN,
	PAST_VANISHED,
};

must_use struct err change_first_sighting(struct store *s, const struct observation *o,
    int64_t endpoint, int64_t chain, enum past past, struct stored *ret_stored);

/* load.c: a chain and all that belongs to it. */
must_use struct err load_chain(struct store *s, int64_t row, bool with_der, struct arena *arena,
    const struct chain_verdict **ret_chain);
must_use struct err load_cert(struct store *s, int64_t row, struct arena *arena,
    const struct cert_facts **ret_facts, struct span *ret_der, int64_t *ret_first_ms);
/* From columns finding, severity, since_s, until_s, evidence. */
void finding_get(struct stmt *q, int column, struct finding *ret_finding);

/* certpage.c: columns sha256, subject_cn, issuer_cn, not_before_s, not_after_s, is_ca,
 * self_signed; texts in the arena. */
struct cert_brief;
void brief_get(struct stmt *q, int column, struct arena *arena, struct cert_brief *ret_brief);

/* The DER of k (certificates), as a column. */
#define DER "(SELECT d.der FROM certificate_der d WHERE d.certificate = k.id)"

/* rows.c: inventory rows. A query for them begins with ROWS_SELECT and names the tables s
 * (sightings), e (endpoints), c (chains), l (the leaf's certificate, or NULLs). */
/* clang-format off */
#define ROWS_SELECT \
	"SELECT e.addr, e.zone, e.port, e.transport, e.name, e.hostname," \
	" s.endpoint, s.chain, c.digest, s.first_ms, s.last_ms, s.count, s.run, s.source," \
	" s.outcome, s.starttls, s.hello, s.version, s.cipher, s.key_group, s.alert_level," \
	" s.alert, s.flags, s.os_error, s.connections, s.clients, s.alpn, s.findings_hash," \
	" s.sealed_n, s.current" \
	" FROM sightings s JOIN endpoints e ON e.id = s.endpoint JOIN chains c ON c.id = s.chain" \
	" LEFT JOIN certificates l ON l.id = c.leaf "
/* clang-format on */
/* The order of the index of endpoints: rows stream. */
#define ROWS_ORDER " ORDER BY e.addr, e.port, e.transport, e.name, e.zone, s.chain"
/* Rows by what they are made of; those that are stored no more are passed over. */
struct row_name {
	int64_t endpoint, chain;
};

must_use struct err rows_named(struct store *s, const struct row_name *names, size_t n,
    store_row_fn *each, void *context, bool *ret_stopped);
must_use struct err rows_each(
    struct stmt *q, bool with_der, store_row_fn *each, void *context, size_t *ret_n);
/* endpoint of columns addr, zone, port, transport, name from `column` on. */
void endpoint_get(struct stmt *q, int column, struct endpoint *ret_endpoint);
