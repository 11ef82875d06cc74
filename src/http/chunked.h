/*
 * chunked.h: a body in chunks (RFC 9112 7.1), pushed in as it comes; pure.
 */
#pragma once

#include "base/buf.h"
#include "http/refusal.h"

enum chunked_part {
	CHUNKED_SIZE,
	CHUNKED_EXTENSION,
	CHUNKED_SIZE_LF,
	CHUNKED_DATA,
	CHUNKED_DATA_CR,
	CHUNKED_DATA_LF,
	CHUNKED_TRAILER, /* the start of a line */
	CHUNKED_TRAILER_REST,
	CHUNKED_TRAILER_LF,
	CHUNKED_LAST_LF,
	CHUNKED_DONE,
};

/* Zeroed to begin with. */
struct chunked {
	enum chunked_part part;
	uint64_t left; /* of this chunk */
	size_t line; /* bytes of this size line, or of all trailers */
	bool has_digit;
};

/* Takes what it can use from the front of *in and appends the data to body, whose maximum is the
 * body's. Stops behind the end, with part CHUNKED_DONE. */
must_use struct refusal chunked_push(struct chunked *c, struct span *in, struct buf *body);
