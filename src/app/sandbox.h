/*
 * sandbox.h: what a worker may still ask of the kernel once it is set up: its sockets, its memory,
 * its clock. No open, no exec; and if root started it, it is nobody.
 */
#pragma once

#include "base/err.h"

/* Irrevocable, for the calling process. In a sanitizer build it does nothing and says so in
 * *ret_active: the sanitizers' own run time needs more. */
must_use struct err sandbox_enter(bool *ret_active);

/* Capabilities that a user other than root was given (systemd's AmbientCapabilities, setcap) are
 * given up; root's stay. */
must_use struct err sandbox_drop_capabilities(void);
