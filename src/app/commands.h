/*
 * commands.h: the process that runs the commands of alert channels, so that the keeper, which talks
 * to the network, starts no program itself. Only programs that lie in one folder are run, which
 * whoever starts the service has named: a rule that somebody writes on the page cannot reach for
 * others.
 */
#pragma once

#include "base/err.h"
#include "base/span.h"
#include "http/delivery.h"

#include <sys/types.h>

struct commands {
	pid_t pid;
	int fd; /* takes one end of a socket for each command */
};

/* Before there are threads. */
must_use struct err commands_start(const char *folder, struct commands *ret_commands);
/* Commands that run are not waited for. */
void commands_end(struct commands *c);

/* Runs one, with its input on standard input, and waits: for a minute at the most. Status 0 is
 * done, 75 (EX_TEMPFAIL) and a command that took too long are to be tried again. From any
 * thread. */
void commands_run(
    struct commands *c, const char *const *argv, struct span input, struct delivery *ret);
