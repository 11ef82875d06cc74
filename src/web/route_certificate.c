/*
 * route_certificate.c: the page of one certificate: what it says, where it is served, what is wrong
 * with it, what came before and after it.
 */
#include "store/store.h"
#include "verdict/table.h"
#include "web/ask.h"
#include "web/put.h"
#include "x509/der.h"
#include "x509/ext_text.h"
#include "x509/limits.h"
#include "x509/pem.h"

#include <stdio.h>

static void put_briefs(struct jsonw *w, const char *key, const struct cert_brief *certs, size_t n)
{
	jsonw_key(w, key);
	jsonw_array(w);
	for (size_t i = 0; i < n; i++)
		put_brief(w, &certs[i]);
	jsonw_end_array(w);
}

static void put_presented(struct jsonw *w, const struct chain_verdict *chain)
{
	jsonw_key(w, "chain");
	jsonw_array(w);
	for (size_t i = 0; chain && i < chain->n_certs; i++) {
		jsonw_object(w);
		put_facts(w, chain->facts[i]);
		jsonw_end_object(w);
	}
	jsonw_end_array(w);
}

/* A finding that says that an issuer is missing, or cannot be trusted. */
static bool issuer_is_known(const struct chain_verdict *chain)
{
	if (!chain)
		return false;
	for (size_t i = 0; i < chain->n_findings; i++)
		if (finding_is_about_issuers(chain->findings[i].id))
			return false;
	return true;
}

static void put_chains(struct jsonw *w, const struct cert_page *page)
{
	jsonw_key(w, "chains");
	jsonw_array(w);
	for (size_t i = 0; i < page->n_chains; i++) {
		jsonw_object(w);
		put_digest(w, "chain_id", &page->chains[i].id);
		put_briefs(w, "certificates", page->chains[i].certs, page->chains[i].n);
		jsonw_end_object(w);
	}
	jsonw_end_array(w);
}

static void put_page_findings(struct jsonw *w, const struct cert_page *page, int64_t now_s)
{
	jsonw_key(w, "findings");
	jsonw_array(w);
	for (size_t i = 0; i < page->n_findings; i++)
		put_finding(w, &page->findings[i].finding, page->findings[i].muted, now_s, true);
	jsonw_end_array(w);
}

struct mutes_of {
	struct jsonw *w;
	const struct cert_facts *facts;
	char sha256[DIGEST256_TEXT_MAX], spki[DIGEST256_TEXT_MAX];
};

static bool is_of(const struct mutes_of *of, const struct mute *mute)
{
	if (mute->thing == MUTE_CERTIFICATE)
		return strcmp(mute->key, of->sha256) == 0;
	if (mute->thing == MUTE_KEY)
		return strcmp(mute->key, of->spki) == 0;
	return mute->thing == MUTE_ISSUER && (strcmp(mute->key, of->facts->issuer) == 0 ||
						 strcmp(mute->key, of->facts->issuer_cn) == 0);
}

static bool mute_each(void *context, const struct mute *mute)
{
	struct mutes_of *of = context;

	if (is_of(of, mute))
		put_mute(of->w, mute);
	return true;
}

/* Those that are about this certificate, its key or its issuer. */
static struct err put_mutes(struct web_call *c, const struct cert_facts *facts)
{
	struct mutes_of of = {.w = &c->json, .facts = facts};
	struct err e;

	digest256_text(&facts->id, of.sha256);
	digest256_text(&facts->spki, of.spki);
	jsonw_key(&c->json, "mutes");
	jsonw_array(&c->json);
	e = store_each_mute(c->store, c->now_ms, mute_each, &of);
	jsonw_end_array(&c->json);
	return e;
}

static void put_pem_member(struct web_call *c, struct span der)
{
	struct buf pem;

	buf_init(&pem, 2 * der.n + 256);
	pem_put(&pem, der);
	web_put_text(&c->json, "pem", buf_text(&pem));
	buf_done(&pem);
}

static void put_values(struct jsonw *w, struct span lines)
{
	struct span line;

	jsonw_key(w, "values");
	jsonw_array(w);
	while (span_line(&lines, &line))
		jsonw_span(w, line);
	jsonw_end_array(w);
}

static void put_extension(void *context, const struct ext *ext, const struct ext_text *said)
{
	struct jsonw *w = context;
	struct buf oid;

	buf_init(&oid, OID_TEXT_MAX);
	der_oid_text(ext->oid, &oid);
	jsonw_object(w);
	web_put_text(w, "oid", buf_text(&oid));
	web_put_text(w, "name", said->name);
	web_put_bool(w, "critical", ext->critical);
	web_put_bool(w, "partial", said->partial);
	put_values(w, said->values);
	jsonw_end_object(w);
	buf_done(&oid);
}

