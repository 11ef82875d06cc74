/*
 * place.c: an address, with or without its port. An IPv6 address with a port has brackets; what has
 * one colon only is IPv4 with a port.
 */
#include "inet/place.h"

static struct err port_parse(struct span text, size_t at, uint16_t *ret_port)
{
	uint32_t port = 0;

	for (size_t i = 0; i < text.n; i++) {
		if (text.p[i] < '0' || text.p[i] > '9' || i == 5)
			return err_input(at + i, "a port is a number from 1 to 65535");
		port = port * 10 + (text.p[i] - '0');
	}
	if (port == 0 || port > 65535)
		return err_input(at, "a port is a number from 1 to 65535");
	*ret_port = (uint16_t)port;
	return OK;
}

/* How much of it is the address: up to the bracket, or to the only colon. */
static size_t addr_end(struct span text)
{
	const uint8_t *first = text.n ? memchr(text.p, ':', text.n) : NULL;
	const uint8_t *bracket = text.n ? memchr(text.p, ']', text.n) : NULL;
	size_t n;

	if (text.n && text.p[0] == '[')
		return bracket ? (size_t)(bracket - text.p) : text.n;
	if (!first)
		return text.n;
	n = (size_t)(first - text.p);
	return memchr(first + 1, ':', text.n - n - 1) ? text.n : n;
}

struct err place_parse(struct span text, struct addr *ret_addr, uint16_t *ret_port)
{
	size_t skip = text.n && text.p[0] == '[', end = addr_end(text), after = end + skip;
	uint16_t port = 0;
	struct addr addr;
	struct err e = addr_parse(span_of(text.p + skip, end - skip), &addr);

	e.at += (uint32_t)skip;
	if (!err_is(e) && after > text.n)
		e = err_input(text.n, "the ] of the address is missing");
	if (!err_is(e) && after < text.n && text.p[after] != ':')
		e = err_input(after, "a colon and a port are expected");
	if (!err_is(e) && after < text.n)
		e = port_parse(span_of(text.p + after + 1, text.n - after - 1), after + 1, &port);
	if (err_is(e))
		return e;
	*ret_addr = addr;
	*ret_port = port;
	return OK;
}
