/*
 * listing.h: the inventory as the service shows it: pages of rows in any order, counts, facets, the
 * timeline, the overview, the page of a certificate. Right at once: what was committed before a
 * call, by whichever program, is in its answer.
 *
 * Each answer is of one state of the store (ARCHITECTURE.md says how it is read); what a handle
 * keeps in memory is kept while nothing is written. Handles of several threads may ask at once.
 *
 * Errors are those of store.h; ERR_INPUT also for a sort, a cursor or a comparison that is none.
 */
#pragma once

#include "store/store.h"

struct listing {
	const struct query *where; /* NULL: all */
	int64_t now_s; /* for what depends on it: findings that hold, severity, mutes */
	field_word_fn *word_text; /* NULL: comparisons with such words are refused */
	bool bare; /* endpoints without a certificate too */
	bool gone; /* chains too that are no longer served */
	/* A page: */
	enum field_id sort; /* FIELD_NONE: by address, port, name */
	bool descending;
	size_t limit; /* 0: all */
	const char *cursor; /* where an earlier page ended; NULL or "": from the start */
};

enum { LISTING_CURSOR_MAX = 384 };

/* Rows, with remarks. ret_next: the cursor of the next page; "" after the last. Rows that change
 * between two pages are given once, twice only if they moved in the order. */
must_use struct err store_list(struct store *s, const struct listing *listing, store_row_fn *each,
    void *context, char ret_next[LISTING_CURSOR_MAX]);

struct listed_finding {
	struct finding finding;
	bool muted;
};

/* A leaf certificate, and where it is among the rows that were asked for. */
struct listed_cert {
	const struct cert_facts *facts;
	int64_t first_seen_ms;
	uint64_t endpoints;
	struct endpoint first_endpoint; /* the first of them by address */
	uint8_t severity; /* of the worst finding that holds; SEVERITY_NONE */
	size_t n_findings; /* that hold: of its chains, and of those endpoints; each once */
	const struct listed_finding *findings;
	const struct remarks *remarks; /* NULL: none; its own, not an endpoint's */
};

typedef bool store_listed_cert_fn(void *context, const struct listed_cert *cert);

/* Distinct leaves of the rows. Sorted by not_after (FIELD_NONE), not_before, subject, issuer,
 * first_seen, severity, or connections, which is the number of endpoints here. */
must_use struct err store_list_certificates(struct store *s, const struct listing *listing,
    store_listed_cert_fn *each, void *context, char ret_next[LISTING_CURSOR_MAX]);
/* Those of them with a finding of at least this severity; worst first, then by not_after. */
must_use struct err store_list_findings(struct store *s, const struct listing *listing,
    uint8_t severity, store_listed_cert_fn *each, void *context, char ret_next[LISTING_CURSOR_MAX]);

struct listing_count {
	uint64_t rows;
	uint64_t endpoints; /* with their server names: fewer than rows where some serve two */
	uint64_t certificates; /* distinct leaves */
};

must_use struct err store_count(
    struct store *s, const struct listing *listing, struct listing_count *ret_count);

enum { FACET_VALUES_MAX = 100 };

struct facet_value {
	const char *text; /* NULL: a number, which may have a word (field_word_fn) */
	int64_t number;
	uint64_t count; /* rows */
};

struct facet {
	enum field_id field;
	size_t n;
	struct facet_value values[FACET_VALUES_MAX]; /* most first */
	uint64_t other; /* rows with another value; of a list: how often it has others */
	uint64_t missing; /* rows without one */
};

/* The `top` most frequent values of each of these fields, among the rows. A list (tags, findings)
 * counts each of its values. Texts lie in the arena. */
must_use struct err store_facets(struct store *s, const struct listing *listing,
    const enum field_id *fields, size_t n_fields, size_t top, struct arena *arena,
    struct facet *ret_facets, struct listing_count *ret_count);

enum { TIMELINE_BUCKETS_MAX = 240 };

