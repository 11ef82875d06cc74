/*
 * scan.h: what `certscape scan` can be told, as its option table fills it in.
 */
#pragma once

#include "base/option.h"

/* A number that nobody said. Of the rate: connections go at a modest one, packets at one that
 * adapts. */
#define UNSAID UINT32_MAX

/* --resume without a number: the newest scan that was not finished. */
#define RESUME_NEWEST UINT32_MAX

struct scan_options {
	const char *ports, *services;
	uint32_t top_ports; /* 0: not asked */
	bool tls_ports;
	struct option_list exclude, exclude_file, input, sni, ca;
	uint32_t rate, concurrency, per_host, timeout_s, retries, workers;
	bool one_key, no_resolve, single_process, known, permitted, ipv6_neighbours;
	const char *policy, *source, *shard, *store, *output, *format, *fail_on;
	uint64_t job;
	uint32_t resume; /* 0: a new run */
	/* how ports are found */
	const char *engine, *sender, *coverage;
	uint32_t max_rate, host_rate, net_rate;
	bool dry_run;
};
