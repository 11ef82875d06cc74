/*
 * scan_engine.c: packets where we may send them and the targets can be reached so, connections
 * elsewhere. Everything that needs a right is opened here, before anything is forked; then the
 * right is given up.
 */
#include "cli/scan_engine.h"

#include "app/sandbox.h"
#include "cli/command.h"
#include "cli/concurrency.h"
#include "cli/right.h"
#include "cli/scan_plan.h"
#include "scan/plan_text.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <unistd.h>

enum {
	GATEWAY_WAIT_US = 1500 * 1000, /* for a router to answer ARP */
	MAX_RATE = 50000,
	START_PART = 20, /* who allows more than usual knows that more fits */
	PLAN_BYTES_MAX = 1 << 20,
	HOST_RATE = 1000, /* half a megabit: small devices count packets, not bytes */
	NET_RATE = 10000,
};

static const double COVERAGE_PERCENT = 99.5;

static const struct {
	const char *word;
	enum tx_kind kind;
} senders[] = {
    {"auto", TX_AUTO},
    {"sendmmsg", TX_MMSG},
    {"xdp", TX_XDP},
    {"live", TX_LIVE},
};

static int sender_of(const struct scan_options *o, enum tx_kind *ret_kind)
{
	const char *word = o->sender ? o->sender : "auto";

	for (size_t i = 0; i < sizeof(senders) / sizeof(senders[0]); i++) {
		if (strcmp(senders[i].word, word) != 0)
			continue;
		*ret_kind = senders[i].kind;
		return EXIT_DONE;
	}
	return usage_error("--sender %s: auto, sendmmsg, xdp or live", word);
}

static int coverage_of(const struct scan_options *o, double *ret_share)
{
	char *end = NULL;
	double percent = o->coverage ? strtod(o->coverage, &end) : COVERAGE_PERCENT;

	if (o->coverage && (end == o->coverage || *end || !(percent >= 0 && percent <= 100)))
		return usage_error("--coverage %s: a percentage, 0 to 100", o->coverage);
	*ret_share = percent / 100;
	return EXIT_DONE;
}

enum engine_choice { ENGINE_AUTO, ENGINE_RAW, ENGINE_CONNECT };

static int choice_of(const struct scan_options *o, enum engine_choice *ret_choice)
{
	static const char *const words[] = {
	    [ENGINE_AUTO] = "auto", [ENGINE_RAW] = "raw", [ENGINE_CONNECT] = "connect"};

	*ret_choice = ENGINE_AUTO;
	if (!o->engine)
		return EXIT_DONE;
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		if (strcmp(words[i], o->engine) != 0)
			continue;
		*ret_choice = (enum engine_choice)i;
		return EXIT_DONE;
	}
	return usage_error("--engine %s: auto, raw or connect", o->engine);
}

/* What the options say, the same for a scan and for its plan. */
struct engine_wish {
	enum engine_choice choice;
	enum tx_kind sender;
	double coverage; /* 0 to 1 */
	bool ceilings; /* --host-rate or --net-rate were said */
	uint32_t rate; /* a second, more than is modest for connections; or 0 */
	char asked[32]; /* the option that wants packets, as it was typed */
};

static bool ceilings_said(const struct scan_options *o)
{
	return o->host_rate != UNSAID || o->net_rate != UNSAID;
}

/* What would do nothing is not taken; but a run that is resumed brings what it began with. */
static int connect_check(const struct scan_options *o, const struct scan_plan *plan)
{
	const char *why = plan->single_process ? "--single-process" : "--engine connect";

	if (o->sender && strcmp(o->sender, "auto") != 0 && !plan->resume_run)
		return usage_error("--sender %s is of raw packets: not with %s", o->sender, why);
	if (ceilings_said(o) && !plan->resume_run)
		return usage_error(
		    "--host-rate and --net-rate hold raw packets back, not connections: not with "
		    "%s, where --per-host and --rate do",
		    why);
	return EXIT_DONE;
}

