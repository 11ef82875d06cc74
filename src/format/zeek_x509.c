/*
 * zeek_x509.c: x509.log, and known_certs.log, which is four fields of the same. In the legacy
 * profile a certificate has the identifier of a file and is told each time it is seen.
 */
#include "format/zeek.h"

#include "base/base64.h"
#include "format/zeek_column.h"
#include "x509/general.h"
#include "x509/openssl_text.h"

enum { LONG_TEXT_MAX = 4 << 20 }; /* a certificate in base64 */

static void get_fuid(const struct zeek_row *row, struct zeek_value *v)
{
	const struct zeek_cert *c = row->cert;
	char text[ZEEK_TEXT_MAX];

	zeek_put_text(v, zeek_fuid_text(c->session, c->client, c->index, text));
}

static void get_fingerprint(const struct zeek_row *row, struct zeek_value *v)
{
	struct buf hex;

	buf_init(&hex, ZEEK_TEXT_MAX);
	buf_hex(&hex, span_of(row->read->id, sizeof(row->read->id)));
	zeek_put_span(v, buf_view(&hex));
	buf_done(&hex);
}

static void get_version(const struct zeek_row *row, struct zeek_value *v)
{
	zeek_put_count(v, row->read->version);
}

typedef void put_text_fn(struct span part, struct buf *out);

static void put_part(put_text_fn *print, struct span part, struct zeek_value *v)
{
	struct buf text;

	buf_init(&text, LONG_TEXT_MAX);
	print(part, &text);
	zeek_put_span(v, buf_view(&text));
	buf_done(&text);
}

static void get_serial(const struct zeek_row *row, struct zeek_value *v)
{
	put_part(openssl_serial_text, row->read->serial, v);
}

static void get_subject(const struct zeek_row *row, struct zeek_value *v)
{
	put_part(openssl_name_text, row->read->subject, v);
}

static void get_issuer(const struct zeek_row *row, struct zeek_value *v)
{
	put_part(openssl_name_text, row->read->issuer, v);
}

static void get_not_before(const struct zeek_row *row, struct zeek_value *v)
{
	if (!(row->read->flaws & FLAW_VALIDITY))
		zeek_put_us(v, row->read->not_before_s * 1000000);
}

static void get_not_after(const struct zeek_row *row, struct zeek_value *v)
{
	if (!(row->read->flaws & FLAW_VALIDITY))
		zeek_put_us(v, row->read->not_after_s * 1000000);
}

static void get_key_alg(const struct zeek_row *row, struct zeek_value *v)
{
	zeek_put_text(v, row->key->algorithm);
}

static void put_algorithm(const struct zeek_row *row, bool outside, struct zeek_value *v)
{
	struct span inner, outer;

	if (openssl_algorithms(row->cert->der, &inner, &outer))
		put_part(openssl_algorithm_text, outside ? outer : inner, v);
}

static void get_sig_alg(const struct zeek_row *row, struct zeek_value *v)
{
	put_algorithm(row, true, v);
}

static void get_tbs_sig_alg(const struct zeek_row *row, struct zeek_value *v)
{
	put_algorithm(row, false, v);
}

static void get_key_type(const struct zeek_row *row, struct zeek_value *v)
{
	if (row->key->type[0])
		zeek_put_text(v, row->key->type);
}

static void get_key_length(const struct zeek_row *row, struct zeek_value *v)
{
	if (row->key->bits)
		zeek_put_count(v, row->key->bits);
}

static void get_exponent(const struct zeek_row *row, struct zeek_value *v)
{
	if (row->key->exponent.n)
		zeek_put_span(v, buf_view(&row->key->exponent));
}

static void get_curve(const struct zeek_row *row, struct zeek_value *v)
{
	if (row->key->curve[0])
		zeek_put_text(v, row->key->curve);
}

/* The names of one kind; nothing where there is none. */
static void put_names(const struct cert *c, enum general_kind kind, struct zeek_value *v)
{
	struct span names = c->ext.san;
	struct general name;
	struct addr addr;
	bool any = false;

	while (general_next(&names, &name)) {
		if (name.kind != kind || (kind == GENERAL_IP && !general_addr(&name, &addr)))
			continue;
		if (!any)
			zeek_put_list(v);
		any = true;
		if (kind == GENERAL_IP)
			zeek_put_addr(v, &addr);
		else
			zeek_put_span(v, name.value);
	}
	if (any)
		zeek_put_list_end(v);
}

static void get_san_dns(const struct zeek_row *row, struct zeek_value *v)
{
	put_names(row->read, GENERAL_DNS, v);
}

static void get_san_uri(const struct zeek_row *row, struct zeek_value *v)
{
	put_names(row->read, GENERAL_URI, v);
}

static void get_san_email(const struct zeek_row *row, struct zeek_value *v)
{
	put_names(row->read, GENERAL_EMAIL, v);
}

