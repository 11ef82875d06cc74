/*
 * wish.c: targets go through the reader of lists (import/list.c) and the set of targets
 * (inet/targets), as those of `certscape scan` do, and are then forgotten: the scan reads them
 * again for itself. Host names are resolved only there.
 */
#include "web/wish.h"

#include "import/import.h"
#include "inet/targets.h"
#include "web/limits.h"

#include <stdio.h>
#include <stdlib.h>

struct reading {
	struct targets *targets;
	size_t n;
	bool bad;
	char what[256];
};

static void on_bad(void *context, size_t line, const char *what)
{
	struct reading *r = context;

	if (!r->bad)
		snprintf(r->what, sizeof(r->what), "line %zu: %s", line, what);
	r->bad = true;
}

static void on_target(void *context, const struct import_target *t)
{
	struct reading *r = context;
	struct err e = t->kind == IMPORT_RANGE ? targets_add(r->targets, t->range) : OK;

	r->n++;
	if (err_is(e))
		on_bad(r, t->line, e.what);
}

static struct err targets_read(const char *text, struct reading *r)
{
	static const struct import_ops ops = {.on_target = on_target, .on_bad = on_bad};
	struct import *import = NULL;
	struct err e = targets_new(&r->targets);

	if (!err_is(e))
		e = import_new("list", 0, &ops, r, &import);
	if (!err_is(e))
		e = import_push(import, span_str(text));
	if (!err_is(e))
		e = import_end(import);
	import_free(import);
	targets_free(r->targets);
	return e;
}

static bool targets_good(struct web_call *c, const struct scan_wish *wish)
{
	struct reading r = {0};
	struct err e = targets_read(wish->targets, &r);

	if (err_is(e))
		web_failed(c, e);
	else if (r.bad)
		web_error(c, WEB_INVALID, "\"targets\": %s", r.what);
	else if (r.n == 0 && !wish->known)
		web_error(c, WEB_INVALID,
		    "scan what? An address, a network or a name in \"targets\", or \"known\"");
	else if (r.n > WEB_TARGETS_MAX)
		web_error(
		    c, WEB_INVALID, "at most %d targets: networks are shorter", WEB_TARGETS_MAX);
	else
		return true;
	return false;
}

static bool is_blank(uint8_t c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == ',';
}

/* What could not be excluded might have been meant to protect something. */
static struct err exclude_check(const char *text)
{
	struct span rest = span_str(text);
	struct targets *targets = NULL;
	struct err e = targets_new(&targets);

	while (!err_is(e) && rest.n) {
		size_t n = 0;

		while (n < rest.n && !is_blank(rest.p[n]))
			n++;
		if (n)
			e = targets_exclude(targets, span_of(rest.p, n));
		span_take(&rest, n < rest.n ? n + 1 : n);
	}
	targets_free(targets);
	return e;
}

/* "top:1000", or as -p takes them. */
static struct err ports_check(const char *text)
{
	struct ports *ports;
	struct err e;
	char *end;

	if (strncmp(text, "top:", 4) == 0) {
		long n = strtol(text + 4, &end, 10);

		return *end || n < 1 || n > 65535 || text[4] == '+' || text[4] == ' '
			   ? err_input(4, "top:1000, a number from 1 to 65535")
			   : OK;
	}
	if (!*text)
		return OK;
	ports = calloc(1, sizeof(*ports));
	e = ports ? ports_parse(ports, span_str(text)) : err_limit("out of memory");
	free(ports);
	return e;
}

static bool told(struct web_call *c, const char *name, struct err e)
{
	if (err_class(e) == ERR_INPUT)
		web_error(c, WEB_INVALID, "\"%s\": %s", name, e.what);
	else if (err_is(e))
		web_failed(c, e);
	return err_is(e);
}

bool wish_get(struct web_call *c, const struct doc *body, struct scan_wish *ret_wish)
{
	struct scan_wish wish = {.targets = "", .exclude = "", .ports = ""};
	int64_t rate = 0;

	if (!web_text(c, body, "targets", WEB_OPTIONAL, SCHEDULE_TEXT_MAX - 1, &wish.targets) ||
	    !web_text(c, body, "exclude", WEB_OPTIONAL, SCHEDULE_TEXT_MAX - 1, &wish.exclude) ||
	    !web_text(c, body, "ports", WEB_OPTIONAL, WEB_PORTS_MAX, &wish.ports) ||
	    !web_bool(c, body, "known", WEB_OPTIONAL, &wish.known) ||
	    !web_number(c, body, "rate", WEB_OPTIONAL, 0, 1000000, &rate))
		return false;
	wish.rate = (uint32_t)rate;
	if (told(c, "exclude", exclude_check(wish.exclude)) ||
	    told(c, "ports", ports_check(wish.ports)) || !targets_good(c, &wish))
		return false;
	*ret_wish = wish;
	return true;
}

void wish_put(struct jsonw *w, const struct scan_wish *wish)
{
	web_put_text(w, "targets", wish->targets);
	web_put_bool(w, "known", wish->known);
	web_put_text(w, "ports", wish->ports);
	web_put_text(w, "exclude", wish->exclude);
	web_put_number(w, "rate", wish->rate);
}
