/*
 * handshake.h: what the messages of a handshake do to a session, and when it is told. The same for
 * TLS and DTLS: who reads records (dissect.c, conversation.c) hands over what was in them, in the
 * order it came, and says which side spoke.
 */
#pragma once

#include "base/arena.h"
#include "sensor/dissect.h"
#include "wire/sslv2.h"

/* Records of a TLS 1.3 server's first flight whose lengths are remembered. */
enum { FLIGHT_RECORDS = 6 };

struct handshake {
	struct session session; /* addresses, times and packet are the owner's to set */
	const struct dissect_ops *ops;
	void *context;
	struct arena arena;
	uint32_t told; /* 1 << enum session_event */
	bool dtls;
	bool tls13; /* the server chose it, or a draft of it */
	bool server_hello; /* it came */
	bool frozen; /* what came was no TLS any more: history and outcome stay as they are */
	bool ccs[2], sealed[2]; /* [client?]: change_cipher_spec, a sealed record was seen */
	bool ended[2];
	uint32_t data_records; /* of both sides */
	bool psk_offered, psk, early_offered, ticket_offered, key_exchange;
	uint8_t session_id[32]; /* the client's, */
	uint8_t session_id_n; /* 0: none, or one of zeros only */
	uint16_t flight[FLIGHT_RECORDS]; /* the server's first sealed records */
	uint8_t client_records; /* sealed ones of TLS 1.3, up to its Finished */
	/* TLS 1.3, by the sizes of sealed records */
	bool client_finished, client_refused;
	bool client_said_bye; /* its last record, after Finished or in its place, was an alert */
};

struct handshake_message {
	uint8_t type; /* enum handshake_type */
	struct span body; /* copied where it is kept */
	uint16_t record_version;
	bool cut; /* body is only the front of it */
};

void handshake_init(struct handshake *h, const struct dissect_ops *ops, void *context, bool dtls);
void handshake_done(struct handshake *h);

void handshake_message(struct handshake *h, bool client, const struct handshake_message *m);
/* Sent once more, as DTLS does where no answer comes: only the history tells. */
void handshake_repeated(struct handshake *h, bool client, uint8_t type);
void handshake_ccs(struct handshake *h, bool client);
void handshake_alert(struct handshake *h, bool client, uint8_t level, uint8_t alert);
/* In clear. */
void handshake_heartbeat(struct handshake *h, bool client, struct span body);
/* A record that cannot be read: n bytes behind its header. */
void handshake_sealed(struct handshake *h, bool client, uint8_t content_type, uint16_t n);
/* The client is who was taken for the server: says so, and swaps the addresses. */
void handshake_flip(struct handshake *h);
/* SSL 2.0: the first messages of either side, without the header of the record. */
void handshake_sslv2(struct handshake *h, bool client, struct span message);
/* One side will say no more; after the second, or where that ends all, SESSION_END is told. */
void handshake_end(struct handshake *h, bool client, enum dissect_end how);

/* Records of this side cannot be read from here on, whatever type they say (TLS <= 1.2). */
bool handshake_is_sealed(const struct handshake *h, bool client);
/* All was told that will be told before the end. */
bool handshake_said_all(const struct handshake *h);
