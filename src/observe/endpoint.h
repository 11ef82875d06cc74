/*
 * endpoint.h: who was asked: address, port, transport and the server name that was sent. One
 * address and port that serves three names is three endpoints.
 */
#pragma once

#include "inet/addr.h"

enum transport { TRANSPORT_NONE, TRANSPORT_TCP, TRANSPORT_UDP, TRANSPORT_QUIC, TRANSPORT_MAX };

enum { NAME_MAX_LEN = 254 }; /* a DNS name of 253 characters, terminated */

struct endpoint {
	struct addr addr;
	uint16_t port;
	uint8_t transport; /* enum transport */
	char name[NAME_MAX_LEN]; /* server name as sent, lower case; "" is none */
};

const char *transport_text(uint8_t transport); /* "tcp"; "none" where it is none */

enum { ENDPOINT_TEXT_MAX = ADDR_TEXT_MAX + 16 };

/* Where it is, without the name: "10.0.0.1:443", "[::1]:443", "10.0.0.1:443/udp". Returns text. */
const char *endpoint_text(const struct endpoint *e, char text[ENDPOINT_TEXT_MAX]);
/* The same read back; TCP where nothing is said. ERR_INPUT with the offset. */
must_use struct err endpoint_parse(struct span text, struct endpoint *ret_endpoint);

enum { ENDPOINT_KEY_MAX = 16 + 4 + 2 + 1 + NAME_MAX_LEN };

/* The same bytes for the same endpoint, and only for it, whatever is put behind them. */
size_t endpoint_key(const struct endpoint *e, uint8_t key[ENDPOINT_KEY_MAX]);
