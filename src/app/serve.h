/*
 * serve.h: the warden of `certscape serve`: it forks the keeper (app/service.h), passes signals on
 * and waits.
 */
#pragma once

#include "app/serve_plan.h"

/* Until somebody ends it; the exit status: 0, or 3 after a failure, which was told. */
int serve_run(const struct serve_plan *plan);
