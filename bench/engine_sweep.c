/*
 * engine_sweep.c: the connect engine alone, on the same arguments and with the same line at the end
 * as bare_connect.c: the difference between the two is what permutation, budget, window and loop
 * cost. Open ports are closed at once.
 *
 *	engine_sweep 10.77.0.0/16 443,8443,1000-1009 [IN_FLIGHT [TIMEOUT_MS]]
 */
#include "bench.h"
#include "net/clock.h"
#include "net/rlimit.h"
#include "scan/engine.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <unistd.h>

enum { FILES_SPARE = 500 };

static struct {
	struct loop *loop;
	struct budget *budget;
	struct targets *targets;
	struct engine *engine;
} s;

static void on_open(void *context, const struct open *open)
{
	(void)context;
	close(open->fd);
	budget_release(s.budget, &open->addr);
	engine_finished(s.engine, open->index);
}

static void on_done(void *context)
{
	(void)context;
	loop_stop(s.loop);
}

static void prepare(int argc, char **argv)
{
	static const struct engine_ops ops = {.on_open = on_open, .on_done = on_done};
	static struct ports ports;
	uint32_t files = rlimit_raise() - FILES_SPARE;
	uint32_t wanted = argc > 3 ? (uint32_t)strtoul(argv[3], NULL, 10) : 0;
	struct budget_limits limits = {
	    .open = wanted && wanted < files ? wanted : files, .per_host = 2};
	struct engine_config config = {.seed = 7, .share = {.shards = 1, .workers = 1}};

	config.timeout_us = 1000 * (argc > 4 ? strtoull(argv[4], NULL, 10) : 3000);
	check(ports_parse(&ports, span_str(argv[2])));
	check(targets_new(&s.targets));
	check(targets_add(s.targets, span_str(argv[1])));
	check(targets_set_ports(s.targets, &ports));
	check(targets_seal(s.targets));
	config.targets = s.targets;
	check(loop_new(&s.loop));
	check(budget_new(&limits, &s.budget));
	check(engine_connect_new(s.loop, s.budget, &config, &ops, NULL, &s.engine));
}

static void report(uint64_t began_us)
{
	struct engine_counts n = engine_counts(s.engine);
	struct rusage used;
	double cpu_s, wall_s = (double)(clock_mono_us() - began_us) / 1e6;

	getrusage(RUSAGE_SELF, &used);
	cpu_s = (double)(used.ru_utime.tv_sec + used.ru_stime.tv_sec) +
		(double)(used.ru_utime.tv_usec + used.ru_stime.tv_usec) / 1e6;
	printf("endpoints %llu open %llu refused %llu timeout %llu failed %llu held_back %llu "
	       "wall_s %.2f cpu_s %.2f per_cpu_s %.0f\n",
	    (unsigned long long)n.total, (unsigned long long)n.open, (unsigned long long)n.refused,
	    (unsigned long long)n.timeout, (unsigned long long)(n.unreachable + n.local_errors),
	    (unsigned long long)n.busy, wall_s, cpu_s, (double)n.total / cpu_s);
}

int main(int argc, char **argv)
{
	uint64_t began_us = clock_mono_us();

	if (argc < 3) {
		fprintf(stderr, "engine_sweep: NETWORK PORTS [IN_FLIGHT [TIMEOUT_MS]]\n");
		return 2;
	}
	prepare(argc, argv);
	check(engine_start(s.engine));
	check(loop_run(s.loop));
	report(began_us);
	engine_free(s.engine);
	budget_free(s.budget);
	targets_free(s.targets);
	loop_free(s.loop);
	return 0;
}
