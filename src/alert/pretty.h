/*
 * pretty.h: times as ElastAlert2's default texts show them: "2026-03-01 13:00 CET".
 */
#pragma once

#include "alert/rule.h"
#include "base/buf.h"

/* In local time or UTC, in the form that the rule says. */
void pretty_time(const struct rule *rule, int64_t ms, struct buf *out);
