/*
 * route_settings.c: how the service behaves, the CAs that scans trust beside the system's, and the
 * record of who did what. The settings stand in the store as texts by key; here they are one
 * object.
 */
#include "store/settings.h"
#include "store/store.h"
#include "web/call.h"
#include "web/limits.h"
#include "web/web.h"
#include "x509/cert.h"
#include "x509/name.h"
#include "x509/pem.h"

#include <stdio.h>

/* Settings. Members of the answer; those with a group stand in an object of that name, which is
 * one run of rows. */
static const struct member {
	const char *group, *name;
	enum setting setting;
} members[] = {
    {NULL, "internal_networks", SETTING_INTERNAL_NETWORKS},
    {NULL, "allow_webhooks_to", SETTING_WEBHOOK_NETWORKS},
    {NULL, "public_url", SETTING_PUBLIC_URL},
    {"retention", "gone_days", SETTING_GONE_DAYS},
    {"retention", "history_days", SETTING_HISTORY_DAYS},
    {"retention", "messages_days", SETTING_MESSAGES_DAYS},
};

enum { MEMBERS = sizeof(members) / sizeof(members[0]) };

static void networks_write(struct jsonw *w, struct span text)
{
	jsonw_array(w);
	while (text.n) {
		size_t n = 0;

		while (n < text.n && text.p[n] != ' ')
			n++;
		if (n)
			jsonw_span(w, span_of(text.p, n));
		span_take(&text, n < text.n ? n + 1 : n);
	}
	jsonw_end_array(w);
}

static struct err member_write(struct web_call *c, struct jsonw *w, const struct member *m)
{
	const struct setting_row *row = setting_row(m->setting);
	int64_t number = 0;
	struct buf text;
	struct err e;

	jsonw_key(w, m->name);
	if (row->type == SETTING_NUMBER) {
		e = store_setting_number(c->store, m->setting, &number);
		jsonw_i64(w, number);
		return e;
	}
	buf_init(&text, WEB_SETTING_MAX);
	e = store_setting_get(c->store, m->setting, &text);
	if (row->type == SETTING_NETWORKS)
		networks_write(w, buf_view(&text));
	else
		jsonw_span(w, buf_view(&text));
	buf_done(&text);
	return e;
}

/* Opens and closes the objects of the groups between two members. */
static void group_change(struct jsonw *w, const char *from, const char *to)
{
	if (from == to)
		return;
	if (from)
		jsonw_end_object(w);
	if (!to)
		return;
	jsonw_key(w, to);
	jsonw_object(w);
}

static void settings_get(struct web_call *c)
{
	struct jsonw *w = web_json(c, 200);
	const char *group = NULL;
	struct err e = OK;

	jsonw_object(w);
	for (size_t i = 0; i < MEMBERS && !err_is(e); i++) {
		group_change(w, group, members[i].group);
		group = members[i].group;
		e = member_write(c, w, &members[i]);
	}
	if (err_is(e))
		return web_failed(c, e);
	group_change(w, group, NULL);
	jsonw_end_object(w);
}

static bool networks_read(
    struct web_call *c, const struct doc *object, const char *name, struct buf *ret_text)
{
	const char *const *texts = NULL;
	size_t n = 0;

	if (!web_texts(c, object, name, WEB_OPTIONAL, ADDR_TEXT_MAX, WEB_NETWORKS_MAX, &texts, &n))
		return false;
	for (size_t i = 0; i < n; i++)
		buf_printf(ret_text, "%s%s", i ? " " : "", texts[i]);
	return true;
}

/* The member's value as the store keeps it. */
static bool member_read(
    struct web_call *c, const struct doc *object, const struct member *m, struct buf *ret_text)
{
	const struct setting_row *row = setting_row(m->setting);
	const char *text = "";
	int64_t number = 0;

