/*
 * table.h: the inventory for a person: endpoint, name, issuer, expiry, findings; it fits the
 * terminal. The first rows are held back until the widths are known, then rows stream.
 */
#pragma once

#include "base/buf.h"
#include "base/err.h"
#include "format/style.h"
#include "observe/row.h"

struct table;

must_use struct err table_new(const struct style *style, struct table **ret_table);
void table_free(struct table *t);
/* Copies what it needs of the row; appends lines to out as soon as it can. */
void table_row(struct table *t, const struct inventory_row *row, struct buf *out);
/* Appends what was held back. Nothing at all if there was no row. */
void table_end(struct table *t, struct buf *out);
