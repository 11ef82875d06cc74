/*
 * printer.h: rows of the inventory as a scan's output: formatted when they are stored, written when
 * their transaction is committed. A printed line is a stored line.
 */
#pragma once

#include "app/plan.h"
#include "observe/row.h"
#include "store/store.h"

struct printer;

/* Prints nothing where the format is OUTPUT_NONE or OUTPUT_TABLE: a table is made at the end
 * (report.h). */
must_use struct err printer_new(
    const struct scan_plan *plan, struct store *store, struct printer **ret_printer);
void printer_free(struct printer *p);
/* The run has begun: the file that was named for its records is emptied, unless one is resumed. */
must_use struct err printer_begin(const struct scan_plan *plan);
/* A chain that rows to come may name. */
void printer_chain(struct printer *p, const struct chain_verdict *chain);
must_use struct err printer_row(
    struct printer *p, const struct observation *seen, const struct stored *stored, int64_t now_s);
/* A line among the rows; with CSV, which has no place for it, and for nobody's eyes, none. */
must_use struct err printer_alert(struct printer *p, const struct alert *alert);
/* What was seen's chain, as rows name it; NULL: none. Valid until the next call. */
must_use struct err printer_chain_of(
    struct printer *p, const struct observation *seen, const struct chain_verdict **ret_chain);
/* After the commit: writes, and waits until it is written. ERR_IO with EPIPE: nobody reads any
 * more. */
must_use struct err printer_committed(struct printer *p);
/* The descriptor leads to another file, a new one. */
must_use struct err printer_reopened(struct printer *p);
/* After a rollback: what was formatted since the last commit is forgotten. */
void printer_rolled_back(struct printer *p);
/* Rows so far; those with a certificate; those with a finding that holds; the worst of these. */
struct printer_counts {
	uint64_t rows, certificates, findings, alerts;
	uint8_t worst;
};
struct printer_counts printer_counts(const struct printer *p);
