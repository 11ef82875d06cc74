/*
 * news.c: what a message says, in words. The subject is written for a phone's lock screen: how
 * long, which name, how many endpoints, in this order; who reads no more knows what to do. One row
 * of the table is one kind of news.
 */
#include "alert/news.h"

#include "base/text.h"
#include "base/time.h"

#include <inttypes.h>

enum { HOUR_S = 3600, DAY_S = 24 * HOUR_S };

static const struct {
	const char *word;
	uint8_t severity;
	const char *advice;
} kinds[NEWS_KINDS] = {
    [NEWS_NOTICE] = {"notice", SEVERITY_MEDIUM,
	"It should have been renewed by now. Renew it, install it at every endpoint below, and "
	"reload the services. If it renews itself, look why it has not."},
    [NEWS_URGENT] = {"urgent", SEVERITY_HIGH,
	"Renew it now and install it at every endpoint below: when it ends, clients refuse to "
	"connect."},
    [NEWS_EXPIRED] = {"expired", SEVERITY_CRITICAL,
	"Clients refuse it. Renew it and install it at every endpoint below, or switch off what is "
	"no longer used."},
    [NEWS_FIXED] = {"fixed", SEVERITY_INFO, "Nothing is left to do."},
    [NEWS_GONE] = {"gone", SEVERITY_INFO,
	"Nothing serves it any more. If that was not intended, look after the service."},
    [NEWS_ISSUER] = {"issuer-changed", SEVERITY_MEDIUM,
	"If you moved to another CA, nothing is left to do. If not, find out who ordered it: a "
	"certificate by an unexpected CA may be an attack, or a proxy that looks into TLS."},
    [NEWS_SELF_SIGNED] = {"new-self-signed", SEVERITY_MEDIUM,
	"No client can tell it from a forgery. Give the service a certificate of your CA, or "
	"acknowledge it here if it is meant to be so."},
    [NEWS_REJECTED] = {"client-rejected", SEVERITY_HIGH,
	"Clients end the connection because of the certificate. Look at its names, its dates and "
	"its chain, and whether these clients trust its CA."},
};

uint8_t news_severity(const struct news *n)
{
	return kinds[n->kind].severity;
}

const char *news_word(enum news_kind kind)
{
	return kinds[kind].word;
}

const char *news_advice(const struct news *n)
{
	return kinds[n->kind].advice;
}

static void counted(struct buf *b, int64_t n, const char *one)
{
	buf_printf(b, "%" PRId64 " %s%s", n, one, n == 1 ? "" : "s");
}

void news_span_text(int64_t seconds, struct buf *b)
{
	int64_t length_s = seconds < 0 ? -seconds : seconds;

	if (length_s >= DAY_S)
		counted(b, length_s / DAY_S, "day");
	else if (length_s >= HOUR_S)
		counted(b, length_s / HOUR_S, "hour");
	else
		buf_str(b, "less than an hour");
}

/* A name of a stranger's, on one line. */
static void name_put(struct buf *b, const char *name)
{
	text_clip(b, span_str(name), 100);
}

static void served(const struct news *n, struct buf *b)
{
	if (n->n_places == 0)
		return;
	buf_str(b, " (served by ");
	counted(b, (int64_t)n->n_places, "endpoint");
	buf_str(b, ")");
}

static void headline_ending(const struct news *n, int64_t now_ms, struct buf *b)
{
	int64_t left_s = n->cert.not_after_s + 1 - now_ms / 1000;

	if (left_s > 0) {
		news_span_text(left_s, b);
		buf_str(b, " left: ");
	} else {
		buf_str(b, "Expired ");
		if (left_s > -DAY_S)
			buf_str(b, "today: ");
		else {
			news_span_text(left_s, b);
			buf_str(b, " ago: ");
		}
	}
	name_put(b, n->cert.name);
	served(n, b);
}

static void headline_issuer(const struct news *n, struct buf *b)
{
	buf_str(b, "Issuer changed: ");
	name_put(b, n->cert.name);
	buf_str(b, ", from ");
	name_put(b, n->cert.before);
	buf_str(b, " to ");
	name_put(b, *n->cert.issuer_cn ? n->cert.issuer_cn : n->cert.issuer);
	served(n, b);
}

