/*
 * ea_lab.h: a store with a few endpoints, a rule of ElastAlert2, and a clock that the test moves:
 * what the rule tells is gathered instead of sent.
 */
#pragma once

#include "alert/elastalert.h"

#include "unit/store/lab.h"

#include <errno.h>

enum { TOLD_MAX = 64 };

static const int64_t MINUTE_MS = 60 * 1000;
static const int64_t HOUR_MS = 60 * MINUTE_MS;
static const int64_t DAY_MS = 24 * HOUR_MS;
/* 2026-11-22T12:00:00Z */
static const int64_t NOON_MS = 1795348800000;

struct told {
	char *type, *config, *subject, *text, *html, *detail;
};

struct ea_lab {
	struct store *store;
	struct arena arena;
	struct stored_rule rule;
	int64_t now_ms;
	uint64_t run;
	bool dry, fresh;
	bool only_count; /* what is told is not kept */
	size_t n_counted;
	size_t fails_at; /* this message cannot be stored; 0: all can */
	size_t n;
	struct told told[TOLD_MAX];
	size_t n_suppressed;
	char error[256];
};

static inline struct err ea_told(void *context, const struct message *m)
{
	struct ea_lab *lab = context;
	struct told *t = &lab->told[lab->n];

	if (++lab->n_counted == lab->fails_at)
		return err_io(ENOSPC, "no room for a message");
	if (lab->only_count)
		return OK;
	CHECK(lab->n < TOLD_MAX);
	if (lab->n == TOLD_MAX)
		return OK;
	*t = (struct told){strdup(m->type), strdup(m->config), strdup(m->subject), strdup(m->text),
	    strdup(m->html ? m->html : ""), strdup(m->detail)};
	lab->n++;
	return OK;
}

static inline void ea_suppressed(void *context, const char *why, const char *what)
{
	struct ea_lab *lab = context;

	(void)why;
	(void)what;
	lab->n_suppressed++;
}

static inline void ea_forget(struct ea_lab *lab)
{
	for (size_t i = 0; i < lab->n; i++) {
		free(lab->told[i].type);
		free(lab->told[i].config);
		free(lab->told[i].subject);
		free(lab->told[i].text);
		free(lab->told[i].html);
		free(lab->told[i].detail);
	}
	lab->n = lab->n_suppressed = 0;
}

/* One more rule: it is the one that passes from now on. */
static inline void ea_add_rule(struct ea_lab *lab, const char *name, const char *yaml)
{
	uint64_t id = 0;

	lab->rule = (struct stored_rule){.name = name,
	    .kind = RULE_ELASTALERT,
	    .type = "any",
	    .enabled = true,
	    .text = yaml,
	    .error = ""};
	CHECK(went_well(store_put_rule(lab->store, &lab->rule, &id), lab->store));
	lab->rule.id = id;
}

/* A new store with this rule in it. */
static inline void ea_begin(struct ea_lab *lab, const char *name, const char *yaml)
{
	*lab = (struct ea_lab){.store = lab_store(), .now_ms = NOON_MS};
	arena_init(&lab->arena, 64 << 20);
	ea_add_rule(lab, name, yaml);
	lab->run = lab_run(lab->store, NOON_MS);
}

static inline void ea_end(struct ea_lab *lab)
{
	ea_forget(lab);
	store_close(lab->store);
	arena_done(&lab->arena);
}

struct ea_seen {
	uint32_t host;
	uint16_t port; /* 0: 443 */
	const char *hostname;
	struct lab_cert cert;
};

/* An endpoint was scanned, at lab->now_ms. */
static inline void ea_scan(struct ea_lab *lab, const struct ea_seen *seen)
{
	const struct chain_verdict *v = lab_chain(&lab->arena, &seen->cert, 1);
	struct observation o = lab_seen(seen->host, v, lab->run, lab->now_ms);

	if (seen->port)
		o.endpoint.port = seen->port;
	if (seen->hostname)
		snprintf(o.hostname, sizeof(o.hostname), "%s", seen->hostname);
	CHECK(went_well(store_begin(lab->store), lab->store));
	lab_put(lab->store, v, &o);
	CHECK(went_well(store_commit(lab->store), lab->store));
}

/* A pass at lab->now_ms; what it tells is added. Returns how many messages. */
static inline size_t ea_pass(struct ea_lab *lab)
{
	size_t before = lab->n_counted;
	struct arena arena;
	struct pass pass = {.store = lab->store,
	    .rule = &lab->rule,
	    .now_ms = lab->now_ms,
	    .public_url = "",
	    .dry = lab->dry,
	    .fresh = lab->fresh,
	    .message = ea_told,
	    .suppressed = ea_suppressed,
	    .context = lab};

	arena_init(&arena, 1 << 20);
	CHECK(went_well(elastalert_pass(&pass), lab->store));
	snprintf(lab->error, sizeof(lab->error), "%s", pass.error);
	if (lab->error[0])
		printf("# %s\n", lab->error);
	if (!lab->dry) {
		struct stored_rule stored;

		CHECK(went_well(
		    store_get_rule(lab->store, lab->rule.id, &arena, &stored), lab->store));
		lab->rule.ran_ms = stored.ran_ms;
	}
	arena_done(&arena);
	return lab->n_counted - before;
}

static inline size_t ea_pass_after(struct ea_lab *lab, int64_t ms)
{
	lab->now_ms += ms;
	return ea_pass(lab);
}
