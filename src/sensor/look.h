/*
 * look.h: finds where TLS begins in the bytes of one direction: at the first, behind the clear text
 * of any STARTTLS, or in the middle of a handshake whose begin was missed. By content alone: a
 * record header, behind it a hello or a Certificate whose lengths agree with each other.
 */
#pragma once

#include "base/span.h"

enum {
	LOOK_HOLD = 96, /* a hello is certain within 9 + 34 + 33 + 2 bytes */
};

enum look_result {
	LOOK_MORE, /* all of the input is taken */
	LOOK_NOTHING, /* DISSECT_LOOK_BYTES went by; the rest of the input is left */
	LOOK_TLS, /* look_held() are the record's first bytes, the rest stands in the input */
	LOOK_SSLV2, /* the same, of SSL 2.0 */
};

/* Zeroed is a fresh one. */
struct look {
	uint32_t seen; /* bytes that are behind us */
	uint8_t n;
	bool any; /* TLS is known to be here: any record will do */
	bool moved; /* the first byte was none */
	uint8_t held[LOOK_HOLD];
};

enum look_result look_push(struct look *l, struct span *in);
static inline struct span look_held(const struct look *l)
{
	return span_of(l->held, l->n);
}
/* Some bytes never came. */
void look_gap(struct look *l);
