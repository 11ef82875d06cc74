/*
 * engine_both.h: two engines as one, each with its share of the addresses.
 */
#pragma once

#include "scan/engine.h"

struct engine_both;

/* For the two: what they call; context is the engine_both. */
extern const struct engine_ops engine_both_ops;

must_use struct err engine_both_new(
    const struct engine_ops *ops, void *context, struct engine_both **ret_both);
/* They are its own from here on. The first may hold what it has found; the second finds it anew. */
struct engine *engine_both_join(
    struct engine_both *both, struct engine *first, struct engine *second);
