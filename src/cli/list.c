/*
 * list.c: `certscape list QUERY`: the inventory, or what a search (query/parse.h) finds in it. The
 * options are shortcuts for comparisons (query/filter.h); all must hold.
 */
#include "cli/asked.h"
#include "cli/command.h"
#include "cli/open.h"
#include "cli/output.h"
#include "cli/terminal.h"
#include "format/word.h"
#include "inet/cidr.h"
#include "net/clock.h"
#include "query/filter.h"
#include "verdict/table.h"

#include <stddef.h>
#include <string.h>
#include <unistd.h>

struct list_options {
	uint32_t expiring;
	const char *finding, *issuer, *subject, *ip, *store, *format;
	uint32_t port;
	uint32_t limit;
	bool all, gone, fields;
};

enum { NOT_ASKED = UINT32_MAX, QUERY_BYTES_MAX = 4 << 20, MESSAGE_MAX = 1 << 20 };

static const struct option options[] = {
    {'e', "expiring", "DAYS", OPTION_U32, offsetof(struct list_options, expiring), 0, 36500, 0,
	"certificates that expire within so many days, or have expired"},
    {'f', "finding", "ID", OPTION_TEXT, offsetof(struct list_options, finding), 0, 0, 0,
	"with this finding holding now: expired, self-signed, weak-key, ..."},
    {0, "issuer", "TEXT", OPTION_TEXT, offsetof(struct list_options, issuer), 0, 0, 0,
	"issuer contains TEXT"},
    {0, "subject", "TEXT", OPTION_TEXT, offsetof(struct list_options, subject), 0, 0, 0,
	"subject or one of its names contains TEXT"},
    {0, "ip", "CIDR", OPTION_TEXT, offsetof(struct list_options, ip), 0, 0, 0,
	"endpoints of this address or network"},
    {'p', "port", "N", OPTION_U32, offsetof(struct list_options, port), 1, 65535, 0,
	"endpoints of this port"},
    {'a', "all", NULL, OPTION_FLAG, offsetof(struct list_options, all), 0, 0, 0,
	"open ports without a certificate too, with the reason"},
    {0, "gone", NULL, OPTION_FLAG, offsetof(struct list_options, gone), 0, 0, 0,
	"certificates too that are no longer served"},
    {0, "fields", NULL, OPTION_FLAG, offsetof(struct list_options, fields), 0, 0, 0,
	"what can be searched for: each field, its other names, its type"},
    {'n', "limit", "N", OPTION_U32, offsetof(struct list_options, limit), 0, 0, 0,
	"no more than N lines"},
    {0, "format", "FORMAT", OPTION_TEXT, offsetof(struct list_options, format), 0, 0, 0,
	"table (default on a terminal), ndjson (default elsewhere) or csv"},
    {0, "store", "PATH", OPTION_TEXT, offsetof(struct list_options, store), 0, 0, 0,
	"the store, if not the default one"},
};

static void defaults(void *into)
{
	struct list_options *o = into;

	o->expiring = o->port = NOT_ASKED;
}

static int check_finding(const char *name)
{
	if (!name || finding_by_name(name))
		return EXIT_DONE;
	return usage_error("--finding %s: no such finding (`man certscape` lists them)", name);
}

static int filter_of(const struct list_options *o, struct list_filter *ret_filter)
{
	struct list_filter filter = {
	    .now_s = clock_now_ms() / 1000,
	    .expiring = o->expiring != NOT_ASKED,
	    .expiring_days = o->expiring,
	    .finding = o->finding,
	    .issuer = o->issuer,
	    .subject = o->subject,
	    .port = o->port == NOT_ASKED ? 0 : (uint16_t)o->port,
	};

	if (o->ip && err_is(cidr_parse(span_str(o->ip), &filter.cidr)))
		return usage_error("--ip %s: not an address or network", o->ip);
	filter.has_cidr = o->ip != NULL;
	*ret_filter = filter;
	return check_finding(o->finding);
}

static bool each_row(void *context, const struct inventory_row *row)
{
	output_row(context, row);
	return true;
}

