/*
 * compile.h: SQL that is made: a text, and the values of its parameters in their order.
 */
#pragma once

#include "store/db.h"

struct sql {
	struct buf text;
	struct err error; /* the first */
	int64_t now_s;
	field_word_fn *word_text; /* NULL: names of ciphers and the like cannot be asked for */
	unsigned depth, negations;
	size_t n;
	/* text, else blob (prefix_bits 128), else number */
	struct query_value values[SEARCH_VALUES_MAX];
};

struct sql *sql_new(int64_t now_s, field_word_fn *word_text); /* NULL: no memory */
void sql_free(struct sql *q);
void sql_say(struct sql *q, const char *sql);
/* A parameter, as "?". A text must stay until the statement has ended. */
void sql_number(struct sql *q, int64_t number);
void sql_text(struct sql *q, const char *text);
void sql_addr(struct sql *q, const struct addr *addr);
/* A question, as a condition on the tables of ROWS_SELECT. */
void sql_where(struct sql *q, const struct query *query);

/* The tables that a question is about. */
enum sql_table {
	SQL_CERTS = 1 << 0, /* l */
	SQL_ENDPOINTS = 1 << 1, /* e */
	SQL_SIGHTINGS = 1 << 2, /* s */
	SQL_FOUND = 1 << 3, /* endpoint and chain where a finding is (sql_say_found) */
};

unsigned sql_tables(const struct query *query);
/* The value of a field; NULL: it has a list of them. */
const char *sql_expression(enum field_id field, bool *ret_is_text);
/* What is asked of an expression that is a text. */
void sql_say_text(struct sql *q, const char *expr, enum query_op op, const char *text);
/* A part that is "has this finding", joined by "and" with the others; NULL: none. */
const struct query *sql_finding(const struct query *query);
/* A subquery: where it is found, with columns endpoint and chain. */
void sql_say_found(struct sql *q, const struct query *compare);
/* Another: the finding itself, a row for each chain or endpoint; to count. */
void sql_say_finding(struct sql *q, const struct query *compare);
/* An index finds what it is true of, or a little more. */
bool sql_is_indexed(const struct query *query);

must_use struct err sql_error(const struct sql *q);
/* Prepared and bound; check sql_error before. */
struct stmt sql_stmt(struct sql *q, struct store *s);
