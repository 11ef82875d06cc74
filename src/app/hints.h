/*
 * hints.h: what earlier scans learnt about endpoints, told to a worker before it starts: a bounded
 * sorted table of 24 bytes a row, because there may be a hint for every endpoint of a large
 * network.
 */
#pragma once

#include "base/err.h"
#include "grab/grab.h"

struct hints;

must_use struct err hints_new(size_t max, struct hints **ret_hints);
void hints_free(struct hints *h);
/* In any order; what comes after the maximum is counted and dropped. */
void hints_add(struct hints *h, const struct addr *a, uint16_t port, const char *name,
    const struct grab_hint *hint);
/* Zeros where nothing is known. */
struct grab_hint hints_find(struct hints *h, const struct addr *a, uint16_t port, const char *name);
size_t hints_dropped(const struct hints *h);
