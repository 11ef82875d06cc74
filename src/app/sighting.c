/*
 * sighting.c: one session, one observation. What a hostile client sends as server name is kept for
 * the inventory only if it could be the name of a host: everybody reads that later.
 */
#include "app/sighting.h"

#include "wire/clienthello.h"
#include "wire/services.h"
#include "wire/sslv2.h"

#include <ctype.h>

bool watch_is_local(const struct watch_plan *plan, const struct addr *a)
{
	if (plan->n_local_nets == 0)
		return addr_is_private(a);
	for (size_t i = 0; i < plan->n_local_nets; i++)
		if (cidr_contains(&plan->local_nets[i], a))
			return true;
	return false;
}

static enum direction direction_of(const struct watch_plan *plan, const struct session *s)
{
	bool from = watch_is_local(plan, &s->client.addr);
	bool to = watch_is_local(plan, &s->server.addr);

	if (from)
		return to ? DIRECTION_INTERNAL : DIRECTION_OUTBOUND;
	return to ? DIRECTION_INBOUND : DIRECTION_EXTERNAL;
}

static void take_name(const char *sent, char name[NAME_MAX_LEN])
{
	size_t n = strnlen(sent, NAME_MAX_LEN - 1);

	if (n && sent[n - 1] == '.')
		n--;
	for (size_t i = 0; i < n; i++) {
		unsigned char c = (unsigned char)sent[i];

		if (!isalnum(c) && !strchr("-._:", c)) {
			memset(name, 0, NAME_MAX_LEN);
			return;
		}
		name[i] = (char)tolower(c);
	}
}

static enum outcome outcome_of(enum session_event event, const struct session *s)
{
	if (event == SESSION_REJECTED)
		return OUTCOME_REJECTED;
	if (s->server.n_certs == 0)
		return OUTCOME_HIDDEN;
	return s->server.certs_cut ? OUTCOME_PARTIAL : OUTCOME_CERTIFICATE;
}

static uint32_t flags_of(const struct session *s)
{
	uint32_t flags = 0;

	if (s->flags & SESSION_CLIENT_CERT_ASKED)
		flags |= OBS_CLIENT_CERT_ASKED;
	if (s->flags & SESSION_HELLO_RETRY)
		flags |= OBS_HELLO_RETRY;
	if (s->ocsp.n)
		flags |= OBS_OCSP_STAPLED;
	if (s->server.certs_cut)
		flags |= OBS_CHAIN_CUT;
	return flags;
}

/* What went before TLS in clear is not told: the port's dialect, where it has one, is the one that
 * a scan would try. */
static uint8_t starttls_of(const struct session *s)
{
	const struct service *service = service_by_port(s->server.port);

	return s->flags & SESSION_STARTTLS && service ? service->starttls : 0;
}

static void take_handshake(const struct session *s, struct observation *obs)
{
	obs->version = s->version;
	obs->cipher = s->cipher <= UINT16_MAX ? (uint16_t)s->cipher : 0; /* SSLv2 has three bytes */
	obs->group = s->group;
	obs->starttls = starttls_of(s);
	obs->alert_level = s->client.alert_level <= 2 ? s->client.alert_level : 0;
	obs->alert = s->client.alert;
	memcpy(obs->alpn, s->alpn, strnlen(s->alpn, ALPN_MAX - 1));
	obs->flags = flags_of(s);
	obs->sensed.sealed_certificate_n = s->sealed_certificate_n;
}

struct endpoint sighting_endpoint(const struct session *s)
{
	struct endpoint endpoint = {
	    .addr = s->server.addr, .port = s->server.port, .transport = s->transport};

	take_name(s->name, endpoint.name);
	return endpoint;
}

struct observation sighting_of(
    const struct watch_plan *plan, enum session_event event, const struct session *s)
{
	struct observation obs = {
	    .endpoint = sighting_endpoint(s),
	    .first_ms = s->last_us / 1000,
	    .last_ms = s->last_us / 1000,
	    .count = 1,
	    .clients = 1,
	    .connections = 1,
	    .evidence = EVIDENCE_SENSOR,
	    .outcome = (uint8_t)outcome_of(event, s),
	    .sensed = {.client = s->client.addr, .direction = (uint8_t)direction_of(plan, s)},
	};

	take_handshake(s, &obs);
	return obs;
}

/* False: it was not seen. One in SSL 2.0's clothes asks for nothing. */
static bool read_hello(const struct session *s, struct client_hello *ret_hello)
{
	const struct session_side *client = &s->client;

	if (client->hello.n == 0 || client->record_version == VERSION_SSL2)
		return client->hello.n != 0;
	return !err_is(client_hello_parse(client->hello, s->transport == TRANSPORT_UDP, ret_hello));
}

const char *sighting_name(
    const struct session *s, const struct observation *obs, char text[ADDR_TEXT_MAX])
{
	struct client_hello hello = {.has_name = false};

	if (!read_hello(s, &hello))
		return "";
	if (hello.has_name) /* what was cut, at a NUL or at the end, is not what was asked for */
		return hello.name.n == strlen(s->name) ? obs->endpoint.name : "";
	return hello.broken ? "" : addr_text(&obs->endpoint.addr, text);
}
