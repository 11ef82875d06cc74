/*
 * zeek_ssl_ext.c: the columns of Zeek's script ssl-log-ext: the hellos in numbers, and those of the
 * packages ja3 and ja4. What an extension lists is a column only if the extension was sent.
 */
#include "format/zeek_column.h"
#include "wire/fingerprint.h"
#include "wire/handshake.h"
#include "wire/sslv2.h"

static bool is_datagram(const struct session *s)
{
	return s->transport == TRANSPORT_UDP;
}

/* An offer in SSL 2.0's clothes: suites of three bytes, those of TLS begin with 0. */
static bool is_wrapped(const struct session_side *side)
{
	return side->record_version == VERSION_SSL2;
}

static bool read_client(const struct zeek_row *row, struct client_hello *h)
{
	const struct session_side *side = &row->session->client;

	return side->hello.n && !is_wrapped(side) &&
	       !err_is(client_hello_parse(side->hello, is_datagram(row->session), h));
}

static bool read_wrapped(const struct zeek_row *row, struct sslv2_client_hello *h)
{
	const struct session_side *side = &row->session->client;

	return side->hello.n && is_wrapped(side) &&
	       !err_is(sslv2_client_hello_parse(side->hello, h));
}

static bool read_server(const struct zeek_row *row, struct server_hello *h)
{
	const struct session_side *side = &row->session->server;

	return side->hello.n && !is_wrapped(side) && !err_is(server_hello_skim(side->hello, h));
}

/* Numbers of `bytes` bytes each. */
static void put_numbers(struct span list, size_t bytes, struct zeek_value *v)
{
	zeek_put_list(v);
	while (list.n >= bytes)
		zeek_put_count(v, span_be(&list, bytes));
	zeek_put_list_end(v);
}

static void put_if_sent(struct span list, size_t bytes, struct zeek_value *v)
{
	if (list.n)
		put_numbers(list, bytes, v);
}

void zeek_get_server_version(const struct zeek_row *row, struct zeek_value *v)
{
	struct span hello = row->session->server.hello;

	if (hello.n && !is_wrapped(&row->session->server))
		zeek_put_count(v, span_u16(&hello));
	else if (hello.n)
		zeek_put_count(v, VERSION_SSL2);
}

void zeek_get_client_version(const struct zeek_row *row, struct zeek_value *v)
{
	struct sslv2_client_hello wrapped;
	struct client_hello h;

	if (read_client(row, &h))
		zeek_put_count(v, h.version);
	else if (read_wrapped(row, &wrapped))
		zeek_put_count(v, wrapped.version);
}

static void put_wrapped_ciphers(struct span list, struct zeek_value *v)
{
	zeek_put_list(v);
	while (list.n >= 3) {
		uint32_t cipher = span_u24(&list);

		if (cipher <= UINT16_MAX)
			zeek_put_count(v, cipher);
	}
	zeek_put_list_end(v);
}

void zeek_get_client_ciphers(const struct zeek_row *row, struct zeek_value *v)
{
	struct sslv2_client_hello wrapped;
	struct client_hello h;

	if (read_client(row, &h))
		put_numbers(h.ciphers, 2, v);
	else if (read_wrapped(row, &wrapped))
		put_wrapped_ciphers(wrapped.ciphers, v);
}

/* Zeek lists the extensions of a hello that is sent twice (DTLS's cookie) twice. */
static unsigned times_sent(const struct session *s)
{
	return is_datagram(s) && strncmp(s->history, "CvC", 3) == 0 ? 2 : 1;
}

static void put_types(struct span extensions, unsigned times, struct zeek_value *v)
{
	if (extensions.n == 0)
		return;
	zeek_put_list(v);
	for (unsigned i = 0; i < times; i++) {
		struct span list = extensions, body;
		uint16_t type;

		while (extension_next(&list, &type, &body))
			zeek_put_count(v, type);
	}
	zeek_put_list_end(v);
}

void zeek_get_client_exts(const struct zeek_row *row, struct zeek_value *v)
{
	struct client_hello h;

	if (read_client(row, &h))
		put_types(h.extensions, times_sent(row->session), v);
}

void zeek_get_server_exts(const struct zeek_row *row, struct zeek_value *v)
{
	struct server_hello h;

	if (read_server(row, &h))
		put_types(h.extensions, 1, v);
}

void zeek_get_ticket_lifetime(const struct zeek_row *row, struct zeek_value *v)
{
	if (row->session->has_ticket)
		zeek_put_count(v, row->session->ticket_lifetime_s);
}

void zeek_get_dh_size(const struct zeek_row *row, struct zeek_value *v)
{
	if (row->session->dh_bits)
		zeek_put_count(v, row->session->dh_bits);
}

void zeek_get_point_formats(const struct zeek_row *row, struct zeek_value *v)
{
	struct client_hello h;

	if (read_client(row, &h))
		put_if_sent(h.point_formats, 1, v);
}

