/*
 * scan.c: `certscape scan`: its options, and runs as the store remembers them: by the words they
 * were asked with, so that --resume can ask them again.
 */
#include "cli/scan.h"

#include "app/warden.h"
#include "cli/command.h"
#include "cli/member.h"
#include "cli/open.h"
#include "cli/scan_engine.h"
#include "cli/scan_plan.h"
#include "cli/words.h"
#include "net/clock.h"

#include <stddef.h>
#include <stdlib.h>

enum {
	PER_HOST = 2, /* a server that can take only a few is still there for its users */
	TIMEOUT_S = 5,
	RETRIES = 1,
	RUN_BYTES_MAX = 4 << 20,
	QUIET_MS = 5000, /* of a run that nobody works at: others tell some times a second */
};

#define AT(member) offsetof(struct scan_options, member)

static const struct option options[] = {
    {'p', "ports", "LIST", OPTION_TEXT, AT(ports), 0, 0, 0, "ports: 443,8443,1000-2000"},
    {0, "top-ports", "N", OPTION_OPTIONAL_U32, AT(top_ports), 1, 65535, 1000,
	"the first N (1000) of our ranking, TLS-likely first"},
    {0, "tls-ports", NULL, OPTION_FLAG, AT(tls_ports), 0, 0, 0,
	"our table of TLS and STARTTLS ports (the default)"},
    {0, "services", "FILE", OPTION_TEXT, AT(services), 0, 0, 0,
	"rank --top-ports by a file in the nmap-services format"},
    {0, "exclude", "TARGET", OPTION_LIST, AT(exclude), 0, 0, 0,
	"leave this address or network alone"},
    {0, "exclude-file", "FILE", OPTION_LIST, AT(exclude_file), 0, 0, 0, "and those of a list"},
    {'i', "input", "FILE", OPTION_LIST, AT(input), 0, 0, 0,
	"targets of a list, - for standard input"},
    {0, "targets-from", "FILE", OPTION_LIST, AT(input), 0, 0, 0,
	"open ports that masscan (-oJ, -oL) or nmap (-oX) found, or a list of address:port"},
    {0, "known", NULL, OPTION_FLAG, AT(known), 0, 0, 0,
	"the endpoints of the inventory, each with its server name"},
    {0, "source", "SOURCE", OPTION_TEXT, AT(source), 0, 0, 0,
	"of these only what that source saw: sensor, scan, import"},
    {0, "ipv6-neighbours", NULL, OPTION_FLAG, AT(ipv6_neighbours), 0, 0, 0,
	"the IPv6 hosts of the local networks, found by multicast"},
    {0, "i-have-permission", NULL, OPTION_FLAG, AT(permitted), 0, 0, 0,
	"to scan more than a /20 of the public Internet"},
    {0, "sni", "NAME", OPTION_LIST, AT(sni), 0, 0, 0,
	"ask every endpoint for this server name (again: more)"},
    {0, "ca", "FILE|DIR", OPTION_LIST, AT(ca), 0, 0, 0,
	"more roots to trust, besides this machine's"},
    {0, "policy", "FILE", OPTION_TEXT, AT(policy), 0, 0, 0,
	"what is allowed: keys, hashes, versions, ciphers"},
    {0, "engine", "ENGINE", OPTION_TEXT, AT(engine), 0, 0, 0,
	"how ports are found: raw packets, connect, or auto (raw where we may)"},
    {0, "sender", "SENDER", OPTION_TEXT, AT(sender), 0, 0, 0,
	"of raw packets: sendmmsg, xdp, live, or auto (the best that works here)"},
    {0, "rate", "N", OPTION_U32, AT(rate), 0, 10000000, 0,
	"packets per second, fixed (raw; adaptive if not given), or new connections (2000)"},
    {0, "max-rate", "N", OPTION_U32, AT(max_rate), 0, 100000000, 0,
	"the same at the most (50000 packets or 2000 connections)"},
    {0, "host-rate", "N", OPTION_U32, AT(host_rate), 0, 1000000, 0,
	"packets per second to one host at the most (1000; 0: any)"},
    {0, "net-rate", "N", OPTION_U32, AT(net_rate), 0, 100000000, 0,
	"the same to one /24, of IPv6 a /64 (10000; 0: any)"},
    {0, "dry-run", NULL, OPTION_FLAG, AT(dry_run), 0, 0, 0,
	"tell what would be done; look up names, and send nothing else"},
    {0, "coverage", "PERCENT", OPTION_TEXT, AT(coverage), 0, 0, 0,
	"of open ports that raw packets are to find, by estimate (99.5)"},
    {0, "concurrency", "N", OPTION_U32, AT(concurrency), 1, 1000000, 0,
	"connections at once (as many as the file limit allows, less 500)"},
    {0, "per-host", "N", OPTION_U32, AT(per_host), 1, 1000, 0,
	"connections at once to one host (2)"},
    {0, "timeout", "S", OPTION_U32, AT(timeout_s), 1, 300, 0, "seconds without an answer (5)"},
    {0, "retries", "N", OPTION_U32, AT(retries), 0, 10, 0, "tries after a time-out (1)"},
    {0, "one-key", NULL, OPTION_FLAG, AT(one_key), 0, 0, 0,
	"one certificate an endpoint is enough, RSA or ECDSA"},
    {0, "no-resolve", NULL, OPTION_FLAG, AT(no_resolve), 0, 0, 0, "no reverse look-ups"},
    {0, "shard", "I/N", OPTION_TEXT, AT(shard), 0, 0, 0,
	"the I-th of N equal parts of the targets"},
    {0, "resume", "RUN", OPTION_OPTIONAL_U32, AT(resume), 1, RESUME_NEWEST - 1, RESUME_NEWEST,
	"go on with a run that was stopped or killed (the newest)"},
    {0, "job", "N", OPTION_U64, AT(job), 1, INT64_MAX, 0,
	"the scan that `certscape serve` has asked for"},
    {0, "store", "PATH", OPTION_TEXT, AT(store), 0, 0, 0, "the store, if not the default one"},
    {'o', "output", "FILE", OPTION_TEXT, AT(output), 0, 0, 0,
	"records to a file (NDJSON, or --format)"},
    {0, "format", "FORMAT", OPTION_TEXT, AT(format), 0, 0, 0,
	"table (default on a terminal), ndjson (default elsewhere) or csv"},
    {0, "fail-on", "SEVERITY", OPTION_TEXT, AT(fail_on), 0, 0, 0,
	"exit status 1 on such a finding or a worse one: info, low, medium, high, critical"},
    {0, "workers", "N", OPTION_U32, AT(workers), 1, RUN_WORKERS_MAX, 0,
	"worker processes (one a core)"},
    {0, "single-process", NULL, OPTION_FLAG, AT(single_process), 0, 0, 0,
	"all roles in one process, for debuggers"},
};

