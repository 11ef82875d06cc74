/*
 * watch.c: `certscape watch`: certificates in passing traffic, live or from captures. Whatever
 * needs privilege is opened here, before the roles are forked.
 */
#include "app/own.h"
#include "app/runner.h"
#include "app/sandbox.h"
#include "app/warden.h"
#include "cli/command.h"
#include "cli/output.h"
#include "cli/trusted.h"

#include <errno.h>
#include <fcntl.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { SUPPRESS_S = 86400 };

struct watch_options {
	struct option_list interfaces, read, local_nets, ca;
	const char *filter, *policy, *store, *output, *format, *fail_on, *exec;
	const char *zeek_logs, *zeek_format, *zeek_profile, *ct_logs, *stats;
	struct option_list zeek_columns;
	uint32_t threads, suppress_s, zeek_rotate_s;
	bool no_promiscuous, syslog;
};

#define AT(member) offsetof(struct watch_options, member)

static const struct option options[] = {
    {'i', "interface", "NAME", OPTION_LIST, AT(interfaces), 0, 0, 0,
	"watch this interface (again: more); \"any\" is all of them"},
    {'r', "read", "FILE", OPTION_LIST, AT(read), 0, 0, 0,
	"read a capture: pcap or pcapng, gzipped or not; - for standard input"},
    {0, "filter", "EXPRESSION", OPTION_TEXT, AT(filter), 0, 0, 0,
	"packets to look at, in the language of tcpdump (with -i)"},
    {0, "threads", "N", OPTION_U32, AT(threads), 1, RUN_WORKERS_MAX, 0,
	"worker processes that share the packets, or the files (1)"},
    {0, "no-promiscuous", NULL, OPTION_FLAG, AT(no_promiscuous), 0, 0, 0,
	"only what is meant for this machine"},
    {0, "local-nets", "NET,...", OPTION_LIST, AT(local_nets), 0, 0, 0,
	"what is inside (private addresses): tells outbound from inbound"},
    {0, "suppress", "S", OPTION_U32, AT(suppress_s), 0, UINT32_MAX, 0,
	"seconds until an alert that goes on is told again (86400; 0: never)"},
    {0, "syslog", NULL, OPTION_FLAG, AT(syslog), 0, 0, 0, "alerts to the system's log, too"},
    {0, "exec", "COMMAND", OPTION_TEXT, AT(exec), 0, 0, 0,
	"run this in a shell for each alert, its JSON on standard input"},
    {0, "zeek-logs", "DIR", OPTION_TEXT, AT(zeek_logs), 0, 0, 0,
	"write ssl.log, x509.log, notice.log and known_certs.log there, as Zeek does"},
    {0, "zeek-format", "FORMAT", OPTION_TEXT, AT(zeek_format), 0, 0, 0, "tsv (default) or json"},
    {0, "zeek-profile", "PROFILE", OPTION_TEXT, AT(zeek_profile), 0, 0, 0,
	"current (Zeek 4.1 and later; default) or legacy (until 4.0, what RITA reads)"},
    {0, "zeek-columns", "NAME,...", OPTION_LIST, AT(zeek_columns), 0, 0, 0,
	"columns of Zeek's optional scripts: ocsp, ct, ca-request, ssl-ext, names, ja3, base64, "
	"tbs, "
	"all-certs"},
    {0, "ct-logs", "FILE", OPTION_TEXT, AT(ct_logs), 0, 0, 0,
	"keys of certificate transparency logs, for the columns of ct"},
    {0, "zeek-rotate", "S", OPTION_U32, AT(zeek_rotate_s), 0, UINT32_MAX, 0,
	"begin new files every so many seconds (0: never)"},
    {0, "stats", "FILE", OPTION_TEXT, AT(stats), 0, 0, 0,
	"what is counted, a line of JSON every 10 seconds and at the end"},
    {0, "ca", "FILE|DIR", OPTION_LIST, AT(ca), 0, 0, 0,
	"more roots to trust, besides this machine's"},
    {0, "policy", "FILE", OPTION_TEXT, AT(policy), 0, 0, 0,
	"what is allowed: keys, hashes, versions, ciphers"},
    {0, "store", "PATH", OPTION_TEXT, AT(store), 0, 0, 0, "the store, if not the default one"},
    {'o', "output", "FILE", OPTION_TEXT, AT(output), 0, 0, 0,
	"records to a file (NDJSON, or --format)"},
    {0, "format", "FORMAT", OPTION_TEXT, AT(format), 0, 0, 0,
	"table (default on a terminal), ndjson (default elsewhere) or csv"},
    {0, "fail-on", "SEVERITY", OPTION_TEXT, AT(fail_on), 0, 0, 0,
	"exit status 1 on such a finding or a worse one: info, low, medium, high, critical"},
};

