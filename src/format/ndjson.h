/*
 * ndjson.h: one JSON object a line: the fields of query/field.h by their names, `findings` and
 * `chain` as arrays of objects. Names are stable. Times are RFC 3339 in UTC. Bytes that are no
 * UTF-8 become U+FFFD: a line is always JSON.
 */
#pragma once

#include "base/buf.h"
#include "observe/row.h"
#include "query/field.h"

enum {
	NDJSON_LINE_MAX = 4 << 20
}; /* a good maximum for `out`: 32 certificates with thousands of names */

/* One line of these fields only. */
void ndjson_row_of(const struct inventory_row *row, const enum field_id *fields, size_t n,
    int64_t now_s, struct buf *out);
/* Appends one line with its LF. now_s says which findings are marked `"active":true`. */
void ndjson_row(const struct inventory_row *row, int64_t now_s, struct buf *out);