	if (row->type == SETTING_NETWORKS)
		return networks_read(c, object, m->name, ret_text);
	if (row->type == SETTING_NUMBER) {
		if (!web_number(c, object, m->name, WEB_NEEDED, 0, row->max, &number))
			return false;
		buf_printf(ret_text, "%lld", (long long)number);
		return true;
	}
	if (!web_text(c, object, m->name, WEB_NEEDED, (size_t)row->max, &text))
		return false;
	buf_str(ret_text, text);
	return true;
}

/* false: it was answered. */
static bool member_put(struct web_call *c, const struct doc *object, const struct member *m)
{
	struct buf text;
	bool good;
	struct err e = OK;

	buf_init(&text, WEB_SETTING_MAX);
	good = member_read(c, object, m, &text);
	if (good)
		e = store_setting_put(
		    c->store, m->setting, buf_text(&text), c->user.name, c->now_ms);
	if (good && err_is(e) && err_class(e) == ERR_INPUT) {
		web_error(c, WEB_INVALID, "\"%s\": %s, at \"%.40s\"", m->name, e.what,
		    buf_text(&text) + (e.at < text.n ? e.at : text.n));
		good = false;
	} else if (good && !err_is(e)) {
		e = web_audit(c, "setting", setting_row(m->setting)->key, buf_text(&text));
	}
	if (err_is(e) && good) {
		web_failed(c, e);
		good = false;
	}
	buf_done(&text);
	return good;
}

static void settings_put(struct web_call *c)
{
	const struct doc *body = web_body(c);
	bool good = body != NULL;
	struct err e;

	if (!good)
		return;
	e = store_begin(c->store);
	if (err_is(e))
		return web_failed(c, e);
	for (size_t i = 0; i < MEMBERS && good; i++) {
		const char *group = members[i].group;
		const struct doc *object = group ? NULL : body;

		if (group)
			good = web_member(c, body, group, DOC_OBJECT, WEB_OPTIONAL, &object);
		if (good && object && doc_get(object, members[i].name))
			good = member_put(c, object, &members[i]);
	}
	if (!good)
		return store_rollback(c->store);
	e = store_commit(c->store);
	if (err_is(e))
		return web_failed(c, e);
	web_wake_clerk(c);
	settings_get(c);
}

/* Trusted CAs. */

static bool ca_row(void *context, const struct trusted_ca *ca)
{
	struct jsonw *w = context;
	char id[DIGEST256_TEXT_MAX];

	jsonw_object(w);
	web_put_text(w, "sha256", digest256_text(&ca->id, id));
	web_put_text(w, "subject", ca->subject);
	web_put_time_s(w, "not_after", ca->not_after_s);
	web_put_time(w, "at", ca->at_ms);
	web_put_text(w, "by", ca->by);
	jsonw_end_object(w);
	return true;
}

static void trust_get(struct web_call *c)
{
	struct jsonw *w = web_rows_begin(c);
	struct err e = store_each_trusted(c->store, ca_row, w);

	if (err_is(e))
		return web_failed(c, e);
	web_rows_end(c, NULL);
}

static struct err ca_store(struct web_call *c, const struct trusted_ca *ca, struct jsonw *w)
{
	char id[DIGEST256_TEXT_MAX];
	struct err e = store_trusted_add(c->store, ca);

	if (!err_is(e))
		e = web_audit(c, "trust.add", digest256_text(&ca->id, id), ca->subject);
	if (!err_is(e))
		ca_row(w, ca);
	return e;
}

/* One of the bundle. What is trusted already is let be. */
static struct err ca_add(struct web_call *c, struct span der, struct jsonw *w)
{
	struct trusted_ca ca = {.at_ms = c->now_ms, .by = c->user.name, .der = der};
	struct buf subject;
	struct cert cert;
	struct err e;

	cert_parse(der, &cert);
	if (cert.flaws)
		return err_input(0, "a certificate in it cannot be read");
	if (!cert_is_ca(&cert))
		return err_input(0, "a certificate in it is not that of a CA");
	buf_init(&subject, WEB_SUBJECT_MAX);
	name_text(cert.subject, &subject);
	ca.id = cert_id_of(der);
	ca.subject = buf_text(&subject);
	ca.not_after_s = cert.not_after_s;
	e = ca_store(c, &ca, w);
	buf_done(&subject);
	return err_is_refusal(e, REFUSAL_TAKEN) ? OK : e;
}