struct timeline_bucket {
	uint64_t endpoints; /* rows */
	uint64_t certificates;
	uint64_t expired, soon; /* of these: ended before now; end within 30 days */
};

/* The rows by the day their certificates end. */
struct timeline {
	int64_t from_s, to_s, bucket_s;
	size_t n;
	struct timeline_bucket buckets[TIMELINE_BUCKETS_MAX];
	struct timeline_bucket before, after;
};

/* ret_timeline->from_s, to_s and n say what is wanted; both times 0: the range that holds 98 %. */
must_use struct err store_timeline(
    struct store *s, const struct listing *listing, struct timeline *ret_timeline);

enum { OVERVIEW_EXPIRING = 5, OVERVIEW_TOP = 12 };

struct overview_expiring {
	unsigned days;
	uint64_t certificates, endpoints;
};

struct overview_finding {
	uint16_t id;
	uint8_t severity;
	uint64_t certificates, endpoints;
};

/* What is served now, in numbers: all that was committed before; as of a time up to a minute ago
 * where nothing was written since. */
struct overview {
	struct listing_count count;
	uint64_t bare; /* endpoints that show no certificate */
	struct overview_expiring expired; /* days 0 */
	struct overview_expiring expiring[OVERVIEW_EXPIRING]; /* 7, 14, 30, 60, 90 days from now */
	struct overview_finding severities[SEVERITY_MAX]; /* by the worst of each; id 0 */
	size_t n_findings;
	struct overview_finding findings[CHAIN_FINDINGS_MAX]; /* worst first, then most first */
	struct facet issuers, ports; /* texts in the arena */
	struct timeline timeline;
};

must_use struct err store_overview(
    struct store *s, int64_t now_s, struct arena *arena, struct overview *ret_overview);

/* Changes whenever the answers above may (but for time and word): for an ETag. */
must_use struct err store_listing_version(struct store *s, uint64_t *ret_version);

/* The page of a certificate (certpage.c). */

struct cert_brief {
	struct digest256 sha256;
	const char *subject_cn;
	const char *issuer_cn;
	int64_t not_before_s, not_after_s;
	bool is_ca, self_signed;
};

struct cert_chain {
	struct digest256 id;
	size_t n;
	struct cert_brief certs[CHAIN_CERTS_MAX];
};

struct page_finding {
	struct finding finding;
	bool holds; /* now */
	bool muted;
};

enum { PAGE_CHAINS_MAX = 16, PAGE_SAME_MAX = 50 };

struct cert_page {
	const struct cert_facts *facts;
	struct span der;
	int64_t first_seen_ms;
	uint64_t endpoints; /* that serve it as their leaf now */
	const struct remarks *remarks; /* NULL: none */
	size_t n_findings; /* of its chains as a leaf, each once */
	const struct page_finding *findings;
	size_t n_chains; /* that it is in */
	const struct cert_chain *chains;
	/* The newest chain of which it is the leaf, DER included; NULL: of none. */
	const struct chain_verdict *chain;
	size_t n_same_key;
	const struct cert_brief *same_key;
	size_t n_before, n_after; /* what it took the place of, what took its place */
	const struct cert_brief *before, *after;
};

/* All of it lies in the arena. ERR_INPUT: no such certificate. */
must_use struct err store_cert_page(struct store *s, const struct digest256 *sha256, int64_t now_s,
    struct arena *arena, const struct cert_page **ret_page);

/* Changes, newest first (history.c). */

struct change_filter {
	uint64_t before; /* only those with a smaller sequence; 0: from the newest */
	size_t limit; /* 0: all */
	enum change_kind kind; /* CHANGE_NONE: any */
	bool has_addr;
	struct addr addr;
	uint16_t port; /* 0: any */
};

struct told_change {
	struct change change;
	const char *hostname;
	const struct cert_brief *before, *after; /* leaves; NULL: none */
};

typedef bool store_told_change_fn(void *context, const struct told_change *change);

must_use struct err store_changes(
    struct store *s, const struct change_filter *filter, store_told_change_fn *each, void *context);
