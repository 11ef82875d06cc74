/*
 * sslv2.h: the two hellos of SSL 2.0. Clients of the nineties and early two-thousands also wrapped
 * an offer of SSL 3 or TLS in the older one (RFC 5246 E.2); a server that takes it answers in TLS.
 */
#pragma once

#include "base/err.h"
#include "base/span.h"

enum { SSLV2_HEADER = 2, SSLV2_LOOK = 11, VERSION_SSL2 = 0x0002 };

enum sslv2_type {
	SSLV2_ERROR = 0,
	SSLV2_CLIENT_HELLO = 1,
	SSLV2_CLIENT_MASTER_KEY = 2,
	SSLV2_SERVER_HELLO = 4,
};

/* Spans point into the message. */
struct sslv2_client_hello {
	uint16_t version; /* the highest it speaks: 0x0002, 0x0301 */
	struct span ciphers; /* 3 bytes each */
	struct span session_id, challenge;
};

struct sslv2_server_hello {
	bool resumed;
	uint8_t cert_type; /* 1 X.509 */
	uint16_t version;
	struct span cert;
	struct span ciphers; /* 3 bytes each */
	struct span connection_id;
};

enum sslv2_look {
	SSLV2_FOREIGN,
	SSLV2_SHORT, /* so far one; fewer than SSLV2_LOOK bytes */
	SSLV2_CLIENT, /* a whole header of a ClientHello whose lengths add up */
	SSLV2_SERVER,
};

/* At the first byte of a direction. *ret_n: bytes of the record, its header counted. */
enum sslv2_look sslv2_look(struct span s, size_t *ret_n);
/* message: without the record's header. */
must_use struct err sslv2_client_hello_parse(struct span message, struct sslv2_client_hello *ret);
must_use struct err sslv2_server_hello_parse(struct span message, struct sslv2_server_hello *ret);