static int wish_of(
    const struct scan_options *o, const struct scan_plan *plan, struct engine_wish *ret_wish)
{
	struct engine_wish wish = {.sender = TX_AUTO,
	    .asked = "--engine raw",
	    .ceilings = ceilings_said(o),
	    .rate = plan->rate > CONNECT_RATE ? plan->rate : 0};
	int status = choice_of(o, &wish.choice);

	if (!status)
		status = sender_of(o, &wish.sender);
	if (!status)
		status = coverage_of(o, &wish.coverage);
	if (!status && wish.choice == ENGINE_AUTO && wish.sender != TX_AUTO) {
		wish.choice = ENGINE_RAW; /* who names a sender wants packets */
		snprintf(wish.asked, sizeof(wish.asked), "--sender %s", o->sender);
	}
	if (!status && plan->single_process && wish.choice == ENGINE_RAW)
		return usage_error("--single-process finds ports by connect: not by raw packets");
	if (plan->single_process)
		wish.choice = ENGINE_CONNECT;
	if (!status && wish.choice == ENGINE_CONNECT)
		status = connect_check(o, plan);
	*ret_wish = wish;
	return status;
}

/* The links that packets go by, and whether there are targets that they do not reach. */
static size_t links_of(struct raw_plan *raw, int links[RAW_LINKS_MAX])
{
	size_t n_ways, n = 0, k;
	const struct route *ways = routes_ways(raw->routes, &n_ways);

	for (size_t i = 0; i < n_ways; i++) {
		bool packets = ways[i].kind == ROUTE_ON_LINK ||
			       (ways[i].kind == ROUTE_GATEWAY && ways[i].has_mac);

		if (ways[i].hosts == 0 || ways[i].kind == ROUTE_NONE)
			continue;
		for (k = 0; packets && k < n && links[k] != ways[i].link;)
			k++;
		if (!packets || (k == n && n == RAW_LINKS_MAX))
			raw->connect_too = true;
		else if (k == n)
			links[n++] = ways[i].link;
	}
	return n;
}

static struct err links_open(struct raw_plan *raw, const struct scan_plan *plan,
    enum tx_kind sender, const char **ret_problem)
{
	int links[RAW_LINKS_MAX];
	struct raw_links_config config = {
	    .routes = raw->routes, .links = links, .n_links = links_of(raw, links), .tx = sender};
	struct err e = held_ports_take(plan->workers, plan->seed, &raw->ports);

	*ret_problem = NULL;
	for (uint32_t i = 0; i < plan->workers && !err_is(e); i++) {
		config.worker = i;
		config.ports = source_ports_slice(&raw->ports.ports, i, plan->workers);
		config.proven = raw->links[0];
		e = raw_links_open(&config, &raw->links[i], ret_problem);
	}
	return e;
}

static struct err ways_find(struct raw_plan *raw, const struct scan_plan *plan)
{
	struct err e = routes_new(&raw->routes);

	if (err_is(e))
		return e;
	routes_count(raw->routes, plan->targets);
	return routes_resolve(raw->routes, GATEWAY_WAIT_US);
}

static bool any_packets(struct raw_plan *raw)
{
	int links[RAW_LINKS_MAX];

	return links_of(raw, links) > 0;
}

static void rates_settle(
    const struct scan_options *o, const struct scan_plan *plan, struct raw_plan *raw)
{
	uint32_t fixed = o->rate == UNSAID ? 0 : o->rate;
	uint32_t asked = fixed ? fixed : o->max_rate, max;

	raw->ceilings = (struct ceilings_limits){
	    .per_host = o->host_rate == UNSAID ? HOST_RATE : o->host_rate,
	    .per_net = o->net_rate == UNSAID ? NET_RATE : o->net_rate,
	};
	max = ceilings_rate(&raw->ceilings, plan->targets, asked ? asked : MAX_RATE);
	raw->slower = max < asked;
	raw->pace = (struct pace_limits){
	    .fixed = fixed ? max : 0,
	    .start = max / START_PART > PACE_START ? max / START_PART : PACE_START,
	    .max = max,
	};
}

