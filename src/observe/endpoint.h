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

enum { ENDPOINT_KEY_MAX = 16 + 4 + 2 + 1 + NAME_MAX_LEN };

/* The same bytes for the same endpoint, and only for it, whatever is put behind them. */
size_t endpoint_key(const struct endpoint *e, uint8_t key[ENDPOINT_KEY_MAX]);