#undef AT

enum { N_OPTIONS = sizeof(options) / sizeof(options[0]) };

/* A watch, and what was opened for it. */
struct made {
	struct scan_plan plan;
	struct watch_plan watch;
	struct capture *captures;
	struct cidr *nets;
	struct caplive **rings;
	struct policy *policy;
	struct runner runner;
	struct zeek_plan zeek;
	struct addr *own;
};

static void defaults(void *into)
{
	struct watch_options *o = into;

	o->suppress_s = SUPPRESS_S;
	o->threads = 1;
}

/* Where from. */

static int capture_open(const char *path, struct capture *ret_capture)
{
	struct capture capture = {.path = path, .fd = STDIN_FILENO};
	struct stat st;

	if (strcmp(path, "-") != 0)
		capture.fd = open(path, O_RDONLY | O_CLOEXEC);
	if (capture.fd < 0 || fstat(capture.fd, &st) < 0)
		return failure(path, err_io(errno, "cannot open"), NULL);
	if (S_ISDIR(st.st_mode))
		return failure(path, err_io(EISDIR, "cannot read"), NULL);
	capture.streamed = !S_ISREG(st.st_mode);
	*ret_capture = capture;
	return EXIT_DONE;
}

static int captures_open(
    struct made *m, const struct option_list *read, const struct option_list *words)
{
	size_t n = read->n + words->n;
	int status = EXIT_DONE;

	m->captures = calloc(n + 1, sizeof(*m->captures));
	if (!m->captures)
		return failure("", err_limit("out of memory"), NULL);
	m->watch.captures = m->captures;
	while (m->watch.n_captures < n && !status) {
		size_t i = m->watch.n_captures++;

		status =
		    capture_open(i < read->n ? read->v[i] : words->v[i - read->n], &m->captures[i]);
	}
	return status;
}

static int ring_open(struct made *m, const struct watch_options *o, size_t k, uint32_t *group)
{
	const char *interface = o->interfaces.v[k % o->interfaces.n];
	struct caplive_config config = {.interface = interface,
	    .filter = o->filter,
	    .members = o->threads,
	    .group = *group,
	    .promiscuous = !o->no_promiscuous};
	const char *problem = NULL;
	struct err e = caplive_open(&config, &m->rings[k], &problem);

	if (err_is(e))
		return failure(interface, e, problem);
	*group = caplive_group(m->rings[k]);
	return EXIT_DONE;
}

/* Interface by interface, each with a group of its own for all workers. */
static int rings_open(struct made *m, const struct watch_options *o)
{
	size_t n = o->interfaces.n;
	int status = EXIT_DONE;

	m->rings = calloc(n * o->threads, sizeof(struct caplive *));
	if (!m->rings)
		return failure("", err_limit("out of memory"), NULL);
	m->watch.rings = m->rings;
	m->watch.n_rings = n;
	for (size_t i = 0; i < n && !status; i++) {
		uint32_t group = 0;

		for (size_t worker = 0; worker < o->threads && !status; worker++)
			status = ring_open(m, o, worker * n + i, &group);
	}
	return status;
}

static int selftest(const struct watch_options *o)
{
	struct err e = o->threads > 1 ? caplive_selftest() : OK;

	return err_is(e) ? failure("the packets of a connection do not meet in one worker", e,
			       "use --threads 1")
			 : EXIT_DONE;
}

static int source_open(
    struct made *m, const struct watch_options *o, const struct option_list *words)
{
	int status;

