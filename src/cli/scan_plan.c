/*
 * scan_plan.c: settles what is to be scanned, how fast this machine may go about it, and where the
 * output goes. Each step tells its own failure.
 */
#include "cli/scan_plan.h"

#include "app/sources.h"
#include "base/text.h"
#include "cli/command.h"
#include "cli/concurrency.h"
#include "cli/neighbours.h"
#include "cli/open.h"
#include "cli/output.h"
#include "cli/scan_engine.h"
#include "cli/scan_ports.h"
#include "cli/terminal.h"
#include "cli/trusted.h"
#include "verdict/table.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/random.h>
#include <unistd.h>

enum {
	PUBLIC_MAX = 1 << 12, /* addresses of a /20 */
	WORKER_HOSTS = 16, /* so that each has about the same part of them, as it has of the rate */
};

static void say(void *context, const char *where, const char *what)
{
	(void)context;
	fprintf(stderr, "certscape: %s: %s\n", where, what);
}

/* What: targets. */

static int add_each(struct sources *s, const struct option_list *list, const char *option,
    struct err (*add)(struct sources *, const char *))
{
	for (size_t i = 0; i < list->n; i++) {
		struct err e = add(s, list->v[i]);

		if (err_class(e) == ERR_INPUT)
			return e.what ? usage_error("%s%s: %s", option, list->v[i], e.what)
				      : EXIT_USAGE;
		if (err_is(e))
			return failure(list->v[i], e, NULL);
	}
	return EXIT_DONE;
}

struct knowing {
	struct sources *sources;
	struct err error;
};

static bool add_known(void *context, const struct endpoint *endpoint)
{
	struct knowing *k = context;

	k->error = sources_add_endpoint(k->sources, endpoint);
	return !err_is(k->error);
}

static int add_inventory(struct sources *s, const struct scan_options *o)
{
	enum evidence source = o->source ? evidence_by_name(o->source) : EVIDENCE_NONE;
	struct knowing knowing = {.sources = s};
	char path[PATH_TEXT_MAX];
	struct store *store;
	struct err e;
	int status;

	if (o->source && (!o->known || source == EVIDENCE_NONE))
		return usage_error("--source %s: sensor, scan or import, with --known", o->source);
	if (!o->known)
		return EXIT_DONE;
	status = open_store(o->store, &store, path);
	if (status)
		return status;
	e = store_each_endpoint(store, source, add_known, &knowing);
	if (!err_is(e))
		e = knowing.error;
	status = err_is(e) ? failure(path, e, store_detail(store)) : EXIT_DONE;
	store_close(store);
	return status;
}

/* Whose network is smaller is likely to know it: a host, a site's own block. */
static int permission_check(const struct scan_options *o, uint64_t n_public)
{
	if (n_public <= PUBLIC_MAX || o->permitted)
		return EXIT_DONE;
	return usage_error("%llu of these addresses are on the public Internet, more than a /20: "
			   "if whoever they belong to has agreed, say so with --i-have-permission",
	    (unsigned long long)n_public);
}

static int targets_load(struct sources *s, const struct scan_options *o,
    const struct option_list *words, struct scan_plan *plan)
{
	int status = add_each(s, words, "", sources_add);
	struct err e;

	if (!status)
		status = add_each(s, &o->input, "", sources_add_file);
	if (!status)
		status = add_inventory(s, o);
	if (!status && o->ipv6_neighbours)
		status = neighbours_add(s);
	if (!status)
		status = add_each(s, &o->exclude, "--exclude ", sources_exclude);
	if (!status)
		status = add_each(s, &o->exclude_file, "--exclude-file ", sources_exclude_file);
	if (status)
		return status;
	e = sources_seal(s, &plan->targets, &plan->asked);
	if (err_class(e) == ERR_LIMIT)
		return usage_error("%s", e.what);
	if (err_is(e))
		return failure("targets", e, NULL);
	if (targets_count(plan->targets) == 0)
		return usage_error("no targets are left to scan");
	return permission_check(o, targets_public(plan->targets));
}

/* How: limits of this machine. */

static uint32_t cores(void)
{
	long n = sysconf(_SC_NPROCESSORS_ONLN);

	return n < 1 ? 1 : n > RUN_WORKERS_MAX ? RUN_WORKERS_MAX : (uint32_t)n;
}

/* A run that is resumed has the workers that it had. */
static void limit_workers(struct scan_plan *plan)
{
	uint64_t most = targets_hosts(plan->targets) / plan->shards / WORKER_HOSTS;

	if (plan->resume_run)
		return;
	if (plan->rate && plan->rate < most)
		most = plan->rate;
	if (plan->workers > most)
		plan->workers = most ? (uint32_t)most : 1;
}

static int shard_parse(const char *text, struct scan_plan *plan)
{
	char *end = NULL;
	unsigned long i = 1, n = 1;

	if (text) {
		i = strtoul(text, &end, 10);
		n = *end == '/' ? strtoul(end + 1, &end, 10) : 0;
	}
	if (text && (*end || i < 1 || i > n || n > 1000000))
		return usage_error("--shard %s: I/N, the I-th of N parts, as in 1/4", text);
	plan->shard = (uint32_t)i - 1;
	plan->shards = (uint32_t)n;
	return EXIT_DONE;
}

