/*
 * csv.h: RFC 4180: a header, CRLF, quotes where needed. A cell that a spreadsheet would take for a
 * formula gets a leading apostrophe; lists are joined by a space.
 */
#pragma once

#include "base/buf.h"
#include "observe/row.h"

void csv_header(struct buf *out);
void csv_row(const struct inventory_row *row, int64_t now_s, struct buf *out);
/* One cell: quoted and made harmless as said above. For tables of other things. */
void csv_cell(const char *text, struct buf *out);
