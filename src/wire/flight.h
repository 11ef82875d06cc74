/*
 * flight.h: the client's half of a TLS handshake, as far as the server's Certificate message and
 * no further. TLS 1.0 to 1.2 show it in clear: no public-key work at all. TLS 1.3 needs one key
 * agreement to read EncryptedExtensions .. Certificate; CertificateVerify is not awaited. Nothing
 * is ever completed: the farewell is an alert. Sans-I/O.
 *
 * In TLS <= 1.2 the stapled response, the group and the request for a client certificate follow
 * the certificate, up to ServerHelloDone. The certificate is in hand before: result.end says
 * FLIGHT_CERT while flight_push still wants to read, and whatever happens then (a timeout, an end
 * of stream, an alert, rubbish) takes it away no more.
 */
#pragma once

#include "base/arena.h"
#include "base/err.h"
#include "wire/hello.h"
#include "wire/want.h"

enum {
	FLIGHT_CERTS_MAX = 32,
	FLIGHT_MESSAGE_MAX = 1 << 20, /* certificate messages to 1 MiB (RFC 8446 allows 16) */
	FLIGHT_BYTES_MAX = (2 << 20), /* all a server may send before its certificate is in hand */
};

enum flight_end {
	FLIGHT_OPEN, /* not ended yet */
	FLIGHT_CERT, /* certificates in hand */
	FLIGHT_ALERT, /* the server sent a fatal alert */
	FLIGHT_NO_CERT, /* the handshake went on without a certificate: anonymous, PSK */
	FLIGHT_NOT_TLS, /* the first bytes are no TLS record: `first` holds them */
	FLIGHT_MALFORMED, /* TLS, but broken */
	FLIGHT_LIMIT, /* one of the maxima above */
	FLIGHT_CLOSED, /* end of stream before an end */
};

struct flight_result {
	enum flight_end end;
	uint16_t version, cipher, group; /* 0 unknown */
	uint8_t alert_level, alert;
	bool client_cert_asked;
	bool hello_retry;
	bool certs_cut; /* more than FLIGHT_CERTS_MAX */
	bool certs_broken; /* the rest of the list was no list; the whole ones before it are kept */
	char alpn[32];
	size_t n_certs;
	struct span
	    certs[FLIGHT_CERTS_MAX]; /* DER, in the server's order; lives as long as the flight */
	struct span ocsp; /* stapled response; empty if none */
	struct span first; /* up to 64 bytes of an answer that is not TLS */
};

struct flight;

/* Writes the first record(s) to out. shares must outlive the flight; the name in spec is copied,
 * its alpn must outlive the flight too. */
must_use struct err flight_new(const struct hello_spec *spec, struct key_shares *shares,
    struct buf *out, struct flight **ret_flight);
void flight_free(struct flight *f);

/* Feeds all of `in`; appends to out what must be sent (a second hello, the farewell alert). */
enum want flight_push(struct flight *f, struct span in, struct buf *out);
/* The stream ended. */
void flight_eof(struct flight *f);
const struct flight_result *flight_result(const struct flight *f);
