/*
 * ports.c: the port set as bits. "alone" is kept beside it because politeness hangs on it: a
 * printer's port 9100 prints what it is sent, so only somebody who wrote 9100 by itself may mean
 * it.
 */
#include "inet/ports.h"

void ports_clear(struct ports *p)
{
	*p = (struct ports){0};
}

bool ports_has(const struct ports *p, uint16_t port)
{
	return p->in[port / 64] >> port % 64 & 1;
}

bool ports_alone(const struct ports *p, uint16_t port)
{
	return p->alone[port / 64] >> port % 64 & 1;
}

void ports_add(struct ports *p, uint16_t port, bool alone)
{
	uint64_t bit = (uint64_t)1 << port % 64;

	p->n += !ports_has(p, port);
	p->in[port / 64] |= bit;
	if (alone)
		p->alone[port / 64] |= bit;
}

/* Digits from *at on; false where there are none or the number is no port. */
static bool number(struct span text, size_t *at, unsigned *ret_port)
{
	unsigned port = 0;
	size_t i = *at;

	for (; i < text.n && text.p[i] >= '0' && text.p[i] <= '9'; i++) {
		port = port * 10 + (unsigned)(text.p[i] - '0');
		if (port > 65535)
			return false;
	}
	if (i == *at || port == 0)
		return false;
	*at = i;
	*ret_port = port;
	return true;
}

static bool is_end(struct span text, size_t at)
{
	return at == text.n || text.p[at] == ',';
}

/* "443", "1000-2000", "60000-", "-1024", "-": one item of the list, from *at to its comma or the
 * end. */
static struct err item(struct ports *p, struct span text, size_t *at)
{
	bool dash = *at < text.n && text.p[*at] == '-';
	size_t start = *at;
	unsigned first = 1, last;

	if (!dash && !number(text, at, &first))
		return err_input(*at, "not a port (1 to 65535)");
	if (is_end(text, *at)) {
		ports_add(p, (uint16_t)first, true);
		return OK;
	}
	if (text.p[*at] != '-')
		return err_input(*at, "unexpected character in a list of ports");
	++*at;
	last = 65535;
	if (!is_end(text, *at) && !number(text, at, &last))
		return err_input(*at, "not a port (1 to 65535)");
	if (!is_end(text, *at))
		return err_input(*at, "unexpected character in a list of ports");
	if (last < first)
		return err_input(start, "a port range ends before it begins");
	for (unsigned port = first; port <= last; port++)
		ports_add(p, (uint16_t)port, false);
	return OK;
}

struct err ports_parse(struct ports *p, struct span text)
{
	struct ports all = *p;
	size_t at = 0;

	for (;;) {
		struct err e = item(&all, text, &at);

		if (err_is(e))
			return e;
		if (at == text.n)
			break;
		at++; /* the comma */
	}
	*p = all;
	return OK;
}
