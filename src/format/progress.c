/*
 * progress.c: the parts of the line in the order they are read, each with a rank; on a narrow
 * terminal the highest ranks go first.
 */
#include "format/progress.h"

#include "base/text.h"
#include "format/words.h"

#include <inttypes.h>
#include <stdio.h>

enum { PARTS_MAX = 8, PART_TEXT_MAX = 96 };

struct part {
	unsigned rank; /* 0 stays longest */
	char text[PART_TEXT_MAX];
};

static void part_done(const struct progress_state *p, struct part *part)
{
	char done[NUMBER_TEXT_MAX], total[NUMBER_TEXT_MAX];

	number_text(p->done, done);
	if (p->total)
		snprintf(part->text, PART_TEXT_MAX, "%s of %s", done, number_text(p->total, total));
	else
		snprintf(part->text, PART_TEXT_MAX, "%s done", done);
}

static void part_percent(const struct progress_state *p, struct part *part)
{
	snprintf(part->text, PART_TEXT_MAX, "%.0f %%", (double)p->done * 100 / (double)p->total);
}

/* what begins with its blank, if it has one. */
static void part_count(uint64_t n, const char *what, struct part *part)
{
	char text[NUMBER_TEXT_MAX];

	snprintf(part->text, PART_TEXT_MAX, "%s%s", number_text(n, text), what);
}

/* By the pace of the whole so far: that of the last second jumps. 0: nobody knows. */
static uint64_t seconds_left(const struct progress_state *p)
{
	if (!p->done || !p->elapsed_s || p->done >= p->total)
		return 0;
	return (uint64_t)((double)(p->total - p->done) * (double)p->elapsed_s / (double)p->done) +
	       1;
}

static void part_left(const struct progress_state *p, struct part *part)
{
	uint64_t s = seconds_left(p);
	char text[TIME_TEXT_MAX];

	if (p->stopping)
		snprintf(part->text, PART_TEXT_MAX, "stopping");
	else if (p->paused)
		snprintf(part->text, PART_TEXT_MAX, "waiting for the store");
	else if (s >= 2 * 86400)
		snprintf(part->text, PART_TEXT_MAX, "%" PRIu64 " d left", s / 86400);
	else if (s)
		snprintf(part->text, PART_TEXT_MAX, "%s left", took_text(s, text));
}

static size_t parts_of(const struct progress_state *p, struct part parts[PARTS_MAX])
{
	struct part *part = parts;

	memset(parts, 0, PARTS_MAX * sizeof(parts[0]));
	part->rank = 0;
	part_done(p, part++);
	if (p->total) {
		part->rank = 6;
		part_percent(p, part++);
	}
	part->rank = 4;
	part_count(p->per_second, "/s", part++);
	part->rank = 3;
	part_count(p->open, " open", part++);
	if (p->pending) {
		part->rank = 7;
		part_count(p->pending, " being asked", part++);
	}
	part->rank = 2;
	part_count(p->certificates, p->certificates == 1 ? " cert" : " certs", part++);
	part->rank = 5;
	part_count(p->findings, p->findings == 1 ? " finding" : " findings", part++);
	part->rank = 1;
	part_left(p, part);
	return (size_t)(part - parts) + (part->text[0] != 0);
}

static size_t line_width(const struct part *parts, size_t n, unsigned rank)
{
	size_t width = 0;

	for (size_t i = 0; i < n; i++)
		if (parts[i].rank <= rank)
			width += strlen(parts[i].text) + (width ? 2 : 0);
	return width;
}

void progress_text(const struct progress_state *p, unsigned width, struct buf *out)
{
	struct part parts[PARTS_MAX];
	size_t n = parts_of(p, parts);
	unsigned rank = PARTS_MAX;
	struct buf line;

	while (width && rank && line_width(parts, n, rank) > width)
		rank--;
	buf_init(&line, sizeof(parts));
	for (size_t i = 0; i < n; i++)
		if (parts[i].rank <= rank)
			buf_printf(&line, "%s%s", line.n ? "  " : "", parts[i].text);
	if (width)
		text_clip(out, buf_view(&line), width);
	else
		buf_span(out, buf_view(&line));
	buf_done(&line);
}
