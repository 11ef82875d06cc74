/*
 * own_rejected.c: what the sensor has told of clients that end a connection because of the
 * certificate (app/alerts.c makes those rows, once for each server, certificate and reason). Alerts
 * of one certificate are one message; where TLS 1.3 hides it, those of one server are.
 */
#include "alert/own.h"

#include "alert/limits.h"
#include "verdict/table.h"

#include <stdio.h>

/* Alerts of one certificate or server, one after the other. */
struct group {
	struct gathering *g;
	struct alert first;
	uint64_t n; /* 0: none yet */
	struct place *places;
	size_t n_listed;
	char label[ENDPOINT_TEXT_MAX + NAME_MAX_LEN];
};

static bool is_same(const struct group *group, const struct alert *a)
{
	if (!digest256_eq(&group->first.certificate, &a->certificate))
		return false;
	return !digest256_is_zero(&a->certificate) ||
	       (addr_eq(&group->first.server.addr, &a->server.addr) &&
		   group->first.server.port == a->server.port);
}

static bool fill_cert(
    void *context, const struct cert_facts *facts, struct span der, int64_t first_seen_ms)
{
	struct due_cert *cert = context;

	(void)der;
	cert->spki = facts->spki;
	cert->not_before_s = facts->not_before_s;
	cert->not_after_s = facts->not_after_s;
	cert->first_seen_ms = first_seen_ms;
	cert->self_signed = facts->self_signed;
	return false;
}

/* What is known of the certificate beside what the alert says. */
static struct err known_of(struct store *s, struct due_cert *cert)
{
	struct buf hex;
	struct err e;

	if (digest256_is_zero(&cert->sha256))
		return OK;
	buf_init(&hex, 128);
	buf_hex(&hex, span_of(cert->sha256.b, sizeof(cert->sha256.b)));
	e = store_each_cert(s, buf_text(&hex), fill_cert, cert);
	buf_done(&hex);
	return err_class(e) == ERR_INPUT ? OK : e;
}

static bool flush(struct group *group)
{
	const struct alert *a = &group->first;
	char where[ENDPOINT_TEXT_MAX];
	struct news n = {
	    .kind = NEWS_REJECTED,
	    .cert = {.row = (int64_t)a->id,
		.sha256 = a->certificate,
		.name = *a->subject ? a->subject : group->label,
		.subject = a->subject,
		.issuer = "",
		.issuer_cn = "",
		.serial = "",
		.before = "",
		.stage = STAGE_NOTICE,
		.at_ms = a->first_ms},
	    .owner = "",
	    .note = "",
	    .why = a->evidence,
	    .n_places = group->n,
	    .n_listed = group->n_listed,
	    .places = group->places,
	    .first_place = endpoint_text(&a->server, where),
	};

	if (group->n == 0)
		return true;
	group->n = 0;
	group->g->e = known_of(group->g->pass->store, &n.cert);
	return !err_is(group->g->e) && gather_news(group->g, &n);
}

static bool begin(struct group *group, const struct alert *a)
{
	char where[ENDPOINT_TEXT_MAX];

	if (!flush(group))
		return false;
	group->first = *a;
	group->n_listed = 0;
	group->places = arena_alloc(&group->g->arena, PLACES_LISTED_MAX * sizeof(*group->places));
	snprintf(group->label, sizeof(group->label), "%s",
	    *a->server.name ? a->server.name : endpoint_text(&a->server, where));
	return group->places != NULL;
}

static bool is_muted(const struct gathering *g, const struct alert *a)
{
	const struct muteable m = {
	    .certificate = &a->certificate,
	    .spki = &(const struct digest256){{0}},
	    .endpoint = &a->server,
	    .issuer = "",
	    .issuer_cn = "",
	    .finding = a->reason,
	    .since_s = a->first_ms / 1000,
	    .first_ms = a->first_ms,
	};
	const struct mute *mute = mutes_find(g->mutes, &m);

	if (mute)
		pass_suppress(g->pass, mute->why, a->subject);
	return mute != NULL;
}

static bool add_alert(void *context, const struct alert *a)
{
	struct group *group = context;

	group->g->pass->hits++;
	if (is_muted(group->g, a))
		return true;
	if ((group->n == 0 || !is_same(group, a)) && !begin(group, a))
		return false;
	if (group->n_listed < PLACES_LISTED_MAX)
		group->places[group->n_listed++] = (struct place){.endpoint = a->server,
		    .hostname = "",
		    .owner = "",
		    .first_ms = a->first_ms,
		    .last_ms = a->last_ms};
	group->n++;
	return true;
}

struct err collect_rejected(struct gathering *g)
{
	struct group group = {.g = g};
	struct pass *p = g->pass;
	struct err e = store_each_alert_after(p->store, p->rule->cursor, FINDING_CLIENT_REJECTED,
	    FINDING_CLIENT_LEFT, add_alert, &group);

	if (!err_is(e) && !err_is(g->e))
		flush(&group);
	return e;
}
