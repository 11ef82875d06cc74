/*
 * sources.c: everything that names a target goes through the importers: a word of the command line
 * is a list of one line. Host names are resolved at the end, all at once.
 */
#include "app/sources.h"

#include "app/limits.h"
#include "app/settings.h"
#include "base/text.h"
#include "import/import.h"
#include "net/clock.h"
#include "net/dns.h"

#include <ctype.h>
#include <net/if.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>

struct host {
	struct sources *sources;
	char name[NAME_MAX_LEN];
	uint16_t port; /* 0: the port set */
};

struct sources {
	struct targets *targets;
	sources_say_fn *say;
	void *context;
	const char *path; /* of the file being read; NULL: a word of the command line */
	struct err bad; /* what is wrong with that word */
	struct host *hosts;
	size_t n_hosts, cap_hosts;
	char **known; /* names of endpoints of the inventory */
	size_t n_known, cap_known;
	const char **names; /* NULL-ended; point into hosts and known */
	size_t unanswered;
	struct loop *loop;
	struct err error;
};

struct err sources_new(
    const struct ports *ports, sources_say_fn *say, void *context, struct sources **ret_sources)
{
	struct sources *s = calloc(1, sizeof(*s));
	struct err e;

	if (!s)
		return err_limit("out of memory");
	*s = (struct sources){.say = say, .context = context};
	e = targets_new(&s->targets);
	if (!err_is(e))
		e = targets_set_ports(s->targets, ports);
	if (err_is(e)) {
		sources_free(s);
		return e;
	}
	*ret_sources = s;
	return OK;
}

void sources_free(struct sources *s)
{
	if (!s)
		return;
	targets_free(s->targets);
	free(s->hosts);
	for (size_t i = 0; i < s->n_known; i++)
		free(s->known[i]);
	free(s->known);
	free(s->names);
	free(s);
}

static struct err add_host(struct sources *s, struct span name, uint16_t port)
{
	struct host *host;

	if (s->n_hosts == s->cap_hosts) {
		size_t cap = s->cap_hosts ? s->cap_hosts * 2 : 16;
		struct host *hosts = realloc(s->hosts, cap * sizeof(*hosts));

		if (!hosts)
			return err_limit("out of memory");
		s->hosts = hosts;
		s->cap_hosts = cap;
	}
	host = &s->hosts[s->n_hosts++];
	*host = (struct host){.sources = s, .port = port};
	memcpy(host->name, name.p, name.n);
	if (host->name[name.n - 1] == '.')
		host->name[name.n - 1] = 0;
	return OK;
}

/* Endpoints come in the order of their addresses: the same name often comes twice in a row. */
static struct err add_known_name(struct sources *s, const char *name)
{
	if (*name == 0 || (s->n_known && strcmp(s->known[s->n_known - 1], name) == 0))
		return OK;
	if (s->n_known == s->cap_known) {
		size_t cap = s->cap_known ? s->cap_known * 2 : 64;
		char **known = realloc(s->known, cap * sizeof(*known));

		if (!known)
			return err_limit("out of memory");
		s->known = known;
		s->cap_known = cap;
	}
	s->known[s->n_known] = strdup(name);
	if (!s->known[s->n_known])
		return err_limit("out of memory");
	s->n_known++;
	return OK;
}

struct err sources_add_endpoint(struct sources *s, const struct endpoint *endpoint)
{
	struct err e =
	    targets_add_pair(s->targets, &endpoint->addr, endpoint->port, endpoint->name);

	return err_is(e) ? e : add_known_name(s, endpoint->name);
}

/* Files. */

/* text: what stands there, as far as it is known. */
static void say_line(struct sources *s, size_t line, struct span text, const char *what)
{
	struct buf where;

	if (!s->path) {
		s->bad = err_input(0, what);
		return;
	}
	/* Room for the line's number, and for each byte as a replacement character. */
	buf_init(&where, PATH_TEXT_MAX + 32 + 3 * LINE_SHOWN_MAX);
	buf_printf(&where, "%s:%zu%s", s->path, line, text.n ? ": " : "");
	text_safe(&where, span_of(text.p, text.n < LINE_SHOWN_MAX ? text.n : LINE_SHOWN_MAX));
	s->say(s->context, buf_text(&where), what);
	buf_done(&where);
}

/* "fe80::1%eth0" as "fe80::1%2", in place: this machine's names of interfaces mean nothing to
 * inet. */
static struct err zone_settle(struct span *text, char room[ADDR_TEXT_MAX])
{
	const uint8_t *percent = text->n ? memchr(text->p, '%', text->n) : NULL;
	size_t n = percent ? (size_t)(percent - text->p) : 0;
	char name[IF_NAMESIZE] = "";
	unsigned zone;

	if (!percent || n + 1 == text->n)
		return OK;
	if (text->n - n <= sizeof(name) && n < INET6_ADDRSTRLEN)
		memcpy(name, percent + 1, text->n - n - 1);
	zone = if_nametoindex(name);
	if (zone == 0) /* a number is as it should be, and so may be what follows it */
		return isdigit(percent[1]) ? OK : err_input(n + 1, "no interface of this machine");
	snprintf(room, ADDR_TEXT_MAX, "%.*s%%%u", (int)n, (const char *)text->p, zone);
	*text = span_str(room);
	return OK;
}

static struct err take_zoned(struct sources *s, const struct import_target *t)
{
	struct span text = t->range;
	char room[ADDR_TEXT_MAX];
	struct addr addr;
	struct err e = zone_settle(&text, room);

	if (!err_is(e))
		e = addr_parse(text, &addr);
	if (err_is(e))
		return e;
	return t->port ? targets_add_pair(s->targets, &addr, t->port, "")
		       : targets_add(s->targets, text);
}

