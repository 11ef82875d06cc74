/*
 * realert.h: how long a rule is silent after it has told something.
 */
#pragma once

#include "alert/rule.h"
#include "store/rules.h"

/* Until when, and with which exponent, after telling at now_ms; `last` is the silence before this
 * one, NULL: there was none. */
void realert_next(const struct rule *rule, const struct silence *last, int64_t now_ms,
    int64_t *ret_until_ms, uint32_t *ret_exponent);
