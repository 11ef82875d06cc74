/*
 * zeek.c: what all Zeek logs have in common: the head and foot of a file, the walk over a table of
 * columns, the first six columns and the words for numbers.
 */
#include "format/zeek.h"

#include "base/time.h"
#include "format/zeek_column.h"
#include "wire/iana.h"

#include <stdio.h>

static const struct {
	const char *name;
	const struct zeek_column *columns;
} logs[ZEEK_LOGS] = {
    [ZEEK_SSL] = {"ssl", zeek_ssl_columns},
    [ZEEK_X509] = {"x509", zeek_x509_columns},
    [ZEEK_NOTICE] = {"notice", zeek_notice_columns},
    [ZEEK_KNOWN_CERTS] = {"known_certs", zeek_known_certs_columns},
};

const char *zeek_log_name(enum zeek_log log)
{
	return logs[log].name;
}

static bool is_shown(const struct zeek_column *c, const struct zeek_options *options)
{
	uint32_t extra = options->extra | (options->legacy ? ZEEK_NAMES : 0);

	return c->profiles & (options->legacy ? ZEEK_LEGACY : ZEEK_CURRENT) &&
	       (c->extra == 0 || c->extra & extra);
}

static void put_moment(const char *what, int64_t now_s, struct buf *out)
{
	struct civil t = time_civil(now_s);

	buf_printf(out, "%s\t%04lld-%02u-%02u-%02u-%02u-%02u\n", what, (long long)t.year, t.month,
	    t.day, t.hour, t.minute, t.second);
}

static void put_columns(
    const struct zeek_column *c, const struct zeek_options *options, bool types, struct buf *out)
{
	buf_str(out, types ? "#types" : "#fields");
	for (; c->name; c++)
		if (is_shown(c, options))
			buf_printf(out, "\t%s", types ? c->type : c->name);
	buf_str(out, "\n");
}

void zeek_header(
    enum zeek_log log, const struct zeek_options *options, int64_t now_s, struct buf *out)
{
	if (options->json)
		return;
	buf_str(out, "#separator \\x09\n#set_separator\t,\n#empty_field\t(empty)\n"
		     "#unset_field\t-\n");
	buf_printf(out, "#path\t%s\n", logs[log].name);
	put_moment("#open", now_s, out);
	put_columns(logs[log].columns, options, false, out);
	put_columns(logs[log].columns, options, true, out);
}

void zeek_footer(const struct zeek_options *options, int64_t now_s, struct buf *out)
{
	if (!options->json)
		put_moment("#close", now_s, out);
}

void zeek_row(const struct zeek_column *c, const struct zeek_row *row, struct buf *out)
{
	struct zeek_value v = {.out = out, .json = row->options->json};
	const char *between = v.json ? "{" : "";

	for (; c->name; c++) {
		if (!is_shown(c, row->options))
			continue;
		buf_str(out, between);
		between = v.json ? "" : "\t";
		v.name = c->name;
		v.put = false;
		if (c->get)
			c->get(row, &v);
		if (!v.put && !v.json)
			buf_str(out, "-");
	}
	buf_str(out, v.json ? "}\n" : "\n");
}

/* As Zeek writes identifiers: the digits of base 62, the last one first. */
static char *put_base62(char *at, uint64_t n)
{
	static const char digits[] =
	    "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

	for (; n; n /= 62)
		*at++ = digits[n % 62];
	return at;
}

/* 96 bits: Zeek's default. */
static const char *id_text(char kind, uint64_t high, uint64_t low, char text[ZEEK_TEXT_MAX])
{
	char *at = text;

	*at++ = kind;
	at = put_base62(at, high);
	at = put_base62(at, low & 0xffffffff);
	*at = '\0';
	return text;
}

const char *zeek_uid_text(const struct session *s, char text[ZEEK_TEXT_MAX])
{
	return id_text('C', s->uid[0], s->uid[1], text);
}

const char *zeek_fuid_text(
    const struct session *s, bool client, size_t index, char text[ZEEK_TEXT_MAX])
{
	/* An odd factor keeps them apart; that they are random comes from the session's. */
	uint64_t step = (2 * index + client + 1) * 0x9e3779b97f4a7c15u;

	return id_text('F', s->uid[0] + step, s->uid[1] >> 32, text);
}

