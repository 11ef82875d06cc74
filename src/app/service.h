/*
 * service.h: the keeper of `certscape serve`: the one process that listens, answers, tells and
 * remembers. It holds no privilege; what scans is started by the warden.
 */
#pragma once

#include "app/serve_plan.h"

/* Until SIGTERM; SIGHUP reads the certificate again. warden is the keeper's end of a socketpair.
 * The exit status. */
int service_run(const struct serve_plan *plan, int warden);
