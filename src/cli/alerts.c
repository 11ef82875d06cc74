/*
 * alerts.c: `certscape alerts`: what the sensor found worth telling, whenever that was. Servers
 * outside come first: whom our own people talk to is what they cannot mend, only avoid.
 */
#include "format/alert_line.h"

#include "base/time.h"
#include "cli/command.h"
#include "cli/open.h"
#include "cli/output.h"
#include "cli/terminal.h"

#include <errno.h>
#include <stddef.h>
#include <unistd.h>

struct alerts_options {
	const char *store, *format, *since;
};

static const struct option options[] = {
    {0, "since", "TIME", OPTION_TEXT, offsetof(struct alerts_options, since), 0, 0, 0,
	"only those seen since then: 2026-03-01, 2026-03-01T12:00"},
    {0, "format", "FORMAT", OPTION_TEXT, offsetof(struct alerts_options, format), 0, 0, 0,
	"table (default on a terminal) or ndjson (default elsewhere)"},
    {0, "store", "PATH", OPTION_TEXT, offsetof(struct alerts_options, store), 0, 0, 0,
	"the store, if not the default one"},
};

struct told {
	enum output_format format;
	struct style style;
	struct buf line;
	bool outbound; /* those, or the others */
	size_t n;
};

static bool each_alert(void *context, const struct alert *alert)
{
	struct told *t = context;

	if ((alert->sensed.direction == DIRECTION_OUTBOUND) != t->outbound)
		return true;
	buf_reset(&t->line);
	if (t->format == OUTPUT_NDJSON) {
		alert_ndjson(alert, &t->line);
	} else {
		alert_text(alert, &t->style, &t->line);
		buf_str(&t->line, "\n");
	}
	t->n++;
	return fwrite(t->line.p, 1, t->line.n, stdout) == t->line.n;
}

static int tell(struct store *store, const char *path, int64_t since_ms, struct told *t)
{
	struct err e;

	t->outbound = true;
	e = store_each_alert(store, since_ms, each_alert, t);
	t->outbound = false;
	if (!err_is(e))
		e = store_each_alert(store, since_ms, each_alert, t);
	if (err_is(e))
		return failure("alerts", e, store_detail(store));
	if (fflush(stdout) != 0)
		return failure("", err_io(errno, "cannot write the output"), NULL);
	if (t->n == 0)
		tell_empty(path, "no alerts");
	return EXIT_DONE;
}

static int run(void *into, const struct option_list *words)
{
	const struct alerts_options *o = into;
	struct told told = {.style = terminal_style()};
	int64_t since_ms = INT64_MIN;
	char path[PATH_TEXT_MAX];
	struct store *store;
	int status;

	if (words->n)
		return usage_error("alerts takes no words");
	if (o->since && err_is(time_parse(span_str(o->since), &since_ms)))
		return usage_error("--since %s: no time", o->since);
	if (!output_format_by_name(o->format, terminal_is(STDOUT_FILENO), &told.format) ||
	    told.format == OUTPUT_CSV)
		return usage_error("--format %s: table or ndjson", o->format);
	status = open_store(o->store, &store, path);
	if (status)
		return status;
	buf_init(&told.line, ALERT_LINE_MAX);
	status = tell(store, path, since_ms, &told);
	buf_done(&told.line);
	store_close(store);
	return status;
}

const struct command command_alerts = {
    .name = "alerts",
    .usage = "[options]",
    .summary = "what the sensor found worth telling",
    .options = options,
    .n_options = sizeof(options) / sizeof(options[0]),
    .size = sizeof(struct alerts_options),
    .run = run,
};