static struct err bundle_add(struct web_call *c, struct span pem, struct jsonw *w)
{
	enum pem_found found = PEM_CERT;
	struct err e = OK;
	struct buf der;
	size_t n = 0;

	buf_init(&der, WEB_BODY_MAX);
	while (found == PEM_CERT && !err_is(e)) {
		found = pem_next(&pem, &der);
		if (found == PEM_CERT)
			e = ca_add(c, buf_view(&der), w);
		n += found == PEM_CERT;
	}
	buf_done(&der);
	if (!err_is(e) && (found == PEM_BAD || n == 0))
		e = err_input(0, "this is no PEM with certificates");
	return e;
}

static void trust_post(struct web_call *c)
{
	const struct doc *body = web_body(c);
	const char *pem;
	struct jsonw *w;
	struct err e;

	if (!body || !web_text(c, body, "pem", WEB_NEEDED, WEB_BODY_MAX, &pem))
		return;
	w = web_json(c, 201);
	jsonw_object(w);
	jsonw_key(w, "rows");
	jsonw_array(w);
	e = store_begin(c->store);
	if (!err_is(e))
		e = web_batch_end(c, bundle_add(c, span_str(pem), w));
	if (err_is(e))
		return web_failed(c, e);
	jsonw_end_array(w);
	jsonw_end_object(w);
}

static void trust_delete(struct web_call *c)
{
	const char *text = web_path(c, "sha256");
	struct digest256 id;
	struct err e;

	if (!digest256_parse(span_str(text), &id))
		return web_error(c, WEB_NOT_FOUND, "a CA is named by its SHA-256, 64 hex digits");
	e = store_begin(c->store);
	if (!err_is(e)) {
		e = store_trusted_remove(c->store, &id);
		if (!err_is(e))
			e = web_audit(c, "trust.remove", text, "");
		e = web_batch_end(c, e);
	}
	if (err_is(e))
		return web_failed(c, e);
	web_done(c);
}

/* The record. */

struct record {
	struct jsonw *w;
	size_t left;
	int64_t last;
};

static bool audit_row(void *context, const struct audit *audit)
{
	struct record *r = context;

	jsonw_object(r->w);
	web_put_number(r->w, "id", audit->id);
	web_put_time(r->w, "at", audit->at_ms);
	web_put_text(r->w, "who", audit->who);
	web_put_text(r->w, "from", audit->from);
	web_put_text(r->w, "action", audit->action);
	web_put_text(r->w, "what", audit->what);
	web_put_text(r->w, "detail", audit->detail);
	jsonw_end_object(r->w);
	r->last = audit->id;
	r->left--;
	return true;
}

static void audit_get(struct web_call *c)
{
	struct record record;
	uint64_t before;
	size_t limit;
	char next[24];
	struct err e;

	if (!web_page(c, &limit, &before))
		return;
	record = (struct record){web_rows_begin(c), limit, 0};
	e = store_each_audit(c->store, (int64_t)before, limit, audit_row, &record);
	if (err_is(e))
		return web_failed(c, e);
	snprintf(next, sizeof(next), "%lld", (long long)record.last);
	web_rows_end(c, record.left ? NULL : next);
}

const struct route route_settings[] = {
    {HTTP_GET, "/settings", ROLE_VIEWER, LANE_READ, 0, settings_get},
    {HTTP_PUT, "/settings", ROLE_ADMIN, LANE_WRITE, 0, settings_put},
    {HTTP_GET, "/trust", ROLE_VIEWER, LANE_READ, 0, trust_get},
    {HTTP_POST, "/trust", ROLE_ADMIN, LANE_WRITE, 0, trust_post},
    {HTTP_DELETE, "/trust/{sha256}", ROLE_ADMIN, LANE_WRITE, 0, trust_delete},
    {HTTP_GET, "/audit", ROLE_ADMIN, LANE_READ, 0, audit_get},
    {0},
};
