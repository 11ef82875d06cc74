/*
 * store.h: the database: certificates, chains, endpoints, what was seen where and when, findings,
 * changes, runs. The only SQL of the program lies behind this header; docs/schema.md describes the
 * tables for those who ask with sqlite3 themselves.
 *
 * One struct store is one connection, used by one thread. Writing goes in batches: begin, put...,
 * commit; when commit has returned OK, the batch survives kill -9 and power loss. Programs that
 * share a store wait for each other, for minutes if need be, and see no "database is locked".
 *
 * Errors are ERR_IO (the disk, SQLite: store_detail says more), ERR_INPUT (no such thing),
 * ERR_LIMIT. Callbacks return false to stop early, which is no error; they must not write to the
 * same store. What they are handed is theirs during the call only.
 */
#pragma once

#include "base/arena.h"
#include "base/err.h"
#include "observe/alert.h"
#include "observe/change.h"
#include "observe/hint.h"
#include "observe/row.h"
#include "observe/run.h"
#include "query/tree.h"

struct store;

enum store_mode {
	STORE_READ, /* must exist */
	STORE_WRITE, /* created (mode 0640) and migrated if need be; its directory must exist */
};

must_use struct err store_open(const char *path, enum store_mode mode, struct store **ret_store);
void store_close(struct store *s);
/* What SQLite said of the last failure; "" if nothing. Valid until the next call. */
const char *store_detail(const struct store *s);

/* Writing (write.c, change.c). */

/* A batch in which a call failed is not committed: store_commit fails, and nothing of it is
 * stored. */
must_use struct err store_begin(struct store *s);
must_use struct err store_commit(struct store *s);
void store_rollback(struct store *s);

/* A chain and what was judged of it; a chain put again replaces the older judgement, but a cut one
 * takes none away that says that an issuer is missing. Before the observations that name it;
 * seen_ms is when it was first heard of, for the certificates' first_seen. */
must_use struct err store_put_chain(
    struct store *s, const struct chain_verdict *verdict, int64_t seen_ms);

/* What storing an observation made of it. */
struct stored {
	int64_t first_seen_ms; /* of this chain at this endpoint, this observation included */
	int64_t last_seen_ms;
	enum change_kind change; /* CHANGE_NONE mostly */
	uint64_t sequence; /* of the change */
	struct digest256 before; /* the chain it took the place of; zero: none */
	bool repeated; /* this very scan has stored it before: it was resumed */
};

must_use struct err store_put_observation(
    struct store *s, const struct observation *seen, struct stored *ret_stored);

/* Alerts (alerts.c). */

/*
 * One more sighting of an alert's reason, in a batch: `alert` carries what is new (its connections
 * since the last time); *ret_alert is all that is known of it, id included. *ret_tell: it is new,
 * or was last told longer than suppress_ms ago (0: told once for ever); it counts as told then.
 */
must_use struct err store_put_alert(struct store *s, const struct alert *alert, int64_t suppress_ms,
    struct alert *ret_alert, bool *ret_tell);

typedef bool store_alert_fn(void *context, const struct alert *alert);

/* Those seen at or after since_ms, the latest last. */
must_use struct err store_each_alert(
    struct store *s, int64_t since_ms, store_alert_fn *each, void *context);
/* Those that came above this id, for one of two reasons; those of a certificate side by side. */
must_use struct err store_each_alert_after(struct store *s, uint64_t after, uint16_t reason,
    uint16_t other_reason, store_alert_fn *each, void *context);
must_use struct err store_newest_alert(struct store *s, uint64_t *ret_id);

/* Runs (runs.c). */

/* Fills run->id and its state. Inside a batch or outside. */
must_use struct err store_run_begin(struct store *s, struct run *run);
/* The checkpoint: in the same batch as the records before it. */
must_use struct err store_run_progress(
    struct store *s, uint64_t run, const struct progress *progress);

/* Was this endpoint (with this server name) among what the run covered? */
typedef bool store_covered_fn(void *context, const struct endpoint *endpoint);

/* Ends a run; outside a batch. Completed ones tell what has vanished: covered (NULL: nothing was)
 * is asked for each endpoint that the run did not see. */
must_use struct err store_run_end(struct store *s, uint64_t run, enum run_state state,
    int64_t now_ms, store_covered_fn *covered, void *context, size_t *ret_vanished);
/* A run with its checkpoints; its texts and progress lie in the arena. ERR_INPUT: no such run. */
must_use struct err store_run_find(
    struct store *s, uint64_t id, struct arena *arena, struct run *ret_run);
/* The newest scan that is not completed, and that no job asked for: those go on by themselves. */
must_use struct err store_run_left(struct store *s, struct arena *arena, struct run *ret_run);
/* An unfinished or stopped run goes on. */
must_use struct err store_run_resume(struct store *s, uint64_t run);

/* What a scan wants to know beforehand (known.c). */

typedef bool store_hint_fn(void *context, const struct hint *hint);
typedef bool store_der_fn(void *context, struct span der);
typedef bool store_chain_fn(void *context, const struct chain_verdict *chain);

typedef bool store_endpoint_fn(void *context, const struct endpoint *endpoint);

