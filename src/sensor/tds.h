/*
 * tds.h: SQL Server's handshake of TLS goes in packets of its own protocol, each with a header of
 * eight bytes before it; when it is over, TLS is on the outside ([MS-TDS] 2.2.3, 3.2.5.3).
 */
#pragma once

#include "base/span.h"

enum { TDS_HEADER = 8 };

/* One direction. Zeroed is a fresh one, at the first byte of a connection. */
struct tds {
	uint8_t state;
	uint8_t n; /* bytes of a header that are here */
	uint8_t head[TDS_HEADER];
	uint32_t left; /* of the packet's body */
};

/* The next bytes without headers, taken from *in; all of it where this is no TDS, or no more.
 * Empty: more are needed. */
struct span tds_next(struct tds *t, struct span *in);
/* n bytes never came; 0: an unknown number. Gives how many of them were not headers'. */
uint32_t tds_gap(struct tds *t, uint32_t n);
