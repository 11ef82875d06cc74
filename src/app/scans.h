/*
 * scans.h: the scans of `certscape serve`, as its warden has them: processes of this very program,
 * begun and ended at the keeper's order (scan_order.h).
 */
#pragma once

#include "app/limits.h"
#include "app/scan_order.h"
#include "base/err.h"

#include <sys/types.h>

struct scan_process {
	pid_t pid; /* 0: none */
	int64_t job;
	int told; /* what it writes to stderr, in memory */
};

struct scans {
	struct scan_common common;
	int channel; /* to the keeper */
	struct scan_process v[SCANS_AT_ONCE_MAX];
};

void scans_init(struct scans *s, const struct scan_common *common, int channel);
/* There is something to be read from the channel. */
void scans_obey(struct scans *s);
/* A child has ended that may be one of them. */
void scans_reaped(struct scans *s, pid_t pid, int wait_status);
/* Asks all to stop, and waits: each writes its checkpoint. */
void scans_end(struct scans *s);
