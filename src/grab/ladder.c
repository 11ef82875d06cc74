/*
 * ladder.c: two tables. The first tells a trouble from how a talk ended; the second says what to
 * change when it is met. There is no memory in here: the plan takes the first row that leads to an
 * attempt it has not made, so the order of rows of one trouble is the order of attempts.
 *
 * Where the rows come from: servers that insist on a name say 112 (nginx, HAProxy), 40 (content
 * networks) or close (IIS); old ones say 70 or 40, or close, to anything they do not know; some
 * middleboxes drop hellos of 256 to 511 bytes.
 */
#include "grab/ladder.h"

static const struct ladder_row rows[] = {
    {TROUBLE_NAME, WHEN_ALWAYS, CHANGE_NAME, 0},

    {TROUBLE_PARAMETERS, WHEN_ALWAYS, CHANGE_NAME, 0},
    {TROUBLE_PARAMETERS, WHEN_ALWAYS, CHANGE_HELLO, HELLO_LEGACY},
    {TROUBLE_PARAMETERS, WHEN_ALWAYS, CHANGE_HELLO, HELLO_TLS10},

    {TROUBLE_VERSION, WHEN_ALWAYS, CHANGE_HELLO, HELLO_TLS10},
    {TROUBLE_VERSION, WHEN_ALWAYS, CHANGE_HELLO, HELLO_SSL3},

    {TROUBLE_ALERT, WHEN_ALWAYS, CHANGE_NAME, 0},
    {TROUBLE_ALERT, WHEN_ALWAYS, CHANGE_HELLO, HELLO_TLS12},
    {TROUBLE_ALERT, WHEN_ALWAYS, CHANGE_HELLO, HELLO_TLS10},

    {TROUBLE_BROKEN, WHEN_ALWAYS, CHANGE_HELLO, HELLO_TLS12},
    {TROUBLE_BROKEN, WHEN_ALWAYS, CHANGE_HELLO, HELLO_TLS10},

    {TROUBLE_HELLO_CLOSED, WHEN_LIKELY, CHANGE_NAME, 0},
    {TROUBLE_HELLO_CLOSED, WHEN_LIKELY, CHANGE_HELLO, HELLO_SMALL},
    {TROUBLE_HELLO_CLOSED, WHEN_LIKELY, CHANGE_HELLO, HELLO_TLS10},
    {TROUBLE_HELLO_SILENT, WHEN_LIKELY, CHANGE_HELLO, HELLO_SMALL},

    /* A server that waits for the client, and does not know what a ClientHello is. */
    {TROUBLE_HELLO_CLOSED, WHEN_GUESSING, CHANGE_NEAR, 0},
    {TROUBLE_HELLO_CLOSED, WHEN_GUESSING, CHANGE_DIALECT, DIALECT_POSTGRES},
    {TROUBLE_HELLO_CLOSED, WHEN_GUESSING, CHANGE_DIALECT, DIALECT_RDP},
    {TROUBLE_HELLO_CLOSED, WHEN_GUESSING, CHANGE_DIALECT, DIALECT_LDAP},
    {TROUBLE_HELLO_SILENT, WHEN_GUESSING, CHANGE_NEAR, 0},
    {TROUBLE_HELLO_SILENT, WHEN_GUESSING, CHANGE_DIALECT, DIALECT_POSTGRES},
    {TROUBLE_HELLO_SILENT, WHEN_GUESSING, CHANGE_DIALECT, DIALECT_RDP},
    {TROUBLE_HELLO_SILENT, WHEN_GUESSING, CHANGE_DIALECT, DIALECT_LDAP},
    {TROUBLE_DIALOGUE_CLOSED, WHEN_GUESSING, CHANGE_DIALECT, DIALECT_POSTGRES},
    {TROUBLE_DIALOGUE_CLOSED, WHEN_GUESSING, CHANGE_DIALECT, DIALECT_RDP},
    {TROUBLE_DIALOGUE_CLOSED, WHEN_GUESSING, CHANGE_DIALECT, DIALECT_LDAP},
    {TROUBLE_DIALOGUE_SILENT, WHEN_GUESSING, CHANGE_DIALECT, DIALECT_POSTGRES},
    {TROUBLE_DIALOGUE_SILENT, WHEN_GUESSING, CHANGE_DIALECT, DIALECT_RDP},
    {TROUBLE_DIALOGUE_SILENT, WHEN_GUESSING, CHANGE_DIALECT, DIALECT_LDAP},

    {TROUBLE_NOT_TLS, WHEN_ALWAYS, CHANGE_SNIFFED, 0},
    {TROUBLE_DIALOGUE_OTHER, WHEN_ALWAYS, CHANGE_SNIFFED, 0},

    /* TLS at once where the port's name promised a dialogue: 587, and PostgreSQL since 17. */
    {TROUBLE_DIALOGUE_TLS, WHEN_ALWAYS, CHANGE_DIALECT, DIALECT_NONE},
    {TROUBLE_DIALOGUE_CLOSED, WHEN_LIKELY, CHANGE_DIALECT, DIALECT_NONE},
    {TROUBLE_DIALOGUE_SILENT, WHEN_LIKELY, CHANGE_DIALECT, DIALECT_NONE},

    /* Too many at once, for instance. */
    {TROUBLE_CONNECT, WHEN_WAS_OPEN, CHANGE_NOTHING, 0},
};

