/*
 * alert_line.c: the two forms side by side, so that neither tells what the other keeps quiet.
 */
#include "format/alert_line.h"

#include "base/jsonw.h"
#include "base/text.h"
#include "base/time.h"
#include "format/words.h"
#include "verdict/table.h"

static const char *reason_of(const struct alert *a)
{
	const struct finding_row *row = finding_by_id(a->reason);

	return row ? row->name : "unknown";
}

static void put_text(struct jsonw *w, const char *key, const char *text)
{
	jsonw_key(w, key);
	if (*text)
		jsonw_str(w, text);
	else
		jsonw_null(w);
}

static void put_number(struct jsonw *w, const char *key, uint64_t n)
{
	jsonw_key(w, key);
	jsonw_u64(w, n);
}

static void put_time(struct jsonw *w, const char *key, int64_t ms)
{
	char text[TIME_TEXT_MAX];

	put_text(w, key, time_text_ms(ms, text));
}

static void put_addr(struct jsonw *w, const char *key, const struct addr *a)
{
	char text[ADDR_TEXT_MAX];

	put_text(w, key, addr_text(a, text));
}

static void put_server(struct jsonw *w, const struct alert *a)
{
	put_time(w, "timestamp", a->last_ms);
	put_addr(w, "ip", &a->server.addr);
	put_text(w, "hostname", a->server.name);
	put_number(w, "port", a->server.port);
	put_addr(w, "server", &a->server.addr);
	put_text(w, "name", a->server.name);
}

static void put_certificate(struct jsonw *w, const struct alert *a)
{
	jsonw_key(w, "sha256");
	if (digest256_is_zero(&a->certificate))
		jsonw_null(w);
	else
		jsonw_hex(w, span_of(a->certificate.b, sizeof(a->certificate.b)));
	put_text(w, "subject", a->subject);
}

void alert_ndjson(const struct alert *a, struct buf *out)
{
	const struct finding_row *row = finding_by_id(a->reason);
	struct jsonw w;

	jsonw_init(&w, out);
	jsonw_object(&w);
	put_text(&w, "kind", "alert");
	put_number(&w, "id", a->id);
	put_text(&w, "reason", reason_of(a));
	put_text(&w, "title", row ? row->title : "");
	put_text(&w, "severity", severity_text(a->severity));
	put_text(&w, "evidence", a->evidence);
	put_text(&w, "direction", direction_text((enum direction)a->sensed.direction));
	put_server(&w, a);
	put_certificate(&w, a);
	put_addr(&w, "client", &a->sensed.client);
	put_number(&w, "connections", a->connections);
	put_number(&w, "clients", a->clients);
	put_time(&w, "first_seen", a->first_ms);
	put_time(&w, "last_seen", a->last_ms);
	jsonw_end_object(&w);
	buf_str(out, "\n");
}

static void put_safe(struct buf *out, const char *before, const char *text, const char *after)
{
	if (!*text)
		return;
	buf_str(out, before);
	text_safe(out, span_str(text));
	buf_str(out, after);
}

void alert_text(const struct alert *a, const struct style *style, struct buf *out)
{
	char text[ADDR_TEXT_MAX + 8], when[TIME_TEXT_MAX];

	buf_printf(out, "%s  %s%-8s%s  %-8s  %s", time_text(a->last_ms / 1000, when),
	    colour_of(style, a->severity), severity_text(a->severity), colour_off(style),
	    direction_text((enum direction)a->sensed.direction), reason_of(a));
	put_safe(out, " (", a->evidence, ")");
	buf_printf(out, "  %s", addr_port_text(&a->server.addr, a->server.port, text));
	put_safe(out, " ", a->server.name, "");
	put_safe(out, "  certificate of ", a->subject, "");
	buf_printf(out, "  client %s", addr_text(&a->sensed.client, text));
	buf_str(out, ", ");
	put_count(out, a->connections, "connection", "connections");
	buf_str(out, ", ");
	put_count(out, a->clients, "client", "clients");
}
