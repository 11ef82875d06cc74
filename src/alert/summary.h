/*
 * summary.h: summary_table_fields: the values of some fields over all matches of a message, and how
 * often each came.
 */
#pragma once

#include "alert/rule.h"
#include "base/buf.h"

/* Nothing where the rule has no summary_table_fields. */
void summary_put(
    const struct rule *rule, const struct doc *const *matches, size_t n, struct buf *out);
