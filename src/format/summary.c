/*
 * summary.c: from the whole to the particular: how much was looked at, what is wrong, what is due
 * soon, who signs here, and what stayed silent. A section with nothing in it is not there.
 */
#include "format/summary.h"

#include "base/text.h"
#include "format/words.h"
#include "verdict/table.h"

#include <stdio.h>
#include <stdlib.h>

enum { NAME_COLUMNS = 50 };

void scan_summary_reason(struct scan_summary *s, const char *text, uint64_t n)
{
	size_t k = 0;

	if (n == 0)
		return;
	while (k < s->n_reasons && strcmp(s->reasons[k].text, text) != 0)
		k++;
	if (k == SCAN_REASONS_MAX) {
		k--;
		snprintf(s->reasons[k].text, SCAN_TEXT_MAX, "other reasons");
	} else if (k == s->n_reasons) {
		s->reasons[s->n_reasons++] = (struct scan_count){.n = 0};
		snprintf(s->reasons[k].text, SCAN_TEXT_MAX, "%.*s", SCAN_TEXT_MAX - 1, text);
	}
	s->reasons[k].n += n;
}

static void put_title(const char *title, const struct style *style, struct buf *out)
{
	buf_printf(out, "\n%s%s%s\n", colour_bold(style), title, colour_off(style));
}

static void put_number(uint64_t n, struct buf *out)
{
	char text[NUMBER_TEXT_MAX];

	buf_printf(out, "  %9s  ", number_text(n, text));
}

/* A stranger's text to the end of the line. */
static void put_rest(const char *text, const struct style *style, size_t used, struct buf *out)
{
	size_t room = style->width > used ? style->width - used : SCAN_TEXT_MAX;

	text_clip(out, span_str(text), room);
}

static void put_whole(const struct scan_summary *s, struct buf *out)
{
	char took[TIME_TEXT_MAX], done[NUMBER_TEXT_MAX], total[NUMBER_TEXT_MAX];

	took_text(s->elapsed_ms / 1000, took);
	number_text(s->done, done);
	number_text(s->targets, total);
	if (s->resume)
		buf_printf(out, "Stopped after %s of %s targets", done, total);
	else
		buf_printf(out, "Scanned %s %s", total, s->targets == 1 ? "target" : "targets");
	if (s->hosts) {
		buf_str(out, " on ");
		put_count(out, s->hosts, "host", "hosts");
	}
	buf_printf(out, " in %s: ", took);
	put_count(out, s->open, "open port", "open ports");
	buf_str(out, ", ");
	put_count(out, s->endpoints, "endpoint", "endpoints");
	buf_str(out, " with ");
	put_count(out, s->certificates, "certificate", "certificates");
	if (s->new_certificates)
		buf_printf(out, " (%s new)", number_text(s->new_certificates, total));
	if (s->changes) {
		buf_str(out, ", ");
		put_count(out, s->changes, "change", "changes");
	}
	buf_str(out, ".\n");
}

/* What was sent for it, and what of it all may be missing. */
static void put_probes(const struct scan_summary *s, struct buf *out)
{
	char n[NUMBER_TEXT_MAX];

	if (!s->probes)
		return;
	buf_printf(out, "Sent %s probes (%.2f a target", number_text(s->probes, n),
	    s->probed ? (double)s->probes / (double)s->probed : 0);
	buf_printf(out, ", %u %s), ", s->passes, s->passes == 1 ? "pass" : "passes");
	put_count(out, s->answered, "answer", "answers");
	if (s->coverage >= 0)
		buf_printf(
		    out, "; an estimated %.2f %% of open ports are found", s->coverage * 100);
	buf_str(out, ".\n");
}

/* Worst first, then most. */
static int by_severity(const void *left, const void *right)
{
	const struct scan_finding *a = left, *b = right;

	if (a->severity != b->severity)
		return a->severity < b->severity ? 1 : -1;
	return (a->endpoints < b->endpoints) - (a->endpoints > b->endpoints);
}

static int by_count(const void *left, const void *right)
{
	const struct scan_count *a = left, *b = right;

	return (a->n < b->n) - (a->n > b->n);
}

static void put_finding(const struct scan_finding *f, const struct style *style, struct buf *out)
{
	const struct finding_row *row = finding_by_id(f->id);

	put_number(f->endpoints, out);
	buf_printf(out, "%s%-8s%s  %s\n", colour_of(style, f->severity), severity_text(f->severity),
	    colour_off(style), row ? row->name : "unknown");
}

static void put_findings(const struct scan_summary *s, const struct style *style, struct buf *out)
{
	struct scan_finding sorted[SCAN_FINDINGS_MAX];

	if (s->n_findings)
		put_title("Findings, by endpoints", style, out);
	memcpy(sorted, s->findings, s->n_findings * sizeof(sorted[0]));
	qsort(sorted, s->n_findings, sizeof(sorted[0]), by_severity);
	for (size_t i = 0; i < s->n_findings; i++)
		put_finding(&sorted[i], style, out);
	if (s->trust_unknown)
		buf_str(out, "\nThere is no trust bundle here: nothing is said about issuers (--ca "
			     "FILE).\n");
}

static void put_expiry(const struct scan_expiry *e, const struct style *style, struct buf *out)
{
	char date[TIME_TEXT_MAX], left[TIME_TEXT_MAX], where[ADDR_TEXT_MAX + 8];
	size_t columns = style->width > 62 ? style->width - 62 : NAME_COLUMNS;

	buf_printf(out, "  %s  %9s  %-24s  ", time_date_text(e->not_after_s, date),
	    until_text(e->not_after_s, style->now_s, left),
	    addr_port_text(&e->addr, e->port, where));
	text_clip(out, span_str(e->name), columns);
	if (e->endpoints > 1)
		buf_printf(out, "  +%llu", (unsigned long long)e->endpoints - 1);
	buf_str(out, "\n");
}

static void put_expiries(const struct scan_summary *s, const struct style *style, struct buf *out)
{
	if (s->n_expiries)
		put_title("Next to expire", style, out);
	for (size_t i = 0; i < s->n_expiries; i++)
		put_expiry(&s->expiries[i], style, out);
}

static void put_counts(const char *title, const struct scan_count *counts, size_t n,
    const struct style *style, struct buf *out)
{
	struct scan_count sorted[SCAN_REASONS_MAX];

	if (n)
		put_title(title, style, out);
	memcpy(sorted, counts, n * sizeof(sorted[0]));
	qsort(sorted, n, sizeof(sorted[0]), by_count);
	for (size_t i = 0; i < n; i++) {
		put_number(sorted[i].n, out);
		put_rest(sorted[i].text, style, 13, out);
		buf_str(out, "\n");
	}
}

void scan_summary_print(const struct scan_summary *s, const struct style *style, struct buf *out)
{
	put_whole(s, out);
	put_probes(s, out);
	put_findings(s, style, out);
	put_expiries(s, style, out);
	put_counts("Issuers, by certificates", s->issuers, s->n_issuers, style, out);
	put_counts("Without a certificate, and why", s->reasons, s->n_reasons, style, out);
	if (s->store || s->resume)
		buf_str(out, "\n");
	if (s->store)
		buf_printf(out, "Stored in %s\n", s->store);
	if (s->resume)
		buf_printf(out, "To go on: %s\n", s->resume);
}
