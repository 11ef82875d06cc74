/*
 * zeek_ssl.c: ssl.log, a row a connection. What was never seen is unset; the flags are always
 * there.
 */
#include "format/zeek.h"

#include "format/zeek_column.h"
#include "x509/der.h"
#include "x509/match.h"
#include "x509/name.h"
#include "x509/openssl_text.h"

static void get_first_time(const struct zeek_row *row, struct zeek_value *v)
{
	zeek_put_us(v, row->session->first_us);
}

static void get_version(const struct zeek_row *row, struct zeek_value *v)
{
	char text[ZEEK_TEXT_MAX];

	if (row->session->version)
		zeek_put_text(v, zeek_version_text(row->session->version, text));
}

static void get_cipher(const struct zeek_row *row, struct zeek_value *v)
{
	char text[ZEEK_TEXT_MAX];

	if (row->session->version)
		zeek_put_text(v, zeek_cipher_text(row->session, text));
}

static void get_curve(const struct zeek_row *row, struct zeek_value *v)
{
	char text[ZEEK_TEXT_MAX];

	if (row->session->group)
		zeek_put_text(v, zeek_group_text(row->session->group, text));
}

static void get_server_name(const struct zeek_row *row, struct zeek_value *v)
{
	if (row->session->name[0])
		zeek_put_text(v, row->session->name);
}

static void get_resumed(const struct zeek_row *row, struct zeek_value *v)
{
	zeek_put_bool(v, row->session->flags & SESSION_IS_RESUMED);
}

static void get_last_alert(const struct zeek_row *row, struct zeek_value *v)
{
	const struct session *s = row->session;
	char text[ZEEK_TEXT_MAX];

	if (s->alert_from)
		zeek_put_text(v,
		    zeek_alert_text(s->alert_from == 1 ? s->client.alert : s->server.alert, text));
}

static void get_next_protocol(const struct zeek_row *row, struct zeek_value *v)
{
	if (row->session->alpn[0])
		zeek_put_text(v, row->session->alpn);
}

static void get_established(const struct zeek_row *row, struct zeek_value *v)
{
	zeek_put_bool(v, row->session->flags & SESSION_IS_ESTABLISHED);
}

static void get_history(const struct zeek_row *row, struct zeek_value *v)
{
	struct span letters = span_str(row->session->history);

	if (row->options->history_max && letters.n > row->options->history_max)
		letters.n = row->options->history_max;
	zeek_put_span(v, letters);
}

/* Both lists are there as soon as one of them has a certificate. */
static bool has_chain(const struct session *s)
{
	return s->server.n_certs || s->client.n_certs;
}

static void put_fingerprints(const struct session_side *side, struct zeek_value *v)
{
	struct buf hex;

	buf_init(&hex, ZEEK_TEXT_MAX);
	zeek_put_list(v);
	for (size_t i = 0; i < side->n_certs; i++) {
		struct digest256 id = cert_id_of(side->certs[i]);

		buf_reset(&hex);
		buf_hex(&hex, span_of(id.b, sizeof(id.b)));
		zeek_put_span(v, buf_view(&hex));
	}
	zeek_put_list_end(v);
	buf_done(&hex);
}

static void get_server_fps(const struct zeek_row *row, struct zeek_value *v)
{
	if (has_chain(row->session))
		put_fingerprints(&row->session->server, v);
}

static void get_client_fps(const struct zeek_row *row, struct zeek_value *v)
{
	if (has_chain(row->session))
		put_fingerprints(&row->session->client, v);
}

static void put_fuids(const struct session *s, bool client, struct zeek_value *v)
{
	size_t n = client ? s->client.n_certs : s->server.n_certs;
	char text[ZEEK_TEXT_MAX];

	if (!has_chain(s))
		return;
	zeek_put_list(v);
	for (size_t i = 0; i < n; i++)
		zeek_put_text(v, zeek_fuid_text(s, client, i, text));
	zeek_put_list_end(v);
}

static void get_server_fuids(const struct zeek_row *row, struct zeek_value *v)
{
	put_fuids(row->session, false, v);
}

static void get_client_fuids(const struct zeek_row *row, struct zeek_value *v)
{
	put_fuids(row->session, true, v);
}

static void put_name(struct span name, struct zeek_value *v)
{
	struct buf text;

	buf_init(&text, 1 << 20);
	openssl_name_text(name, &text);
	zeek_put_span(v, buf_view(&text));
	buf_done(&text);
}

static void get_subject(const struct zeek_row *row, struct zeek_value *v)
{
	if (row->read)
		put_name(row->read->subject, v);
}

static void get_issuer(const struct zeek_row *row, struct zeek_value *v)
{
	if (row->read)
		put_name(row->read->issuer, v);
}