void zeek_get_client_curves(const struct zeek_row *row, struct zeek_value *v)
{
	struct client_hello h;

	if (read_client(row, &h))
		put_if_sent(h.groups, 2, v);
}

void zeek_get_client_alpn(const struct zeek_row *row, struct zeek_value *v)
{
	struct client_hello h;

	if (!read_client(row, &h) || h.alpn.n == 0)
		return;
	zeek_put_list(v);
	while (h.alpn.n) {
		struct span name = span_vec(&h.alpn, 1);

		if (!name.bad)
			zeek_put_span(v, name);
	}
	zeek_put_list_end(v);
}

void zeek_get_client_versions(const struct zeek_row *row, struct zeek_value *v)
{
	struct client_hello h;

	if (read_client(row, &h))
		put_if_sent(h.versions, 2, v);
}

/* The body of an extension of the server's; empty: not sent. */
static struct span server_extension(const struct zeek_row *row, uint16_t wanted)
{
	struct server_hello h;
	struct span body;
	uint16_t type;

	if (read_server(row, &h))
		while (extension_next(&h.extensions, &type, &body))
			if (type == wanted)
				return body;
	return span_of(NULL, 0);
}

void zeek_get_server_supported(const struct zeek_row *row, struct zeek_value *v)
{
	struct span body = server_extension(row, EXT_SUPPORTED_VERSIONS);

	if (body.n >= 2)
		zeek_put_count(v, span_u16(&body));
}

void zeek_get_psk_modes(const struct zeek_row *row, struct zeek_value *v)
{
	struct client_hello h;

	if (read_client(row, &h))
		put_if_sent(h.psk_modes, 1, v);
}

void zeek_get_client_shares(const struct zeek_row *row, struct zeek_value *v)
{
	struct client_hello h;

	if (!read_client(row, &h) || h.shares.n == 0)
		return;
	zeek_put_list(v);
	while (h.shares.n >= 4) {
		zeek_put_count(v, span_u16(&h.shares));
		span_vec(&h.shares, 2);
	}
	zeek_put_list_end(v);
}

void zeek_get_server_share(const struct zeek_row *row, struct zeek_value *v)
{
	struct span body = server_extension(row, EXT_KEY_SHARE);

	if (body.n >= 2)
		zeek_put_count(v, span_u16(&body));
}

void zeek_get_compression(const struct zeek_row *row, struct zeek_value *v)
{
	struct sslv2_client_hello wrapped;
	struct client_hello h;

	if (read_client(row, &h))
		put_numbers(h.compression, 1, v);
	else if (read_wrapped(row, &wrapped)) /* which has none */
		put_numbers(span_of(NULL, 0), 1, v);
}

/* RFC 5246 7.4.1.4.1: a hash and a signature, one byte each. */
static void put_scheme_bytes(const struct zeek_row *row, size_t at, struct zeek_value *v)
{
	struct client_hello h;

	if (!read_client(row, &h) || h.schemes.n == 0)
		return;
	zeek_put_list(v);
	for (size_t i = 0; i + 1 < h.schemes.n; i += 2)
		zeek_put_count(v, h.schemes.p[i + at]);
	zeek_put_list_end(v);
}

void zeek_get_sigalgs(const struct zeek_row *row, struct zeek_value *v)
{
	put_scheme_bytes(row, 1, v);
}

void zeek_get_hashalgs(const struct zeek_row *row, struct zeek_value *v)
{
	put_scheme_bytes(row, 0, v);
}

void zeek_get_ech_kdf(const struct zeek_row *row, struct zeek_value *v)
{
	struct client_hello h;

	if (read_client(row, &h) && h.ech)
		zeek_put_count(v, h.ech_kdf);
}

void zeek_get_ech_aead(const struct zeek_row *row, struct zeek_value *v)
{
	struct client_hello h;

	if (read_client(row, &h) && h.ech)
		zeek_put_count(v, h.ech_aead);
}

void zeek_get_ja3(const struct zeek_row *row, struct zeek_value *v)
{
	char text[JA3_HEX + 1];
	struct client_hello h;

	if (read_client(row, &h) && ja3(&h, text))
		zeek_put_text(v, text);
}

void zeek_get_ja3s(const struct zeek_row *row, struct zeek_value *v)
{
	char text[JA3_HEX + 1];
	struct server_hello h;

	if (read_server(row, &h) && ja3s(&h, text))
		zeek_put_text(v, text);
}

void zeek_get_ja4(const struct zeek_row *row, struct zeek_value *v)
{
	char text[JA4_TEXT + 1];
	struct client_hello h;

	if (!read_client(row, &h))
		return;
	ja4(&h, is_datagram(row->session) ? 'd' : 't', text);
	zeek_put_text(v, text);
}
