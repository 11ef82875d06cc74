/*
 * news.h: one thing worth telling of one certificate (or, of a server whose certificate is hidden,
 * of that server), with the places where it is, and the message that tells it: a subject that says
 * it all, text, HTML and JSON of the same facts.
 */
#pragma once

#include "alert/alert.h"
#include "base/jsonw.h"
#include "store/notices.h"

enum news_kind {
	NEWS_NOTICE, /* not renewed though it is time */
	NEWS_URGENT,
	NEWS_EXPIRED,
	NEWS_FIXED, /* what was told before holds no longer: another certificate took its place */
	NEWS_GONE, /* or nothing serves it any more */
	NEWS_ISSUER,
	NEWS_SELF_SIGNED,
	NEWS_REJECTED, /* clients do not accept it */
	NEWS_KINDS,
};

struct news {
	enum news_kind kind;
	enum news_kind fixed; /* NEWS_FIXED, NEWS_GONE: of what */
	struct due_cert cert; /* sha256 zero: hidden; name is the server's then */
	const char *owner; /* "" nobody */
	const char *note; /* that somebody wrote; "" */
	const char *why; /* more of it: what the clients said; "" */
	const struct aftermath *aftermath; /* NEWS_FIXED */
	uint64_t n_places; /* of all; the first of them are listed */
	size_t n_listed;
	const struct place *places;
	const char *first_place; /* "10.0.0.1:443": where there is no list */
};

/* Everything a message needs that is not the news. */
struct news_frame {
	const char *rule; /* its name */
	const char *public_url; /* "" unknown: no links */
	int64_t now_ms;
};

uint8_t news_severity(const struct news *n); /* enum severity */
const char *news_word(enum news_kind kind); /* "urgent": in JSON and in digests */

/* "3 days left: *.shop.example (served by 200 endpoints)" */
void news_headline(const struct news *n, int64_t now_ms, struct buf *b);
/* "3 days", "14 hours"; of what is over: how long. */
void news_span_text(int64_t seconds, struct buf *b);
/* What to do about it, in a sentence or two. */
const char *news_advice(const struct news *n);
/* Where the page shows it; nothing without a public URL. */
void news_link(const struct news *n, const struct news_frame *frame, struct buf *b);

/* The bodies. What strangers wrote (names in certificates) can break none of them. */
void news_text(const struct news *n, const struct news_frame *frame, struct buf *b);
void news_html(const struct news *n, const struct news_frame *frame, struct buf *b);
void news_json(const struct news *n, const struct news_frame *frame, struct buf *b);

/* Rows of facts that text and HTML share: "Issuer" and where in the buffer "R3" stands. */
struct news_fact {
	const char *label;
	size_t at, n;
};

enum { NEWS_FACTS_MAX = 10 };

/* Appends the values to b; how many there are. */
size_t news_facts(const struct news *n, struct buf *b, struct news_fact facts[NEWS_FACTS_MAX]);

static inline struct span news_fact_value(const struct news_fact *fact, const struct buf *b)
{
	return span_of(b->p + fact->at, fact->n);
}
/* Many news in one message: the first time that a rule runs, or when a scan found a new net. */
struct digest {
	const struct news *const *news; /* the most pressing first */
	size_t n;
	bool is_first; /* the rule has not run before */
};

void digest_headline(const struct digest *d, struct buf *b);
void digest_text(const struct digest *d, const struct news_frame *frame, struct buf *b);
void digest_html(const struct digest *d, const struct news_frame *frame, struct buf *b);
void digest_json(const struct digest *d, const struct news_frame *frame, struct buf *b);