static void put_client_name(const struct zeek_row *row, bool issuer, struct zeek_value *v)
{
	struct cert leaf;

	if (row->session->client.n_certs == 0)
		return;
	cert_parse(row->session->client.certs[0], &leaf);
	put_name(issuer ? leaf.issuer : leaf.subject, v);
}

static void get_client_subject(const struct zeek_row *row, struct zeek_value *v)
{
	put_client_name(row, false, v);
}

static void get_client_issuer(const struct zeek_row *row, struct zeek_value *v)
{
	put_client_name(row, true, v);
}

/* Names of a SAN, or the common name where there is none. An address is no server_name (RFC 6066
 * 3), so it matches nothing. Where Zeek is narrower than RFC 9525 (letters' case, a final dot) this
 * is not: the column would call a good certificate bad. */
bool zeek_name_matches(const struct cert *leaf, const char *name)
{
	struct span names = leaf->ext.san, host = span_str(name);
	struct general general;
	struct addr addr;
	struct buf cn;
	bool matches = false;

	if (!err_is(addr_parse(host, &addr)))
		return false;
	while (!matches && general_next(&names, &general))
		matches = general.kind == GENERAL_DNS && match_dns(general.value, host);
	if (leaf->ext.has_san)
		return matches;
	buf_init(&cn, 1 << 16);
	matches = name_cn(leaf->subject, &cn) && match_dns(buf_view(&cn), host);
	buf_done(&cn);
	return matches;
}

static void get_sni_matches(const struct zeek_row *row, struct zeek_value *v)
{
	if (row->session->name[0] && row->read)
		zeek_put_bool(v, zeek_name_matches(row->read, row->session->name));
}

static void get_validation(const struct zeek_row *row, struct zeek_value *v)
{
	if (row->verdict->validation)
		zeek_put_text(v, row->verdict->validation);
}

static void get_ocsp(const struct zeek_row *row, struct zeek_value *v)
{
	if (row->verdict->ocsp)
		zeek_put_text(v, row->verdict->ocsp);
}

static void get_ct_logs(const struct zeek_row *row, struct zeek_value *v)
{
	if (row->verdict->has_ct)
		zeek_put_count(v, row->verdict->ct_logs);
}

static void get_ct_operators(const struct zeek_row *row, struct zeek_value *v)
{
	if (row->verdict->has_ct)
		zeek_put_count(v, row->verdict->ct_operators);
}

/* RFC 5246 7.4.4; signature algorithms only since TLS 1.2. */
static void get_asked_authorities(const struct zeek_row *row, struct zeek_value *v)
{
	struct span body = row->session->cert_request, names;
	uint16_t version = row->session->version;
	struct buf text;

	if (body.n == 0)
		return;
	span_vec(&body, 1);
	if (version == 0x0303 || version == 0xfefd)
		span_vec(&body, 2);
	names = span_vec(&body, 2);
	buf_init(&text, 1 << 20);
	zeek_put_list(v);
	while (names.n && !names.bad) {
		struct span name = span_vec(&names, 2);

		buf_reset(&text);
		openssl_name_text(name, &text);
		if (!names.bad)
			zeek_put_span(v, buf_view(&text));
	}
	zeek_put_list_end(v);
	buf_done(&text);
}

