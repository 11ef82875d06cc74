/* What strangers sent, in rows of every log: each is one line with every column, or one object. */
#include "format/zeek.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static struct session session_of(struct span rest)
{
	struct session s = {.version = span_u16(&rest), .flags = span_u16(&rest)};
	struct span name;

	s.transport = span_u8(&rest) & 1 ? TRANSPORT_UDP : TRANSPORT_TCP;
	s.client.record_version = span_u16(&rest);
	s.cipher = span_u16(&rest);
	name = span_vec(&rest, 1);
	if (name.n && name.n < sizeof(s.name))
		memcpy(s.name, name.p, name.n);
	s.client.hello = span_vec(&rest, 2);
	s.server.hello = span_vec(&rest, 2);
	s.cert_request = span_vec(&rest, 2);
	s.server.certs[0] = rest;
	s.server.n_certs = rest.n > 0;
	s.client.certs[0] = rest;
	s.client.n_certs = rest.n > 0;
	return s;
}

static size_t count(struct span text, char what)
{
	size_t n = 0;

	for (size_t i = 0; i < text.n; i++)
		n += text.p[i] == (uint8_t)what;
	return n;
}

/* The last line of the header has a tab more than a row: "#types". */
static void check(enum zeek_log log, const struct zeek_options *o, struct buf *row)
{
	struct span text, line, types = {NULL, 0, false};
	struct buf head;

	buf_init(&head, 1 << 20);
	zeek_header(log, o, 0, &head);
	text = buf_view(&head);
	while (span_line(&text, &line))
		types = line;
	if (row->full || count(buf_view(row), '\n') != 1 || row->p[row->n - 1] != '\n')
		abort();
	if (!o->json && count(buf_view(row), '\t') + 1 != count(types, '\t'))
		abort();
	for (size_t i = 0; i + 1 < row->n; i++)
		if (row->p[i] < 0x20 && row->p[i] != '\t')
			abort();
	buf_done(&head);
	buf_reset(row);
}

static void write_all(const struct session *s, struct zeek_options o)
{
	struct zeek_verdict v = {.validation = "ok", .ocsp = "good", .has_ct = true};
	struct zeek_cert c = {.session = s, .der = s->server.certs[0]};
	struct zeek_notice notice = {.note = "n", .msg = s->name, .sub = s->name};
	struct buf out;

	buf_init(&out, 64 << 20);
	zeek_ssl_row(s, &v, &o, &out);
	check(ZEEK_SSL, &o, &out);
	zeek_x509_row(&c, &o, &out);
	check(ZEEK_X509, &o, &out);
	zeek_notice_row(s, &notice, 0, &o, &out);
	check(ZEEK_NOTICE, &o, &out);
	if (s->server.n_certs) {
		zeek_known_certs_row(s, 0, &o, &out);
		check(ZEEK_KNOWN_CERTS, &o, &out);
	}
	buf_done(&out);
}

static void ignore(void *context, const struct zeek_notice *notice)
{
	(void)context;
	if (!notice->msg[0])
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct session s = session_of(span_of(data, n));
	struct zeek_verdict v = {.validation = "bad", .ocsp = "revoked"};
	struct zeek_policy policy = {.weak_keys = ZEEK_ALL_HOSTS};

	for (uint32_t i = 0; i < 4; i++)
		write_all(
		    &s, (struct zeek_options){.json = i & 1, .legacy = i & 2, .extra = UINT32_MAX});
	zeek_notices(&s, &v, &policy, ignore, NULL);
	return 0;
}
