/*
 * sandbox.h: what a process may still ask of the kernel once it is set up. A worker: its sockets,
 * its memory, its clock; no open, no exec; and if root started it, it is nobody. The service's
 * keeper: files and connections, too; it starts no program and no process.
 */
#pragma once

#include "base/err.h"

#include <linux/capability.h>

/* A scanner makes connections; a reader has what it was given, and makes no socket; a service has
 * threads, files and connections of the usual kinds. */
enum sandbox { SANDBOX_SCANNER, SANDBOX_READER, SANDBOX_SERVICE };

/* What is left to a process that root started: all of them for what is asked below. */
enum {
	KEEP_NONE = 0,
	/* the warden ends workers, who are another user then */
	KEEP_KILL = 1 << CAP_KILL,
	/* the keeper's store and logs may lie with another user, whose they stay */
	KEEP_FILES = 1 << CAP_CHOWN | 1 << CAP_DAC_OVERRIDE | 1 << CAP_FOWNER,
	/* before the fork: the above, and what a worker becomes nobody with */
	KEEP_FAMILY = KEEP_KILL | KEEP_FILES | 1 << CAP_SETUID | 1 << CAP_SETGID,
};

/* Irrevocable, for the calling process. In a sanitizer build it does nothing and says so in
 * *ret_active: the sanitizers' own run time needs more. */
must_use struct err sandbox_enter(enum sandbox which, bool *ret_active);

/* The filter of system calls alone, for who it is and what it has; for the calling thread and those
 * that it makes. No program that is run later gets new privileges. */
must_use struct err sandbox_filter(enum sandbox which, bool *ret_active);

/* Capabilities that are not in keep are given up for good, by the process and by what it starts:
 * root's, and those that another user was given (systemd's AmbientCapabilities, setcap). No program
 * that is run from here on gets any. */
must_use struct err sandbox_keep_capabilities(uint32_t keep);
