/*
 * sandbox.h: what a worker may still ask of the kernel once it is set up: its sockets, its memory,
 * its clock. No open, no exec; and if root started it, it is nobody.
 */
#pragma once

#include "base/err.h"

#include <linux/capability.h>

/* A scanner makes connections; a reader has what it was given, and makes no socket. */
enum sandbox { SANDBOX_SCANNER, SANDBOX_READER };

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

/* Capabilities that are not in keep are given up for good, by the process and by what it starts:
 * root's, and those that another user was given (systemd's AmbientCapabilities, setcap). No program
 * that is run from here on gets any. */
must_use struct err sandbox_keep_capabilities(uint32_t keep);