static struct err exclude(struct sources *s, struct span text)
{
	char room[ADDR_TEXT_MAX];
	struct err e = zone_settle(&text, room);

	return err_is(e) ? e : targets_exclude(s->targets, text);
}

static struct err take_target(struct sources *s, const struct import_target *t)
{
	char text[ADDR_TEXT_MAX];

	if (t->kind == IMPORT_ZONED)
		return take_zoned(s, t);
	if (t->kind == IMPORT_RANGE)
		return targets_add(s->targets, t->range);
	if (t->kind == IMPORT_NAME)
		return add_host(s, span_str(t->name), t->port);
	if (t->port)
		return targets_add_pair(s->targets, &t->addr, t->port, t->name);
	if (*t->name)
		return targets_add_name(s->targets, &t->addr, t->name);
	return targets_add(s->targets, span_str(addr_text(&t->addr, text)));
}

static void on_target(void *context, const struct import_target *t)
{
	struct sources *s = context;
	struct err e = take_target(s, t);

	if (err_class(e) == ERR_INPUT)
		say_line(s, t->line, t->range, e.what);
	else if (err_is(e) && !err_is(s->error))
		s->error = e;
}

static void on_bad(void *context, size_t line, const char *what)
{
	say_line(context, line, span_str(""), what);
}

static const struct import_ops target_ops = {.on_target = on_target, .on_bad = on_bad};

static struct err take_all(struct sources *s, const char *format, struct span text)
{
	struct import *import = NULL;
	struct err e = import_new(format, clock_now_ms(), &target_ops, s, &import);

	if (!err_is(e))
		e = import_push(import, text);
	if (!err_is(e))
		e = import_end(import);
	import_free(import);
	return err_is(e) ? e : s->error;
}

struct err sources_add(struct sources *s, const char *text)
{
	struct err e;

	s->path = NULL;
	s->bad = OK;
	e = take_all(s, "list", span_str(text));
	return err_is(e) ? e : s->bad;
}

struct err sources_add_file(struct sources *s, const char *path)
{
	struct buf text;
	struct err e;

	s->path = path;
	buf_init(&text, INPUT_FILE_MAX);
	e = settings_read_file(path, &text);
	if (!err_is(e))
		e = take_all(s, NULL, buf_view(&text));
	buf_done(&text);
	return e;
}

static struct span trimmed(struct span line)
{
	size_t n = 0;

	while (n < line.n && line.p[n] != '#' && line.p[n] != ';')
		n++;
	line.n = n;
	while (line.n && isspace(line.p[line.n - 1]))
		line.n--;
	while (line.n && isspace(line.p[0]))
		span_take(&line, 1);
	return line;
}

struct err sources_exclude(struct sources *s, const char *text)
{
	return exclude(s, span_str(text));
}

struct err sources_exclude_file(struct sources *s, const char *path)
{
	struct span rest, line;
	struct buf text;
	struct err e;
	size_t number = 0;

	s->path = path;
	buf_init(&text, INPUT_FILE_MAX);
	e = settings_read_file(path, &text);
	buf_str(&text, "\n");
	rest = buf_view(&text);
	while (!err_is(e) && span_line(&rest, &line)) {
		number++;
		line = trimmed(line);
		if (line.n)
			e = exclude(s, line);
		/* A line that excludes nothing might have been meant to protect something: stop. */
		if (err_class(e) == ERR_INPUT) {
			say_line(s, number, line, e.what);
			e.what = NULL;
		}
	}
	buf_done(&text);
	return e;
}

/* Names. */

static struct err add_addr(struct host *host, const struct addr *a)
{
	struct targets *targets = host->sources->targets;

	return host->port ? targets_add_pair(targets, a, host->port, host->name)
			  : targets_add_name(targets, a, host->name);
}

static void resolved(void *context, struct err e, const struct addr *addrs, size_t n)
{
	struct host *host = context;
	struct sources *s = host->sources;

	if (err_is(e) || n == 0)
		s->say(s->context, host->name, e.what ? e.what : "no address");
	for (size_t i = 0; i < n && !err_is(s->error); i++)
		s->error = add_addr(host, &addrs[i]);
	if (--s->unanswered == 0)
		loop_stop(s->loop);
}

static struct err resolve(struct sources *s)
{
	struct dns *dns = NULL;
	struct err e;

	if (s->n_hosts == 0)
		return OK;
	e = loop_new(&s->loop);
	if (!err_is(e))
		e = dns_new(s->loop, DNS_TIMEOUT_MS, &dns);
	/* One more than there are, so that answers that come at once do not end the loop before it
	 * began. */
	s->unanswered = s->n_hosts + 1;
	for (size_t i = 0; i < s->n_hosts && !err_is(e); i++)
		dns_lookup(dns, s->hosts[i].name, resolved, &s->hosts[i]);
	if (!err_is(e) && --s->unanswered)
		e = loop_run(s->loop);
	dns_free(dns);
	loop_free(s->loop);
	return err_is(e) ? e : s->error;
}

struct err sources_seal(
    struct sources *s, struct targets **ret_targets, const char *const **ret_names)
{
	struct err e = resolve(s);

	if (err_is(e))
		return e;
	s->names = calloc(s->n_hosts + s->n_known + 1, sizeof(*s->names));
	if (!s->names)
		return err_limit("out of memory");
	for (size_t i = 0; i < s->n_hosts; i++)
		s->names[i] = s->hosts[i].name;
	for (size_t i = 0; i < s->n_known; i++)
		s->names[s->n_hosts + i] = s->known[i];
	e = targets_seal(s->targets);
	if (err_is(e))
		return e;
	*ret_targets = s->targets;
	*ret_names = s->names;
	return OK;
}
