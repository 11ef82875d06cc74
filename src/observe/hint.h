/*
 * hint.h: what worked at an endpoint the last time, so that the next scan begins there.
 */
#pragma once

#include "observe/endpoint.h"

struct hint {
	struct addr addr;
	uint16_t port;
	uint8_t starttls; /* enum dialect_id */
	uint8_t hello; /* enum hello_variant */
	bool one_key; /* the other key type was refused, or gave the same chain */
	char name[NAME_MAX_LEN]; /* server name as sent; "" is none */
};
