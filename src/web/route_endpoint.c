/*
 * route_endpoint.c: one address and port: by server name, the chains that it served, from when to
 * when. The rows come by name; the chains of one are together.
 */
#include "format/getter.h"
#include "format/word.h"
#include "store/listing.h"
#include "store/notes.h"
#include "web/ask.h"
#include "web/put.h"

enum { CHANGES = 50, ROWS_MAX = 2000 };

/* All rows of the place: with what is gone, and with those that showed no certificate. */
static struct err rows_at(
    struct web_call *c, const struct endpoint *of, store_row_fn *each, void *context)
{
	char next[LISTING_CURSOR_MAX];
	struct listing listing = {
	    .now_s = c->now_ms / 1000,
	    .word_text = word_text,
	    .bare = true,
	    .gone = true,
	    .limit = ROWS_MAX,
	};

	listing.where = query_and(&c->arena, query_cidr(&c->arena, FIELD_IP, &of->addr, 128),
	    query_number(&c->arena, FIELD_PORT, QUERY_EQ, of->port));
	if (!listing.where)
		return err_limit("out of memory");
	return store_list(c->store, &listing, each, context, next);
}

/* One row that was read twice: first for what is said of the endpoint as a whole. */
struct whole {
	struct endpoint of;
	struct arena *arena;
	size_t n;
	const char *hostname, *service;
	int64_t first_ms, last_ms;
	bool active;
};

static bool is_it(const struct endpoint *of, const struct inventory_row *row)
{
	return row->seen->endpoint.transport == of->transport;
}

static const char *text_of(
    struct arena *arena, const struct inventory_row *row, enum field_id field, int64_t now_s)
{
	struct value v;

	value_get(row, field, now_s, &v);
	return v.present ? arena_str(arena, v.text) : NULL;
}

static bool whole_each(void *context, const struct inventory_row *row)
{
	struct whole *w = context;

	if (!is_it(&w->of, row))
		return true;
	if (!w->n || row->first_seen_ms < w->first_ms)
		w->first_ms = row->first_seen_ms;
	if (!w->n || row->last_seen_ms > w->last_ms) {
		w->last_ms = row->last_seen_ms;
		w->service = text_of(w->arena, row, FIELD_SERVICE, 0);
	}
	if (!w->hostname)
		w->hostname = text_of(w->arena, row, FIELD_HOSTNAME, 0);
	w->active = w->active || !row->gone;
	w->n++;
	return true;
}

struct names {
	struct web_call *c;
	struct endpoint of;
	char name[NAME_MAX_LEN]; /* of the object that is open */
	bool open;
};

static void put_row_findings(struct jsonw *w, const struct inventory_row *row, int64_t now_s)
{
	const struct finding *f;

	jsonw_key(w, "findings");
	jsonw_array(w);
	for (size_t k = 0; (f = row_finding(row, k)); k++)
		if (finding_holds(f, now_s))
			put_finding(w, f, false, now_s, false);
	jsonw_end_array(w);
}

static void put_chain(struct jsonw *w, const struct inventory_row *row, int64_t now_s)
{
	const struct cert_facts *leaf = row_leaf(row);

	jsonw_object(w);
	put_digest(w, "chain_id", &row->chain->id);
	put_digest(w, "sha256", &leaf->id);
	web_put_text(w, "subject", name_of(leaf->subject_cn, leaf->subject));
	web_put_text(w, "issuer", name_of(leaf->issuer_cn, leaf->issuer));
	web_put_time_s(w, "not_before", leaf->not_before_s);
	web_put_time_s(w, "not_after", leaf->not_after_s);
	web_put_time(w, "first_seen", row->first_seen_ms);
	web_put_time(w, "last_seen", row->last_seen_ms);
	web_put_bool(w, "current", !row->gone);
	web_put_text(w, "key", leaf->key_text);
	web_put_number(w, "count", row->seen->count);
	put_row_findings(w, row, now_s);
	jsonw_end_object(w);
}

static void name_end(struct names *names)
{
	if (!names->open)
		return;
	jsonw_end_array(&names->c->json);
	jsonw_end_object(&names->c->json);
	names->open = false;
}

