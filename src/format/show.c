/*
 * show.c: for somebody who has one certificate before them and a question about it. Findings that
 * hold come first, each with the words that browsers and openssl use for it; then those that will.
 * What is over is not shown.
 */
#include "format/show.h"

#include "base/text.h"
#include "format/getter.h"
#include "format/words.h"
#include "verdict/table.h"

enum {
	LABEL_COLUMNS = 14, /* with the indentation */
	PLAIN_WIDTH = 100, /* where the style has no width */
};

static void put_label(const char *label, struct buf *out)
{
	buf_printf(out, "  %-*s", LABEL_COLUMNS - 2, label);
}

/* One line of a stranger's text; nothing where there is none. */
static void put_text(const char *label, const char *text, struct buf *out)
{
	if (!text || !text[0])
		return;
	put_label(label, out);
	text_safe(out, span_str(text));
	buf_str(out, "\n");
}

static void put_digest(const char *label, const struct digest256 *d, struct buf *out)
{
	if (digest256_is_zero(d))
		return;
	put_label(label, out);
	buf_hex(out, span_of(d->b, sizeof(d->b)));
	buf_str(out, "\n");
}

/* Names, as many on a line as fit. */
static void put_names(const struct cert_facts *cert, const struct style *style, struct buf *out)
{
	size_t width = style->width ? style->width : PLAIN_WIDTH, column = LABEL_COLUMNS;

	if (!cert->n_sans)
		return;
	put_label("Names", out);
	for (size_t i = 0; i < cert->n_sans; i++) {
		struct span name = span_str(cert->sans[i]);
		size_t columns = text_width(name) + (i + 1 < cert->n_sans);

		if (column > LABEL_COLUMNS && column + 1 + columns > width) {
			buf_str(out, "\n");
			buf_fill(out, ' ', LABEL_COLUMNS);
			column = LABEL_COLUMNS;
		} else if (column > LABEL_COLUMNS) {
			buf_str(out, " ");
			column++;
		}
		text_safe(out, name);
		buf_str(out, i + 1 < cert->n_sans ? "," : "");
		column += columns;
	}
	buf_str(out, "\n");
}

static void put_validity(const struct cert_facts *cert, const struct style *style, struct buf *out)
{
	char from[TIME_TEXT_MAX], to[TIME_TEXT_MAX], left[TIME_TEXT_MAX];
	bool early = style->now_s < cert->not_before_s, over = style->now_s >= cert->not_after_s;

	put_label("Valid", out);
	buf_printf(out, "%s to %s, ", time_text(cert->not_before_s, from),
	    time_text(cert->not_after_s, to));
	if (early)
		buf_printf(out, "begins %s", until_text(cert->not_before_s, style->now_s, left));
	else
		buf_printf(out, "%s %s", over ? "expired" : "expires",
		    until_text(cert->not_after_s, style->now_s, left));
	buf_str(out, "\n");
}

void show_cert(const struct cert_facts *cert, const struct style *style, struct buf *out)
{
	put_text("Subject", cert->subject[0] ? cert->subject : "(empty)", out);
	put_names(cert, style, out);
	put_text("Issuer", cert->self_signed ? "itself (self-signed)" : cert->issuer, out);
	put_validity(cert, style, out);
	put_text("Key", cert->key_text, out);
	put_text("Signature", cert->sig_alg, out);
	put_text("Serial", cert->serial, out);
	put_text("Kind", cert->is_ca ? "certificate authority" : "", out);
	put_digest("SHA-256", &cert->id, out);
	put_digest("Public key", &cert->spki, out);
	put_text(
	    "Note", cert->unparsed ? "OpenSSL cannot read it: fields as far as we could" : "", out);
}

static void put_browsers(const struct finding_row *what, struct buf *out)
{
	const char *const names[] = {"Chrome", "Firefox", "OpenSSL"};
	const char *const words[] = {what->chrome, what->firefox, what->openssl};

	for (size_t i = 0; i < 3; i++)
		if (words[i] && words[i][0])
			buf_printf(
			    out, "  %-*s%-9s%s\n", LABEL_COLUMNS - 2, "", names[i], words[i]);
}

static void put_interval(const struct finding *f, const struct style *style, struct buf *out)
{
	char date[TIME_TEXT_MAX], left[TIME_TEXT_MAX];
	bool holds = finding_holds(f, style->now_s);

	if (f->since_s == ALWAYS_S && f->until_s == FOREVER_S)
		return;
	buf_fill(out, ' ', LABEL_COLUMNS);
	if (f->since_s != ALWAYS_S)
		buf_printf(out, "%s %s (%s)", holds ? "since" : "from", time_text(f->since_s, date),
		    until_text(f->since_s, style->now_s, left));
	if (f->until_s != FOREVER_S)
		buf_printf(out, "%suntil %s (%s)", f->since_s != ALWAYS_S ? ", " : "",
		    time_text(f->until_s, date), until_text(f->until_s, style->now_s, left));
	buf_str(out, "\n");
}

static void put_finding(const struct finding *f, const struct style *style, struct buf *out)
{
	const struct finding_row *what = finding_by_id(f->id);

	buf_printf(out, "  %s%-*s%s%s", colour_of(style, f->severity), LABEL_COLUMNS - 2,
	    severity_text(f->severity), colour_off(style), what ? what->name : "unknown");
	if (what)
		buf_printf(out, ": %s", what->title);
	if (f->evidence[0]) {
		buf_str(out, " (");
		text_safe(out, span_str(f->evidence));
		buf_str(out, ")");
	}
	buf_str(out, "\n");
	put_interval(f, style, out);
	if (what && finding_holds(f, style->now_s))
		put_browsers(what, out);
}