static int list_from(
    struct store *store, const struct search *search, enum output_format format, const char *path)
{
	struct output *output = NULL;
	size_t n = 0;
	struct err e = output_new(format, &output);

	if (!err_is(e))
		e = store_search(store, search, each_row, output, &n);
	if (!err_is(e))
		e = output_end(output);
	output_free(output);
	if (err_is(e))
		return failure("list", e, store_detail(store));
	if (n == 0) {
		tell_empty(path, search->where ? "nothing like that" : "no certificate");
	} else if (terminal_is(STDERR_FILENO)) {
		fprintf(stderr, "%zu from %s\n", n, path);
		tell_other(path);
	}
	return EXIT_DONE;
}

static int words_query(const struct option_list *words, int64_t now_s, struct arena *arena,
    const struct query **ret_query)
{
	struct buf message;
	int status = EXIT_DONE;

	buf_init(&message, MESSAGE_MAX);
	if (err_is(asked(words, now_s, terminal_is(STDERR_FILENO), arena, ret_query, &message)))
		status = usage_error("%s", buf_text(&message));
	buf_done(&message);
	return status;
}

/* What the options and the words ask for; NULL: everything. */
static int question(const struct list_options *o, const struct option_list *words,
    struct arena *arena, int64_t *ret_now_s, const struct query **ret_query)
{
	const struct query *by_options, *by_words;
	struct list_filter filter;
	int status = filter_of(o, &filter);

	if (status)
		return status;
	by_options = list_filter_query(&filter, arena);
	status = words_query(words, filter.now_s, arena, &by_words);
	if (status)
		return status;
	*ret_now_s = filter.now_s;
	*ret_query = by_options && by_words ? query_and(arena, by_options, by_words)
		     : by_options	    ? by_options
					    : by_words;
	return EXIT_DONE;
}

static int run_in(
    const struct list_options *o, const struct option_list *words, struct arena *arena)
{
	struct search search = {
	    .word_text = word_text, .bare = o->all, .gone = o->gone, .limit = o->limit};
	enum output_format format;
	char path[PATH_TEXT_MAX];
	struct store *store;
	int status = question(o, words, arena, &search.now_s, &search.where);

	if (status)
		return status;
	if (!output_format_by_name(o->format, terminal_is(STDOUT_FILENO), &format))
		return usage_error("--format %s: table, ndjson or csv", o->format);
	status = open_store(o->store, &store, path);
	if (status)
		return status;
	status = list_from(store, &search, format, path);
	store_close(store);
	return status;
}

/* "SANs (names, name, san)". */
static void put_names(const struct field *field, struct buf *out)
{
	struct span alias;

	buf_str(out, field->name);
	for (size_t k = 0; !(alias = field_alias(field, k)).bad; k++) {
		buf_str(out, k ? ", " : " (");
		buf_span(out, alias);
	}
	buf_str(out, *field->aliases ? ")" : "");
}

static int print_fields(void)
{
	enum { NAMES_COLUMNS = 34, TYPE_COLUMNS = 14 };
	size_t n;
	const struct field *fields = field_table(&n);
	struct buf names;

	buf_init(&names, 256);
	for (size_t i = 0; i < n; i++) {
		if (!(fields[i].flags & FIELD_SEARCH))
			continue;
		buf_reset(&names);
		put_names(&fields[i], &names);
		printf("%-*s %-*s %s\n", NAMES_COLUMNS, buf_text(&names), TYPE_COLUMNS,
		    value_type_text(fields[i].type), fields[i].help);
	}
	buf_done(&names);
	return EXIT_DONE;
}

static int run(void *into, const struct option_list *words)
{
	const struct list_options *o = into;
	struct arena arena;
	int status;

	if (o->fields)
		return print_fields();
	arena_init(&arena, QUERY_BYTES_MAX);
	status = run_in(into, words, &arena);
	arena_done(&arena);
	return status;
}

const struct command command_list = {
    .name = "list",
    .usage = "[QUERY...] [options]",
    .summary = "the inventory, or what a search finds in it",
    .options = options,
    .n_options = sizeof(options) / sizeof(options[0]),
    .size = sizeof(struct list_options),
    .defaults = defaults,
    .run = run,
};
