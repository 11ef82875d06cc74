/*
 * grab.c: a task is an open port. It is asked with one server name after the other; for each name
 * the plan says what to try until certificates come or nothing is left to try, and then once more
 * for the other type of key. One talk at a time: a task is never more than one connection.
 *
 * Everything that happens later happens from the loop: a talk that ended, a name that was resolved,
 * the budget that has room again. So advance() is the only way forward and finish() the only way
 * out.
 *
 * The chain of the first type is kept until the sibling's connection has ended: whether there is a
 * sibling is part of what is said of it.
 */
#include "grab/grab.h"

#include "base/arena.h"
#include "dial/talk.h"
#include "grab/leafkey.h"
#include "grab/limits.h"
#include "grab/plan.h"
#include "grab/report.h"
#include "net/clock.h"
#include "net/sock.h"
#include "wire/services.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <strings.h>
#include <sys/random.h>

enum ptr { PTR_UNASKED, PTR_ASKED, PTR_ANSWERED };

struct task {
	struct grab *grab; /* NULL: the grabber is gone, a DNS answer is still to come */
	struct task *next, *prev;
	struct task *next_waiting;
	struct grab_task asked;
	char own_name[NAME_MAX_LEN];
	char ptr_name[NAME_MAX_LEN];
	enum ptr ptr;
	struct loop_timer kick;
	bool holds_budget;
	unsigned local_retries;
	size_t name; /* which of names() */
	struct grab_hint hint;
	struct plan plan;
	struct attempt now;
	struct talk *talk;
	struct observation best; /* outcome 0: none yet */
	struct arena chain; /* of `best` */
	size_t n_der;
	struct span der[CHAIN_CERTS_MAX];
};

struct grab {
	struct loop *loop;
	struct budget *budget;
	struct dns *dns;
	struct key_shares *shares;
	struct grab_config config;
	const struct grab_ops *ops;
	void *context;
	struct task *tasks;
	size_t n_tasks;
	struct task *waiting, **waiting_end;
	size_t n_waiting;
	bool busy; /* as told to ops->busy */
	struct loop_timer wake;
};

static void advance(struct task *t);

static void release(struct task *t)
{
	struct grab *g = t->grab;

	if (!t->holds_budget)
		return;
	t->holds_budget = false;
	budget_release(g->budget, &t->asked.addr);
	if (g->waiting)
		loop_timer_arm(g->loop, &g->wake, 0);
}

static void task_free(struct task *t)
{
	arena_done(&t->chain);
	free(t);
}

/* Out of the grabber's hands, without a word. */
static void leave(struct task *t)
{
	struct grab *g = t->grab;

	talk_abort(t->talk);
	t->talk = NULL;
	if (t->asked.fd >= 0)
		sock_abort(t->asked.fd);
	t->asked.fd = -1;
	release(t);
	loop_timer_cancel(g->loop, &t->kick);
	if (t->prev)
		t->prev->next = t->next;
	else
		g->tasks = t->next;
	if (t->next)
		t->next->prev = t->prev;
	g->n_tasks--;
	t->grab = NULL;
	if (t->ptr != PTR_ASKED)
		task_free(t);
}

static void finish(struct task *t)
{
	struct grab *g = t->grab;
	uint64_t tag = t->asked.tag;

	leave(t);
	g->ops->finished(g->context, tag);
}

/* The server name of the present round: those of --sni, then the target's own; "" if there are
 * none. */
static const char *round_name(const struct task *t)
{
	size_t i = 0;

	for (; t->grab->config.names && t->grab->config.names[i]; i++)
		if (i == t->name)
			return t->grab->config.names[i];
	return i == t->name ? t->own_name : NULL;
}

/* The own name is a round of its own unless --sni has it, or has names and the target none. */
static bool is_redundant(const struct task *t)
{
	const char *name = round_name(t);

	if (name != t->own_name || t->name == 0)
		return false;
	for (size_t i = 0; i < t->name; i++)
		if (strcasecmp(t->grab->config.names[i], name) == 0)
			return true;
	return name[0] == '\0';
}

static const char *sent_name(const struct task *t, const struct attempt *a)
{
	return a->ptr ? t->ptr_name : round_name(t);
}

static void copy_name(char to[NAME_MAX_LEN], const char *name)
{
	size_t n = strnlen(name, NAME_MAX_LEN - 1);

	for (size_t i = 0; i < n; i++)
		to[i] = (char)tolower((unsigned char)name[i]);
	to[n] = '\0';
}

static void stamp(const struct task *t, const struct attempt *a, struct observation *obs)
{
	obs->endpoint.addr = t->asked.addr;
	obs->endpoint.port = t->asked.port;
	obs->endpoint.transport = TRANSPORT_TCP;
	copy_name(obs->endpoint.name, t->asked.may_speak ? sent_name(t, a) : t->own_name);
	copy_name(obs->hostname, t->own_name[0] ? t->own_name : t->ptr_name);
	obs->run = t->grab->config.run;
	obs->first_ms = obs->last_ms = clock_now_ms();
	obs->connections = (uint8_t)t->plan.n;
}