const struct zeek_column zeek_ssl_columns[] = {
    {"ts", "time", get_first_time, ZEEK_BOTH, 0},
    {"uid", "string", zeek_get_uid, ZEEK_BOTH, 0},
    {"id.orig_h", "addr", zeek_get_orig_h, ZEEK_BOTH, 0},
    {"id.orig_p", "port", zeek_get_orig_p, ZEEK_BOTH, 0},
    {"id.resp_h", "addr", zeek_get_resp_h, ZEEK_BOTH, 0},
    {"id.resp_p", "port", zeek_get_resp_p, ZEEK_BOTH, 0},
    {"version", "string", get_version, ZEEK_BOTH, 0},
    {"cipher", "string", get_cipher, ZEEK_BOTH, 0},
    {"curve", "string", get_curve, ZEEK_BOTH, 0},
    {"server_name", "string", get_server_name, ZEEK_BOTH, 0},
    {"resumed", "bool", get_resumed, ZEEK_BOTH, 0},
    {"last_alert", "string", get_last_alert, ZEEK_BOTH, 0},
    {"next_protocol", "string", get_next_protocol, ZEEK_BOTH, 0},
    {"established", "bool", get_established, ZEEK_BOTH, 0},
    {"ssl_history", "string", get_history, ZEEK_CURRENT, 0},
    {"cert_chain_fps", "vector[string]", get_server_fps, ZEEK_CURRENT, 0},
    {"client_cert_chain_fps", "vector[string]", get_client_fps, ZEEK_CURRENT, 0},
    {"cert_chain_fuids", "vector[string]", get_server_fuids, ZEEK_LEGACY, 0},
    {"client_cert_chain_fuids", "vector[string]", get_client_fuids, ZEEK_LEGACY, 0},
    {"subject", "string", get_subject, ZEEK_BOTH, ZEEK_NAMES},
    {"issuer", "string", get_issuer, ZEEK_BOTH, ZEEK_NAMES},
    {"client_subject", "string", get_client_subject, ZEEK_BOTH, ZEEK_NAMES},
    {"client_issuer", "string", get_client_issuer, ZEEK_BOTH, ZEEK_NAMES},
    {"sni_matches_cert", "bool", get_sni_matches, ZEEK_CURRENT, 0},
    {"requested_client_certificate_authorities", "vector[string]", get_asked_authorities, ZEEK_BOTH,
	ZEEK_CA_REQUEST},
    {"validation_status", "string", get_validation, ZEEK_BOTH, ZEEK_VALIDATION},
    {"ocsp_status", "string", get_ocsp, ZEEK_BOTH, ZEEK_OCSP},
    {"valid_ct_logs", "count", get_ct_logs, ZEEK_BOTH, ZEEK_CT},
    {"valid_ct_operators", "count", get_ct_operators, ZEEK_BOTH, ZEEK_CT},
    {"server_version", "count", zeek_get_server_version, ZEEK_BOTH, ZEEK_SSL_EXT},
    {"client_version", "count", zeek_get_client_version, ZEEK_BOTH, ZEEK_SSL_EXT},
    {"client_ciphers", "vector[count]", zeek_get_client_ciphers, ZEEK_BOTH, ZEEK_SSL_EXT},
    {"ssl_client_exts", "vector[count]", zeek_get_client_exts, ZEEK_BOTH, ZEEK_SSL_EXT},
    {"ssl_server_exts", "vector[count]", zeek_get_server_exts, ZEEK_BOTH, ZEEK_SSL_EXT},
    {"ticket_lifetime_hint", "count", zeek_get_ticket_lifetime, ZEEK_BOTH, ZEEK_SSL_EXT},
    {"dh_param_size", "count", zeek_get_dh_size, ZEEK_BOTH, ZEEK_SSL_EXT},
    {"point_formats", "vector[count]", zeek_get_point_formats, ZEEK_BOTH, ZEEK_SSL_EXT},
    {"client_curves", "vector[count]", zeek_get_client_curves, ZEEK_BOTH, ZEEK_SSL_EXT},
    {"orig_alpn", "vector[string]", zeek_get_client_alpn, ZEEK_BOTH, ZEEK_SSL_EXT},
    {"client_supported_versions", "vector[count]", zeek_get_client_versions, ZEEK_BOTH,
	ZEEK_SSL_EXT},
    {"server_supported_version", "count", zeek_get_server_supported, ZEEK_BOTH, ZEEK_SSL_EXT},
    {"psk_key_exchange_modes", "vector[count]", zeek_get_psk_modes, ZEEK_BOTH, ZEEK_SSL_EXT},
    {"client_key_share_groups", "vector[count]", zeek_get_client_shares, ZEEK_BOTH, ZEEK_SSL_EXT},
    {"server_key_share_group", "count", zeek_get_server_share, ZEEK_BOTH, ZEEK_SSL_EXT},
    {"client_comp_methods", "vector[count]", zeek_get_compression, ZEEK_BOTH, ZEEK_SSL_EXT},
    {"sigalgs", "vector[count]", zeek_get_sigalgs, ZEEK_BOTH, ZEEK_SSL_EXT},
    {"hashalgs", "vector[count]", zeek_get_hashalgs, ZEEK_BOTH, ZEEK_SSL_EXT},
    {"ech_kdf_id", "count", zeek_get_ech_kdf, ZEEK_BOTH, ZEEK_SSL_EXT},
    {"ech_aead_id", "count", zeek_get_ech_aead, ZEEK_BOTH, ZEEK_SSL_EXT},
    {"ja3", "string", zeek_get_ja3, ZEEK_BOTH, ZEEK_JA3},
    {"ja3s", "string", zeek_get_ja3s, ZEEK_BOTH, ZEEK_JA3},
    {"ja4", "string", zeek_get_ja4, ZEEK_BOTH, ZEEK_JA3},
    {NULL, NULL, NULL, 0, 0},
};

void zeek_ssl_row(const struct session *s, const struct zeek_verdict *verdict,
    const struct zeek_options *options, struct buf *out)
{
	static const struct zeek_verdict nothing = {.validation = NULL};
	struct zeek_row row = {.options = options, .time_us = s->last_us, .session = s};
	struct cert leaf;

	row.verdict = verdict ? verdict : &nothing;
	if (s->server.n_certs) {
		cert_parse(s->server.certs[0], &leaf);
		row.read = &leaf;
	}
	zeek_row(zeek_ssl_columns, &row, out);
}
