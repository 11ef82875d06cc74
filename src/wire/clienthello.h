/*
 * clienthello.h: a ClientHello read by somebody it was not sent to (TLS and DTLS). Lenient: what
 * stood before a flaw is kept, and nothing is refused that some server would take.
 */
#pragma once

#include "base/err.h"
#include "base/span.h"

/* Spans point into the message; lists are given without their length bytes, and are empty where
 * they were not sent. */
struct client_hello {
	uint16_t version; /* legacy_version */
	struct span random, session_id;
	struct span cookie; /* DTLS */
	struct span ciphers; /* u16 each */
	struct span compression; /* u8 each */
	struct span extensions; /* walk it with extension_next() */
	struct span name; /* the first host_name */
	size_t n_names;
	struct span alpn; /* u8 length and bytes each */
	struct span groups; /* u16 each */
	struct span point_formats; /* u8 each */
	struct span schemes; /* signature_algorithms: u16 each */
	struct span versions; /* supported_versions: u16 each */
	struct span shares; /* key_share: u16 group, u16 length and bytes each */
	struct span psk_modes; /* u8 each */
	struct span ticket; /* session_ticket: the ticket (TLS <= 1.2) */
	bool has_name; /* the extension was there, whatever it held */
	bool psk, early_data; /* pre_shared_key, early_data were offered */
	bool ech; /* encrypted_client_hello of type outer, which may be GREASE */
	uint16_t ech_kdf, ech_aead;
	bool broken; /* there was a flaw: what comes behind it is missing above */
};

/* The body of the message. Fails only where not even version and random are whole. */
must_use struct err client_hello_parse(struct span body, bool dtls, struct client_hello *ret);
/* RFC 8701: a number that means nothing. */
bool is_grease(uint16_t number);
