/*
 * filter.h: what a rule asks of the inventory: its filter as a tree (query/dsl), and what it says
 * as times: a cron line.
 */
#pragma once

#include "alert/rule.h"
#include "query/tree.h"

/* "now" in it is now_s. In the arena; without a filter it is everything. */
must_use struct err rule_filter(const struct rule *rule, int64_t now_s, struct arena *arena,
    const struct query **ret_query, struct doc_error *error);

/* "0 9 * * 1-5"; what is wrong with it goes into the report. */
bool rule_cron_read(const struct doc *value, struct arena *arena, const struct cron **ret_cron,
    struct rule_report *report);
/* The first time of it after `after_ms`. */
int64_t rule_cron_next_ms(const struct cron *cron, int64_t after_ms);