enum { N_OPTIONS = sizeof(options) / sizeof(options[0]) };

static void unsaid(void *into)
{
	struct scan_options *o = into;

	o->rate = o->per_host = o->host_rate = o->net_rate = o->timeout_s = o->retries = UNSAID;
}

static void say(uint32_t *number, uint32_t usual)
{
	*number = *number == UNSAID ? usual : *number;
}

static void say_the_usual(struct scan_options *o)
{
	say(&o->per_host, PER_HOST);
	say(&o->timeout_s, TIMEOUT_S);
	say(&o->retries, RETRIES);
}

static int scan_as(struct scan_made *made, const struct scan_options *o, const char *spec)
{
	int status =
	    o->dry_run ? scan_engine_plan(o, &made->plan) : scan_engine_settle(o, &made->plan);

	if (o->dry_run)
		return status;
	made->plan.spec = spec;
	return status ? status : warden_run(&made->plan);
}

static int scan_new(const struct scan_options *o, const struct option_list *words)
{
	struct scan_options asked = *o, nothing = {0};
	struct scan_made made;
	struct buf spec;
	int status;

	unsaid(&nothing);
	say_the_usual(&asked);
	asked.job = 0; /* who asked is no part of what was asked */
	if (words->n == 0 && o->input.n == 0 && !o->known && !o->ipv6_neighbours)
		return usage_error("scan what? An address, a network, a name, -i FILE, or --known");
	if (o->dry_run && o->ipv6_neighbours)
		return usage_error("--dry-run sends nothing, and --ipv6-neighbours must: write the "
				   "addresses instead");
	buf_init(&spec, RUN_BYTES_MAX);
	words_of_options(options, N_OPTIONS, &asked, &nothing, words, &spec);
	asked.job = o->job;
	status = scan_made_init(&made, &asked, words);
	if (!status)
		status = scan_as(&made, &asked, buf_text(&spec));
	scan_made_done(&made);
	buf_done(&spec);
	return status;
}

/* As it is said now, or not said. */
static const size_t of_now[] = {
    AT(store), AT(job), AT(output), AT(format), AT(fail_on), AT(resume), AT(dry_run)};
/* As it is said now; if it is not, as the run began. */
static const size_t anew[] = {AT(rate), AT(max_rate), AT(host_rate), AT(net_rate), AT(per_host),
    AT(concurrency), AT(timeout_s), AT(retries), AT(engine), AT(sender), AT(coverage),
    AT(no_resolve), AT(permitted)};

#undef AT

enum {
	N_OF_NOW = sizeof(of_now) / sizeof(of_now[0]),
	N_ANEW = sizeof(anew) / sizeof(anew[0]),
};

static bool is_among(size_t member, const size_t *members, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (members[i] == member)
			return true;
	return false;
}