static void put_title(const char *title, const struct style *style, struct buf *out)
{
	buf_printf(out, "\n%s%s%s\n", colour_bold(style), title, colour_off(style));
}

/* Those that hold, or those that will. */
static void put_findings(
    const struct inventory_row *row, bool now, const struct style *style, struct buf *out)
{
	const struct finding *f;
	bool any = false;

	for (size_t k = 0; (f = row_finding(row, k)); k++) {
		if (now ? !finding_holds(f, style->now_s) : f->since_s <= style->now_s)
			continue;
		if (!any)
			put_title(now ? "Findings" : "Still to come", style, out);
		any = true;
		put_finding(f, style, out);
	}
	if (now && !any) {
		put_title("Findings", style, out);
		buf_str(out, "  none\n");
	}
}

static void put_certs(const struct chain_verdict *chain, const struct style *style, struct buf *out)
{
	for (size_t i = 0; i < chain->n_certs; i++) {
		buf_printf(out, "\n%sCertificate %zu of %zu%s%s\n", colour_bold(style), i + 1,
		    chain->n_certs, i ? "" : ", the endpoint's own", colour_off(style));
		show_cert(chain->facts[i], style, out);
	}
}

void show_chain(const struct chain_verdict *chain, const struct style *style, struct buf *out)
{
	static const struct observation nobody;
	const struct inventory_row row = {.seen = &nobody, .chain = chain};

	put_certs(chain, style, out);
	put_findings(&row, true, style, out);
	put_findings(&row, false, style, out);
}

static void put_field(
    const char *label, const struct inventory_row *row, enum field_id field, struct buf *out)
{
	struct value v;

	value_get(row, field, 0, &v);
	put_text(label, v.text, out);
}

/* "TLS 1.3, TLS_AES_128_GCM_SHA256, x25519, ALPN h2" */
static void put_handshake(const struct inventory_row *row, struct buf *out)
{
	static const enum field_id parts[] = {
	    FIELD_VERSION, FIELD_CIPHER, FIELD_GROUP, FIELD_ALPN, FIELD_STARTTLS};
	static const char *const before[] = {"", "", "", "ALPN ", "after STARTTLS of "};
	bool any = false;

	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
		struct value v;

		value_get(row, parts[i], 0, &v);
		if (!v.present)
			continue;
		if (!any)
			put_label("Handshake", out);
		buf_printf(out, "%s%s", any ? ", " : "", before[i]);
		text_safe(out, span_str(v.text));
		any = true;
	}
	if (any)
		buf_str(out, "\n");
}

static void put_seen(const struct inventory_row *row, struct buf *out)
{
	int64_t first_ms = row->first_seen_ms ? row->first_seen_ms : row->seen->first_ms;
	int64_t last_ms = row->last_seen_ms ? row->last_seen_ms : row->seen->last_ms;
	char first[TIME_TEXT_MAX], last[TIME_TEXT_MAX];

	put_label("Seen", out);
	if (first_ms && first_ms / 1000 != last_ms / 1000)
		buf_printf(out, "%s to ", time_text(first_ms / 1000, first));
	buf_printf(out, "%s, by %s\n", time_text(last_ms / 1000, last),
	    evidence_text((enum evidence)row->seen->evidence));
}

static void put_inferred(const struct inventory_row *row, struct buf *out)
{
	if (!row->inferred)
		return;
	put_label("Inferred", out);
	text_safe(out, span_str(row->inferred->subject));
	buf_str(out, row->contradicted ? "; but what was sent is too short to be that\n"
				       : "; known of this endpoint, not seen: TLS 1.3 hides it\n");
}

static void put_endpoint(const struct inventory_row *row, struct buf *out)
{
	char where[ADDR_TEXT_MAX + 8];

	buf_str(out, addr_port_text(&row->seen->endpoint.addr, row->seen->endpoint.port, where));
	if (row->seen->endpoint.name[0]) {
		buf_str(out, " (");
		text_safe(out, span_str(row->seen->endpoint.name));
		buf_str(out, ")");
	}
}

void show_row(const struct inventory_row *row, const struct style *style, struct buf *out)
{
	bool asked = row->seen->flags & OBS_CLIENT_CERT_ASKED;

	buf_str(out, colour_bold(style));
	put_endpoint(row, out);
	buf_printf(out, "%s\n", colour_off(style));
	put_text("Host", row->seen->hostname, out);
	put_field("Service", row, FIELD_SERVICE, out);
	put_field("Outcome", row, FIELD_OUTCOME, out);
	put_field("Error", row, FIELD_ERROR, out);
	put_field("Alert", row, FIELD_ALERT, out);
	put_handshake(row, out);
	put_text("Client", asked ? "the server asks for a certificate of the client" : "", out);
	put_seen(row, out);
	put_inferred(row, out);
	if (row->chain)
		put_certs(row->chain, style, out);
	if (row->chain || row->seen->n_findings) {
		put_findings(row, true, style, out);
		put_findings(row, false, style, out);
	}
}

void show_place(const struct inventory_row *row, const struct style *style, struct buf *out)
{
	struct value service, version;
	char last[TIME_TEXT_MAX], ago[TIME_TEXT_MAX];

	value_get(row, FIELD_SERVICE, 0, &service);
	value_get(row, FIELD_VERSION, 0, &version);
	buf_str(out, "  ");
	put_endpoint(row, out);
	if (service.present)
		buf_printf(out, "  %s", service.text);
	if (version.present)
		buf_printf(out, "  %s", version.text);
	buf_printf(out, "  last seen %s (%s)\n", time_text(row->last_seen_ms / 1000, last),
	    until_text(row->last_seen_ms / 1000, style->now_s, ago));
}
