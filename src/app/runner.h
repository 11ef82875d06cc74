/*
 * runner.h: the process that runs the user's command for each alert (--exec), one after the other:
 * `sh -c COMMAND` with the alert's JSON line on standard input. Only the keeper has an end of its
 * socket; the workers, who see hostile bytes, have none. Where root started the program the command
 * is root's, too, but without any capability.
 */
#pragma once

#include "base/err.h"

#include <sys/types.h>

struct runner {
	pid_t pid;
	int fd; /* one datagram an alert; never blocks */
};

must_use struct err runner_start(const char *command, struct runner *ret_runner);
/* Waits until what was sent has been run: after a SIGINT or SIGTERM for five seconds at the most,
 * after a second one no more; what is left then is killed. Signals that are blocked and pending
 * count (warden_run leaves them so). Both stay blocked. */
void runner_end(struct runner *r);