static void get_san_ip(const struct zeek_row *row, struct zeek_value *v)
{
	put_names(row->read, GENERAL_IP, v);
}

static void get_ca(const struct zeek_row *row, struct zeek_value *v)
{
	if (row->read->ext.has_basic)
		zeek_put_bool(v, row->read->ext.is_ca);
}

static void get_path_len(const struct zeek_row *row, struct zeek_value *v)
{
	if (row->read->ext.has_basic && row->read->ext.path_len != PATH_LEN_NONE)
		zeek_put_count(v, (uint64_t)row->read->ext.path_len);
}

static void get_host(const struct zeek_row *row, struct zeek_value *v)
{
	zeek_put_bool(v, row->cert->index == 0);
}

static void get_client(const struct zeek_row *row, struct zeek_value *v)
{
	zeek_put_bool(v, row->cert->client);
}

static void put_base64(struct span der, struct buf *out)
{
	base64_encode(out, der);
}

static void get_base64(const struct zeek_row *row, struct zeek_value *v)
{
	put_part(put_base64, row->cert->der, v);
}

const struct zeek_column zeek_x509_columns[] = {
    {"ts", "time", zeek_get_time, ZEEK_BOTH, 0},
    {"id", "string", get_fuid, ZEEK_LEGACY, 0},
    {"fingerprint", "string", get_fingerprint, ZEEK_CURRENT, 0},
    {"certificate.version", "count", get_version, ZEEK_BOTH, 0},
    {"certificate.serial", "string", get_serial, ZEEK_BOTH, 0},
    {"certificate.subject", "string", get_subject, ZEEK_BOTH, 0},
    {"certificate.issuer", "string", get_issuer, ZEEK_BOTH, 0},
    {"certificate.not_valid_before", "time", get_not_before, ZEEK_BOTH, 0},
    {"certificate.not_valid_after", "time", get_not_after, ZEEK_BOTH, 0},
    {"certificate.key_alg", "string", get_key_alg, ZEEK_BOTH, 0},
    {"certificate.sig_alg", "string", get_sig_alg, ZEEK_BOTH, 0},
    {"certificate.key_type", "string", get_key_type, ZEEK_BOTH, 0},
    {"certificate.key_length", "count", get_key_length, ZEEK_BOTH, 0},
    {"certificate.exponent", "string", get_exponent, ZEEK_BOTH, 0},
    {"certificate.curve", "string", get_curve, ZEEK_BOTH, 0},
    {"certificate.tbs_sig_alg", "string", get_tbs_sig_alg, ZEEK_CURRENT, ZEEK_TBS},
    {"san.dns", "vector[string]", get_san_dns, ZEEK_BOTH, 0},
    {"san.uri", "vector[string]", get_san_uri, ZEEK_BOTH, 0},
    {"san.email", "vector[string]", get_san_email, ZEEK_BOTH, 0},
    {"san.ip", "vector[addr]", get_san_ip, ZEEK_BOTH, 0},
    {"basic_constraints.ca", "bool", get_ca, ZEEK_BOTH, 0},
    {"basic_constraints.path_len", "count", get_path_len, ZEEK_BOTH, 0},
    {"host_cert", "bool", get_host, ZEEK_CURRENT, 0},
    {"client_cert", "bool", get_client, ZEEK_CURRENT, 0},
    {"cert", "string", get_base64, ZEEK_CURRENT, ZEEK_BASE64},
    {NULL, NULL, NULL, 0, 0},
};

void zeek_x509_row(
    const struct zeek_cert *cert, const struct zeek_options *options, struct buf *out)
{
	struct zeek_row row = {.options = options, .time_us = cert->time_us, .cert = cert};
	struct openssl_key key;
	struct cert read;

	cert_parse(cert->der, &read);
	openssl_key_read(read.key.spki, &key);
	row.read = &read;
	row.key = &key;
	zeek_row(zeek_x509_columns, &row, out);
	openssl_key_done(&key);
}

const struct zeek_column zeek_known_certs_columns[] = {
    {"ts", "time", zeek_get_time, ZEEK_BOTH, 0},
    {"host", "addr", zeek_get_resp_h, ZEEK_BOTH, 0},
    {"port_num", "port", zeek_get_resp_p, ZEEK_BOTH, 0},
    {"subject", "string", get_subject, ZEEK_BOTH, 0},
    {"issuer_subject", "string", get_issuer, ZEEK_BOTH, 0},
    {"serial", "string", get_serial, ZEEK_BOTH, 0},
    {NULL, NULL, NULL, 0, 0},
};

void zeek_known_certs_row(
    const struct session *s, int64_t time_us, const struct zeek_options *options, struct buf *out)
{
	struct zeek_row row = {.options = options, .time_us = time_us, .session = s};
	struct cert read;

	cert_parse(s->server.certs[0], &read);
	row.read = &read;
	zeek_row(zeek_known_certs_columns, &row, out);
}
