/*
 * elastalert.h: one pass of a rule in ElastAlert2's format (the rule_pass_fn elastalert_pass of
 * alert.h), and what it asks of the inventory.
 */
#pragma once

#include "alert/alert.h"
#include "alert/rule.h"

/* Is it time for a pass? */
bool elastalert_is_due(const struct rule *rule, const struct stored_rule *stored, int64_t now_ms);
