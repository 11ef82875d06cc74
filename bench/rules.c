/*
 * rules.c: how long the passes of our own rules take on a large store (bar: 2 s): the first one,
 * which finds everything, and those after it, which find nothing new.
 *
 *	rules STORE		forgets what its rules have told: give it a store of make_store
 */
#include "alert/own.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

enum { BAR_MS = 2000 };

static double now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

static void check(struct err e, struct store *s)
{
	char text[256];

	if (!err_is(e))
		return;
	fprintf(
	    stderr, "rules: %s: %s\n", err_text(e, text, sizeof(text)), s ? store_detail(s) : "");
	exit(1);
}

struct found {
	uint64_t ids[16];
	size_t n;
};

static bool add_rule(void *context, const struct stored_rule *rule)
{
	struct found *f = context;

	if (rule->kind == RULE_OWN && f->n < 16)
		f->ids[f->n++] = rule->id;
	return true;
}

static uint64_t channel_of(struct store *s)
{
	const struct stored_channel c = {
	    .name = "bench", .type = "syslog", .config = "{}", .enabled = false};
	uint64_t id = 0;

	check(store_put_channel(s, &c, &id), s);
	return id;
}

/* Whether it was quick enough. */
static bool pass(struct store *s, uint64_t id, uint64_t channel, const char *what)
{
	struct stored_rule rule;
	struct arena arena;
	struct pass p;
	double began;

	arena_init(&arena, 1 << 20);
	check(store_get_rule(s, id, &arena, &rule), s);
	rule.channels[0] = channel;
	rule.n_channels = 1;
	p = (struct pass){.store = s,
	    .rule = &rule,
	    .now_ms = (int64_t)time(NULL) * 1000,
	    .public_url = "",
	    .message = outbox_message,
	    .context = s,
	    .cursor = rule.cursor};
	began = now_ms();
	check(own_pass(&p), s);
	began = now_ms() - began;
	printf("%-16s %-8s %8.1f ms  %llu looked at, %llu told, %llu messages\n", rule.type, what,
	    began, (unsigned long long)p.hits, (unsigned long long)p.matches,
	    (unsigned long long)p.messages);
	arena_done(&arena);
	return began <= BAR_MS;
}

int main(int argc, char **argv)
{
	static const char *const passes[] = {"first", "second", "third"};
	struct found found = {.n = 0};
	struct store *s = NULL;
	uint64_t channel;
	bool ok = true;

	if (argc != 2) {
		fprintf(stderr, "usage: rules STORE\n");
		return 2;
	}
	check(store_open(argv[1], STORE_WRITE, &s), NULL);
	check(store_each_rule(s, add_rule, &found), s);
	for (; found.n; found.n--) /* with what they have told */
		check(store_delete_rule(s, found.ids[found.n - 1]), s);
	check(own_rules_install(s), s);
	check(store_each_rule(s, add_rule, &found), s);
	channel = channel_of(s);
	for (size_t k = 0; k < sizeof(passes) / sizeof(passes[0]); k++)
		for (size_t i = 0; i < found.n; i++)
			ok = pass(s, found.ids[i], channel, passes[k]) && ok;
	check(store_delete_channel(s, channel), s);
	store_close(s);
	return ok ? 0 : 1;
}
