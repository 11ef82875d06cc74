/*
 * logs.h: Zeek's logs as files of a folder: lines that the workers rendered are written, doubles of
 * different workers dropped, files begun anew at each interval.
 */
#pragma once

#include "app/watch_plan.h"
#include "observe/codec.h"

struct logs;

/* ERR_IO: not a folder, or not ours to write in. */
must_use struct err logs_new(const struct zeek_plan *plan, struct logs **ret_logs);
/* NULL-safe, as the others. Files get their last line. */
void logs_free(struct logs *l);
void logs_line(struct logs *l, const struct log_line *line);
/* To the disk; what cannot be written is counted, and told once. */
void logs_flush(struct logs *l);
/* Somebody has moved the files away (SIGHUP). */
void logs_reopen(struct logs *l);
uint64_t logs_lost(const struct logs *l);