/* Endpoints that are served by TCP and have not vanished; those that `source` has seen, unless it
 * is EVIDENCE_NONE. */
must_use struct err store_each_endpoint(
    struct store *s, enum evidence source, store_endpoint_fn *each, void *context);
/* What worked at each endpoint. */
must_use struct err store_each_hint(struct store *s, store_hint_fn *each, void *context);
/* Every CA certificate. */
must_use struct err store_each_issuer(struct store *s, store_der_fn *each, void *context);
/* Chains to be judged again: with the finding unknown-issuer, and a CA certificate of that issuer
 * name is stored that was not there when they were judged. Their findings are not filled. (Epochs
 * count within one process only: every run judges what it sees anew.) */
must_use struct err store_each_stale(struct store *s, store_chain_fn *each, void *context);
/* One chain, findings, facts and DER; in the arena. ERR_INPUT: not stored. */
must_use struct err store_get_chain(struct store *s, const struct digest256 *id,
    struct arena *arena, const struct chain_verdict **ret_chain);

/* Asking (search.c, show.c, history.c, summary.c). */

typedef bool store_row_fn(void *context, const struct inventory_row *row);
typedef bool store_change_fn(void *context, const struct change *change);

/* The word of a number in a field that is stored as numbers (names of ciphers, versions,
 * dialects); NULL: none. FIELD_SERVICE: the number is the dialect << 16 | the port. format/word.h
 * has it. */
typedef const char *field_word_fn(enum field_id field, int64_t number);

struct search {
	const struct query *where; /* NULL: all */
	int64_t now_s; /* for what depends on it: findings that hold, expiry, mutes */
	field_word_fn *word_text; /* NULL: comparisons with such words are refused */
	uint64_t run; /* only what this run saw; 0: whenever */
	bool bare; /* endpoints without a certificate too */
	bool gone; /* chains too that are no longer served */
	bool with_der; /* fill the chains' DER spans */
	size_t limit; /* 0: none */
};

/* Rows by address, port, name, with remarks. ret_n: how many rows were handed out. */
must_use struct err store_search(
    struct store *s, const struct search *search, store_row_fn *each, void *context, size_t *ret_n);

typedef bool store_cert_fn(
    void *context, const struct cert_facts *facts, struct span der, int64_t first_seen_ms);

/* Certificates whose SHA-256 begins with these 4 to 64 hex digits. */
must_use struct err store_each_cert(
    struct store *s, const char *sha256_prefix, store_cert_fn *each, void *context);
/* Rows whose chain contains this certificate. */
must_use struct err store_rows_of_cert(
    struct store *s, const struct digest256 *cert, store_row_fn *each, void *context);
/* All rows of an address and port, whatever the server name; port 0: every port. With what is
 * gone. */
must_use struct err store_rows_at(
    struct store *s, const struct addr *addr, uint16_t port, store_row_fn *each, void *context);

/* Changes with a sequence above `after`, in their order; the cursor of a consumer. */
must_use struct err store_each_change(
    struct store *s, uint64_t after, store_change_fn *each, void *context);
/* Changes of an address and port (0: every port), oldest first. */
must_use struct err store_history(
    struct store *s, const struct addr *addr, uint16_t port, store_change_fn *each, void *context);

enum { STORE_TOP_MAX = 10, STORE_TEXT_MAX = 128 };

struct store_finding_count {
	uint16_t id;
	uint8_t severity; /* the worst it was found with */
	uint64_t endpoints;
};

struct store_expiry {
	struct endpoint endpoint; /* one that serves it */
	int64_t not_after_s;
	char subject_cn[STORE_TEXT_MAX]; /* cut where longer */
	uint64_t endpoints;
};

struct store_issuer_count {
	char text[STORE_TEXT_MAX]; /* common name, or the whole name where there is none */
	uint64_t certificates;
};

struct store_summary {
	uint64_t endpoints; /* that serve a certificate */
	uint64_t certificates; /* distinct leaves of those */
	uint64_t new_certificates; /* of them first seen in this run; 0 without one */
	uint64_t changes; /* made by this run; all, without one */
	uint64_t outcomes[OUTCOME_MAX]; /* endpoints by what was seen of them last */
	size_t n_findings; /* holding at now */
	struct store_finding_count findings[CHAIN_FINDINGS_MAX];
	size_t n_expiries; /* not expired at now; soonest first */
	struct store_expiry expiries[STORE_TOP_MAX];
	size_t n_issuers; /* most first */
	struct store_issuer_count issuers[STORE_TOP_MAX];
};

/* Of what is served now, or (run not 0) of what that run saw. */
must_use struct err store_summary(
    struct store *s, uint64_t run, int64_t now_s, struct store_summary *ret_summary);

/* Care (maintain.c). */

typedef void store_problem_fn(void *context, const char *problem);

/* SQLite's own checks and ours. Each problem is a line; ret_problems counts them. */
must_use struct err store_check(
    struct store *s, store_problem_fn *each, void *context, size_t *ret_problems);
/* A consistent copy while others write. Refuses to overwrite. */
must_use struct err store_backup(struct store *s, const char *path);
must_use struct err store_vacuum(struct store *s);