static struct raw_plan *raw_new(const struct scan_plan *plan)
{
	struct raw_plan *raw = calloc(1, sizeof(*raw));

	if (!raw)
		return NULL;
	raw->links = calloc(plan->workers, sizeof(struct raw_links *));
	if (raw->links && getrandom(&raw->key, sizeof(raw->key), 0) == (ssize_t)sizeof(raw->key))
		return raw;
	scan_engine_done(raw, plan->workers);
	return NULL;
}

void scan_engine_done(struct raw_plan *raw, uint32_t workers)
{
	if (!raw)
		return;
	for (uint32_t i = 0; raw->links && i < workers; i++)
		raw_links_close(raw->links[i]);
	free(raw->links);
	held_ports_done(&raw->ports);
	routes_free(raw->routes);
	free(raw);
}

/* Where packets were meant, numbers may have been, too. */
static void say_connect(const struct engine_wish *wish, const char *why)
{
	fprintf(stderr, "certscape: engine connect: %s%s", why,
	    wish->ceilings ? "; --host-rate and --net-rate do not hold by connections" : "");
	if (wish->rate)
		fprintf(stderr, "; %u a second are connections now, not packets", wish->rate);
	fprintf(stderr, "\n");
}

/* The senders of a link: one for all workers, or each that there is. */
static void say_senders(const struct raw_plan *raw, uint32_t workers, size_t link)
{
	const char *first = tx_name(raw->links[0]->v[link].tx);

	fprintf(stderr, "%s", first);
	for (uint32_t i = 1; i < workers; i++) {
		const char *name = tx_name(raw->links[i]->v[link].tx);

		if (strcmp(name, first) == 0)
			continue;
		fprintf(stderr, ", %s", name);
		break; /* what is not the first is the plain one */
	}
}

static void say_raw(const struct raw_plan *raw, uint32_t workers)
{
	const struct raw_links *l = raw->links[0];

	fprintf(stderr, "certscape: engine raw: we may send packets; by");
	for (size_t i = 0; i < l->n; i++) {
		fprintf(
		    stderr, "%s %s (", i ? "," : "", routes_link(raw->routes, l->v[i].index)->name);
		say_senders(raw, workers, i);
		fprintf(stderr, ")");
	}
	fprintf(stderr, "%s", raw->connect_too ? "; the rest by connect" : "");
	if (raw->slower)
		fprintf(stderr,
		    "; only %u packets a second to so few hosts (--host-rate, --net-rate)",
		    raw->pace.max);
	fprintf(stderr, "\n");
}

/* Of what `auto` may do without, and who asked for packets may not. */
static int without(const struct engine_wish *wish, const char *why)
{
	if (wish->choice == ENGINE_RAW)
		return failure(wish->asked, err_input(0, why), NULL);
	say_connect(wish, why);
	return EXIT_DONE;
}

/* Some senders want more than the right to send. */
static int without_right(const struct engine_wish *wish, struct err e)
{
	bool is_roots = wish->sender == TX_XDP || wish->sender == TX_LIVE;
	char text[RIGHT_TEXT_MAX], error[128];

	if (!right_is_ours())
		return without(wish, right_text(text));
	snprintf(text, sizeof(text), "%s%s", err_text(e, error, sizeof(error)),
	    is_roots ? "; this sender needs the rights of root" : "");
	return without(wish, text);
}

static int raw_open(
    struct raw_plan *raw, const struct scan_plan *plan, const struct engine_wish *wish)
{
	const char *problem = NULL;
	struct err e = ways_find(raw, plan);

	if (err_is(e))
		return without(wish, e.what);
	if (!any_packets(raw))
		return without(wish, "no target can be reached by packets");
	e = links_open(raw, plan, wish->sender, &problem);
	if (err_class(e) == ERR_IO && err_detail(e) == EPERM)
		return without_right(wish, e);
	if (err_is(e))
		return without(wish, problem ? problem : e.what);
	return EXIT_DONE;
}

