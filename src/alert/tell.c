/*
 * tell.c: each news is written down as told before its message is put, and only what was not
 * written down before gets one. A message's key is made of what it tells, so it is the same
 * whoever makes it.
 */
#include "alert/tell.h"

#include "alert/limits.h"
#include "verdict/table.h"

#include <inttypes.h>
#include <stdlib.h>

/* The bodies of one message; their memory is used again for the next. */
struct bodies {
	struct buf subject, text, html, json;
};

static void bodies_init(struct bodies *b)
{
	buf_init(&b->subject, NEWS_FACTS_BYTES_MAX);
	buf_init(&b->text, NEWS_BYTES_MAX);
	buf_init(&b->html, NEWS_BYTES_MAX);
	buf_init(&b->json, NEWS_BYTES_MAX);
}

static void bodies_reset(struct bodies *b)
{
	buf_reset(&b->subject);
	buf_reset(&b->text);
	buf_reset(&b->html);
	buf_reset(&b->json);
}

static void bodies_done(struct bodies *b)
{
	buf_done(&b->subject);
	buf_done(&b->text);
	buf_done(&b->html);
	buf_done(&b->json);
}

static struct err bodies_tell(
    struct pass *pass, struct bodies *b, const char *dedupe, uint8_t severity)
{
	const struct message m = {
	    .dedupe = dedupe,
	    .severity = severity,
	    .subject = buf_text(&b->subject),
	    .text = buf_text(&b->text),
	    .html = buf_text(&b->html),
	    .detail = buf_text(&b->json),
	};

	if (b->subject.full || b->text.full || b->html.full || b->json.full)
		return err_limit("a message that is too long");
	return pass_tell(pass, &m);
}

static struct news_frame frame_of(const struct pass *pass)
{
	return (struct news_frame){
	    .rule = pass->rule->name, .public_url = pass->public_url, .now_ms = pass->now_ms};
}

static bool is_over(const struct news *n)
{
	return n->kind == NEWS_FIXED || n->kind == NEWS_GONE;
}

/* Stable as long as the row: what is hidden has no certificate, its alert's number is in serial. */
static void dedupe_of(const struct gathering *g, const struct news *n, struct buf *key)
{
	buf_reset(key);
	buf_printf(key, "%" PRIu64 "/%s/", g->pass->rule->id, news_word(n->kind));
	if (n->kind == NEWS_REJECTED)
		buf_printf(key, "%" PRId64, n->cert.row);
	else
		buf_hex(key, span_of(n->cert.sha256.b, sizeof(n->cert.sha256.b)));
	buf_printf(key, "/%" PRIu32, n->cert.generation);
}

static struct err tell_one(struct gathering *g, struct news *n, struct bodies *b)
{
	const struct news_frame frame = frame_of(g->pass);
	struct arena arena;
	struct buf key;
	struct err e = OK;

	arena_init(&arena, GATHER_BYTES_MAX);
	buf_init(&key, 256);
	bodies_reset(b);
	if (!is_over(n) && !n->places)
		e = gather_places(g, n, &arena);
	if (!err_is(e)) {
		news_headline(n, g->pass->now_ms, &b->subject);
		news_text(n, &frame, &b->text);
		news_html(n, &frame, &b->html);
		news_json(n, &frame, &b->json);
		dedupe_of(g, n, &key);
		e = bodies_tell(g->pass, b, buf_text(&key), news_severity(n));
	}
	buf_done(&key);
	arena_done(&arena);
	return e;
}

static uint8_t worst(const struct digest *d)
{
	uint8_t severity = SEVERITY_NONE;

	for (size_t i = 0; i < d->n; i++)
		if (news_severity(d->news[i]) > severity)
			severity = news_severity(d->news[i]);
	return severity;
}

static struct err tell_digest(struct gathering *g, const struct digest *d, struct bodies *b)
{
	const struct news_frame frame = frame_of(g->pass);
	struct buf key;
	struct err e;

	buf_init(&key, 256);
	bodies_reset(b);
	digest_headline(d, &b->subject);
	digest_text(d, &frame, &b->text);
	digest_html(d, &frame, &b->html);
	digest_json(d, &frame, &b->json);
	buf_printf(&key, "%" PRIu64 "/digest/%s/%" PRId64, g->pass->rule->id,
	    is_over(d->news[0]) ? "fixed" : "news", g->pass->now_ms);
	e = bodies_tell(g->pass, b, buf_text(&key), worst(d));
	buf_done(&key);
	return e;
}

/* false: another pass has told it. */
static struct err note(struct gathering *g, const struct news *n, bool *ret_new)
{
	struct pass *p = g->pass;

	*ret_new = true;
	if (p->dry || n->kind == NEWS_REJECTED)
		return OK;
	if (is_over(n))
		return store_resolve_notice(
		    p->store, p->rule->id, &n->cert.sha256, p->now_ms, ret_new);
	return store_put_notice(
	    p->store, p->rule->id, &n->cert.sha256, n->cert.stage, p->now_ms, ret_new);
}

static int64_t distance(const struct news *n, int64_t now_s)
{
	return llabs(n->cert.not_after_s - now_s);
}

/* What ends today is more pressing than what ended ten years ago. */
static int by_distance(const void *a, const void *b, void *context)
{
	int64_t now_s = *(const int64_t *)context;
	int64_t da = distance(*(struct news *const *)a, now_s),
		db = distance(*(struct news *const *)b, now_s);

	return (da > db) - (da < db);
}

/* Either all that is new or all that is over. */
static struct err tell_part(struct gathering *g, struct news **part, size_t n, struct bodies *b)
{
	int64_t now_s = g->pass->now_ms / 1000;
	bool first = g->pass->rule->ran_ms == 0;
	struct digest d = {(const struct news *const *)part, n, first};
	struct err e = OK;

	if (n == 0)
		return OK;
	if (n > g->settings.digest_over || (first && n > 1)) {
		qsort_r(part, n, sizeof(*part), by_distance, &now_s);
		return tell_digest(g, &d, b);
	}
	for (size_t i = 0; i < n && !err_is(e); i++)
		e = tell_one(g, part[i], b);
	return e;
}

static struct err choose(struct gathering *g, bool over, struct news **part, size_t *ret_n)
{
	struct err e = OK;
	size_t n = 0;

	for (size_t i = 0; i < g->n && !err_is(e); i++) {
		bool is_new = false;

		if (is_over(&g->news[i]) != over)
			continue;
		e = note(g, &g->news[i], &is_new);
		if (is_new)
			part[n++] = &g->news[i];
	}
	*ret_n = n;
	return e;
}

struct err tell_all(struct gathering *g)
{
	struct news **part = calloc(g->n + 1, sizeof(*part));
	struct bodies b;
	struct err e = part ? OK : err_limit("no memory for messages");

	bodies_init(&b);
	for (int over = 0; over < 2 && !err_is(e); over++) {
		size_t n = 0;

		e = choose(g, over != 0, part, &n);
		if (!err_is(e))
			e = tell_part(g, part, n, &b);
	}
	bodies_done(&b);
	free(part);
	return e;
}
