/*
 * rounds.c: the rules, one after the other. One that fails says so in its row, where the page shows
 * it, and holds up no other.
 */
#include "app/rounds.h"

#include "alert/own.h"
#include "app/limits.h"
#include "net/clock.h"
#include "store/settings.h"

#include <stdio.h>
#include <stdlib.h>

struct round {
	struct store *store;
	int64_t began_ms, now_ms;
	const char *public_url;
	size_t messages;
	size_t n;
	uint64_t ids[ROUND_RULES_MAX];
};

static bool add_rule(void *context, const struct stored_rule *rule)
{
	struct round *r = context;

	if (rule->enabled && r->n < ROUND_RULES_MAX)
		r->ids[r->n++] = rule->id;
	return true;
}

static struct err put_message(void *context, const struct message *message)
{
	struct round *r = context;

	r->messages++;
	return outbox_message(r->store, message);
}

static int64_t elapsed_ms(void *context)
{
	const struct round *r = context;

	return clock_now_ms() - r->began_ms;
}

/* In the row of the rule; on stderr only what is no fault of its author. */
static void complain(const struct stored_rule *rule, struct err e, struct store *s)
{
	char text[256];

	if (err_class(e) != ERR_INPUT)
		fprintf(stderr, "certscape: rule \"%s\": %s (%s)\n", rule->name,
		    err_text(e, text, sizeof(text)), store_detail(s));
}

static void rule_pass(struct round *r, uint64_t id)
{
	struct stored_rule rule = {.name = ""};
	struct arena arena;
	struct err e;

	arena_init(&arena, ROUND_BYTES_MAX);
	e = store_get_rule(r->store, id, &arena, &rule);
	if (!err_is(e)) {
		struct pass pass = {
		    .store = r->store,
		    .rule = &rule,
		    .now_ms = r->now_ms,
		    .public_url = r->public_url,
		    .message = put_message,
		    .elapsed_ms = elapsed_ms,
		    .context = r,
		    .cursor = rule.cursor,
		};

		r->began_ms = clock_now_ms();
		e = pass_run(&pass);
	}
	if (err_is(e))
		complain(&rule, e, r->store);
	arena_done(&arena);
}

static void round_walk(struct round *r)
{
	for (size_t i = 0; i < r->n; i++)
		rule_pass(r, r->ids[i]);
}

int64_t rounds_run(void *context, struct store *store, int64_t now_ms)
{
	struct rounds *rounds = context;
	struct round *r = calloc(1, sizeof(*r));
	struct buf url;
	char text[256];
	struct err e = r ? OK : err_limit("out of memory");

	buf_init(&url, 4096);
	if (!err_is(e) && !rounds->installed)
		e = own_rules_install(store);
	if (!err_is(e))
		e = store_setting_get(store, SETTING_PUBLIC_URL, &url);
	if (!err_is(e)) {
		*r = (struct round){.store = store, .now_ms = now_ms, .public_url = buf_text(&url)};
		rounds->installed = true;
		e = store_each_rule(store, add_rule, r);
	}
	if (!err_is(e) && now_ms / FORGET_EVERY_MS != rounds->forgot_ms / FORGET_EVERY_MS) {
		e = store_prune_states(store, now_ms);
		rounds->forgot_ms = now_ms;
	}
	if (err_is(e))
		fprintf(stderr, "certscape: rules: %s\n", err_text(e, text, sizeof(text)));
	else
		round_walk(r);
	if (!err_is(e) && r->messages && rounds->told)
		rounds->told(rounds->context, r->messages);
	buf_done(&url);
	free(r);
	return now_ms + ROUND_EVERY_MS;
}
