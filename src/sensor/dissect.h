/*
 * dissect.h: both directions of one TCP connection as bytes in order; finds TLS in it (from the
 * first byte, after any STARTTLS dialogue, inside TDS or a proxy's tunnel, in mid-stream), follows
 * the handshake in clear and tells what a session is. No grammar of the carrying protocols: the
 * first DISSECT_LOOK_BYTES of each direction are watched for a record with a plausible hello.
 */
#pragma once

#include "base/err.h"
#include "observe/session.h"

enum dissect_side {
	SIDE_TCP_CLIENT,
	SIDE_TCP_SERVER
}; /* who sent the SYN; guessed in mid-stream */

enum dissect_end { DISSECT_FIN, DISSECT_RST, DISSECT_TIMEOUT };

struct dissect;

struct dissect_ops {
	void (*event)(void *context, enum session_event event, const struct session *session);
};

/* Allocates little before TLS is found. */
must_use struct err dissect_new(const struct session_side *tcp_client,
    const struct session_side *tcp_server, const uint64_t uid[2], const struct dissect_ops *ops,
    void *context, struct dissect **ret_dissect);
void dissect_free(struct dissect *d);

/* Before each push: of the packet that brings the bytes; the first of all is of the connection's
 * first packet. */
void dissect_time(struct dissect *d, int64_t time_us, uint64_t packet);
void dissect_bytes(struct dissect *d, enum dissect_side side, struct span bytes);
/* n bytes never came; 0: an unknown number. */
void dissect_gap(struct dissect *d, enum dissect_side side, uint32_t n);
/* A FIN of one side; RST and time-out end both. SESSION_END is told once, when both have ended. */
void dissect_end(struct dissect *d, enum dissect_side side, enum dissect_end how);
/* false: the bytes of this side are of no interest any more (no TLS in it, or all was said). When
 * neither side is wanted the owner may free the dissector and keep a tombstone. */
bool dissect_wants(const struct dissect *d, enum dissect_side side);
/* Bytes held. */
size_t dissect_held(const struct dissect *d);
