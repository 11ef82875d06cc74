/*
 * record.h: the record layer's five-byte header, the same from SSL 3.0 to TLS 1.3 (RFC 8446 5.1).
 */
#pragma once

#include "base/buf.h"
#include "wire/limits.h"

enum content_type {
	CONTENT_CCS = 20,
	CONTENT_ALERT = 21,
	CONTENT_HANDSHAKE = 22,
	CONTENT_DATA = 23,
	CONTENT_HEARTBEAT = 24,
};

enum { RECORD_HEADER = 5 };

struct record_header {
	uint8_t type; /* enum content_type */
	uint16_t version;
	uint16_t length; /* of the body that follows */
};

enum record_look {
	RECORD_GOOD,
	RECORD_SHORT, /* so far a record; the header is not whole */
	RECORD_FOREIGN, /* no TLS record */
	RECORD_LONG, /* its body is longer than any may be */
};

/* Judges as much of a header as is there: one wrong byte is enough. Takes nothing. */
enum record_look record_look(struct span s, struct record_header *ret);
/* One record, or several where body is longer than one may be. */
void record_write(struct buf *out, enum content_type type, uint16_t version, struct span body);
