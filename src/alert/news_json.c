/*
 * news_json.c: the same facts for machines: what a webhook posts, a command reads. Names as in
 * NDJSON and in the search language; docs/alerts.md lists them.
 */
#include "alert/limits.h"
#include "alert/news.h"

#include "base/time.h"

static void text_member(struct jsonw *w, const char *key, const char *text)
{
	jsonw_key(w, key);
	jsonw_str(w, text);
}

static void time_member(struct jsonw *w, const char *key, int64_t seconds)
{
	char text[TIME_TEXT_MAX];

	text_member(w, key, time_text(seconds, text));
}

static void optional(struct jsonw *w, const char *key, const char *text)
{
	if (*text)
		text_member(w, key, text);
}

static void cert_members(struct jsonw *w, const struct due_cert *c, int64_t now_ms)
{
	text_member(w, "name", c->name);
	if (digest256_is_zero(&c->sha256))
		return;
	jsonw_key(w, "sha256");
	jsonw_hex(w, span_of(c->sha256.b, sizeof(c->sha256.b)));
	text_member(w, "subject", c->subject);
	text_member(w, "issuer", c->issuer);
	optional(w, "issuer_before", c->before);
	text_member(w, "serial", c->serial);
	time_member(w, "not_before", c->not_before_s);
	time_member(w, "not_after", c->not_after_s);
	jsonw_key(w, "days_left");
	jsonw_i64(w, (c->not_after_s + 1 - now_ms / 1000) / 86400);
}

static void place_json(struct jsonw *w, const struct place *p)
{
	char ip[ADDR_TEXT_MAX];

	jsonw_object(w);
	text_member(w, "ip", addr_text(&p->endpoint.addr, ip));
	jsonw_key(w, "port");
	jsonw_u64(w, p->endpoint.port);
	text_member(w, "transport", transport_text(p->endpoint.transport));
	optional(w, "sni", p->endpoint.name);
	optional(w, "hostname", p->hostname);
	optional(w, "owner", p->owner);
	jsonw_end_object(w);
}

static void places_json(struct jsonw *w, const struct news *n)
{
	jsonw_key(w, "endpoints");
	jsonw_u64(w, n->n_places);
	jsonw_key(w, "places");
	jsonw_array(w);
	for (size_t i = 0; i < n->n_listed; i++)
		place_json(w, &n->places[i]);
	jsonw_end_array(w);
}

static void frame_members(struct jsonw *w, const struct news_frame *frame)
{
	text_member(w, "rule", frame->rule);
	time_member(w, "at", frame->now_ms / 1000);
}

void news_json(const struct news *n, const struct news_frame *frame, struct buf *b)
{
	struct jsonw w;
	struct buf link;

	buf_init(&link, NEWS_FACTS_BYTES_MAX);
	news_link(n, frame, &link);
	jsonw_init(&w, b);
	jsonw_object(&w);
	frame_members(&w, frame);
	text_member(&w, "event", news_word(n->kind));
	if (n->kind == NEWS_FIXED || n->kind == NEWS_GONE)
		text_member(&w, "was", news_word(n->fixed));
	cert_members(&w, &n->cert, frame->now_ms);
	optional(&w, "reason", n->why);
	optional(&w, "owner", n->owner);
	optional(&w, "note", n->note);
	optional(&w, "url", buf_text(&link));
	places_json(&w, n);
	jsonw_end_object(&w);
	buf_done(&link);
}

void digest_json(const struct digest *d, const struct news_frame *frame, struct buf *b)
{
	struct jsonw w;

	jsonw_init(&w, b);
	jsonw_object(&w);
	frame_members(&w, frame);
	text_member(&w, "event", "digest");
	optional(&w, "url", frame->public_url);
	jsonw_key(&w, "certificates");
	jsonw_u64(&w, d->n);
	jsonw_key(&w, "first");
	jsonw_array(&w);
	for (size_t i = 0; i < d->n && i < DIGEST_ROWS_MAX; i++) {
		const struct news *n = d->news[i];

		jsonw_object(&w);
		text_member(&w, "event", news_word(n->kind));
		cert_members(&w, &n->cert, frame->now_ms);
		optional(&w, "owner", n->owner);
		jsonw_key(&w, "endpoints");
		jsonw_u64(&w, n->n_places);
		text_member(&w, "place", n->first_place);
		jsonw_end_object(&w);
	}
	jsonw_end_array(&w);
	jsonw_end_object(&w);
}
