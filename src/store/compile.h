/*
 * compile.h: a question (query/tree.h) as a condition of SQL.
 */
#pragma once

#include "store/sql.h"

/* The tables that a question is about. */
enum sql_table {
	SQL_CERTS = 1 << 0, /* l */
	SQL_ENDPOINTS = 1 << 1, /* e */
	SQL_SIGHTINGS = 1 << 2, /* s */
	SQL_CHAINS = 1 << 3, /* c */
	SQL_ALL = 15,
};

unsigned sql_tables(const struct query *query);
/* The value of a field; NULL: it has a list of them, or none of its own. */
const char *sql_expression(enum field_id field, bool *ret_is_text);
/* What is asked of an expression that is a text. */
void sql_say_text(struct sql *q, const char *expr, enum query_op op, const char *text);

/* About the tables of ROWS_SELECT; what is about one of them needs no other. */
void sql_where(struct sql *q, const struct query *query);
/* A word in any field of the table q->of, which is SQL_CERTS or SQL_ENDPOINTS. */
void sql_say_any(struct sql *q, const struct query *compare);