void news_headline(const struct news *n, int64_t now_ms, struct buf *b)
{
	static const char *const before[NEWS_KINDS] = {
	    [NEWS_FIXED] = "Fixed: ",
	    [NEWS_GONE] = "Gone: ",
	    [NEWS_SELF_SIGNED] = "New self-signed certificate: ",
	    [NEWS_REJECTED] = "Clients reject the certificate: ",
	};

	if (n->kind <= NEWS_EXPIRED) {
		headline_ending(n, now_ms, b);
		return;
	}
	if (n->kind == NEWS_ISSUER) {
		headline_issuer(n, b);
		return;
	}
	buf_str(b, before[n->kind]);
	name_put(b, n->cert.name);
	if (n->kind == NEWS_FIXED)
		buf_str(b, n->fixed == NEWS_SELF_SIGNED ? " was replaced" : " was renewed");
	else if (n->kind == NEWS_GONE)
		buf_str(b, " is no longer served");
	else
		served(n, b);
}

void news_link(const struct news *n, const struct news_frame *frame, struct buf *b)
{
	if (!*frame->public_url || digest256_is_zero(&n->cert.sha256))
		return;
	buf_printf(b, "%s/#/certificate/", frame->public_url);
	buf_hex(b, span_of(n->cert.sha256.b, sizeof(n->cert.sha256.b)));
}

/* The value that was written since `from`. */
static void fact(
    struct news_fact facts[], size_t *n, const char *label, struct buf *b, size_t *from)
{
	if (b->n > *from)
		facts[(*n)++] = (struct news_fact){label, *from, b->n - *from};
	*from = b->n;
}

static void validity(const struct due_cert *c, struct buf *b)
{
	char from[TIME_TEXT_MAX], to[TIME_TEXT_MAX];
	int64_t life_s = c->not_after_s - c->not_before_s + 1;

	buf_printf(
	    b, "%s to %s (", time_text(c->not_before_s, from), time_text(c->not_after_s, to));
	news_span_text(life_s, b);
	buf_str(b, ")");
}

static void successor(const struct aftermath *a, struct buf *b)
{
	char to[TIME_TEXT_MAX];

	if (digest256_is_zero(&a->successor))
		return;
	buf_printf(b, "valid to %s, by ", time_date_text(a->successor_not_after_s, to));
	text_safe(b, span_str(a->successor_issuer));
}

static void cert_facts_put(
    const struct due_cert *c, struct buf *b, struct news_fact facts[], size_t *n, size_t *from)
{
	text_safe(b, span_str(c->subject));
	fact(facts, n, "Subject", b, from);
	text_safe(b, span_str(c->issuer));
	fact(facts, n, "Issuer", b, from);
	text_safe(b, span_str(c->before));
	fact(facts, n, "Issuer before", b, from);
	validity(c, b);
	fact(facts, n, "Valid", b, from);
	buf_str(b, c->serial);
	fact(facts, n, "Serial", b, from);
	buf_hex(b, span_of(c->sha256.b, sizeof(c->sha256.b)));
	fact(facts, n, "SHA-256", b, from);
}

size_t news_facts(const struct news *news, struct buf *b, struct news_fact facts[NEWS_FACTS_MAX])
{
	size_t n = 0, from = b->n;

	if (!digest256_is_zero(&news->cert.sha256))
		cert_facts_put(&news->cert, b, facts, &n, &from);
	if (news->kind == NEWS_FIXED && news->aftermath)
		successor(news->aftermath, b);
	fact(facts, &n, "Now there", b, &from);
	text_safe(b, span_str(news->why));
	fact(facts, &n, "Reason", b, &from);
	text_safe(b, span_str(news->owner));
	fact(facts, &n, "Owner", b, &from);
	text_safe(b, span_str(news->note));
	fact(facts, &n, "Note", b, &from);
	return b->full ? 0 : n;
}

/* "12 expired, 30 urgent, 100 notice": kinds in their order of weight. */
static void counts_put(const struct digest *d, struct buf *b)
{
	static const enum news_kind order[] = {NEWS_EXPIRED, NEWS_URGENT, NEWS_NOTICE,
	    NEWS_REJECTED, NEWS_ISSUER, NEWS_SELF_SIGNED, NEWS_FIXED, NEWS_GONE};
	const char *between = "";

	for (size_t i = 0; i < sizeof(order) / sizeof(order[0]); i++) {
		size_t n = 0;

		for (size_t k = 0; k < d->n; k++)
			n += d->news[k]->kind == order[i];
		if (n == 0)
			continue;
		buf_printf(b, "%s%zu %s", between, n, kinds[order[i]].word);
		between = ", ";
	}
}

void digest_headline(const struct digest *d, struct buf *b)
{
	counted(b, (int64_t)d->n, "certificate");
	buf_str(
	    b, d->n && news_severity(d->news[0]) > SEVERITY_INFO ? " to look at: " : " fixed: ");
	counts_put(d, b);
}
