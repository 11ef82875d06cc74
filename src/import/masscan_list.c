/*
 * masscan_list.c: masscan -oL. A line is "open tcp 443 10.0.0.1 1795289207" or "banner tcp 443
 * 10.0.0.1 1795289211 X509 MIIB..."; a banner is everything after the sixth space, spaces and all.
 */
#include "import/importer.h"
#include "import/lines.h"
#include "import/masscan.h"

#include <stdlib.h>

struct masscan_list {
	struct report *report;
	struct lines lines;
};

/* Up to the next space. */
static struct span word(struct span *line)
{
	const uint8_t *space = line->n ? memchr(line->p, ' ', line->n) : NULL;
	struct span w = span_take(line, space ? (size_t)(space - line->p) : line->n);

	if (space)
		span_take(line, 1);
	return w;
}

static bool masscan_list_sniff(struct span first)
{
	return span_starts(first, "#masscan") || span_starts(first, "open tcp ") ||
	       span_starts(first, "open udp ") || span_starts(first, "banner tcp ");
}

static struct err masscan_list_new(struct report *r, void **ret_state)
{
	struct masscan_list *m = calloc(1, sizeof(*m));

	if (!m)
		return err_limit("no memory for importing");
	m->report = r;
	lines_init(&m->lines);
	*ret_state = m;
	return OK;
}

static void masscan_list_free(void *state)
{
	struct masscan_list *m = state;

	if (!m)
		return;
	lines_done(&m->lines);
	free(m);
}

static void read_line(struct masscan_list *m, struct span line)
{
	struct masscan_record record = {.line = m->lines.number};
	struct span what;

	m->report->counts.lines = m->lines.number;
	if (line.bad) {
		report_bad(m->report, record.line, "a line that is too long");
		return;
	}
	if (line.n == 0 || line.p[0] == '#')
		return;
	what = word(&line);
	record.proto = word(&line);
	record.port = word(&line);
	record.ip = word(&line);
	record.when = word(&line);
	if (span_is(what, "banner")) {
		record.service = word(&line);
		record.banner = line;
	} else if (span_is(what, "open") || span_is(what, "closed")) {
		record.status = what;
	} else {
		report_bad(m->report, record.line, "expected open, closed or banner");
		return;
	}
	masscan_tell(m->report, &record);
}

static struct err masscan_list_push(void *state, struct span bytes)
{
	struct masscan_list *m = state;
	struct span line;

	while (lines_next(&m->lines, &bytes, &line))
		read_line(m, line);
	return OK;
}

static struct err masscan_list_end(void *state)
{
	struct masscan_list *m = state;
	struct span line;

	if (lines_last(&m->lines, &line))
		read_line(m, line);
	return OK;
}

const struct importer importer_masscan_list = {
    .name = "masscan-list",
    .sniff = masscan_list_sniff,
    .new = masscan_list_new,
    .push = masscan_list_push,
    .end = masscan_list_end,
    .free = masscan_list_free,
};
