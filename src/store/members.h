/*
 * members.h: what is about one table beside the sightings, asked of it alone.
 */
#pragma once

#include "store/scope.h"

/* Of the rows, those whose member of the table (SQL_CERTS, SQL_CHAINS or SQL_ENDPOINTS) it is true
 * of; or, of a comparison of any field, of some field of this table. */
must_use struct err members_narrow(
    struct scope *c, enum sql_table table, const struct query *query, struct bits *rows);