/* Routers that are not known yet will be. */
static bool may_reach(const struct routes *routes)
{
	size_t n;
	const struct route *ways = routes_ways(routes, &n);

	for (size_t i = 0; i < n; i++)
		if (ways[i].hosts &&
		    (ways[i].kind == ROUTE_ON_LINK || ways[i].kind == ROUTE_GATEWAY))
			return true;
	return false;
}

/* What the routers' addresses are is known, or is not asked. */
static struct err ways_know(struct raw_plan *raw, const struct scan_plan *plan)
{
	struct err e = routes_new(&raw->routes);

	if (err_is(e))
		return e;
	routes_count(raw->routes, plan->targets);
	return routes_refresh(raw->routes);
}

static struct err raw_facts(const struct scan_options *o, const struct scan_plan *plan,
    struct raw_plan *raw, struct plan_facts *facts)
{
	rates_settle(o, plan, raw);
	facts->sender = o->sender ? o->sender : "the best sender that works";
	facts->adaptive = raw->pace.fixed == 0;
	facts->rate = raw->pace.max;
	return source_ports_pick(plan->workers, plan->seed, &facts->ports);
}

/* As scan_engine_settle would choose. */
static int plan_facts_get(const struct scan_options *o, const struct scan_plan *plan,
    const struct engine_wish *wish, struct raw_plan *raw, struct plan_facts *facts)
{
	struct err e = ways_know(raw, plan);
	char right[RIGHT_TEXT_MAX];

	facts->routes = raw->routes;
	if (!err_is(e) && !may_reach(raw->routes))
		return without(wish, "no target can be reached by packets");
	if (!err_is(e) && !right_is_ours())
		return without(wish, right_text(right));
	if (!err_is(e))
		e = raw_facts(o, plan, raw, facts);
	return err_is(e) ? failure("scan", e, NULL) : EXIT_DONE;
}

int scan_engine_plan(const struct scan_options *o, const struct scan_plan *plan)
{
	struct plan_facts facts = {.targets = plan->targets,
	    .shards = plan->shards,
	    .rate = plan->rate,
	    .tries = 1 + plan->retries,
	    .per_host = plan->per_host,
	    .timeout_s = plan->timeout_s,
	    .concurrency = plan->concurrency};
	struct raw_plan raw = {.routes = NULL};
	struct engine_wish wish;
	struct buf text;
	int status = wish_of(o, plan, &wish);

	if (!status && wish.choice != ENGINE_CONNECT)
		status = plan_facts_get(o, plan, &wish, &raw, &facts);
	buf_init(&text, PLAN_BYTES_MAX);
	if (!status) {
		concurrency_tell(plan, o->concurrency, !facts.sender);
		plan_text(&facts, &text);
	}
	fputs(buf_text(&text), stdout);
	buf_done(&text);
	routes_free(raw.routes);
	return status;
}

static int engine_settle(const struct scan_options *o, struct scan_plan *plan)
{
	struct engine_wish wish;
	struct raw_plan *raw;
	int status = wish_of(o, plan, &wish);

	if (status || wish.choice == ENGINE_CONNECT)
		return status;
	raw = raw_new(plan);
	if (!raw)
		return failure("scan", err_limit("out of memory"), NULL);
	status = raw_open(raw, plan, &wish);
	if (status || !raw->links[0]) {
		scan_engine_done(raw, plan->workers);
		return status;
	}
	rates_settle(o, plan, raw);
	raw->coverage = wish.coverage;
	say_raw(raw, plan->workers);
	plan->raw = raw;
	return err_is(sandbox_keep_capabilities(KEEP_FAMILY))
		   ? failure("scan", err_io(EPERM, "cannot give up rights"), NULL)
		   : EXIT_DONE;
}

int scan_engine_settle(const struct scan_options *o, struct scan_plan *plan)
{
	int status = engine_settle(o, plan);

	if (!status)
		concurrency_tell(plan, o->concurrency, !plan->raw);
	return status;
}