static void emit(struct task *t)
{
	struct grab *g = t->grab;

	if (t->best.outcome != OUTCOME_NONE)
		g->ops->observed(g->context, &t->best, t->der, t->n_der);
}

static void begin_round(struct task *t)
{
	struct grab *g = t->grab;
	const char *name = round_name(t);
	struct grab_hint hint = {0};

	arena_done(&t->chain);
	t->n_der = 0;
	t->best = (struct observation){0};
	if (g->ops->hint)
		hint = g->ops->hint(g->context, &t->asked.addr, t->asked.port, name);
	if (!hint.known && t->hint.known) {
		hint = t->hint; /* what worked with the name before */
		hint.one_key = false;
	}
	t->hint = hint;
	plan_init(&t->plan, t->asked.port, &hint, name[0] == '\0' && g->config.resolve && g->dns);
}

/* All is said about this name. */
static void end_round(struct task *t)
{
	enum outcome outcome = t->best.outcome;

	emit(t);
	t->name++;
	if (!report_depends_on_name(outcome) || !round_name(t) || is_redundant(t)) {
		finish(t);
		return;
	}
	begin_round(t);
	advance(t);
}

/* "h2" only where HTTP is to be expected: other servers refuse a list that is not theirs. */
static const char *const *alpn_of(uint16_t port, uint8_t dialect)
{
	static const char *const http[] = {"h2", "http/1.1", NULL};
	static const char *const postgres[] = {"postgresql", NULL};
	const struct service *service = service_by_port(port);

	if (!service || dialect != DIALECT_NONE)
		return NULL;
	if (service->starttls == DIALECT_POSTGRES)
		return postgres;
	return strcmp(service->name, "https") == 0 ? http : NULL;
}

static void on_talked(void *context, const struct talk_result *r);

/* The first hello and the one that follows its silence share the time that the user gave. */
static uint64_t patience_us(const struct task *t)
{
	uint64_t whole = t->grab->config.step_us;
	uint64_t again = whole / 4 < GRAB_AGAIN_US ? whole / 4 : GRAB_AGAIN_US;
	uint64_t wait = plan_met_silence(&t->plan) ? again : whole - again;

	return t->now.guess && wait > GRAB_GUESS_US ? GRAB_GUESS_US : wait;
}

static struct talk_spec talk_spec(struct task *t)
{
	const struct grab_config *config = &t->grab->config;
	struct talk_spec spec = {
	    .addr = t->asked.addr,
	    .port = t->asked.port,
	    .fd = t->asked.fd,
	    .dialect = dialect_by_id(t->now.dialect),
	    .hello = {.variant = t->now.hello,
		.keys = t->now.keys,
		.name = sent_name(t, &t->now),
		.alpn = alpn_of(t->asked.port, t->now.dialect)},
	    .shares = t->grab->shares,
	    .connect_us = config->connect_us,
	    .step_us = patience_us(t),
	    .total_us = config->total_us,
	    .listen_us = t->now.listen ? GRAB_LISTEN_US : 0,
	    .done = on_talked,
	    .context = t,
	};

	return spec;
}

static void wait_for_budget(struct task *t)
{
	struct grab *g = t->grab;

	t->next_waiting = NULL;
	*g->waiting_end = t;
	g->waiting_end = &t->next_waiting;
	g->n_waiting++;
	if (!g->wake.armed)
		loop_timer_arm(g->loop, &g->wake, 0);
}

static void retry_later(struct task *t)
{
	loop_timer_arm(t->grab->loop, &t->kick, GRAB_LOCAL_RETRY_US);
}

static void begin_talk(struct task *t)
{
	struct talk_spec spec = talk_spec(t);
	struct err e = OK;

	if (getrandom(&spec.hello.fresh, sizeof(spec.hello.fresh), 0) < 0)
		e = err_io(errno, "getrandom");
	if (!err_is(e)) {
		t->asked.fd = -1;
		e = talk_start(t->grab->loop, &spec, &t->talk);
	}
	if (!err_is(e))
		return;
	release(t);
	t->local_retries++;
	retry_later(t);
}

/* A host of a local network waits for room among the neighbours, too; others pass it. */
static enum budget_answer take(struct grab *g, const struct addr *a, uint64_t *ret_wait_us)
{
	uint64_t now = loop_now_us(g->loop);
	struct neigh *neigh = g->config.neigh;
	enum budget_answer answer;

	if (neigh && !neigh_has_room(neigh, a, now))
		return BUDGET_HOST;
	answer = budget_take(g->budget, a, now, ret_wait_us);
	return answer == BUDGET_GO && neigh && !neigh_take(neigh, a, now) ? BUDGET_HOST : answer;
}

