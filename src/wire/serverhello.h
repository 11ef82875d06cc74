/*
 * serverhello.h: what a server answers to a hello: ServerHello, which TLS 1.3 also uses to ask for
 * another hello (HelloRetryRequest), and the EncryptedExtensions behind it.
 */
#pragma once

#include "base/err.h"
#include "base/span.h"

/* Spans point into the message. */
struct server_hello {
	uint16_t version; /* negotiated: supported_versions where it is there */
	uint16_t legacy_version;
	uint16_t cipher;
	uint16_t group; /* of its key share, or the one that a retry asks for; 0: none */
	bool retry; /* HelloRetryRequest */
	bool ocsp_promised; /* a CertificateStatus follows the certificate (TLS <= 1.2) */
	bool psk; /* TLS 1.3: a pre-shared key was taken: no certificate follows */
	struct span random, session_id;
	struct span share; /* key_exchange */
	struct span cookie; /* of a retry */
	struct span alpn; /* TLS <= 1.2; empty if none */
	struct span sct; /* SignedCertificateTimestampList (TLS <= 1.2) */
	struct span extensions;
};

must_use struct err server_hello_parse(struct span body, struct server_hello *ret);
/* For somebody it was not sent to: fails only where no cipher is to be read, and keeps what stood
 * before a flaw. */
must_use struct err server_hello_skim(struct span body, struct server_hello *ret);
/* alpn empty if none. */
must_use struct err encrypted_extensions_parse(struct span body, struct span *ret_alpn);
