/*
 * printer.c: one buffer between the store and the descriptor. Counting goes by the same rows, so
 * that the live line and --fail-on cannot differ from what is printed.
 */
#include "app/printer.h"

#include "app/limits.h"
#include "app/verdicts.h"
#include "format/alert_line.h"
#include "format/csv.h"
#include "format/getter.h"
#include "format/ndjson.h"

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

struct printer {
	int fd;
	enum output_format format;
	struct style style; /* of alerts in a table */
	struct store *store;
	struct verdicts *verdicts;
	struct arena fetched; /* a chain that had to be read from the store */
	struct buf pending;
	struct printer_counts counts;
};

/* What is resumed may go on in the file that it had. */
static bool has_header(const struct scan_plan *plan)
{
	return plan->resume_run && lseek(plan->out, 0, SEEK_END) > 0;
}

struct err printer_new(
    const struct scan_plan *plan, struct store *store, struct printer **ret_printer)
{
	struct printer *p = calloc(1, sizeof(*p));
	struct err e;

	if (!p)
		return err_limit("out of memory");
	*p = (struct printer){.fd = plan->out,
	    .format = plan->format,
	    .style = {.width = (unsigned)plan->width, .colour = plan->colour},
	    .store = store};
	buf_init(&p->pending, PENDING_OUTPUT_MAX);
	arena_init(&p->fetched, JUDGE_BYTES_MAX);
	e = verdicts_new(KEEPER_CHAINS_MAX, KEEPER_CHAINS_BYTES_MAX, &p->verdicts);
	if (err_is(e)) {
		printer_free(p);
		return e;
	}
	if (p->format == OUTPUT_CSV && !has_header(plan))
		csv_header(&p->pending);
	*ret_printer = p;
	return OK;
}

void printer_free(struct printer *p)
{
	if (!p)
		return;
	verdicts_free(p->verdicts);
	arena_done(&p->fetched);
	buf_done(&p->pending);
	free(p);
}

/* EINVAL: a pipe, a terminal, a device, where there is nothing to empty. */
struct err printer_begin(const struct scan_plan *plan)
{
	if (!plan->out_path || plan->resume_run || ftruncate(plan->out, 0) == 0 || errno == EINVAL)
		return OK;
	return err_io(errno, "cannot empty the output's file");
}

void printer_chain(struct printer *p, const struct chain_verdict *chain)
{
	verdicts_put(p->verdicts, chain);
}

/* What was told last of a chain may be a cut one, and the store knows better. */
struct err printer_chain_of(
    struct printer *p, const struct observation *seen, const struct chain_verdict **ret_chain)
{
	const struct chain_verdict *told;

	*ret_chain = NULL;
	if (digest256_is_zero(&seen->chain))
		return OK;
	told = verdicts_find(p->verdicts, &seen->chain);
	if (told && (!told->cut || seen->flags & OBS_CHAIN_CUT)) {
		*ret_chain = told;
		return OK;
	}
	arena_reset(&p->fetched);
	return store_get_chain(p->store, &seen->chain, &p->fetched, ret_chain);
}

static void count(struct printer *p, const struct inventory_row *row, int64_t now_s)
{
	uint8_t severity = row_severity(row, now_s);

	p->counts.rows++;
	p->counts.certificates += row->chain != NULL;
	p->counts.findings += severity != SEVERITY_NONE;
	if (severity > p->counts.worst)
		p->counts.worst = severity;
}

struct err printer_row(
    struct printer *p, const struct observation *seen, const struct stored *stored, int64_t now_s)
{
	struct inventory_row row = {.seen = seen,
	    .first_seen_ms = stored->first_seen_ms,
	    .last_seen_ms = stored->last_seen_ms};
	struct err e = printer_chain_of(p, seen, &row.chain);

	if (err_is(e))
		return e;
	count(p, &row, now_s);
	if (p->format == OUTPUT_NDJSON)
		ndjson_row(&row, now_s, &p->pending);
	else if (p->format == OUTPUT_CSV)
		csv_row(&row, now_s, &p->pending);
	return p->pending.full ? err_limit("one transaction makes too much output") : OK;
}

struct err printer_alert(struct printer *p, const struct alert *alert)
{
	p->counts.alerts++;
	if (p->format == OUTPUT_NDJSON)
		alert_ndjson(alert, &p->pending);
	if (p->format == OUTPUT_TABLE) {
		alert_text(alert, &p->style, &p->pending);
		buf_str(&p->pending, "\n");
	}
	return p->pending.full ? err_limit("one transaction makes too much output") : OK;
}

static struct err write_all(int fd, struct span left)
{
	while (left.n) {
		ssize_t n = write(fd, left.p, left.n);

		if (n < 0 && errno != EINTR)
			return err_io(errno, "cannot write the output");
		if (n > 0)
			span_take(&left, (size_t)n);
	}
	return OK;
}

struct err printer_committed(struct printer *p)
{
	struct err e = write_all(p->fd, buf_view(&p->pending));

	if (!err_is(e))
		buf_reset(&p->pending);
	return e;
}

struct err printer_reopened(struct printer *p)
{
	struct buf head;
	struct err e;

	if (p->format != OUTPUT_CSV)
		return OK;
	buf_init(&head, PENDING_OUTPUT_MAX);
	csv_header(&head);
	e = write_all(p->fd, buf_view(&head));
	buf_done(&head);
	return e;
}

void printer_rolled_back(struct printer *p)
{
	buf_reset(&p->pending);
}

struct printer_counts printer_counts(const struct printer *p)
{
	return p->counts;
}