	if (o->interfaces.n == 0)
		return captures_open(m, &o->read, words);
	status = selftest(o);
	return status ? status : rings_open(m, o);
}

/* Who is local. */

static int nets_add(struct made *m, const char *list, size_t *cap)
{
	for (const char *at = list; *at;) {
		size_t n = strcspn(at, ",");
		struct cidr *net;

		if (m->watch.n_local_nets == *cap) {
			size_t more = *cap ? *cap * 2 : 16;
			struct cidr *nets = realloc(m->nets, more * sizeof(*nets));

			if (!nets)
				return failure("", err_limit("out of memory"), NULL);
			m->watch.local_nets = m->nets = nets;
			*cap = more;
		}
		net = &m->nets[m->watch.n_local_nets];
		if (err_is(cidr_parse(span_of((const uint8_t *)at, n), net)))
			return usage_error("--local-nets %.*s: no network", (int)n, at);
		m->watch.n_local_nets++;
		at += n + (at[n] == ',');
	}
	return EXIT_DONE;
}

static int nets_parse(struct made *m, const struct option_list *lists)
{
	size_t cap = 0;
	int status = EXIT_DONE;

	for (size_t i = 0; i < lists->n && !status; i++)
		status = nets_add(m, lists->v[i], &cap);
	return status;
}

/* Zeek's logs. */

static bool column_by_name(const char *name, size_t n, uint32_t *extra)
{
	static const struct {
		const char *name;
		uint32_t add, drop;
	} columns[] = {
	    {"ocsp", ZEEK_OCSP, 0},
	    {"ct", ZEEK_CT, 0},
	    {"ca-request", ZEEK_CA_REQUEST, 0},
	    {"ssl-ext", ZEEK_SSL_EXT, 0},
	    {"names", ZEEK_NAMES, 0},
	    {"ja3", ZEEK_JA3, 0},
	    {"base64", ZEEK_BASE64, 0},
	    {"tbs", ZEEK_TBS, 0},
	    {"all-certs", 0, ZEEK_HOSTS_ONLY},
	};

	for (size_t i = 0; i < sizeof(columns) / sizeof(columns[0]); i++) {
		if (strlen(columns[i].name) != n || memcmp(columns[i].name, name, n) != 0)
			continue;
		*extra = (*extra | columns[i].add) & ~columns[i].drop;
		return true;
	}
	return false;
}

static int columns_parse(const struct option_list *lists, uint32_t *extra)
{
	for (size_t i = 0; i < lists->n; i++)
		for (const char *at = lists->v[i]; *at;) {
			size_t n = strcspn(at, ",");

			if (!column_by_name(at, n, extra))
				return usage_error(
				    "--zeek-columns %.*s: no such column", (int)n, at);
			at += n + (at[n] == ',');
		}
	return EXIT_DONE;
}

/* One of two words; NULL is the first. */
static bool is_second(const char *word, const char *first, const char *second, bool *ret_second)
{
	*ret_second = word && strcmp(word, second) == 0;
	return !word || *ret_second || strcmp(word, first) == 0;
}

/* A stock installation loads validate-certs and log-hostcerts-only. */
static int zeek_settle(struct made *m, const struct watch_options *o)
{
	struct zeek_options *zeek = &m->zeek.options;
	int status;

	if (!o->zeek_logs)
		return EXIT_DONE;
	m->zeek.folder = o->zeek_logs;
	m->zeek.rotate_s = o->zeek_rotate_s;
	zeek->extra = ZEEK_VALIDATION | ZEEK_HOSTS_ONLY;
	if (!is_second(o->zeek_format, "tsv", "json", &zeek->json))
		return usage_error("--zeek-format %s: tsv or json", o->zeek_format);
	if (!is_second(o->zeek_profile, "current", "legacy", &zeek->legacy))
		return usage_error("--zeek-profile %s: current or legacy", o->zeek_profile);
	status = columns_parse(&o->zeek_columns, &zeek->extra);
	if (!status && zeek->extra & ZEEK_CT && !o->ct_logs)
		return usage_error("--zeek-columns ct: of which logs? --ct-logs FILE");
	if (!status)
		status = ct_logs_load(o->ct_logs, &m->zeek.ct_logs);
	if (!status)
		status = verifier_load(&o->ca, &m->zeek.verifier);
	m->watch.zeek = &m->zeek;
	return status;
}