void zeek_get_time(const struct zeek_row *row, struct zeek_value *v)
{
	zeek_put_us(v, row->time_us);
}

void zeek_get_uid(const struct zeek_row *row, struct zeek_value *v)
{
	char text[ZEEK_TEXT_MAX];

	zeek_put_text(v, zeek_uid_text(row->session, text));
}

/* Who began the connection: Zeek's rows go by that, whoever then spoke as client. */
static const struct session_side *originator(const struct session *s)
{
	return s->flags & SESSION_FLIPPED ? &s->server : &s->client;
}

static const struct session_side *responder(const struct session *s)
{
	return s->flags & SESSION_FLIPPED ? &s->client : &s->server;
}

void zeek_get_orig_h(const struct zeek_row *row, struct zeek_value *v)
{
	zeek_put_addr(v, &originator(row->session)->addr);
}

void zeek_get_orig_p(const struct zeek_row *row, struct zeek_value *v)
{
	zeek_put_count(v, originator(row->session)->port);
}

void zeek_get_resp_h(const struct zeek_row *row, struct zeek_value *v)
{
	zeek_put_addr(v, &responder(row->session)->addr);
}

void zeek_get_resp_p(const struct zeek_row *row, struct zeek_value *v)
{
	zeek_put_count(v, responder(row->session)->port);
}

static const char *known_or(const char *known, unsigned number, char text[ZEEK_TEXT_MAX])
{
	if (known)
		return known;
	snprintf(text, ZEEK_TEXT_MAX, "unknown-%u", number);
	return text;
}

const char *zeek_version_text(uint16_t version, char text[ZEEK_TEXT_MAX])
{
	static const struct {
		uint16_t version;
		const char *name;
	} names[] = {
	    {0x0002, "SSLv2"},
	    {0x0300, "SSLv3"},
	    {0x0301, "TLSv10"},
	    {0x0302, "TLSv11"},
	    {0x0303, "TLSv12"},
	    {0x0304, "TLSv13"},
	    {0xfeff, "DTLSv10"},
	    {0xfefd, "DTLSv12"},
	    {0xfefc, "DTLSv13"},
	};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (names[i].version == version)
			return names[i].name;
	if (version >> 8 != 0x7f)
		return known_or(NULL, version, text);
	snprintf(text, ZEEK_TEXT_MAX, "TLSv13-draft%02u", version & 0xffu);
	return text;
}

static const char *sslv2_cipher(uint32_t cipher)
{
	static const struct {
		uint32_t cipher;
		const char *name;
	} names[] = {
	    {0x010080, "SSLv20_CK_RC4_128_WITH_MD5"},
	    {0x020080, "SSLv20_CK_RC4_128_EXPORT40_WITH_MD5"},
	    {0x030080, "SSLv20_CK_RC2_128_CBC_WITH_MD5"},
	    {0x040080, "SSLv20_CK_RC2_128_CBC_EXPORT40_WITH_MD5"},
	    {0x050080, "SSLv20_CK_IDEA_128_CBC_WITH_MD5"},
	    {0x060040, "SSLv20_CK_DES_64_CBC_WITH_MD5"},
	    {0x0700c0, "SSLv20_CK_DES_192_EDE3_CBC_WITH_MD5"},
	};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (names[i].cipher == cipher)
			return names[i].name;
	return NULL;
}

const char *zeek_cipher_text(const struct session *s, char text[ZEEK_TEXT_MAX])
{
	if (s->version == 0x0002)
		return known_or(sslv2_cipher(s->cipher), s->cipher, text);
	return known_or(iana_cipher((uint16_t)s->cipher), s->cipher, text);
}

const char *zeek_alert_text(uint8_t alert, char text[ZEEK_TEXT_MAX])
{
	return known_or(iana_alert(alert), alert, text);
}

const char *zeek_group_text(uint16_t group, char text[ZEEK_TEXT_MAX])
{
	return known_or(iana_group(group), group, text);
}
