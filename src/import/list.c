/*
 * list.c: a plain list of targets, as people keep them: an address, a network, a range or a host
 * name on a line, each but networks and ranges with a port if need be ("10.0.0.1:8443",
 * "[2001:db8::1]:443", "www.example.com:993"). What follows # is a comment; several on a line are
 * parted by white space.
 */
#include "base/text.h"
#include "import/importer.h"
#include "import/lines.h"
#include "import/masscan.h"

#include <stdlib.h>

struct list {
	struct report *report;
	struct lines lines;
};

/* Text without control characters: what was taken for nothing else may be a list. */
static bool list_sniff(struct span first)
{
	for (size_t i = 0; i < first.n; i++)
		if (first.p[i] < 0x20 && !memchr("\t\n\f\r", first.p[i], 4))
			return false;
	return true;
}

static struct err list_new(struct report *r, void **ret_state)
{
	struct list *l = calloc(1, sizeof(*l));

	if (!l)
		return err_limit("no memory for importing");
	l->report = r;
	lines_init(&l->lines);
	*ret_state = l;
	return OK;
}

static void list_free(void *state)
{
	struct list *l = state;

	if (!l)
		return;
	lines_done(&l->lines);
	free(l);
}

static bool only_of(struct span text, const char *characters)
{
	for (size_t i = 0; i < text.n; i++)
		if (!memchr(characters, text.p[i], strlen(characters)))
			return false;
	return true;
}

static bool has(struct span text, char c)
{
	return text.n && memchr(text.p, c, text.n);
}

/* "10.0.0.0/8", "10.0.0.1-50", "2001:db8::1-2001:db8::ff"; what is wrong with it, inet/targets will
 * say. */
static bool is_range(struct span text)
{
	if (has(text, '/'))
		return only_of(text, "0123456789abcdefABCDEF.:/");
	return has(text, '-') &&
	       (only_of(text, "0123456789.-") ||
		   (has(text, ':') && only_of(text, "0123456789abcdefABCDEF.:-")));
}

static const char name_characters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
				      "0123456789-_.";

/* Letters, digits, hyphen, underscore and dots, and not a number only (RFC 1123 2.1). */
static bool is_name(struct span text)
{
	return text.n > 0 && text.n < NAME_MAX_LEN && only_of(text, name_characters) &&
	       !only_of(text, "0123456789.-") && text.p[0] != '.' && text.p[0] != '-';
}

/* Takes ":443" from the end; false if what stands there is no port. Without one the port is 0. */
static bool take_port(struct span *text, uint16_t *ret_port)
{
	const uint8_t *colon = text->n ? memrchr(text->p, ':', text->n) : NULL;
	uint64_t port = 0;
	struct span digits;
	size_t n;

	if (!colon) {
		*ret_port = 0;
		return true;
	}
	n = (size_t)(colon - text->p);
	digits = span_of(colon + 1, text->n - n - 1);
	if (!decimal_parse(digits, UINT16_MAX, &port) || port == 0)
		return false;
	text->n = n;
	*ret_port = (uint16_t)port;
	return true;
}

/* "fe80::1%eth0": which number that interface has, only the caller can know. */
static bool has_zone_name(struct span text)
{
	const uint8_t *percent = text.n ? memchr(text.p, '%', text.n) : NULL;
	struct span zone;
	struct addr a;
	size_t n;

	if (!percent)
		return false;
	n = (size_t)(percent - text.p);
	zone = span_of(percent + 1, text.n - n - 1);
	return zone.n && only_of(zone, name_characters) && !only_of(zone, "0123456789") &&
	       !err_is(addr_parse(span_of(text.p, n), &a)) && addr_is_link_local(&a);
}

/* An address without a port. */
static struct err read_addr(struct span text, struct import_target *ret_target)
{
	if (!has_zone_name(text))
		return addr_parse(text, &ret_target->addr);
	ret_target->kind = IMPORT_ZONED;
	ret_target->range = text;
	return OK;
}

/* "[2001:db8::1]" or "[2001:db8::1]:443" */
static bool read_bracketed(struct span text, struct import_target *ret_target)
{
	const uint8_t *end = memchr(text.p, ']', text.n);
	struct span inside, rest;

	if (!end)
		return false;
	inside = span_of(text.p + 1, (size_t)(end - text.p) - 1);
	rest = span_of(end + 1, text.n - inside.n - 2);
	return !err_is(read_addr(inside, ret_target)) && (rest.n == 0 || rest.p[0] == ':') &&
	       take_port(&rest, &ret_target->port) && rest.n == 0;
}

static void read_name(struct list *l, struct span text, struct import_target *target)
{
	char name[NAME_MAX_LEN] = "";

	if (!is_name(text)) {
		report_bad(l->report, target->line, "no address, network, range or host name");
		return;
	}
	for (size_t i = 0; i < text.n; i++)
		name[i] = (char)text_lower(text.p[i]);
	target->kind = IMPORT_NAME;
	target->name = name;
	report_target(l->report, target);
}

static void read_target(struct list *l, struct span text)
{
	struct import_target target = {.kind = IMPORT_ADDR, .name = "", .line = l->lines.number};
	struct err e;

	if (text.p[0] == '[') {
		if (read_bracketed(text, &target))
			report_target(l->report, &target);
		else
			report_bad(l->report, target.line, "expected [address] or [address]:port");
		return;
	}
	if (is_range(text)) {
		target.kind = IMPORT_RANGE;
		target.range = text;
		report_target(l->report, &target);
		return;
	}
	e = read_addr(text, &target);
	if (!err_is(e)) {
		report_target(l->report, &target);
		return;
	}
	if (has(text, '%')) { /* which no host name and no IPv4 address with a port has */
		report_bad(l->report, target.line, e.what);
		return;
	}
	if (!take_port(&text, &target.port)) {
		report_bad(
		    l->report, target.line, "expected a port from 1 to 65535 after the colon");
		return;
	}
	if (!err_is(addr_parse(text, &target.addr)) && addr_is_v4(&target.addr))
		report_target(l->report, &target);
	else
		read_name(l, text, &target);
}

static bool is_space(uint8_t c)
{
	return c == ' ' || c == '\t' || c == '\f' || c == '\r';
}

static void read_line(struct list *l, struct span line)
{
	const uint8_t *hash = line.n ? memchr(line.p, '#', line.n) : NULL;

	l->report->counts.lines = l->lines.number;
	if (line.bad) {
		report_bad(l->report, l->lines.number, "a line that is too long");
		return;
	}
	if (hash)
		line.n = (size_t)(hash - line.p);
	while (line.n) {
		size_t n = 0;

		while (n < line.n && !is_space(line.p[n]))
			n++;
		if (n)
			read_target(l, span_of(line.p, n));
		span_take(&line, n < line.n ? n + 1 : n);
	}
}

static struct err list_push(void *state, struct span bytes)
{
	struct list *l = state;
	struct span line;

	while (lines_next(&l->lines, &bytes, &line))
		read_line(l, line);
	return OK;
}

static struct err list_end(void *state)
{
	struct list *l = state;
	struct span line;

	if (lines_last(&l->lines, &line))
		read_line(l, line);
	return OK;
}

const struct importer importer_list = {
    .name = "list",
    .sniff = list_sniff,
    .new = list_new,
    .push = list_push,
    .end = list_end,
    .free = list_free,
};
