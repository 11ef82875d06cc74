/*
 * aggregate.h: matches that wait to be told together, by the value of aggregation_key.
 */
#pragma once

#include "alert/rule_type.h"

typedef struct err aggregate_tell_fn(void *context, const struct doc *const *matches, size_t n);

/* Tells those whose time has come, and forgets them. */
must_use struct err aggregate_tell_due(
    struct evaluation *v, aggregate_tell_fn *tell, void *context);
/* One more that waits; the first of them says until when. false: it is too large to be kept, and
 * better told at once. */
bool aggregate_add(struct evaluation *v, const struct doc *match);