/* Of connections; packets have theirs of the engine. */
static int settle_rate(const struct scan_options *o, struct scan_plan *plan)
{
	bool fixed = o->rate != UNSAID && o->rate;
	uint32_t usual = o->rate == UNSAID ? CONNECT_RATE : 0; /* --rate 0: no limit */

	if (fixed && o->max_rate && o->max_rate < o->rate)
		return usage_error("--rate %u is fixed, and more than --max-rate %u: name one of "
				   "them, or a lower --rate",
		    o->rate, o->max_rate);
	plan->rate = fixed ? o->rate : o->max_rate ? o->max_rate : usual;
	return EXIT_DONE;
}

static int settle_how(const struct scan_options *o, struct scan_plan *plan)
{
	plan->workers = o->single_process ? 1 : o->workers ? o->workers : cores();
	plan->job = o->job;
	plan->resume_run = o->resume;
	plan->per_host = o->per_host;
	plan->timeout_s = o->timeout_s;
	plan->retries = o->retries;
	plan->one_key = o->one_key;
	plan->resolve = !o->no_resolve;
	plan->single_process = o->single_process;
	plan->sandbox = !o->single_process;
	return shard_parse(o->shard, plan);
}

/* Of 63 bits: the store keeps signed numbers. */
static int draw_seed(struct scan_plan *plan)
{
	uint32_t drawn;

	if (getrandom(&drawn, sizeof(drawn), 0) != sizeof(drawn))
		return failure("scan", err_io(errno, "no randomness"), NULL);
	plan->seed =
	    targets_mark(plan->targets) >> 32 << SEED_DRAWN_BITS | drawn >> (32 - SEED_DRAWN_BITS);
	return EXIT_DONE;
}

static size_t count_names(const char *const *names)
{
	size_t n = 0;

	while (names[n])
		n++;
	return n;
}

/* The names of both lists, one after the other, NULL-ended; NULL: out of memory. */
static const char **join(const char *const *a, size_t n_a, const char *const *b, size_t n_b)
{
	const char **joined = calloc(n_a + n_b + 1, sizeof(*joined));

	for (size_t i = 0; joined && i < n_a; i++)
		joined[i] = a[i];
	for (size_t i = 0; joined && i < n_b; i++)
		joined[n_a + i] = b[i];
	return joined;
}

static int settle_names(const struct scan_options *o, struct scan_made *made)
{
	const char *const *own = made->plan.asked;

	made->names = join(o->sni.v, o->sni.n, NULL, 0);
	made->asked = join(o->sni.v, o->sni.n, own, count_names(own));
	if (!made->names || !made->asked)
		return failure("scan", err_limit("out of memory"), NULL);
	made->plan.names = made->names;
	made->plan.n_asked = count_names(made->asked);
	if (made->plan.n_asked)
		qsort(made->asked, made->plan.n_asked, sizeof(*made->asked), text_cmp);
	made->plan.asked = made->asked;
	made->plan.covers = !o->source;
	return EXIT_DONE;
}

static int make_sources(struct scan_made *made, const struct scan_options *o)
{
	struct ports ports;
	int status = scan_ports(o, &ports);
	struct err e;

	if (status)
		return status;
	e = sources_new(&ports, say, NULL, &made->sources);
	return err_is(e) ? failure("scan", e, NULL) : EXIT_DONE;
}

int scan_made_init(
    struct scan_made *ret_made, const struct scan_options *o, const struct option_list *words)
{
	struct scan_plan *plan = &ret_made->plan;
	int status;

	*ret_made = (struct scan_made){.plan = {.out = -1}};
	status = make_sources(ret_made, o);
	if (!status)
		status = settle_how(o, plan);
	if (!status)
		status = settle_rate(o, plan);
	if (!status)
		status = targets_load(ret_made->sources, o, words, plan);
	if (!status)
		limit_workers(plan);
	if (!status)
		status = draw_seed(plan);
	if (!status)
		status = settle_names(o, ret_made);
	if (!status)
		status = trusted_load(&o->ca, &plan->trust);
	if (!status)
		status = policy_load(o->policy, &ret_made->policy);
	plan->policy = ret_made->policy;
	if (!status)
		status = store_prepare(o->store, plan->store);
	if (!status)
		status = trusted_of_store(plan->store, plan->trust);
	if (!status)
		status = output_settle(o->dry_run ? NULL : o->output, o->format, o->fail_on, plan);
	if (!status)
		concurrency_settle(plan, o->concurrency);
	return status;
}

void scan_made_done(struct scan_made *made)
{
	if (made->plan.out > STDERR_FILENO)
		close(made->plan.out);
	scan_engine_done(made->plan.raw, made->plan.workers);
	trust_free(made->plan.trust);
	sources_free(made->sources);
	free(made->policy);
	free(made->names);
	free(made->asked);
}
