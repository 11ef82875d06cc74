/*
 * sql.h: SQL that is made: a text, and the values of its parameters in their order.
 */
#pragma once

#include "store/db.h"

struct sql {
	struct buf text;
	struct err error; /* the first */
	size_t n;
	/* text, else blob (prefix_bits 128), else number */
	struct query_value values[SEARCH_VALUES_MAX];

	/* What compile.h says into it: */
	int64_t now_s;
	field_word_fn *word_text; /* NULL: names of ciphers and the like cannot be asked for */
	bool any; /* within a word that may be in any field */
	unsigned of; /* enum sql_table: asked of this alone; 0: of rows */
	unsigned depth, negations;
};

struct sql *sql_new(int64_t now_s, field_word_fn *word_text); /* NULL: no memory */
void sql_free(struct sql *q);
void sql_fail(struct sql *q, const char *what); /* ERR_INPUT */
void sql_say(struct sql *q, const char *sql);
/* A parameter, as "?". A text must stay until the statement has ended. */
void sql_number(struct sql *q, int64_t number);
void sql_text(struct sql *q, const char *text);
void sql_addr(struct sql *q, const struct addr *addr);

must_use struct err sql_error(const struct sql *q);
/* Prepared and bound; check sql_error before. */
struct stmt sql_stmt(struct sql *q, struct store *s);