/* What makes up the run stays as it began. */
static int take_over(struct scan_options *old, const struct scan_options *now)
{
	struct scan_options nothing = {0};

	unsaid(&nothing);
	if (now->rate != UNSAID || now->max_rate) { /* one says little without the other */
		old->rate = UNSAID;
		old->max_rate = 0;
	}
	for (size_t i = 0; i < N_OPTIONS; i++) {
		const struct option *row = &options[i];
		bool is_said = !member_equals(row, now, &nothing);

		if (is_among(row->offset, of_now, N_OF_NOW) ||
		    (is_said && is_among(row->offset, anew, N_ANEW)))
			member_copy(row, old, now);
		else if (is_said && !member_equals(row, now, old))
			return usage_error("--%s: a run that is resumed keeps what it began with; "
					   "begin another one",
			    row->name);
	}
	return EXIT_DONE;
}

/* Then the numbers that the run has kept are of others. */
static void targets_compare(struct scan_plan *plan, const struct run *run)
{
	if (plan->seed >> SEED_DRAWN_BITS == run->seed >> SEED_DRAWN_BITS)
		return;
	fprintf(stderr,
	    "certscape: the targets are not those that run %llu began with (a list or a name has "
	    "changed): some may be left out\n",
	    (unsigned long long)run->id);
	plan->covers = false;
}

static void continue_run(struct scan_plan *plan, const struct run *run)
{
	targets_compare(plan, run);
	plan->seed = run->seed;
	plan->shard = run->shard;
	plan->shards = run->shards;
	for (uint32_t i = 0; run->progress && i < run->workers; i++) {
		plan->first[i] = run->progress[i].low_water;
		plan->owed[i] = run->progress[i].owed;
		plan->held[i] = run->progress[i].held;
	}
}

static bool is_resumable(const struct scan_options *o)
{
	/* The inventory is another one by now, and so are the neighbours. */
	return !o->known && !o->ipv6_neighbours;
}

static int resume_with(const struct run *run, const struct scan_options *now)
{
	struct scan_options old = {0};
	struct option_list argv = {0}, words = {0};
	struct scan_made made = {.plan = {.out = -1}};
	struct buf message;
	int status = EXIT_FAILED;

	unsaid(&old);
	buf_init(&message, RUN_BYTES_MAX);
	if (!words_split(run->spec, &argv) || err_is(options_parse(options, N_OPTIONS, (int)argv.n,
						  (char **)argv.v, &old, &words, &message))) {
		usage_error(
		    "run %llu cannot be read: %s", (unsigned long long)run->id, buf_text(&message));
		goto out;
	}
	if (!is_resumable(&old)) {
		status = usage_error("run %llu went through what was known then: begin anew with "
				     "scan %s",
		    (unsigned long long)run->id, old.known ? "--known" : "--ipv6-neighbours");
		goto out;
	}
	say_the_usual(&old);
	status = take_over(&old, now);
	if (status)
		goto out;
	old.resume = (uint32_t)run->id;
	old.workers = run->workers;
	old.single_process = false;
	status = scan_made_init(&made, &old, &words);
	if (!status)
		continue_run(&made.plan, run);
	if (!status)
		status = scan_as(&made, &old, run->spec);
	scan_made_done(&made);
out:
	buf_done(&message);
	options_done(options, N_OPTIONS, &old);
	option_list_done(&words);
	words_done(&argv);
	return status;
}

/* A run that was killed has its last checkpoint, of any second. */
static bool may_be_running(const struct run *run)
{
	int64_t last_ms = run->heard_ms > run->started_ms ? run->heard_ms : run->started_ms;

	return run->state == RUN_UNFINISHED && clock_now_ms() < last_ms + QUIET_MS;
}

static int scan_resume(const struct scan_options *o)
{
	char path[PATH_TEXT_MAX];
	struct store *store;
	struct arena arena;
	struct run run;
	struct err e;
	int status = open_store(o->store, &store, path);

	if (status)
		return status;
	arena_init(&arena, RUN_BYTES_MAX);
	e = o->resume == RESUME_NEWEST ? store_run_left(store, &arena, &run)
				       : store_run_find(store, o->resume, &arena, &run);
	store_close(store);
	if (err_is(e))
		status = failure(path, e, NULL);
	else if (o->resume == RESUME_NEWEST && may_be_running(&run))
		status = usage_error("run %llu is perhaps going on still: --resume %llu resumes it "
				     "all the same",
		    (unsigned long long)run.id, (unsigned long long)run.id);
	else if (run.state == RUN_COMPLETED || run.evidence != EVIDENCE_SCAN)
		status = usage_error("run %llu is complete: there is nothing to go on with",
		    (unsigned long long)run.id);
	else
		status = resume_with(&run, o);
	arena_done(&arena);
	return status;
}

static int run(void *into, const struct option_list *words)
{
	const struct scan_options *o = into;

	if (o->resume && words->n)
		return usage_error("--resume goes on with the targets of its run: name no others");
	return o->resume ? scan_resume(o) : scan_new(o, words);
}

const struct command command_scan = {
    .name = "scan",
    .usage = "TARGET... [options]",
    .summary = "find and judge the certificates of a network",
    .options = options,
    .n_options = N_OPTIONS,
    .size = sizeof(struct scan_options),
    .defaults = unsaid,
    .run = run,
};
