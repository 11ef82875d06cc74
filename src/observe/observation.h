/*
 * observation.h: one fact about one endpoint, the one thing that every finder says and every
 * consumer hears: who, what, when, how it is known, with what outcome. "No certificate, and here is
 * why" is an observation too.
 */
#pragma once

#include "observe/chain.h"
#include "observe/endpoint.h"

/* Stable numbers. (EVIDENCE_MAX is the length of a finding's evidence.) */
enum evidence {
	EVIDENCE_NONE,
	EVIDENCE_SCAN = 1,
	EVIDENCE_SENSOR = 2,
	EVIDENCE_IMPORT = 3,
	EVIDENCE_CHECK = 4,
	EVIDENCE_KINDS,
};

/* Stable numbers: they are stored. Texts in observation.c, from one table. */
enum outcome {
	OUTCOME_NONE,
	OUTCOME_CERTIFICATE = 1, /* the whole chain as presented */
	OUTCOME_PARTIAL = 2, /* some certificates of a message that was cut */
	OUTCOME_FINGERPRINT = 3, /* known by its digest only */
	OUTCOME_NO_TLS = 4, /* it answered, and that was not TLS */
	OUTCOME_NO_CERT = 5, /* TLS, but no certificate: an alert, an anonymous suite */
	OUTCOME_NO_UPGRADE = 6, /* the STARTTLS dialogue was refused */
	OUTCOME_REFUSED = 7, /* connection refused */
	OUTCOME_CLOSED = 8, /* accepted, then closed or reset without an answer */
	OUTCOME_TIMEOUT = 9, /* accepted, then silent */
	OUTCOME_UNREACHABLE = 10, /* the network said no: os_error tells */
	OUTCOME_REJECTED = 11, /* the client rejected the certificate (sensor) */
	OUTCOME_HIDDEN = 12, /* TLS 1.3 hides it (sensor) */
	OUTCOME_OPEN = 13, /* open, and by policy not spoken to (printers, industrial ports) */
	OUTCOME_MALFORMED = 14, /* TLS records that break the protocol */
	OUTCOME_MAX,
};

enum observation_flag {
	OBS_CLIENT_CERT_ASKED = 1 << 0, /* the server sent CertificateRequest */
	OBS_OCSP_STAPLED = 1 << 1,
	OBS_CHAIN_CUT = 1 << 2, /* more certificates than CHAIN_CERTS_MAX, or a cut message */
	OBS_NAME_FROM_PTR = 1 << 3, /* the name sent is from reverse DNS, not the user's */
	OBS_HELLO_RETRY = 1 << 4,
	OBS_ONE_KEY = 1 << 5, /* the other key type was refused, or gave the same chain */
	OBS_FLAGS_ALL = (1 << 6) - 1,
};

/* Which way a connection went, by who of the two is in the local networks. */
enum direction {
	DIRECTION_UNKNOWN,
	DIRECTION_OUTBOUND, /* from inside to outside */
	DIRECTION_INBOUND,
	DIRECTION_INTERNAL,
	DIRECTION_EXTERNAL, /* neither of them is ours */
	DIRECTION_MAX,
};

/* What only a sensor knows. */
struct sensed {
	struct addr client; /* one of them */
	uint8_t direction; /* enum direction */
	uint32_t sealed_certificate_n; /* TLS 1.3: see observe/session.h; 0 unknown */
};

enum { OBSERVATION_FINDINGS_MAX = 8, ALPN_MAX = 32 };

struct observation {
	struct endpoint endpoint;
	char hostname[NAME_MAX_LEN]; /* what the target was called, or its PTR; "" unknown */
	uint64_t run; /* 0 outside a run */
	int64_t first_ms; /* milliseconds since the epoch */
	int64_t last_ms;
	struct digest256 chain; /* zero: none */
	uint32_t flags; /* enum observation_flag */
	uint32_t count; /* connections merged into this */
	uint32_t clients; /* distinct clients (sensor); 0 unknown */
	int32_t os_error; /* errno of a failed connection */
	uint16_t version; /* 0x0303 TLS 1.2; 0 unknown */
	uint16_t cipher;
	uint16_t group;
	uint8_t evidence; /* enum evidence */
	uint8_t outcome; /* enum outcome */
	uint8_t starttls; /* enum dialect_id of wire/dialect.h; 0: TLS at once */
	uint8_t
	    hello; /* enum hello_variant of wire/hello.h that worked: the next scan starts there */
	uint8_t alert_level;
	uint8_t alert; /* with level 0: none seen */
	uint8_t connections; /* how many it took */
	char alpn[ALPN_MAX];
	struct sensed sensed; /* zero but for EVIDENCE_SENSOR */
	uint8_t n_findings; /* findings of the endpoint, not of the chain: name-mismatch, ... */
	struct finding findings[OBSERVATION_FINDINGS_MAX];
};

const char *outcome_text(enum outcome outcome); /* "certificate", "no-tls", ... */
const char *evidence_text(enum evidence evidence); /* "scan", "import", ... */
enum evidence evidence_by_name(const char *name); /* EVIDENCE_NONE: none such */
const char *direction_text(enum direction direction); /* "outbound", ... */
