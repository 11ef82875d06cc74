/*
 * show.c: `certscape show`: one certificate or one endpoint, in plain words.
 */
#include "format/show.h"
#include "cli/command.h"
#include "cli/open.h"
#include "cli/terminal.h"
#include "format/ndjson.h"
#include "inet/place.h"

#include <stddef.h>
#include <string.h>

struct show_options {
	const char *store;
	bool json;
};

static const struct option options[] = {
    {0, "json", NULL, OPTION_FLAG, offsetof(struct show_options, json), 0, 0, 0,
	"the rows as NDJSON"},
    {0, "store", "PATH", OPTION_TEXT, offsetof(struct show_options, store), 0, 0, 0,
	"the store, if not the default one"},
};

enum { SHOW_BYTES_MAX = 64 << 20 };

struct shown {
	struct store *store;
	struct style style;
	bool json;
	bool places; /* only where the certificate is, a line each */
	size_t n;
	struct buf text;
};

static bool show_each_row(void *context, const struct inventory_row *row)
{
	struct shown *s = context;

	if (s->json)
		ndjson_row(row, s->style.now_s, &s->text);
	else if (s->places)
		show_place(row, &s->style, &s->text);
	else
		show_row(row, &s->style, &s->text);
	s->n++;
	return true;
}

/* Several that begin alike are shown, too, but not where they are. */
struct certs {
	struct shown *shown;
	struct digest256 id;
	size_t n;
};

static bool show_each_cert(
    void *context, const struct cert_facts *facts, struct span der, int64_t first_seen_ms)
{
	struct certs *certs = context;

	(void)first_seen_ms;
	if (certs->n++)
		buf_str(&certs->shown->text, "\n");
	certs->id = facts->id;
	if (certs->shown->json)
		return true;
	show_cert(facts, &certs->shown->style, &certs->shown->text);
	show_extensions(der, &certs->shown->style, &certs->shown->text);
	return true;
}

static struct err show_digest(struct shown *s, const char *prefix)
{
	struct certs certs = {.shown = s};
	struct err e = store_each_cert(s->store, prefix, show_each_cert, &certs);

	if (err_is(e) || certs.n != 1) {
		s->n = certs.n;
		return e;
	}
	if (!s->json)
		buf_str(&s->text, "\nserved by\n");
	s->places = true;
	e = store_rows_of_cert(s->store, &certs.id, show_each_row, s);
	s->n++;
	return e;
}

static struct err show_what(struct shown *s, const char *what)
{
	struct addr addr;
	uint16_t port;

	if (!err_is(place_parse(span_str(what), &addr, &port)))
		return store_rows_at(s->store, &addr, port, show_each_row, s);
	return show_digest(s, what);
}

/* 4 to 64 hex digits. */
static bool digest_is_prefix(const char *text)
{
	size_t n = strlen(text);

	return n >= 4 && n <= 64 && strspn(text, "0123456789abcdefABCDEF") == n;
}

static int print(struct shown *s, const char *what, const char *path)
{
	struct err e = show_what(s, what);

	if (err_is(e))
		return failure(what, e, store_detail(s->store));
	if (s->n == 0) {
		tell_empty(path, "nothing of that digest or address");
		return EXIT_FAILED;
	}
	fwrite(s->text.p, 1, s->text.n, stdout);
	return EXIT_DONE;
}

static int run(void *into, const struct option_list *words)
{
	const struct show_options *o = into;
	struct shown shown = {.style = terminal_style(), .json = o->json};
	char path[PATH_TEXT_MAX];
	struct addr addr;
	uint16_t port;
	int status;

	if (words->n != 1)
		return usage_error("show takes one SHA-256 (its beginning will do) or IP:PORT");
	if (err_is(place_parse(span_str(words->v[0]), &addr, &port)) &&
	    !digest_is_prefix(words->v[0]))
		return usage_error("show %s: neither 4 to 64 hex digits of a SHA-256 nor an "
				   "address or address:port",
		    words->v[0]);
	status = open_store(o->store, &shown.store, path);
	if (status)
		return status;
	buf_init(&shown.text, SHOW_BYTES_MAX);
	status = print(&shown, words->v[0], path);
	buf_done(&shown.text);
	store_close(shown.store);
	return status;
}

const struct command command_show = {
    .name = "show",
    .usage = "SHA256|IP[:PORT] [options]",
    .summary = "one certificate or endpoint in plain words",
    .options = options,
    .n_options = sizeof(options) / sizeof(options[0]),
    .size = sizeof(struct show_options),
    .run = run,
};
