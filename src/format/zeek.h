/*
 * zeek.h: sessions as lines of Zeek's logs: ssl.log, x509.log, notice.log, known_certs.log, column
 * by column as Zeek >= 4.1 writes them ("current") or <= 4.0 ("legacy", what RITA reads), in lines
 * of tabs or of JSON. A line ends with LF. Writing, rotating and forgetting doubles is the
 * keeper's; zeek_logger.h says which lines an event of the sensor makes.
 */
#pragma once

#include "base/buf.h"
#include "observe/session.h"
#include "x509/cert.h"

enum zeek_log { ZEEK_SSL, ZEEK_X509, ZEEK_NOTICE, ZEEK_KNOWN_CERTS, ZEEK_LOGS };

/* Columns that scripts of Zeek add when they are loaded. */
enum zeek_extra {
	ZEEK_VALIDATION = 1 << 0, /* validate-certs: validation_status */
	ZEEK_OCSP = 1 << 1, /* validate-ocsp: ocsp_status */
	ZEEK_CT = 1 << 2, /* validate-sct: valid_ct_logs, valid_ct_operators */
	ZEEK_CA_REQUEST = 1 << 3, /* certificate-request-info */
	ZEEK_SSL_EXT = 1 << 4, /* ssl-log-ext */
	ZEEK_NAMES = 1 << 5, /* SSL::log_include_*_certificate_subject_issuer; always in legacy */
	ZEEK_JA3 = 1 << 6, /* the packages ja3 and ja4: ja3, ja3s, ja4 */
	ZEEK_BASE64 = 1 << 7, /* log-certs-base64: cert */
	ZEEK_TBS = 1 << 8, /* X509::Certificate$tbs_sig_alg */
	ZEEK_HOSTS_ONLY = 1 << 9, /* log-hostcerts-only: no column, no rows of CA certificates */
};

struct zeek_options {
	bool json;
	bool legacy;
	uint32_t extra; /* enum zeek_extra */
	uint8_t history_max; /* 0: as long as it is */
};

/* What others found of a session's chain; what is not known stays unset. */
struct zeek_verdict {
	const char *validation; /* openssl_verify() */
	int validation_code;
	const char *ocsp; /* "good" */
	bool has_ct;
	uint32_t ct_logs, ct_operators;
};

/* One certificate of a session. */
struct zeek_cert {
	int64_t time_us;
	const struct session *session; /* where it was seen */
	size_t index; /* in its chain: 0 is the host's */
	bool client; /* in the client's chain */
	struct span der;
};

enum { ZEEK_KEY_SIZE = 16 };

struct zeek_notice {
	const char *note; /* "SSL::Weak_Key" */
	const char *msg;
	const char *sub; /* NULL: unset, as the next */
	const char *file_desc;
	bool of_leaf; /* fuid: the server's first certificate */
	uint32_t n; /* 0: unset */
	uint32_t suppress_s; /* notices of the same key are told once in this time */
	uint8_t key[ZEEK_KEY_SIZE];
};

/* "ssl" */
const char *zeek_log_name(enum zeek_log log);
/* The lines before the first row and after the last; none in JSON. */
void zeek_header(
    enum zeek_log log, const struct zeek_options *options, int64_t now_s, struct buf *out);
void zeek_footer(const struct zeek_options *options, int64_t now_s, struct buf *out);

void zeek_ssl_row(const struct session *s, const struct zeek_verdict *verdict,
    const struct zeek_options *options, struct buf *out);
void zeek_x509_row(
    const struct zeek_cert *cert, const struct zeek_options *options, struct buf *out);
void zeek_notice_row(const struct session *s, const struct zeek_notice *notice, int64_t time_us,
    const struct zeek_options *options, struct buf *out);
/* Of the server's first certificate. */
void zeek_known_certs_row(
    const struct session *s, int64_t time_us, const struct zeek_options *options, struct buf *out);

enum zeek_hosts { ZEEK_LOCAL_HOSTS, ZEEK_REMOTE_HOSTS, ZEEK_ALL_HOSTS, ZEEK_NO_HOSTS };

/* Which servers' faults are noticed. Zero is Zeek's default. */
struct zeek_policy {
	uint8_t expiring_certs, weak_keys, known_certs; /* enum zeek_hosts */
	bool no_heartbleed;
	uint32_t expires_soon_s; /* 0: 30 days */
	uint16_t key_bits; /* fewer are weak; 0: 2048 */
	uint16_t version; /* older is old; 0: TLS 1.0 */
	bool (*is_local)(void *context, const struct addr *a); /* NULL: private addresses are */
	void *context;
};

bool zeek_hosts_match(const struct zeek_policy *policy, uint8_t hosts, const struct addr *a);

typedef void zeek_notice_fn(void *context, const struct zeek_notice *notice);

/* The notices of one session, all at once, when its row of ssl.log is written. */
void zeek_notices(const struct session *s, const struct zeek_verdict *verdict,
    const struct zeek_policy *policy, zeek_notice_fn *each, void *context);
/* Of heartbeats: when it ends. */
void zeek_heartbleed(const struct session *s, zeek_notice_fn *each, void *context);
