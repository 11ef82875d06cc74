/*
 * news_html.c: the same message for mail clients that show HTML.
 */
#include "alert/html.h"
#include "alert/limits.h"
#include "alert/news.h"

#include "base/text.h"
#include "base/time.h"

#include <inttypes.h>
#include <stdio.h>

static void facts_put(const struct news *n, struct buf *b)
{
	struct news_fact facts[NEWS_FACTS_MAX];
	struct buf values;
	size_t n_facts;

	buf_init(&values, NEWS_FACTS_BYTES_MAX);
	n_facts = news_facts(n, &values, facts);
	html_table(b);
	for (size_t i = 0; i < n_facts; i++) {
		html_row(b);
		html_cell(b, span_str(facts[i].label), true);
		html_cell(b, news_fact_value(&facts[i], &values), false);
		html_end_row(b);
	}
	html_end_table(b);
	buf_done(&values);
}

static void heads_put(const char *const *heads, size_t n, struct buf *b)
{
	html_row(b);
	for (size_t i = 0; i < n; i++)
		html_cell(b, span_str(heads[i]), true);
	html_end_row(b);
}

static void more_put(uint64_t more, const char *what, struct buf *b)
{
	char text[64];

	if (more == 0)
		return;
	snprintf(text, sizeof(text), "and %" PRIu64 " more%s", more, what);
	html_row(b);
	html_cell(b, span_str(text), false);
	html_end_row(b);
}

static void places_put(const struct news *n, struct buf *b)
{
	static const char *const heads[] = {"Endpoint", "Name", "Owner"};
	char where[ENDPOINT_TEXT_MAX];

	if (n->n_places == 0)
		return;
	html_table(b);
	heads_put(heads, sizeof(heads) / sizeof(heads[0]), b);
	for (size_t i = 0; i < n->n_listed; i++) {
		const struct place *p = &n->places[i];

		html_row(b);
		html_cell(b, span_str(endpoint_text(&p->endpoint, where)), false);
		html_cell(b, span_str(*p->endpoint.name ? p->endpoint.name : p->hostname), false);
		html_cell(b, span_str(p->owner), false);
		html_end_row(b);
	}
	more_put(n->n_places - n->n_listed, "", b);
	html_end_table(b);
}

static void footer(const struct news_frame *frame, struct buf *b)
{
	char text[256];

	snprintf(text, sizeof(text), "certscape, rule \"%s\"", frame->rule);
	html_end(b, span_str(text));
}

void news_html(const struct news *n, const struct news_frame *frame, struct buf *b)
{
	struct buf line;

	buf_init(&line, NEWS_FACTS_BYTES_MAX);
	news_headline(n, frame->now_ms, &line);
	html_begin(b, buf_view(&line), html_colour(news_severity(n)));
	html_paragraph(b, span_str(news_advice(n)));
	facts_put(n, b);
	places_put(n, b);
	buf_reset(&line);
	news_link(n, frame, &line);
	html_link(b, buf_view(&line), "Show, acknowledge or mute");
	footer(frame, b);
	buf_done(&line);
}

static void digest_row(const struct news *n, struct buf *b)
{
	char day[TIME_TEXT_MAX], where[ENDPOINT_TEXT_MAX + 32];
	int at = snprintf(where, sizeof(where), "%s", n->first_place);

	if (n->n_places > 1)
		snprintf(where + at, sizeof(where) - (size_t)at, " and %" PRIu64 " more",
		    n->n_places - 1);
	html_row(b);
	html_cell(b, span_str(time_date_text(n->cert.not_after_s, day)), false);
	html_cell(b, span_str(news_word(n->kind)), false);
	html_cell(b, span_str(n->cert.name), false);
	html_cell(b, span_str(where), false);
	html_cell(b, span_str(n->owner), false);
	html_end_row(b);
}

void digest_html(const struct digest *d, const struct news_frame *frame, struct buf *b)
{
	static const char *const heads[] = {"Ends", "What", "Name", "Endpoints", "Owner"};
	struct buf line;

	buf_init(&line, NEWS_FACTS_BYTES_MAX);
	digest_headline(d, &line);
	html_begin(b, buf_view(&line), html_colour(d->n ? news_severity(d->news[0]) : 0));
	if (d->is_first)
		html_paragraph(b, span_str("This rule ran for the first time. From now on each "
					   "certificate is a message of its own."));
	html_table(b);
	heads_put(heads, sizeof(heads) / sizeof(heads[0]), b);
	for (size_t i = 0; i < d->n && i < DIGEST_ROWS_MAX; i++)
		digest_row(d->news[i], b);
	more_put(d->n > DIGEST_ROWS_MAX ? d->n - DIGEST_ROWS_MAX : 0, " certificates", b);
	html_end_table(b);
	html_link(b, span_str(frame->public_url), "Open the inventory");
	footer(frame, b);
	buf_done(&line);
}
