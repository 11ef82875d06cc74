/*
 * match_text.h: what a rule tells, letter for letter as ElastAlert2 does.
 */
#pragma once

#include "alert/alerter.h"

/* One line: what a subject cannot hold becomes a blank. matches: at least one. *ret_unsuited as in
 * pyformat.h. */
void match_text_subject(const struct rule *rule, const struct rule_alert *alert,
    const struct doc *const *matches, struct buf *out, bool *ret_unsuited);
void match_text_body(const struct rule *rule, const struct doc *const *matches, size_t n,
    struct arena *arena, struct buf *out, bool *ret_unsuited);
/* The matches, as JSON, for machines: {"rule": ..., "matches": [...]}; those that fit. */
void match_text_detail(
    const struct rule *rule, const struct doc *const *matches, size_t n, struct buf *out);
