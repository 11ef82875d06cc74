/*
 * catalog.h: the inventory in memory, for the listing: what is searched, sorted and counted, and
 * nothing else. One for each store file in a process, shared by its handles; what a batch wrote to
 * (touched.c) is read again before the next question, so answers are never old.
 *
 * Why memory: a table page must come in 150 ms whatever is asked and whatever it is sorted by. With
 * indexes alone there is always a question (conditions that are common, and seldom met together,
 * sorted by another field) that walks a million rows of a B-tree: one second, measured on the store
 * of tools/make_store.c. A pass over 52 bytes a row takes a twentieth of that, every time, and no
 * index has to be written by a scan.
 *
 * Things are numbers: places in the tables below. A row is a sighting: an endpoint, a chain.
 */
#pragma once

#include "store/bits.h"
#include "store/db.h"
#include "store/dict.h"

#include <pthread.h>

/* Texts that many things share. */
enum dict_kind {
	DICT_HOSTNAME,
	DICT_SNI,
	DICT_SUBJECT,
	DICT_ISSUER,
	DICT_ISSUER_DN,
	DICT_KEY,
	DICT_SIG_ALG,
	DICT_ALPN,
	DICT_OWNER,
	DICT_NOTE,
	DICT_TAG,
	DICT_KINDS,
};

/* What people said of an endpoint or a certificate; number 0 is nothing. */
struct said {
	uint32_t owner, note; /* texts */
	uint32_t tags_at; /* in catalog.tags */
	uint8_t n_tags;
};

struct catalog_finding {
	int64_t since_s, until_s;
	uint16_t id;
	uint8_t severity;
};

struct catalog_cert {
	struct digest256 sha256, spki;
	int64_t not_before_s, not_after_s;
	uint32_t id; /* in the store */
	uint32_t first_seen_s;
	uint32_t subject, issuer, issuer_dn, key, sig_alg; /* texts */
	uint32_t own_at, names_at; /* in catalog.own: subject_dn, serial; names; terminated */
	uint32_t said;
	uint16_t n_names;
	uint16_t key_bits;
	bool is_ca, self_signed;
};

struct catalog_chain {
	struct digest256 digest;
	uint32_t id;
	uint32_t leaf; /* certificate + 1; 0: none */
	uint32_t findings_at; /* in catalog.findings */
	uint32_t links_at; /* its certificates, in catalog.links */
	uint8_t n_findings, n_links;
};

struct catalog_endpoint {
	uint8_t addr[16];
	uint32_t id, zone;
	uint32_t name, hostname; /* texts; the name that was sent is better than no host name */
	uint32_t said;
	uint32_t rows; /* the first row + 1, and on by `next`; 0: none */
	uint16_t port;
	uint8_t transport;
};

struct catalog_row {
	uint32_t endpoint, chain;
	uint32_t next; /* of the same endpoint, + 1 */
	uint32_t leaf; /* of the chain, + 1; 0: none; set when all is read */
	uint32_t first_s, last_s;
	uint32_t clients;
	uint32_t findings_at;
	uint32_t alpn; /* text */
	uint16_t version, cipher, group;
	uint8_t outcome, source, starttls, connections, flags;
	uint8_t alert, alert_level;
	uint8_t n_findings;
	bool current;
	bool alive; /* false: it is in the store no more */
};

/* An array that grows. */
#define CATALOG_TABLE(type)                                                                        \
	struct {                                                                                   \
		type *v;                                                                           \
		size_t n, cap;                                                                     \
	}

/* Where the things of the store's ids are: number + 1. */
struct idmap {
	uint32_t *at;
	size_t n;
};

struct catalog {
	/* Of the registry (catalog.c), under its lock. */
	struct catalog *next;
	char *path;
	unsigned users;

	pthread_rwlock_t lock; /* all that follows */
	struct siphash_key key;
	bool whole; /* false: nothing, or what a failure left */
	size_t wasted; /* findings, links and the like that something newer took the place of */
	int64_t seen; /* the last row of listing_log that is in it */
	struct dict dicts[DICT_KINDS];
	CATALOG_TABLE(struct catalog_cert) certs;
	CATALOG_TABLE(struct catalog_chain) chains; /* number 0: none */
	CATALOG_TABLE(struct catalog_endpoint) endpoints;
	CATALOG_TABLE(struct catalog_row) rows;
	struct bits served[2][2]; /* rows; [bare ones too][gone ones too] */
	CATALOG_TABLE(struct catalog_finding) findings;
	CATALOG_TABLE(uint32_t) links;
	CATALOG_TABLE(struct said) said;
	CATALOG_TABLE(uint32_t) tags;
	CATALOG_TABLE(char) own;
	struct idmap cert_ids, chain_ids, endpoint_ids;
};

static inline const char *catalog_text(
    const struct catalog *c, enum dict_kind kind, uint32_t number)
{
	return dict_text(&c->dicts[kind], number);
}

/* NULL without a certificate. */
static inline const struct catalog_cert *catalog_leaf(
    const struct catalog *c, const struct catalog_row *row)
{
	return row->leaf ? &c->certs.v[row->leaf - 1] : NULL;
}

/* The k-th text from a place in catalog.own on. */
const char *catalog_own(const struct catalog *c, uint32_t at, size_t k);

/* catalog.c: up to date and locked for reading; catalog_leave whatever happened. */
must_use struct err catalog_enter(struct store *s, const struct catalog **ret_catalog);
void catalog_leave(struct store *s, const struct catalog *c);
/* When the handle is closed. */
void catalog_release(struct store *s);

/* catalog_read.c: what the store has of these ids, first to last, in place of what was known. In a
 * read transaction, locked for writing. */
must_use struct err catalog_read_certs(
    struct catalog *c, struct store *s, int64_t first, int64_t last);
must_use struct err catalog_read_chains(
    struct catalog *c, struct store *s, int64_t first, int64_t last);
must_use struct err catalog_read_endpoints(
    struct catalog *c, struct store *s, int64_t first, int64_t last);
/* After those: what rows have of chains, and which are served. */
must_use struct err catalog_link(struct catalog *c);
void catalog_forget(struct catalog *c);
