/*
 * news_text.c: a message as plain text: what it is, the facts, the places, what to do, where to
 * look.
 */
#include "alert/limits.h"
#include "alert/news.h"

#include "base/text.h"
#include "base/time.h"

#include <inttypes.h>
#include <stdio.h>

enum { LABEL_COLUMNS = 15, PLACE_COLUMNS = 24, NAME_COLUMNS = 34 };

static void facts_put(const struct news *n, struct buf *b)
{
	struct news_fact facts[NEWS_FACTS_MAX];
	struct buf values;
	size_t n_facts;

	buf_init(&values, NEWS_FACTS_BYTES_MAX);
	n_facts = news_facts(n, &values, facts);
	for (size_t i = 0; i < n_facts; i++) {
		buf_str(b, "  ");
		text_cell(b, span_str(facts[i].label), LABEL_COLUMNS);
		buf_span(b, news_fact_value(&facts[i], &values));
		buf_str(b, "\n");
	}
	buf_done(&values);
}

static void place_put(const struct place *p, struct buf *b)
{
	char where[ENDPOINT_TEXT_MAX];

	buf_str(b, "  ");
	text_cell(b, span_str(endpoint_text(&p->endpoint, where)), PLACE_COLUMNS);
	buf_str(b, " ");
	text_cell(b, span_str(*p->endpoint.name ? p->endpoint.name : p->hostname), NAME_COLUMNS);
	if (*p->owner) {
		buf_str(b, " ");
		text_safe(b, span_str(p->owner));
	}
	while (b->n && b->p[b->n - 1] == ' ')
		b->n--;
	buf_str(b, "\n");
}

static void places_put(const struct news *n, struct buf *b)
{
	if (n->n_places == 0)
		return;
	buf_printf(
	    b, "\nServed by %" PRIu64 " endpoint%s:\n", n->n_places, n->n_places == 1 ? "" : "s");
	for (size_t i = 0; i < n->n_listed; i++)
		place_put(&n->places[i], b);
	if (n->n_places > n->n_listed)
		buf_printf(b, "  and %" PRIu64 " more\n", n->n_places - n->n_listed);
}

static void footer(const struct news_frame *frame, struct buf *b)
{
	buf_str(b, "\n-- \ncertscape, rule \"");
	text_safe(b, span_str(frame->rule));
	buf_str(b, "\"\n");
}

void news_text(const struct news *n, const struct news_frame *frame, struct buf *b)
{
	news_headline(n, frame->now_ms, b);
	buf_str(b, "\n\n");
	facts_put(n, b);
	places_put(n, b);
	buf_printf(b, "\nWhat to do: %s\n", news_advice(n));
	if (*frame->public_url && !digest256_is_zero(&n->cert.sha256)) {
		buf_str(b, "\nOn the page: ");
		news_link(n, frame, b);
		buf_str(b, "\n");
	}
	footer(frame, b);
}

void digest_text(const struct digest *d, const struct news_frame *frame, struct buf *b)
{
	char day[TIME_TEXT_MAX];

	digest_headline(d, b);
	buf_str(b, "\n\n");
	for (size_t i = 0; i < d->n && i < DIGEST_ROWS_MAX; i++) {
		const struct news *n = d->news[i];

		buf_printf(b, "  %s  ", time_date_text(n->cert.not_after_s, day));
		text_cell(b, span_str(news_word(n->kind)), 16);
		text_cell(b, span_str(n->cert.name), NAME_COLUMNS);
		buf_printf(b, " %s", n->first_place);
		if (n->n_places > 1)
			buf_printf(b, " and %" PRIu64 " more", n->n_places - 1);
		buf_str(b, "\n");
	}
	if (d->n > DIGEST_ROWS_MAX)
		buf_printf(b, "  and %zu more certificates\n", d->n - DIGEST_ROWS_MAX);
	if (d->is_first)
		buf_str(b, "\nThis rule ran for the first time. From now on each certificate is a "
			   "message of its own.\n");
	if (*frame->public_url)
		buf_printf(b, "\nOn the page: %s/\n", frame->public_url);
	footer(frame, b);
}