const struct ladder_row *ladder_rows(size_t *ret_n)
{
	*ret_n = sizeof(rows) / sizeof(rows[0]);
	return rows;
}

/* RFC 8446 6.2, RFC 5246 7.2.2, RFC 6066 9. Others are TROUBLE_ALERT. */
static const struct {
	uint8_t alert;
	enum trouble trouble;
} alerts[] = {
    {40, TROUBLE_PARAMETERS}, /* handshake_failure */
    {41, TROUBLE_PARAMETERS}, /* no_certificate, SSL 3.0 */
    {70, TROUBLE_VERSION}, /* protocol_version */
    {71, TROUBLE_PARAMETERS}, /* insufficient_security */
    {86, TROUBLE_VERSION}, /* inappropriate_fallback */
    {112, TROUBLE_NAME}, /* unrecognized_name */
};

static enum trouble trouble_of_alert(uint8_t alert)
{
	for (size_t i = 0; i < sizeof(alerts) / sizeof(alerts[0]); i++)
		if (alerts[i].alert == alert)
			return alerts[i].trouble;
	return TROUBLE_ALERT;
}

static uint8_t sniff(struct span first)
{
	const struct dialect *d = dialect_sniff(first);

	return d ? d->id : DIALECT_NONE;
}

static enum trouble trouble_of_flight(const struct flight_result *f, uint8_t *ret_sniffed)
{
	if (f->n_certs)
		return TROUBLE_NONE;
	switch (f->end) {
	case FLIGHT_ALERT:
		return trouble_of_alert(f->alert);
	case FLIGHT_CERT:
	case FLIGHT_NO_CERT:
		return TROUBLE_NO_CERT;
	case FLIGHT_NOT_TLS:
		*ret_sniffed = sniff(f->first);
		return TROUBLE_NOT_TLS;
	case FLIGHT_OPEN:
	case FLIGHT_MALFORMED:
	case FLIGHT_LIMIT:
	case FLIGHT_CLOSED:
		break;
	}
	return TROUBLE_BROKEN;
}

static bool is_tls(struct span first)
{
	uint8_t type = span_u8(&first), major = span_u8(&first);

	return (type == 21 || type == 22) && major == 3;
}

static enum trouble trouble_of_dialogue(const struct talk_result *r, uint8_t *ret_sniffed)
{
	if (is_tls(r->first))
		return TROUBLE_DIALOGUE_TLS;
	if (r->dialect && r->dialect->spoken(r->first))
		return TROUBLE_NO_UPGRADE;
	*ret_sniffed = sniff(r->first);
	return TROUBLE_DIALOGUE_OTHER;
}

static enum trouble trouble_of_silence(const struct talk_result *r)
{
	if (r->flight)
		return r->flight->n_certs ? TROUBLE_NONE : TROUBLE_HELLO_SILENT;
	return r->bytes_in ? TROUBLE_DIALOGUE_STALLED : TROUBLE_DIALOGUE_SILENT;
}

enum trouble trouble_of(const struct talk_result *r, uint8_t *ret_sniffed)
{
	*ret_sniffed = DIALECT_NONE;
	switch (r->end) {
	case TALK_FLIGHT:
		return trouble_of_flight(r->flight, ret_sniffed);
	case TALK_CLOSED:
		return r->dialect && !r->flight ? TROUBLE_DIALOGUE_CLOSED : TROUBLE_HELLO_CLOSED;
	case TALK_SILENT:
		return trouble_of_silence(r);
	case TALK_NO_UPGRADE:
		return trouble_of_dialogue(r, ret_sniffed);
	case TALK_REFUSED:
	case TALK_UNREACHABLE:
	case TALK_CONNECT_TIMEOUT:
		return TROUBLE_CONNECT;
	case TALK_LOCAL:
		break;
	}
	return TROUBLE_LOCAL;
}
