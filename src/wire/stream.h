/*
 * stream.h: one direction of a TLS connection: bytes in any portions go in, handshake messages,
 * alerts and the rest come out, one at a time. It is pulled:
 *
 *	while ((event = stream_next(&s, &in, &item)) > STREAM_MORE)
 *		...
 *
 * so that its owner can change keys between two messages of one read.
 *
 * A listener, who did not see all and needs not answer, skims: records that it cannot read are
 * passed over without being kept, and bytes that never came are told with stream_gap().
 */
#pragma once

#include "base/err.h"
#include "wire/record.h"

/* Events up to STREAM_DATA go on, those behind it are the end and are repeated for ever. */
enum stream_event {
	STREAM_MORE, /* all of the input is taken and no more is whole */
	STREAM_MESSAGE,
	STREAM_ALERT,
	STREAM_CCS,
	STREAM_DATA, /* a record that is not ours to read: application data, sealed, heartbeat */
	STREAM_NOT_TLS, /* the first bytes are no record */
	STREAM_BROKEN, /* they were, then came something else */
	STREAM_TOO_LONG, /* a record or a message beyond its maximum */
	STREAM_UNREADABLE, /* a record that its key does not open */
	STREAM_EVENTS,
};

/* Its spans live until the next stream_next. */
struct stream_item {
	uint8_t type; /* of the message (enum handshake_type) or the record */
	struct span body; /* of the message or the record */
	struct span whole; /* the message with its header, as a transcript hashes it */
	uint8_t level, alert;
	uint16_t record_length; /* of its record, or of the last one of several */
	uint16_t record_version;
	bool cut; /* a part of the message never came: body is what stood before it */
};

/* Opens a sealed record: ret_plain has room for sealed.n bytes. False: it cannot be opened. */
typedef bool stream_open_fn(void *context, struct span header, struct span sealed,
    uint8_t *ret_plain, size_t *ret_n, uint8_t *ret_type);

struct stream {
	struct buf partial; /* a record that has not come whole */
	bool partial_used; /* it is, and was given out: dropped at the next record */
	struct buf messages; /* handshake bytes of whole records */
	size_t taken; /* of these, how many were given out */
	struct buf alerts;
	size_t message_max;
	enum stream_event end; /* 0 while there is none */
	bool begun; /* a record was seen */
	bool
	    sealed; /* the owner's: from here on records are STREAM_DATA (after a CCS in TLS 1.2) */
	stream_open_fn *open;
	void *open_context;
	bool
	    /* the owner's: STREAM_DATA has no body, its record is passed over where it lies */
	    skim;
	bool skimming; /* in a record that is passed over, of which */
	size_t skip; /* so many bytes are still to come */
	struct record_header record; /* the last one that began */
	size_t lost_at, lost_end; /* bytes of `messages` that never came; lost_end 0: none */
	size_t partial_lost_at, partial_lost_end; /* the same, of `partial` */
};

/* message_max: the longest message body in bytes. Allocates nothing before it must. */
void stream_init(struct stream *s, size_t message_max);
void stream_done(struct stream *s);
/* From the next record on, application data records are opened with this (TLS 1.3). False where a
 * message has begun under the old key, which RFC 8446 5.1 forbids. */
must_use bool stream_unlock(struct stream *s, stream_open_fn *open, void *context);
enum stream_event stream_next(struct stream *s, struct span *in, struct stream_item *ret);

/* For a listener: the next n bytes never came. False where the place in the stream is lost with
 * them: nothing may be pushed then before the stream is begun anew. */
must_use bool stream_gap(struct stream *s, size_t n);
/* The front of a message that will not become whole; false if there is none. Then the stream must
 * be done with. */
bool stream_rest(struct stream *s, struct stream_item *ret);
/* Bytes held. */
size_t stream_held(const struct stream *s);
