/*
 * raw_lab.h: the raw engine at one end of a virtual cable; at the other hosts that answer as each
 * case wants, in the same loop (far_end.h). A case sets up its replies and targets, changes the
 * configuration, and runs the engine to its end or for a while:
 *
 *	set_up(replies, n, "10.77.0.0/28 fd77::/125", "443-445");
 *	run_to_its_end();
 *	CHECK_EQ(times_open("10.77.0.5", 443), 1);
 *	tear_down();
 */
#pragma once

#include "scan/engine_raw.h"

#include "lib/far_end.h"
#include "lib/test.h"

enum { FIRST = 20001, PORTS = 16, TOLD = 4096, GUARD_US = 10000000, DRAIN_US = 200000 };

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

static bool have_network;

/* What a run of one engine saw, and how its receiver behaves. */
static struct run {
	struct loop *loop;
	struct budget *budget;
	struct targets *targets;
	struct routes *routes;
	struct engine *engine;
	struct engine_raw_config config;
	struct source_ports ports;
	struct budget_limits limits;
	struct engine_counts counts;
	struct loop_timer guard;
	uint64_t took_us;
	unsigned done;
	unsigned troubles;
	bool given_up;
	bool keep; /* open ones are not done with */
	struct open opens[TOLD];
	size_t n_opens;
	struct told_error {
		struct addr addr;
		uint16_t port;
		int os_error;
	} errors[64];
	size_t n_errors;
	struct addr liars[8];
	size_t n_liars;
	struct watch watch;
} r;

static struct far_end far;

/* The receiver. */

static inline void on_open(void *context, const struct open *open)
{
	CHECK(context == &r);
	CHECK(r.n_opens < TOLD);
	r.opens[r.n_opens++ % TOLD] = *open;
	if (open->fd >= 0) {
		close(open->fd);
		budget_release(r.budget, &open->addr);
	}
	if (!r.keep)
		engine_finished(r.engine, open->index);
}

static inline void on_done(void *context)
{
	struct run *run = context;

	run->done++;
	loop_stop(run->loop);
}

static inline void on_unreachable(void *context, const struct addr *a, uint16_t port, int os_error)
{
	CHECK(context == &r);
	CHECK(r.n_errors < COUNT(r.errors));
	r.errors[r.n_errors++ % COUNT(r.errors)] = (struct told_error){*a, port, os_error};
}

static inline void on_liar(void *context, const struct addr *a)
{
	CHECK(context == &r);
	CHECK(r.n_liars < COUNT(r.liars));
	r.liars[r.n_liars++ % COUNT(r.liars)] = *a;
}

static inline bool is_usual(uint16_t port)
{
	return port == 443 || port == 8443;
}

static inline void far_ready(struct watch *w, unsigned events)
{
	(void)w;
	(void)events;
	far_end_hear(&far);
}

static inline void guard_fired(struct loop_timer *t)
{
	(void)t;
	loop_stop(r.loop);
}

/* Words with spaces between them. */
static inline void add_targets(const char *words, const char *ports)
{
	struct ports set;

	ports_clear(&set);
	CHECK(!err_is(ports_parse(&set, span_str(ports))));
	CHECK(!err_is(targets_new(&r.targets)));
	for (size_t n; *words; words += n + (words[n] == ' ')) {
		n = strcspn(words, " ");
		CHECK(!err_is(targets_add(r.targets, span_of(words, n))));
	}
	CHECK(!err_is(targets_set_ports(r.targets, &set)));
}

/* Afterwards the configuration may be changed. */
static inline void set_up(
    const struct reply *replies, size_t n, const char *targets, const char *ports)
{
	memset(&r, 0, sizeof(r));
	far_end_open(&far, replies, n);
	add_targets(targets, ports);
	CHECK(!err_is(routes_new(&r.routes)));
	CHECK(!err_is(routes_resolve(r.routes, 0)));
	r.ports = (struct source_ports){FIRST, PORTS};
	r.limits = (struct budget_limits){.open = 100};
	r.config = (struct engine_raw_config){
	    .walk = {.seed = 5, .share = {0, 1, 0, 1}, .timeout_us = 300000},
	    .key = {{17, 19}},
	    .pace = {.fixed = 20000, .max = 20000},
	    .is_usual = is_usual,
	};
}

static inline void on_trouble(void *context, const char *text, bool is_last)
{
	printf("# %s\n", text);
	CHECK(context == &r);
	r.troubles++;
	r.given_up |= is_last;
}

static inline void engine_make(void)
{
	static const struct engine_ops ops = {.on_open = on_open,
	    .on_done = on_done,
	    .on_unreachable = on_unreachable,
	    .on_liar = on_liar,
	    .on_trouble = on_trouble};
	const int va = (int)if_nametoindex("va");
	const struct raw_links_config links = {
	    .routes = r.routes, .links = &va, .n_links = 1, .tx = TX_MMSG, .ports = r.ports};
	const char *problem;

	CHECK(!err_is(loop_new(&r.loop)));
	CHECK(!err_is(budget_new(&r.limits, &r.budget)));
	CHECK(!err_is(raw_links_open(&links, &r.config.links, &problem)));
	CHECK(!err_is(targets_seal(r.targets)));
	r.config.walk.targets = r.targets;
	CHECK(!err_is(engine_raw_new(r.loop, r.budget, &r.config, &ops, &r, &r.engine)));
	r.watch = (struct watch){.fd = far.fd, .events = LOOP_READ, .ready = far_ready};
	CHECK(!err_is(watch_add(r.loop, &r.watch)));
	r.guard.fire = guard_fired;
}

/* Until it is done, or so long. */
static inline void run_for(uint64_t us)
{
	loop_timer_arm(r.loop, &r.guard, us);
	CHECK(!err_is(loop_run(r.loop)));
	loop_timer_cancel(r.loop, &r.guard);
}

static inline void engine_end(void)
{
	r.counts = engine_counts(r.engine);
	engine_free(r.engine);
	CHECK_EQ(budget_open(r.budget), 0);
	budget_free(r.budget);
	watch_remove(&r.watch);
	loop_free(r.loop);
}

static inline void tear_down(void)
{
	routes_free(r.routes);
	targets_free(r.targets);
	far_end_close(&far);
}

static inline void run_to_its_end(void)
{
	uint64_t begun_us;

	if (!r.engine)
		engine_make();
	begun_us = loop_now_us(r.loop);
	CHECK(!err_is(engine_start(r.engine)));
	run_for(GUARD_US);
	r.took_us = loop_now_us(r.loop) - begun_us;
	CHECK_EQ(r.done, 1);
	far_end_hear(&far);
	engine_end();
	CHECK_EQ(r.counts.taken, r.counts.open + r.counts.refused + r.counts.timeout +
				     r.counts.unreachable + r.counts.local_errors);
	CHECK_EQ(r.counts.total, r.counts.taken);
	CHECK_EQ(r.counts.low_water, targets_count(r.targets));
}

static inline size_t times_open(const char *who, uint16_t port)
{
	struct addr a = far_addr(who);
	size_t n = 0;

	for (size_t i = 0; i < r.n_opens; i++)
		n += r.opens[i].port == port && addr_eq(&r.opens[i].addr, &a);
	return n;
}

static inline size_t times_told(const char *who, int os_error)
{
	struct addr a = far_addr(who);
	size_t n = 0;

	for (size_t i = 0; i < r.n_errors; i++)
		n += r.errors[i].os_error == os_error && addr_eq(&r.errors[i].addr, &a);
	return n;
}