/* What is planned is said as soon as the budget allows; a connection handed over has its share
 * already. */
static void connect_when_allowed(struct task *t)
{
	uint64_t wait_us;

	if (t->holds_budget) {
		begin_talk(t);
	} else if (t->grab->n_waiting >= GRAB_WAITING_MAX) {
		retry_later(t);
	} else if (!t->grab->waiting && take(t->grab, &t->asked.addr, &wait_us) == BUDGET_GO) {
		t->holds_budget = true;
		begin_talk(t);
	} else {
		wait_for_budget(t);
	}
}

static struct task *take_waiting(struct grab *g)
{
	struct task *t = g->waiting;

	g->waiting = t->next_waiting;
	if (!g->waiting)
		g->waiting_end = &g->waiting;
	g->n_waiting--;
	return t;
}

static void say_busy(struct grab *g, bool busy)
{
	if (busy == g->busy)
		return;
	g->busy = busy;
	if (g->ops->busy)
		g->ops->busy(g->context, busy);
}

/* The first in the queue goes first, but one whose host is busy lets the others pass. */
static void on_wake(struct loop_timer *timer)
{
	struct grab *g = timer->context;
	uint64_t wait_us = GRAB_WAKE_US;
	size_t n = g->n_waiting < GRAB_WAKE_MAX ? g->n_waiting : GRAB_WAKE_MAX;
	bool starved = false;

	for (; n && g->waiting; n--) {
		struct task *t = g->waiting;
		enum budget_answer answer = take(g, &t->asked.addr, &wait_us);

		starved = answer == BUDGET_RATE || answer == BUDGET_OPEN;
		if (starved)
			break;
		take_waiting(g);
		if (answer == BUDGET_HOST) {
			wait_for_budget(t);
			continue;
		}
		t->holds_budget = true;
		begin_talk(t);
	}
	if (!starved || g->n_waiting >= GRAB_BUSY_AT)
		say_busy(g, starved);
	if (g->waiting)
		loop_timer_arm(g->loop, &g->wake, wait_us < GRAB_WAKE_US ? wait_us : GRAB_WAKE_US);
}

static void keep_chain(struct task *t, const struct flight_result *f)
{
	arena_init(&t->chain, GRAB_CHAIN_BYTES_MAX);
	for (size_t i = 0; i < f->n_certs && i < CHAIN_CERTS_MAX; i++) {
		struct span copy = arena_span(&t->chain, f->certs[i]);

		if (copy.bad) {
			t->best.flags |= OBS_CHAIN_CUT;
			break;
		}
		t->der[t->n_der++] = copy;
	}
}

/* SSL 3.0 and TLS 1.0 hellos are for servers that are older than the other type of key. */
static bool wants_sibling(const struct task *t, enum hello_keys family)
{
	return family != HELLO_ANY_KEY && !t->grab->config.one_key && !t->hint.one_key &&
	       t->now.hello != HELLO_TLS10 && t->now.hello != HELLO_SSL3;
}

static void got_first(struct task *t, const struct talk_result *r)
{
	struct attempt worked = t->now;
	enum hello_keys family;

	t->best = (struct observation){0};
	report_fill(&t->best, &t->now, TROUBLE_NONE, r);
	keep_chain(t, r->flight);
	stamp(t, &t->now, &t->best);
	family = t->n_der ? leafkey_family(t->der[0]) : HELLO_ANY_KEY;
	t->hint.starttls = t->best.starttls;
	t->hint.hello = t->best.hello;
	t->hint.known = true;
	if (!wants_sibling(t, family)) {
		if (t->hint.one_key)
			t->best.flags |= OBS_ONE_KEY;
		end_round(t);
		return;
	}
	worked.listen = worked.guess = false;
	plan_init_sibling(
	    &t->plan, t->asked.port, &worked, family == HELLO_RSA ? HELLO_ECDSA : HELLO_RSA);
	advance(t);
}

static void got_sibling(struct task *t, const struct talk_result *r)
{
	struct observation obs = {0};

	if (t->n_der && r->flight->n_certs && span_eq(r->flight->certs[0], t->der[0])) {
		t->best.flags |= OBS_ONE_KEY;
		end_round(t);
		return;
	}
	report_fill(&obs, &t->now, TROUBLE_NONE, r);
	stamp(t, &t->now, &obs);
	t->grab->ops->observed(t->grab->context, &obs, r->flight->certs, r->flight->n_certs);
	end_round(t);
}

static bool is_refusal(enum trouble trouble)
{
	return trouble != TROUBLE_CONNECT && trouble != TROUBLE_HELLO_SILENT &&
	       trouble != TROUBLE_DIALOGUE_SILENT && trouble != TROUBLE_DIALOGUE_STALLED;
}

