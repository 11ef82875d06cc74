/*
 * output.h: rows of the inventory to standard output in the form that was asked for.
 */
#pragma once

#include "app/plan.h"
#include "observe/row.h"

/* "table", "ndjson", "csv"; NULL: a table on a terminal, NDJSON elsewhere. false: no such form. */
bool output_format_by_name(const char *name, bool terminal, enum output_format *ret_format);

struct output;

/* Where the records of a run go: fills the plan's output. EXIT_DONE, or the status of a failure
 * that has been told. */
int output_settle(
    const char *path, const char *format, const char *fail_on, struct scan_plan *plan);

must_use struct err output_new(enum output_format format, struct output **ret_output);
void output_free(struct output *o);
void output_row(struct output *o, const struct inventory_row *row);
/* ERR_IO where it could not all be written. */
must_use struct err output_end(struct output *o);
