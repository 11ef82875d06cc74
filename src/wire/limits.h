/*
 * limits.h: what a hostile server can make this room hold. The largest, FLIGHT_*, stand in flight.h
 * where callers see them; DIALECT_* in dialect.h.
 */
#pragma once

enum {
	/* RFC 8446 allows 2^14 + 256 in a record, TLS 1.2 2^14 + 2048. */
	RECORD_PLAIN_MAX = 1 << 14,
	RECORD_BODY_MAX = RECORD_PLAIN_MAX + 2048,
	/* Alerts of two bytes that one record may hold; longer ones are sealed. */
	SKIM_ALERTS_MAX = 20,
	/* Our hello is under 600 bytes; a retry repeats a cookie, which its RFC lets grow to 64
	 * KiB. */
	HELLO_MAX = (1 << 16) + 2048,
	/* Two hellos of ours, two of the server's (each at most as large as a cookie makes it). */
	TRANSCRIPT_MAX = 4 * HELLO_MAX,
	/* Host names end at 253; a name longer than its label rules allow is not worth sending. */
	SERVER_NAME_MAX = 255,
	/* A flight's own copies: the certificate message, the stapled response, some change. */
	FLIGHT_ARENA_MAX = 3 << 20,
	/* A DTLS handshake message: certificate messages that are longer travel badly by UDP. */
	DTLS_MESSAGE_MAX = 1 << 18,
	/* Numbers of messages in clear: a handshake has fewer than 20; a bit each. */
	DTLS_MESSAGES_MAX = 64,
	/* Messages of one direction in pieces at once: a flight has at most seven. */
	DTLS_PARTS_MAX = 8,
};