static void failed(struct task *t, enum trouble trouble, const struct talk_result *r)
{
	struct observation obs = {0};

	if (t->plan.sibling) {
		if (is_refusal(trouble))
			t->best.flags |= OBS_ONE_KEY;
		advance(t);
		return;
	}
	report_fill(&obs, &t->now, trouble, r);
	stamp(t, &t->now, &obs);
	if (report_rank(obs.outcome) > report_rank(t->best.outcome))
		t->best = obs;
	t->best.connections = obs.connections;
	advance(t);
}

static void on_talked(void *context, const struct talk_result *r)
{
	struct task *t = context;
	uint8_t sniffed;
	enum trouble trouble = trouble_of(r, &sniffed);

	t->talk = NULL;
	release(t);
	if (trouble == TROUBLE_LOCAL && t->local_retries++ < GRAB_LOCAL_RETRIES) {
		retry_later(t);
		return;
	}
	if (r->dialect)
		t->now.dialect = r->dialect->id; /* listening may have found one */
	plan_tried(&t->plan, &t->now, trouble, sniffed);
	if (trouble != TROUBLE_NONE)
		failed(t, trouble, r);
	else if (t->plan.sibling)
		got_sibling(t, r);
	else
		got_first(t, r);
}

static void on_ptr(void *context, const char *name)
{
	struct task *t = context;

	t->ptr = PTR_ANSWERED;
	if (!t->grab) {
		task_free(t);
		return;
	}
	copy_name(t->ptr_name, name);
	advance(t);
}

static void advance(struct task *t)
{
	if (t->ptr == PTR_ANSWERED && !t->ptr_name[0])
		t->plan.nameable = false;
	if (!plan_next(&t->plan, &t->now)) {
		end_round(t);
	} else if (t->now.ptr && t->ptr == PTR_UNASKED) {
		t->ptr = PTR_ASKED;
		dns_reverse(t->grab->dns, &t->asked.addr, on_ptr, t);
	} else {
		connect_when_allowed(t);
	}
}

/* Without a word said: a fragile port, or this machine is out of memory for good. */
static void note(struct task *t, enum outcome outcome, int os_error)
{
	t->best = (struct observation){.evidence = EVIDENCE_SCAN,
	    .outcome = (uint8_t)outcome,
	    .count = 1,
	    .os_error = os_error};
	t->n_der = 0;
	stamp(t, &t->now, &t->best);
	emit(t);
	finish(t);
}

static void on_kick(struct loop_timer *timer)
{
	struct task *t = timer->context;

	if (!t->asked.may_speak)
		note(t, OUTCOME_OPEN, 0);
	else if (t->local_retries > GRAB_LOCAL_RETRIES)
		note(t, OUTCOME_UNREACHABLE, ENOMEM);
	else
		connect_when_allowed(t);
}

struct err grab_new(struct loop *loop, struct budget *budget, struct dns *dns,
    struct key_shares *shares, const struct grab_config *config, const struct grab_ops *ops,
    void *context, struct grab **ret_grab)
{
	struct grab *g = calloc(1, sizeof(*g));

	if (!g)
		return err_io(ENOMEM, "grabber");
	*g = (struct grab){.loop = loop,
	    .budget = budget,
	    .dns = dns,
	    .shares = shares,
	    .config = *config,
	    .ops = ops,
	    .context = context};
	g->waiting_end = &g->waiting;
	g->wake = (struct loop_timer){.fire = on_wake, .context = g};
	*ret_grab = g;
	return OK;
}

void grab_free(struct grab *g)
{
	if (!g)
		return;
	while (g->tasks)
		leave(g->tasks);
	loop_timer_cancel(g->loop, &g->wake);
	free(g);
}

static struct task *task_new(struct grab *g, const struct grab_task *asked)
{
	struct task *t = calloc(1, sizeof(*t));

	if (!t)
		return NULL;
	t->grab = g;
	t->asked = *asked;
	copy_name(t->own_name, asked->name);
	t->holds_budget = asked->fd >= 0;
	t->kick = (struct loop_timer){.fire = on_kick, .context = t};
	t->next = g->tasks;
	if (t->next)
		t->next->prev = t;
	g->tasks = t;
	g->n_tasks++;
	return t;
}

void grab_start(struct grab *g, const struct grab_task *asked)
{
	struct task *t = task_new(g, asked);

	if (!t) {
		if (asked->fd >= 0) {
			sock_abort(asked->fd);
			budget_release(g->budget, &asked->addr);
		}
		g->ops->finished(g->context, asked->tag);
		return;
	}
	if (!asked->may_speak) {
		loop_timer_arm(g->loop, &t->kick, 0);
		return;
	}
	begin_round(t);
	advance(t);
}

size_t grab_pending(const struct grab *g)
{
	return g->n_tasks;
}