static int stats_open(struct made *m, const char *path)
{
	m->watch.stats_path = path;
	m->watch.stats = path ? open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644) : -1;
	return path && m->watch.stats < 0 ? failure(path, err_io(errno, "cannot write"), NULL)
					  : EXIT_DONE;
}

/* All of it. */

static void made_done(struct made *m)
{
	for (size_t i = 0; m->rings && i < m->watch.n_rings * m->plan.workers; i++)
		caplive_close(m->rings[i]);
	for (size_t i = 0; i < m->watch.n_captures; i++)
		if (m->captures[i].fd > STDERR_FILENO)
			close(m->captures[i].fd);
	runner_end(&m->runner);
	openssl_verifier_free(m->zeek.verifier);
	ct_logs_free(m->zeek.ct_logs);
	trust_free(m->plan.trust);
	free(m->policy);
	free(m->rings);
	free(m->captures);
	free(m->nets);
	free(m->own);
}

static int check(const struct watch_options *o, const struct option_list *words)
{
	bool files = o->read.n + words->n != 0;

	if (!files && o->interfaces.n == 0)
		return usage_error("watch what? -i INTERFACE, or -r FILE");
	if (files && o->interfaces.n)
		return usage_error("either -i or -r");
	if (o->filter && files)
		return usage_error("--filter is for -i: tcpdump -r FILE -w - EXPRESSION filters");
	return EXIT_DONE;
}

static int runner_open(struct made *m, const char *command)
{
	struct err e = command ? runner_start(command, &m->runner) : OK;

	if (err_is(e))
		return failure("--exec", e, NULL);
	m->watch.runner = command ? m->runner.fd : -1;
	return EXIT_DONE;
}

static int own_find(struct made *m)
{
	struct err e = own_addrs(&m->own, &m->watch.n_own_addrs);

	m->watch.own_addrs = m->own;
	return err_is(e) ? failure("", e, NULL) : EXIT_DONE;
}

static int privilege_drop(void)
{
	struct err e = sandbox_keep_capabilities(KEEP_FAMILY);

	return err_is(e) ? failure("", e, NULL) : EXIT_DONE;
}

static int watch_with(
    struct made *m, const struct watch_options *o, const struct option_list *words)
{
	int status = output_settle(o->output, o->format, o->fail_on, &m->plan);

	m->watch.syslog = o->syslog;
	m->watch.suppress_ms = o->suppress_s * 1000ll;
	m->plan.watch = &m->watch;
	m->plan.workers = o->threads;
	if (!status)
		status = nets_parse(m, &o->local_nets);
	if (!status)
		status = own_find(m);
	if (!status)
		status = source_open(m, o, words);
	if (!status)
		status = trusted_load(&o->ca, &m->plan.trust);
	if (!status)
		status = policy_load(o->policy, &m->policy);
	m->plan.policy = m->policy;
	if (!status)
		status = zeek_settle(m, o);
	if (!status)
		status = stats_open(m, o->stats);
	if (!status)
		status = store_prepare(o->store, m->plan.store);
	if (!status)
		status = privilege_drop();
	if (!status)
		status = runner_open(m, o->exec);
	return status ? status : warden_run(&m->plan);
}

static int run(void *into, const struct option_list *words)
{
	const struct watch_options *o = into;
	struct made made = {.plan = {.spec = "watch", .shards = 1, .sandbox = true}};
	int status = check(o, words);

	if (status)
		return status;
	status = watch_with(&made, o, words);
	made_done(&made);
	return status;
}

const struct command command_watch = {
    .name = "watch",
    .usage = "-i INTERFACE | -r FILE... [options]",
    .summary = "certificates in passing traffic",
    .options = options,
    .n_options = N_OPTIONS,
    .size = sizeof(struct watch_options),
    .defaults = defaults,
    .run = run,
};
