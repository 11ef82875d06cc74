/*
 * plan.h: what one scan is to do, settled before anything is forked: every role reads it, nobody
 * writes it any more. The warden made it from the command line, or from the run that is resumed.
 */
#pragma once

#include "app/limits.h"
#include "app/raw_plan.h"
#include "app/settings.h"
#include "app/watch_plan.h"
#include "inet/targets.h"
#include "observe/run.h"
#include "verdict/policy.h"
#include "x509/trust.h"

enum output_format { OUTPUT_NONE, OUTPUT_TABLE, OUTPUT_NDJSON, OUTPUT_CSV };

/* A file to import, opened by the warden. */
struct import_file {
	const char *path;
	int fd;
	int64_t modified_ms;
};

struct scan_plan {
	/* what */
	struct targets *targets; /* NULL: an import or a watch */
	const struct import_file *files; /* of an import; the one after the last has no path */
	const struct watch_plan *watch; /* NULL: no watch */
	const char *const *names; /* --sni, NULL-ended */
	const char *const *asked; /* every server name that may be sent: --sni and the targets'
				     own; sorted */
	size_t n_asked;
	bool
	    covers; /* all that it does not see it should have: only part of an inventory is none */
	struct trust *trust;
	const struct policy *policy; /* NULL: the default */
	const char
	    *spec; /* the targets and ports as the user wrote them: the run's own description */
	uint64_t seed;
	uint32_t shard, shards; /* 0 of 1: everything */
	uint64_t resume_run; /* 0: a new run */
	uint64_t job; /* of `certscape serve`, which began it; 0: somebody else did */
	uint64_t first[RUN_WORKERS_MAX]; /* where each worker begins */
	uint64_t owed[RUN_WORKERS_MAX]; /* how many before that it may ask again (observe/run.h) */
	struct span held[RUN_WORKERS_MAX]; /* and what it has found before (observe/run.h) */
	/* how */
	uint32_t workers;
	struct raw_plan *raw; /* NULL: ports are found by connect() alone */
	uint32_t rate; /* new connections per second, all workers together; 0: no limit */
	uint32_t concurrency; /* connections at once, all workers together */
	uint32_t per_host;
	uint32_t timeout_s;
	uint32_t retries;
	bool one_key;
	bool resolve;
	bool single_process;
	bool sandbox;
	/* where to */
	char store[PATH_TEXT_MAX];
	int out; /* descriptor of the records */
	const char *out_path; /* NULL: standard output */
	enum output_format format;
	bool progress; /* a live line on stderr */
	bool summary; /* and a report at the end */
	bool colour;
	int width; /* columns of the terminal */
	uint8_t fail_on; /* enum severity; SEVERITY_NONE: never */
};
