/*
 * output.c: a buffer before standard output, flushed when it is large; a table holds its first rows
 * until it knows how wide its columns are.
 */
#include "cli/output.h"

#include "cli/command.h"
#include "cli/terminal.h"
#include "format/csv.h"
#include "format/ndjson.h"
#include "format/table.h"
#include "verdict/table.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { FLUSH_AT = 64 << 10, TEXT_MAX = 64 << 20 };

struct output {
	enum output_format format;
	struct style style;
	struct table *table;
	struct buf text;
	bool failed;
};

bool output_format_by_name(const char *name, bool terminal, enum output_format *ret_format)
{
	static const struct {
		const char *name;
		enum output_format format;
	} formats[] = {{"table", OUTPUT_TABLE}, {"ndjson", OUTPUT_NDJSON}, {"json", OUTPUT_NDJSON},
	    {"csv", OUTPUT_CSV}};

	if (!name) {
		*ret_format = terminal ? OUTPUT_TABLE : OUTPUT_NDJSON;
		return true;
	}
	for (size_t i = 0; i < sizeof(formats) / sizeof(formats[0]); i++)
		if (strcmp(formats[i].name, name) == 0) {
			*ret_format = formats[i].format;
			return true;
		}
	return false;
}

int output_settle(const char *path, const char *format, const char *fail_on, struct scan_plan *plan)
{
	bool terminal = terminal_is(STDOUT_FILENO) && !path;
	struct style style = terminal_style();

	plan->out = STDOUT_FILENO;
	plan->out_path = path;
	plan->width = (int)style.width;
	plan->colour = style.colour && terminal;
	if (!output_format_by_name(format, terminal, &plan->format))
		return usage_error("--format %s: table, ndjson or csv", format);
	if (fail_on && (plan->fail_on = severity_by_name(fail_on)) == SEVERITY_NONE)
		return usage_error("--fail-on %s: info, low, medium, high or critical", fail_on);
	plan->progress = terminal_is(STDERR_FILENO);
	plan->summary = plan->progress || plan->format == OUTPUT_TABLE;
	if (!path)
		return EXIT_DONE;
	/* What a file has is kept until the run has begun (printer.h): it may be refused yet. */
	plan->out =
	    open(path, O_WRONLY | O_CREAT | O_CLOEXEC | (plan->resume_run ? O_APPEND : 0), 0644);
	return plan->out < 0 ? failure(path, err_io(errno, "cannot write"), NULL) : EXIT_DONE;
}

struct err output_new(enum output_format format, struct output **ret_output)
{
	struct output *o = calloc(1, sizeof(*o));
	struct err e = OK;

	if (!o)
		return err_limit("out of memory");
	*o = (struct output){.format = format, .style = terminal_style()};
	buf_init(&o->text, TEXT_MAX);
	if (format == OUTPUT_TABLE)
		e = table_new(&o->style, &o->table);
	if (format == OUTPUT_CSV)
		csv_header(&o->text);
	if (err_is(e)) {
		output_free(o);
		return e;
	}
	*ret_output = o;
	return OK;
}

void output_free(struct output *o)
{
	if (!o)
		return;
	table_free(o->table);
	buf_done(&o->text);
	free(o);
}

static void flush(struct output *o)
{
	struct span text = buf_view(&o->text);

	if ((text.n && fwrite(text.p, 1, text.n, stdout) != text.n) || fflush(stdout) != 0)
		o->failed = true;
	buf_reset(&o->text);
}

void output_row(struct output *o, const struct inventory_row *row)
{
	if (o->format == OUTPUT_NDJSON)
		ndjson_row(row, o->style.now_s, &o->text);
	else if (o->format == OUTPUT_CSV)
		csv_row(row, o->style.now_s, &o->text);
	else
		table_row(o->table, row, &o->text);
	if (o->text.n >= FLUSH_AT)
		flush(o);
}

struct err output_end(struct output *o)
{
	if (o->table)
		table_end(o->table, &o->text);
	flush(o);
	return o->failed ? err_io(errno, "cannot write the output") : OK;
}
