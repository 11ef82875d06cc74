/*
 * scan_ports.h: which ports a scan looks at.
 */
#pragma once

#include "cli/scan.h"
#include "inet/ports.h"

/* EXIT_DONE, or the exit status of a failure that has been told. */
int scan_ports(const struct scan_options *o, struct ports *ret_ports);
