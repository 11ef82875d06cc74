/*
 * dtls.h: DTLS as somebody sees it who only listens: the records of a datagram (RFC 6347 4.1, with
 * connection ids RFC 9146 4, of DTLS 1.3 RFC 9147 4), and one direction's handshake messages, put
 * together from fragments that come in any order, twice, cut differently, or never.
 */
#pragma once

#include "base/err.h"
#include "base/span.h"
#include "wire/limits.h"

enum { CONTENT_CID = 25, CONTENT_ACK = 26 }; /* beside enum content_type of record.h */

enum {
	DTLS_RECORD_HEADER = 13,
	DTLS_HANDSHAKE_HEADER = 12,
	DTLS_CID_UNKNOWN = 256, /* longer than any */
};

/* Spans point into the datagram. */
struct dtls_record {
	uint8_t type; /* of content; CONTENT_DATA of DTLS 1.3 and CONTENT_CID may hide any */
	uint16_t version; /* 0 under the unified header of DTLS 1.3 */
	bool sealed; /* of a later epoch than the first */
	bool cut; /* the capture ended before it did */
	struct span body;
};

/* Takes the next record. cid_n: bytes of a connection id, where a record says that it has one; with
 * DTLS_CID_UNKNOWN such a record takes all the rest. cut: the capture has not all of the datagram.
 * False at the end, and where the rest is no record: datagram->bad then. */
bool dtls_record_next(struct span *datagram, size_t cid_n, bool cut, struct dtls_record *ret);

/* The type of the handshake message in clear that a datagram begins with (enum handshake_type); -1
 * where it is none that could be: random bytes are not. */
int dtls_look(struct span datagram, bool cut);
/* Of a ClientHello that begins the datagram, whole enough to have it: its random. Else empty. */
struct span dtls_first_random(struct span datagram);
/* Of the hello's extensions: bytes of the connection id that its sender wants to be sent; 0 where
 * it wants none. */
size_t dtls_cid_of(struct span extensions);

/* Its body lives until the next call. */
struct dtls_message {
	uint8_t type;
	uint16_t record_version;
	struct span body;
	bool cut; /* body is only the front of it */
	bool again; /* it was given before */
};

struct dtls_part;

/* Zeroed before the first use. */
struct dtls_assembly {
	struct dtls_part *parts[DTLS_PARTS_MAX];
	struct dtls_part *given; /* whose body the last message is */
	uint64_t done; /* 1 << message_seq */
	uint8_t types[DTLS_MESSAGES_MAX]; /* of those */
	uint16_t next; /* message_seq that is awaited */
	uint64_t lost; /* fragments that there was no room for */
};

void dtls_assembly_done(struct dtls_assembly *a);
/* Pulled, like a stream: `in` is the body of a handshake record in clear, of which it takes what it
 * needs. False: nothing more is whole. Messages come in the order of their numbers. */
bool dtls_assembly_next(struct dtls_assembly *a, const struct dtls_record *record, struct span *in,
    struct dtls_message *ret);
/* Messages that are whole, but wait for one that has not come, are not to wait any longer. */
void dtls_assembly_settle(struct dtls_assembly *a);
/* There will be no more: the next of what is held, whole or cut; false: there is nothing. */
bool dtls_assembly_rest(struct dtls_assembly *a, struct dtls_message *ret);
/* Something is held. */
bool dtls_assembly_waits(const struct dtls_assembly *a);
size_t dtls_assembly_held(const struct dtls_assembly *a);