static void name_begin(struct names *names, const struct inventory_row *row)
{
	static const enum field_id fields[] = {
	    FIELD_OUTCOME, FIELD_VERSION, FIELD_CIPHER, FIELD_GROUP, FIELD_ALPN};
	struct jsonw *w = &names->c->json;

	jsonw_object(w);
	web_put_text(w, "sni", row->seen->endpoint.name);
	for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++)
		put_known(
		    w, field_by_id(fields[i])->name, text_of(&names->c->arena, row, fields[i], 0));
	jsonw_key(w, "chains");
	jsonw_array(w);
	memcpy(names->name, row->seen->endpoint.name, sizeof(names->name));
	names->open = true;
}

static bool name_each(void *context, const struct inventory_row *row)
{
	struct names *names = context;

	if (!is_it(&names->of, row))
		return true;
	if (!names->open || strcmp(names->name, row->seen->endpoint.name) != 0) {
		name_end(names);
		name_begin(names, row);
	}
	if (row->chain && row_leaf(row))
		put_chain(&names->c->json, row, names->c->now_ms / 1000);
	return !names->c->body.full;
}

static struct err put_names(struct web_call *c, const struct endpoint *of)
{
	struct names names = {.c = c, .of = *of};
	struct err e;

	jsonw_key(&c->json, "names");
	jsonw_array(&c->json);
	e = rows_at(c, of, name_each, &names);
	name_end(&names);
	jsonw_end_array(&c->json);
	return e;
}

static bool change_each(void *context, const struct told_change *change)
{
	put_change(context, change);
	return true;
}

static struct err put_changes(struct web_call *c, const struct endpoint *of)
{
	struct change_filter filter = {
	    .limit = CHANGES, .has_addr = true, .addr = of->addr, .port = of->port};
	struct err e;

	jsonw_key(&c->json, "changes");
	jsonw_array(&c->json);
	e = store_changes(c->store, &filter, change_each, &c->json);
	jsonw_end_array(&c->json);
	return e;
}

static struct err put_note(struct web_call *c, const struct endpoint *of)
{
	struct noted noted = {.is_endpoint = true, .endpoint = *of};
	struct annotation note;
	struct remarks remarks;
	struct err e = store_note_get(c->store, &noted, &c->arena, &note);

	if (err_is(e))
		return e;
	remarks = (struct remarks){
	    .owner = note.owner, .note = note.note, .n_tags = note.n_tags, .tags = note.tags};
	put_remarks(&c->json, &remarks);
	return OK;
}

struct mutes_here {
	struct jsonw *w;
	char key[ENDPOINT_TEXT_MAX];
};

static bool mute_each(void *context, const struct mute *mute)
{
	struct mutes_here *here = context;

	if (mute->thing == MUTE_ENDPOINT && strcmp(mute->key, here->key) == 0)
		put_mute(here->w, mute);
	return true;
}

static struct err put_mutes(struct web_call *c, const struct endpoint *of)
{
	struct mutes_here here = {.w = &c->json};
	struct err e;

	endpoint_text(of, here.key);
	jsonw_key(&c->json, "mutes");
	jsonw_array(&c->json);
	e = store_each_mute(c->store, c->now_ms, mute_each, &here);
	jsonw_end_array(&c->json);
	return e;
}

static struct err put_whole(struct web_call *c, const struct whole *whole)
{
	struct jsonw *w = &c->json;
	struct err e;

	put_endpoint(w, &whole->of);
	put_known(w, "hostname", whole->hostname);
	put_known(w, "service", whole->service);
	web_put_time(w, "first_seen", whole->first_ms);
	web_put_time(w, "last_seen", whole->last_ms);
	web_put_text(w, "state", whole->active ? "active" : "vanished");
	e = put_names(c, &whole->of);
	if (!err_is(e))
		e = put_changes(c, &whole->of);
	if (!err_is(e))
		e = put_mutes(c, &whole->of);
	return err_is(e) ? e : put_note(c, &whole->of);
}

static void endpoint_get(struct web_call *c)
{
	struct whole whole = {.arena = &c->arena};
	struct err e;

	if (!ask_endpoint(c, &whole.of))
		return;
	e = rows_at(c, &whole.of, whole_each, &whole);
	if (!err_is(e) && !whole.n)
		return web_error(c, WEB_NOT_FOUND, "the inventory has no such endpoint");
	if (!err_is(e)) {
		jsonw_object(web_json(c, 200));
		e = put_whole(c, &whole);
		jsonw_end_object(&c->json);
	}
	if (err_is(e))
		web_failed(c, e);
}

const struct route route_endpoint[] = {
    {HTTP_GET, "/endpoints/{endpoint}", ROLE_VIEWER, LANE_READ, ROUTE_ETAG, endpoint_get},
    {0},
};
