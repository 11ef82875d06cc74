/*
 * zeek_column.h: the tables behind zeek.h. A log is a list of columns; header, tabs and JSON are
 * walks over it.
 */
#pragma once

#include "format/zeek.h"
#include "format/zeek_value.h"

enum { ZEEK_CURRENT = 1, ZEEK_LEGACY = 2, ZEEK_BOTH = 3, ZEEK_TEXT_MAX = 64 };

/* What a getter may look at: of each log the pointers that it has. */
struct zeek_row {
	const struct zeek_options *options;
	int64_t time_us;
	const struct session *session;
	const struct zeek_verdict *verdict;
	const struct zeek_cert *cert;
	const struct cert *read; /* cert, or the server's first certificate; NULL: none */
	const struct openssl_key *key;
	const struct zeek_notice *notice;
};

typedef void zeek_getter(const struct zeek_row *row, struct zeek_value *v);

struct zeek_column {
	const char *name, *type;
	zeek_getter *get; /* NULL: always unset */
	uint8_t profiles; /* ZEEK_CURRENT, ZEEK_LEGACY */
	uint32_t extra; /* only with one of these; 0: always */
};

/* Ended by a row without a name. */
extern const struct zeek_column zeek_ssl_columns[], zeek_x509_columns[], zeek_notice_columns[],
    zeek_known_certs_columns[];

void zeek_row(const struct zeek_column *columns, const struct zeek_row *row, struct buf *out);

/* ts, uid, id.*: the same in all. */
zeek_getter zeek_get_time, zeek_get_uid, zeek_get_orig_h, zeek_get_orig_p, zeek_get_resp_h,
    zeek_get_resp_p;
/* "CHhAvVGS1DHFjwGM9". Returns text. */
const char *zeek_uid_text(const struct session *s, char text[ZEEK_TEXT_MAX]);
/* "FDiucV3BOTYQ5gNgwb": of a certificate of a session. */
const char *zeek_fuid_text(
    const struct session *s, bool client, size_t index, char text[ZEEK_TEXT_MAX]);

/* Zeek's words: "TLSv12", "unknown-32257". Return text or something static. */
const char *zeek_version_text(uint16_t version, char text[ZEEK_TEXT_MAX]);
const char *zeek_cipher_text(const struct session *s, char text[ZEEK_TEXT_MAX]);
const char *zeek_alert_text(uint8_t alert, char text[ZEEK_TEXT_MAX]);
const char *zeek_group_text(uint16_t group, char text[ZEEK_TEXT_MAX]);

/* Whether the leaf is for this name, as Zeek's sni_matches_cert. */
bool zeek_name_matches(const struct cert *leaf, const char *name);

/* The columns of ssl-log-ext and of the fingerprints: zeek_ssl_ext.c. */
zeek_getter zeek_get_server_version, zeek_get_client_version, zeek_get_client_ciphers,
    zeek_get_client_exts, zeek_get_server_exts, zeek_get_ticket_lifetime, zeek_get_dh_size,
    zeek_get_point_formats, zeek_get_client_curves, zeek_get_client_alpn, zeek_get_client_versions,
    zeek_get_server_supported, zeek_get_psk_modes, zeek_get_client_shares, zeek_get_server_share,
    zeek_get_compression, zeek_get_sigalgs, zeek_get_hashalgs, zeek_get_ech_kdf, zeek_get_ech_aead,
    zeek_get_ja3, zeek_get_ja3s, zeek_get_ja4;
