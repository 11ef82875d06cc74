/*
 * endpoint.c: an endpoint as the bytes of a key. What follows it in a key cannot run together with
 * the name, which ends with its NUL.
 */
#include "observe/endpoint.h"

#include "inet/place.h"

#include <stdio.h>
#include <string.h>

static const char *const transports[TRANSPORT_MAX] = {
    [TRANSPORT_NONE] = "none",
    [TRANSPORT_TCP] = "tcp",
    [TRANSPORT_UDP] = "udp",
    [TRANSPORT_QUIC] = "quic",
};

const char *transport_text(uint8_t transport)
{
	return transports[transport < TRANSPORT_MAX ? transport : TRANSPORT_NONE];
}

const char *endpoint_text(const struct endpoint *e, char text[ENDPOINT_TEXT_MAX])
{
	char place[ADDR_TEXT_MAX + 8];
	bool tcp = e->transport == TRANSPORT_TCP;

	snprintf(text, ENDPOINT_TEXT_MAX, "%s%s%s", addr_port_text(&e->addr, e->port, place),
	    tcp ? "" : "/", tcp ? "" : transport_text(e->transport));
	return text;
}

/* What stands behind the slash; TRANSPORT_NONE where it is none. */
static uint8_t transport_find(struct span word)
{
	for (uint8_t i = TRANSPORT_TCP; i < TRANSPORT_MAX; i++)
		if (span_is(word, transports[i]))
			return i;
	return TRANSPORT_NONE;
}

struct err endpoint_parse(struct span text, struct endpoint *ret_endpoint)
{
	const uint8_t *slash = text.n ? memchr(text.p, '/', text.n) : NULL;
	size_t n = slash ? (size_t)(slash - text.p) : text.n;
	struct endpoint endpoint = {.transport = TRANSPORT_TCP};
	struct err e = place_parse(span_of(text.p, n), &endpoint.addr, &endpoint.port);

	if (err_is(e))
		return e;
	if (endpoint.port == 0)
		return err_input(n, "a colon and a port are expected");
	if (slash)
		endpoint.transport = transport_find(span_of(slash + 1, text.n - n - 1));
	if (endpoint.transport == TRANSPORT_NONE)
		return err_input(n + 1, "a transport is tcp, udp or quic");
	*ret_endpoint = endpoint;
	return OK;
}

size_t endpoint_key(const struct endpoint *e, uint8_t key[ENDPOINT_KEY_MAX])
{
	const struct {
		const void *p;
		size_t n;
	} parts[] = {
	    {e->addr.b, sizeof(e->addr.b)},
	    {&e->addr.zone, sizeof(e->addr.zone)},
	    {&e->port, sizeof(e->port)},
	    {&e->transport, sizeof(e->transport)},
	    {e->name, strnlen(e->name, NAME_MAX_LEN - 1)},
	};
	size_t n = 0;

	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
		memcpy(key + n, parts[i].p, parts[i].n);
		n += parts[i].n;
	}
	key[n++] = 0;
	return n;
}
