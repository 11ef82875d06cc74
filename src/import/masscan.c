/*
 * masscan.c: what a record means. A banner of the service "ssl" is words, "TLS/1.2 cipher:0xc02c,
 * CN, SAN" or " ALERT(0x0246) " (level and description); "X509" and "X509CA" are base64 of DER. Old
 * versions write "cert:" before the base64.
 */
#include "import/masscan.h"

bool decimal_parse(struct span text, uint64_t max, uint64_t *ret_value)
{
	uint64_t value = 0;

	if (text.n == 0 || text.n > 19)
		return false;
	for (size_t i = 0; i < text.n; i++) {
		if (text.p[i] < '0' || text.p[i] > '9')
			return false;
		value = value * 10 + (uint64_t)(text.p[i] - '0');
	}
	if (value > max)
		return false;
	*ret_value = value;
	return true;
}

/* What follows `word` in the text; bad if it is not there. */
static struct span after(struct span text, const char *word)
{
	const uint8_t *at = text.n ? memmem(text.p, text.n, word, strlen(word)) : NULL;

	if (!at) {
		text.bad = true;
		text.n = 0;
		return text;
	}
	span_take(&text, (size_t)(at - text.p) + strlen(word));
	return text;
}

/* Four hex digits. */
static bool hex16(struct span text, uint16_t *ret_value)
{
	unsigned value = 0;

	if (text.n < 4)
		return false;
	for (size_t i = 0; i < 4; i++) {
		uint8_t c = text.p[i] | 0x20;

		if (c >= '0' && c <= '9')
			value = value << 4 | (unsigned)(c - '0');
		else if (c >= 'a' && c <= 'f')
			value = value << 4 | (unsigned)(c - 'a' + 10);
		else
			return false;
	}
	*ret_value = (uint16_t)value;
	return true;
}

static uint16_t version_of(struct span banner)
{
	struct span minor = after(banner, "TLS/1.");

	if (!minor.bad && minor.n && minor.p[0] >= '0' && minor.p[0] <= '3')
		return (uint16_t)(0x0301 + (minor.p[0] - '0'));
	return after(banner, "SSLv3").bad ? 0 : 0x0300;
}

static void tell_ssl(struct report *r, const struct origin *o, struct span banner)
{
	uint16_t alert, cipher = 0, version = version_of(banner);

	if (hex16(after(banner, "ALERT(0x"), &alert)) {
		report_alert(r, o, (uint8_t)(alert >> 8), (uint8_t)alert);
		return;
	}
	if (version && hex16(after(banner, "cipher:0x"), &cipher))
		report_handshake(r, o, version, cipher);
}

static void tell_cert(
    struct report *r, const struct origin *o, struct span banner, enum cert_role role)
{
	if (span_starts(banner, "cert:"))
		span_take(&banner, strlen("cert:"));
	report_cert(r, o, banner, role);
}

static void tell_service(
    struct report *r, const struct origin *o, const struct masscan_record *record)
{
	if (span_is(record->service, "X509"))
		tell_cert(r, o, record->banner, ROLE_LEAF);
	else if (span_is(record->service, "X509CA"))
		tell_cert(r, o, record->banner, ROLE_CA);
	else if (span_is(record->service, "ssl"))
		tell_ssl(r, o, record->banner);
}

void masscan_tell(struct report *r, const struct masscan_record *record)
{
	struct origin o = {.endpoint.transport = TRANSPORT_TCP, .line = record->line};
	uint64_t port, when_s;

	if (err_is(addr_parse(record->ip, &o.endpoint.addr))) {
		report_bad(r, record->line, "a record without an address");
		return;
	}
	if (!decimal_parse(record->port, UINT16_MAX, &port)) {
		report_bad(r, record->line, "a record without a port");
		return;
	}
	r->counts.records++;
	if (port == 0 || (record->proto.n && !span_is(record->proto, "tcp")))
		return;
	o.endpoint.port = (uint16_t)port;
	if (decimal_parse(record->when, INT64_MAX / 1000, &when_s))
		o.when_ms = (int64_t)when_s * 1000;
	if (span_is(record->service, "ssl") || span_is(record->status, "open"))
		report_open(r, &o.endpoint.addr, o.endpoint.port, "", record->line);
	tell_service(r, &o, record);
}
