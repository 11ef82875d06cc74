/*
 * town.h: an inventory to tell of, for the tests of alerts: certificates are names and lifetimes,
 * servers are numbers, time is what the test says. Messages are caught instead of put where a test
 * asks for it.
 */
#pragma once

#include "alert/own.h"
#include "verdict/table.h"

#include <dirent.h>
#include <unistd.h>

#include "lib/test.h"

enum { DAY_S = 86400, HOUR_S = 3600 };

static const int64_t YEAR_2026_S = 1767225600;

static char town_folder[64], town_path[96];

static inline bool went_well(struct err e, struct store *s)
{
	char text[256];

	if (err_is(e))
		printf("# %s (%s)\n", err_text(e, text, sizeof(text)), s ? store_detail(s) : "");
	return !err_is(e);
}

static inline void town_clear(void)
{
	DIR *dir = opendir(town_folder);
	struct dirent *entry;

	while (dir && (entry = readdir(dir)))
		if (entry->d_name[0] != '.')
			unlinkat(dirfd(dir), entry->d_name, 0);
	if (dir)
		closedir(dir);
}

/* An empty inventory with our own rules, each with one channel. */
static inline struct store *town_open(void)
{
	struct store *s = NULL;

	if (!*town_folder) {
		snprintf(town_folder, sizeof(town_folder), "/tmp/certscape-alert.XXXXXX");
		if (!mkdtemp(town_folder))
			exit(1);
		snprintf(town_path, sizeof(town_path), "%s/certscape.db", town_folder);
	}
	town_clear();
	CHECK(went_well(store_open(town_path, STORE_WRITE, &s), NULL));
	if (!s)
		exit(1);
	CHECK(went_well(own_rules_install(s), s));
	return s;
}

static inline void town_close(struct store *s)
{
	store_close(s);
	town_clear();
}

static inline void town_drop(void)
{
	rmdir(town_folder);
}

static inline uint64_t town_channel(struct store *s, const char *name)
{
	struct stored_channel c = {.name = name,
	    .type = "email",
	    .config = "{\"to\":[\"a@example.com\"]}",
	    .enabled = true};
	uint64_t id = 0;

	CHECK(went_well(store_put_channel(s, &c, &id), s));
	return id;
}

struct town_rule {
	const char *type;
	struct stored_rule rule;
	struct arena arena;
};

static inline bool town_find_rule(void *context, const struct stored_rule *rule)
{
	struct town_rule *found = context;

	if (strcmp(rule->type, found->type))
		return true;
	found->rule.id = rule->id;
	return false;
}

static inline struct stored_rule town_rule(struct store *s, const char *type, struct arena *arena)
{
	struct town_rule found = {.type = type};
	struct stored_rule rule = {0};

	CHECK(went_well(store_each_rule(s, town_find_rule, &found), s));
	CHECK(went_well(store_get_rule(s, found.rule.id, arena, &rule), s));
	return rule;
}

static inline void town_give_channel(
    struct store *s, const char *type, uint64_t channel, const char *settings)
{
	struct arena arena;
	struct stored_rule rule;
	uint64_t id;

	arena_init(&arena, 1 << 20);
	rule = town_rule(s, type, &arena);
	rule.n_channels = 1;
	rule.channels[0] = channel;
	rule.text = settings;
	CHECK(went_well(store_put_rule(s, &rule, &id), s));
	arena_done(&arena);
}

/* One certificate. */
struct town_cert {
	const char *name, *issuer, *key;
	int64_t not_before_s, life_s;
	bool self_signed;
	struct span der; /* what it really is; empty: any bytes will do */
};