static struct err put_page(struct web_call *c, const struct cert_page *page)
{
	struct jsonw *w = &c->json;
	int64_t now_s = c->now_ms / 1000;

	put_facts(w, page->facts);
	put_days_left(w, page->facts->not_after_s, now_s);
	web_put_time(w, "first_seen", page->first_seen_ms);
	web_put_number(w, "endpoints_count", (int64_t)page->endpoints);
	put_remarks(w, page->remarks);
	web_put_bool(w, "muted", page->remarks && page->remarks->muted);
	put_presented(w, page->chain);
	web_put_bool(w, "issuer_known", issuer_is_known(page->chain));
	put_chains(w, page);
	put_page_findings(w, page, now_s);
	put_briefs(w, "same_key", page->same_key, page->n_same_key);
	jsonw_key(w, "renewals");
	jsonw_object(w);
	put_briefs(w, "before", page->before, page->n_before);
	put_briefs(w, "after", page->after, page->n_after);
	jsonw_end_object(w);
	jsonw_key(w, "extensions");
	jsonw_array(w);
	ext_text_each(page->der, put_extension, w);
	jsonw_end_array(w);
	put_pem_member(c, page->der);
	return put_mutes(c, page->facts);
}

static const struct cert_page *page_get(struct web_call *c)
{
	const struct cert_page *page;
	struct digest256 sha256;
	struct err e;

	if (!ask_sha256(c, &sha256))
		return NULL;
	e = store_cert_page(c->store, &sha256, c->now_ms / 1000, &c->arena, &page);
	if (!err_is(e))
		return page;
	if (err_class(e) == ERR_INPUT)
		web_error(c, WEB_NOT_FOUND, "the inventory has no such certificate");
	else
		web_failed(c, e);
	return NULL;
}

static void certificate_get(struct web_call *c)
{
	const struct cert_page *page = page_get(c);
	struct err e;

	if (!page)
		return;
	jsonw_object(web_json(c, 200));
	e = put_page(c, page);
	jsonw_end_object(&c->json);
	if (err_is(e))
		web_failed(c, e);
}

static void pem_get(struct web_call *c)
{
	bool whole = web_param_flag(c, "chain");
	const struct cert_page *page = page_get(c);
	char name[64 + 64];
	struct buf *out;

	if (!page)
		return;
	snprintf(name, sizeof(name), "attachment; filename=\"%.16s%s.pem\"", web_path(c, "sha256"),
	    whole ? "-chain" : "");
	http_set_header(c->http, "Content-Disposition", name);
	out = web_bytes(c, 200, "application/x-pem-file");
	if (!whole || !page->chain)
		return pem_put(out, page->der);
	for (size_t i = 0; i < page->chain->n_certs; i++)
		pem_put(out, page->chain->der[i]);
}

struct page_rows {
	struct web_call *c;
	struct ask_fields fields;
};

static bool row_each(void *context, const struct inventory_row *row)
{
	struct page_rows *p = context;

	put_row(&p->c->json, row, &p->fields, p->c->now_ms / 1000);
	return !p->c->body.full;
}

static void rows_get(struct web_call *c)
{
	struct page_rows page = {.c = c};
	char next[LISTING_CURSOR_MAX], text[DIGEST256_TEXT_MAX];
	struct digest256 sha256;
	struct listing listing;
	struct err e;

	if (!ask_sha256(c, &sha256) || !ask_page(c, &listing) || !ask_fields(c, &page.fields))
		return;
	listing.where =
	    query_text(&c->arena, FIELD_SHA256, QUERY_EQ, digest256_text(&sha256, text));
	web_rows_begin(c);
	e = store_list(c->store, &listing, row_each, &page, next);
	if (err_is(e))
		return web_failed(c, e);
	web_rows_end(c, next);
}

const struct route route_certificate[] = {
    {HTTP_GET, "/certificates/{sha256}", ROLE_VIEWER, LANE_READ, ROUTE_ETAG, certificate_get},
    {HTTP_GET, "/certificates/{sha256}/rows", ROLE_VIEWER, LANE_READ, ROUTE_ETAG, rows_get},
    {HTTP_GET, "/certificates/{sha256}/pem", ROLE_VIEWER, LANE_READ, 0, pem_get},
    {0},
};
