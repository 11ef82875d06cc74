/*
 * words.h: a command line as one text and back, so that a run can be asked for again.
 */
#pragma once

#include "base/option.h"

/* The options that a run's meaning depends on, and its words, quoted where a shell would need it.
 * Options that are as in `unsaid` are left out. */
void words_of_options(const struct option *table, size_t n, const void *from, const void *unsaid,
    const struct option_list *words, struct buf *out);
/* Into an argv whose first word is a placeholder. false: a quote is not closed, or out of
 * memory. */
bool words_split(const char *text, struct option_list *ret_argv);
void words_done(struct option_list *argv);