static inline const struct chain_verdict *town_chain(struct arena *a, const struct town_cert *c)
{
	struct chain_verdict *v = arena_alloc(a, sizeof(*v));
	struct cert_facts *f = arena_alloc(a, sizeof(*f));
	const char **sans = arena_alloc(a, sizeof(*sans));
	char text[256];

	snprintf(text, sizeof(text), "%s/%s/%s/%lld/%lld", c->name, c->issuer, c->key,
	    (long long)c->not_before_s, (long long)c->life_s);
	v->der[0] = arena_span(a, c->der.n ? c->der : span_str(text));
	sans[0] = arena_str(a, c->name);
	f->id = cert_id_of(v->der[0]);
	f->spki = cert_id_of(span_str(c->key));
	f->not_before_s = c->not_before_s;
	f->not_after_s = c->not_before_s + c->life_s - 1;
	f->sans = sans;
	f->n_sans = 1;
	f->subject_cn = sans[0];
	snprintf(text, sizeof(text), "CN=%s", c->name);
	f->subject = arena_str(a, text);
	f->issuer_cn = arena_str(a, c->issuer);
	snprintf(text, sizeof(text), "CN=%s", c->issuer);
	f->issuer = arena_str(a, text);
	f->serial = "0a1b";
	f->sig_alg = "ecdsa-with-SHA256";
	f->key_text = "P-256";
	f->key_kind = KEY_EC;
	f->key_bits = 256;
	f->self_issued = f->self_signed = c->self_signed;
	v->facts[0] = f;
	v->n_certs = 1;
	v->id = chain_id_of(&f->id, 1);
	return v;
}

/* Host number n shows it at this time; port 443 unless another is given. */
static inline void town_serve_at(struct store *s, const struct town_cert *c, uint32_t first_host,
    uint32_t n, uint16_t port, int64_t now_s)
{
	struct arena arena;
	const struct chain_verdict *v;

	arena_init(&arena, 1 << 20);
	v = town_chain(&arena, c);
	CHECK(went_well(store_begin(s), s));
	CHECK(went_well(store_put_chain(s, v, now_s * 1000), s));
	for (uint32_t i = 0; i < n; i++) {
		struct observation o = {
		    .endpoint = {.addr = addr_from_v4(0x0a000000 + first_host + i),
			.port = port,
			.transport = TRANSPORT_TCP},
		    .chain = v->id,
		    .first_ms = now_s * 1000,
		    .last_ms = now_s * 1000,
		    .count = 1,
		    .version = 0x0304,
		    .evidence = EVIDENCE_SCAN,
		    .outcome = OUTCOME_CERTIFICATE,
		};
		struct stored stored;

		CHECK(went_well(store_put_observation(s, &o, &stored), s));
	}
	CHECK(went_well(store_commit(s), s));
	arena_done(&arena);
}

static inline void town_serve(
    struct store *s, const struct town_cert *c, uint32_t first_host, uint32_t n, int64_t now_s)
{
	town_serve_at(s, c, first_host, n, 443, now_s);
}

/* What a pass said, the newest first. */
struct town_heard {
	size_t n;
	char subject[64][160];
	char text[32 * 1024]; /* of the last */
	char html[64 * 1024];
	char detail[64 * 1024];
	size_t n_suppressed;
	char why[160];
	struct store *outbox; /* NULL: only heard */
	bool fresh; /* passes are dry, and as if nothing was told yet */
};

static inline struct err town_hear(void *context, const struct message *m)
{
	struct town_heard *h = context;

	if (h->n < 64)
		snprintf(h->subject[h->n], sizeof(h->subject[0]), "%s", m->subject);
	h->n++;
	snprintf(h->text, sizeof(h->text), "%s", m->text);
	snprintf(h->html, sizeof(h->html), "%s", m->html);
	snprintf(h->detail, sizeof(h->detail), "%s", m->detail);
	return h->outbox ? outbox_message(h->outbox, m) : OK;
}

static inline void town_suppressed(void *context, const char *why, const char *what)
{
	struct town_heard *h = context;

	(void)what;
	h->n_suppressed++;
	snprintf(h->why, sizeof(h->why), "%s", why);
}

/* One pass; what it said is added. */
static inline void town_pass(
    struct store *s, const char *type, int64_t now_s, bool dry, struct town_heard *heard)
{
	struct arena arena;
	struct stored_rule rule;
	struct pass pass;

	arena_init(&arena, 1 << 20);
	rule = town_rule(s, type, &arena);
	pass = (struct pass){
	    .store = s,
	    .rule = &rule,
	    .now_ms = now_s * 1000,
	    .public_url = "https://certs.example",
	    .dry = dry || heard->fresh,
	    .fresh = heard->fresh,
	    .message = town_hear,
	    .suppressed = town_suppressed,
	    .context = heard,
	    .cursor = rule.cursor,
	};
	CHECK(went_well(own_pass(&pass), s));
	arena_done(&arena);
}
