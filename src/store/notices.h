/*
 * notices.h: what our own rules ask the inventory, and what they have told: a notice is "this rule
 * told this stage of this certificate". Certificates are what is told of, not endpoints: a wildcard
 * on two hundred of them is one notice.
 *
 * The askers leave out what has been told, so a pass in which nothing is new reads next to nothing.
 * Texts are valid during the callback.
 */
#pragma once

#include "store/store.h"

enum stage {
	STAGE_NONE,
	STAGE_NOTICE = 1, /* renewal is late; for rules without stages the only one */
	STAGE_URGENT = 2,
	STAGE_EXPIRED = 3,
};

/* A leaf certificate that somebody should hear of. */
struct due_cert {
	int64_t row; /* of the store, for store_each_place */
	struct digest256 sha256, spki;
	const char *name; /* what people call it: common name, else the first name in it */
	const char *subject, *issuer, *issuer_cn, *serial;
	int64_t not_before_s, not_after_s;
	int64_t first_seen_ms;
	bool self_signed;
	struct span der; /* of self-signed ones */
	uint8_t stage; /* enum stage it is in now, or was told in */
	uint32_t generation; /* how often it was told of before and then resolved */
	int64_t at_ms; /* of the change that is its reason; 0: there is none */
	const char *before; /* issuer-changed: who issued the one before; else "" */
};

typedef bool store_due_fn(void *context, const struct due_cert *cert);

/* When the stages begin: that part of the lifetime before the end, but not more than so long. */
struct expiry_terms {
	int64_t notice_part, notice_max_s; /* 3, 30 days */
	int64_t urgent_part, urgent_max_s; /* 10, 7 days */
};

/* When a stage of such a certificate begins. */
int64_t expiry_begins_s(
    const struct expiry_terms *terms, enum stage stage, int64_t not_before_s, int64_t not_after_s);

/* When somebody looked the last time, and the newest change at that time. */
struct expiry_since {
	int64_t at_ms;
	uint64_t sequence;
};

/* Leaves that are served now and are in a stage that was not told; the soonest end first. One that
 * was resolved and is served again is told again a while later. since NULL: all of them; else only
 * what has reached a stage, or came with a change, since then, which takes a hundredth of the time:
 * what was left out the last time, or came back in silence, is found by those who look at all. */
must_use struct err store_each_expiring(struct store *s, uint64_t rule,
    const struct expiry_terms *terms, int64_t now_ms, const struct expiry_since *since,
    store_due_fn *each, void *context);

/* Leaves that came with a change above `after`, of a kind in the mask (1 << enum change_kind), of
 * which this rule told nothing. */
must_use struct err store_each_arrival(struct store *s, uint64_t rule, uint64_t after,
    unsigned kinds, bool self_signed_only, store_due_fn *each, void *context);
must_use struct err store_newest_change(struct store *s, uint64_t *ret_sequence);

/* What was told and is no longer served anywhere: fixed, or gone. */
must_use struct err store_each_resolved(
    struct store *s, uint64_t rule, store_due_fn *each, void *context);

/* Where a certificate is served now, by address. */
struct place {
	struct endpoint endpoint;
	const char *hostname;
	const char *owner; /* the endpoint's own; "" */
	int64_t first_ms, last_ms;
};

typedef bool store_place_fn(void *context, const struct place *place);

must_use struct err store_each_place(
    struct store *s, int64_t row, store_place_fn *each, void *context);

/* What became of the places of a certificate that is served no more. */
struct aftermath {
	uint64_t kinds[CHANGE_MAX]; /* endpoints by the change that ended it */
	struct digest256 successor; /* the newest that took its place; zero: none */
	int64_t successor_not_after_s;
	char successor_issuer[128];
};

must_use struct err store_aftermath(struct store *s, int64_t row, struct aftermath *ret_aftermath);

/* In a batch. *ret_new: this stage was not told before; only then is the message put. */
must_use struct err store_put_notice(struct store *s, uint64_t rule,
    const struct digest256 *certificate, enum stage stage, int64_t now_ms, bool *ret_new);
must_use struct err store_resolve_notice(struct store *s, uint64_t rule,
    const struct digest256 *certificate, int64_t now_ms, bool *ret_new);
