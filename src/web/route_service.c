/*
 * route_service.c: what is asked of the service itself: is it there, does the store answer, what
 * does it count, what happens. Metrics go to who has a token, and to this machine, where the
 * collector often runs beside it.
 */
#include "store/listing.h"
#include "store/outbox.h"
#include "verdict/table.h"
#include "web/ask.h"
#include "web/embedded.h"
#include "web/events.h"
#include "web/web.h"

#include <inttypes.h>

static const char text_type[] = "text/plain; charset=utf-8";
static const char metrics_type[] = "text/plain; version=0.0.4; charset=utf-8";

/* That a thread came to it says enough. */
static void health_get(struct web_call *c)
{
	buf_str(web_bytes(c, 200, text_type), "ok\n");
}

static void ready_get(struct web_call *c)
{
	uint64_t version;
	struct err e = store_listing_version(c->store, &version);

	if (err_is(e))
		buf_str(web_bytes(c, 503, text_type), "the store does not answer\n");
	else
		buf_str(web_bytes(c, 200, text_type), "ready\n");
}

static void openapi_get(struct web_call *c)
{
	buf_put(web_bytes(c, 200, "application/yaml; charset=utf-8"), openapi_yaml, openapi_yaml_n);
}

static void events_get(struct web_call *c)
{
	struct http_call *http = c->http;

	if (err_is(events_join(web_events(c->web), http)))
		return web_error(c, WEB_BUSY, "too many pages listen");
	c->http = NULL;
}

/* Metrics. */

static void metric_put(struct buf *out, const char *name, const char *type, const char *help)
{
	buf_printf(out, "# HELP certscape_%s %s\n# TYPE certscape_%s %s\n", name, help, name, type);
}

static void expiring_put(struct buf *out, const struct overview *o)
{
	metric_put(out, "certificates_expiring", "gauge",
	    "Certificates that are served and end within so many days; 0: that have ended.");
	buf_printf(out, "certscape_certificates_expiring{days=\"0\"} %" PRIu64 "\n",
	    o->expired.certificates);
	for (size_t i = 0; i < OVERVIEW_EXPIRING; i++)
		buf_printf(out, "certscape_certificates_expiring{days=\"%u\"} %" PRIu64 "\n",
		    o->expiring[i].days, o->expiring[i].certificates);
}

static void severities_put(struct buf *out, const struct overview *o)
{
	metric_put(out, "certificates_by_severity", "gauge",
	    "Certificates that are served, by their worst finding.");
	for (size_t i = SEVERITY_NONE; i < SEVERITY_MAX; i++)
		buf_printf(out, "certscape_certificates_by_severity{severity=\"%s\"} %" PRIu64 "\n",
		    severity_text((uint8_t)i), o->severities[i].certificates);
	metric_put(out, "certificates_by_finding", "gauge",
	    "Certificates that are served and have this finding now.");
	for (size_t i = 0; i < o->n_findings; i++) {
		const struct finding_row *what = finding_by_id(o->findings[i].id);

		buf_printf(out, "certscape_certificates_by_finding{finding=\"%s\"} %" PRIu64 "\n",
		    what ? what->name : "unknown", o->findings[i].certificates);
	}
}

static void inventory_put(struct buf *out, const struct overview *o)
{
	metric_put(out, "build_info", "gauge", "This program.");
	buf_str(out, "certscape_build_info{version=\"" CERTSCAPE_VERSION "\"} 1\n");
	metric_put(out, "endpoints", "gauge", "Endpoints that serve a certificate.");
	buf_printf(out, "certscape_endpoints %" PRIu64 "\n", o->count.endpoints);
	metric_put(out, "endpoints_bare", "gauge", "Endpoints that show none.");
	buf_printf(out, "certscape_endpoints_bare %" PRIu64 "\n", o->bare);
	metric_put(out, "certificates", "gauge", "Distinct certificates that are served.");
	buf_printf(out, "certscape_certificates %" PRIu64 "\n", o->count.certificates);
	expiring_put(out, o);
	severities_put(out, o);
}

static void messages_put(struct buf *out, const struct message_counts *counts)
{
	metric_put(out, "messages", "gauge", "Messages of rules, by how their delivery stands.");
	for (size_t i = 0; i < MESSAGE_STATES; i++)
		buf_printf(out, "certscape_messages{state=\"%s\"} %" PRIu64 "\n",
		    message_state_text((enum message_state)i), counts->n[i]);
}

static bool may_ask_metrics(struct web_call *c)
{
	struct addr peer = http_peer(c->http);

	if (c->user.role >= ROLE_VIEWER ||
	    (addr_is_loopback(&peer) && !web_config(c->web)->proxied))
		return true;
	web_error(c, WEB_UNAUTHENTICATED, "this takes a token, but for who asks on this machine");
	return false;
}

static void metrics_get(struct web_call *c)
{
	const struct web_config *config = web_config(c->web);
	struct overview *o = arena_alloc(&c->arena, sizeof(*o));
	struct message_counts messages;
	struct err e = err_limit("out of memory");
	struct buf *out;

	if (!may_ask_metrics(c))
		return;
	if (o)
		e = store_overview(c->store, c->now_ms / 1000, &c->arena, o);
	if (!err_is(e))
		e = store_count_messages(c->store, &messages);
	if (err_is(e))
		return web_failed(c, e);
	out = web_bytes(c, 200, metrics_type);
	inventory_put(out, o);
	messages_put(out, &messages);
	config->ops->metrics(config->context, out);
}

const struct route route_service[] = {
    {HTTP_GET, "/healthz", ROLE_NONE, LANE_READ, ROUTE_ROOT, health_get},
    {HTTP_GET, "/readyz", ROLE_NONE, LANE_READ, ROUTE_ROOT, ready_get},
    {HTTP_GET, "/metrics", ROLE_NONE, LANE_READ, ROUTE_ROOT, metrics_get},
    {HTTP_GET, "/openapi.yaml", ROLE_NONE, LANE_READ, ROUTE_ROOT | ROUTE_ETAG, openapi_get},
    {HTTP_GET, "/events", ROLE_VIEWER, LANE_READ, 0, events_get},
    {0},
};
