/*
 * csv.h: RFC 4180: a header, CRLF, quotes where needed. A cell that a spreadsheet would take for a
 * formula gets a leading apostrophe; lists are joined by a space.
 */
#pragma once

#include "base/buf.h"
#include "observe/row.h"
#include "query/field.h"

void csv_header(struct buf *out);
void csv_row(const struct inventory_row *row, int64_t now_s, struct buf *out);
/* Only these fields, in this order. */
void csv_header_of(const enum field_id *fields, size_t n, struct buf *out);
void csv_row_of(const struct inventory_row *row, const enum field_id *fields, size_t n,
    int64_t now_s, struct buf *out);
/* One cell: quoted and made harmless as said above. For tables of other things. */
void csv_cell(const char *text, struct buf *out);
