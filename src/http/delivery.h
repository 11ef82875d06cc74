/*
 * delivery.h: how one message to the outside ended, by HTTP or by mail, and what to do then.
 */
#pragma once

#include "http/limits.h"

#include <stdint.h>

/* A header that somebody adds. */
struct http_field {
	const char *name;
	const char *value;
};

enum delivery_end {
	DELIVERY_DONE,
	DELIVERY_RETRY, /* later it may work */
	DELIVERY_REFUSED, /* it never will: the address, the message or the credentials are wrong */
};

struct delivery {
	enum delivery_end end;
	unsigned status; /* of HTTP or SMTP; 0: no answer came */
	uint32_t retry_after_s; /* what the receiver asked for; 0: nothing */
	char why[HTTP_WHY_MAX]; /* one line for people; "" when done. No control characters. */
};
