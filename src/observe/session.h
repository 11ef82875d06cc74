/*
 * session.h: one connection as the sensor saw it: what was said in clear, in order of a history,
 * and how it ended. For streaming outputs and for the tally that makes observations of it; it never
 * enters the store. Spans live until the callback that was given the session returns.
 *
 * The hellos are kept as they were sent, so that whoever wants one more field of them reads it
 * there (wire/clienthello.h, wire/serverhello.h).
 */
#pragma once

#include "observe/chain.h"
#include "observe/endpoint.h"

enum {
	SESSION_HISTORY_MAX = 100,
	SESSION_ALPN_MAX = 256,
	SESSION_HEARTBEATS_MAX = 8, /* an attack shows in the first two */
};

/* When a session is told, and why now. Each at most once a session; END always, and last. */
enum session_event {
	/* the server's chain is in hand (TLS <= 1.2), whole or as far as it came */
	SESSION_CERTIFICATE,
	SESSION_HIDDEN, /* TLS 1.3: the server's flight came, its certificate is sealed */
	/* the client answered with a fatal alert 42 .. 46 or 48; what it answered may be unseen */
	SESSION_REJECTED,
	SESSION_LEFT, /* TLS 1.3: the client finished the handshake and left without data */
	SESSION_DATA, /* the client sent application data: it was content */
	SESSION_ESTABLISHED, /* both sides have sent sealed data: Zeek's row is written here */
	SESSION_END,
	SESSION_EVENTS,
};

enum session_flag {
	SESSION_IS_ESTABLISHED = 1 << 0, /* both sides sent sealed data */
	SESSION_IS_RESUMED = 1 << 1,
	SESSION_HELLO_RETRY = 1 << 2,
	SESSION_ECH = 1 << 3, /* the client sent encrypted_client_hello; it may be GREASE */
	SESSION_CLIENT_CERT_ASKED = 1 << 4,
	SESSION_MIDSTREAM = 1 << 5, /* its begin was not seen */
	SESSION_CONFLICT = 1 << 6, /* segments overlapped with different bytes */
	SESSION_GAP = 1 << 7, /* bytes of the handshake never came */
	SESSION_FLIPPED = 1 << 8, /* who speaks as TLS client is the TCP server */
	SESSION_STARTTLS = 1 << 9, /* clear text went before */
	SESSION_STUN = 1 << 10, /* STUN went before: two peers (WebRTC), and no server */
};

/* One side of it. */
struct session_side {
	struct addr addr;
	uint16_t port;
	struct span hello; /* body of its ClientHello or ServerHello; empty: not seen. SSLv2: the
			      whole message behind the record header */
	uint16_t record_version; /* of the record that carried it; 0x0002 is SSLv2 */
	bool certs_cut; /* the message's tail was lost, or it had more than CHAIN_CERTS_MAX */
	size_t n_certs;
	struct span certs[CHAIN_CERTS_MAX]; /* DER, in the order presented */
	uint8_t alert_level, alert; /* its last one in clear; level 0: none */
	uint32_t sealed_records; /* of application data (or encrypted handshake) so far */
	uint64_t sealed_bytes;
};

/* One heartbeat message (RFC 6520): CVE-2014-0160 is told from these. */
struct session_heartbeat {
	bool from_client;
	uint8_t type; /* 1 request, 2 response; 0: sealed */
	uint16_t record_n; /* bytes of its record behind the header */
	uint16_t payload_n; /* as it claims; 0: sealed */
	uint32_t data_before; /* records of application data of both sides that went before */
	int64_t time_us;
};

struct session {
	uint64_t uid[2]; /* random-looking, the same for all events of one session */
	uint8_t transport; /* enum transport */
	struct session_side client, server; /* by who speaks as TLS client */
	int64_t begin_us; /* of the connection's first packet that was seen */
	int64_t first_us; /* of the packet with the first sign of TLS */
	int64_t last_us;
	uint32_t flags; /* enum session_flag */
	uint16_t version; /* negotiated: 0x0304, 0xfefd (DTLS 1.2), 0x0002; 0: unknown */
	uint32_t cipher; /* of SSLv2 all three bytes */
	uint16_t group; /* 0: none or unknown */
	uint16_t dh_bits; /* of a finite-field ServerKeyExchange; else 0 */
	uint16_t alert_from; /* 1 client, 2 server: who sent the last alert; 0: none */
	uint32_t ticket_lifetime_s;
	bool has_ticket;
	char name[NAME_MAX_LEN]; /* the first server_name, as sent; "" none */
	char alpn[SESSION_ALPN_MAX]; /* the server's choice (TLS <= 1.2); "" none */
	char history[SESSION_HISTORY_MAX + 1]; /* Zeek's letters: passive field ssl_history */
	struct span ocsp; /* stapled response */
	struct span sct; /* signed_certificate_timestamp extension of the ServerHello */
	struct span cert_request; /* body of CertificateRequest (TLS <= 1.2) */
	uint32_t
	    sealed_certificate_n; /* TLS 1.3: length of the server record that by its place holds
					  the Certificate; 0: none seen */
	uint32_t n_heartbeats; /* all of them; the first ones are here: */
	struct session_heartbeat heartbeats[SESSION_HEARTBEATS_MAX];
	uint64_t packet; /* number (from 1) of the frame that brought the present event */
};
