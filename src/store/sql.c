/*
 * sql.c: SQL that is made, piece by piece. What comes from outside is a parameter, never text.
 */
#include "store/sql.h"

#include <stdlib.h>

struct sql *sql_new(int64_t now_s, field_word_fn *word_text)
{
	struct sql *q = calloc(1, sizeof(*q));

	if (!q)
		return NULL;
	buf_init(&q->text, SEARCH_SQL_MAX);
	q->now_s = now_s;
	q->word_text = word_text;
	return q;
}

void sql_free(struct sql *q)
{
	if (q)
		buf_done(&q->text);
	free(q);
}

void sql_fail(struct sql *q, const char *what)
{
	if (!err_is(q->error))
		q->error = err_input(0, what);
}

void sql_say(struct sql *q, const char *sql)
{
	buf_str(&q->text, sql);
}

/* A parameter: its place in the text and its value. */
static void bind_value(struct sql *q, struct query_value value)
{
	if (q->n == SEARCH_VALUES_MAX) {
		sql_fail(q, "a search with too many values");
		return;
	}
	q->values[q->n++] = value;
	sql_say(q, "?");
}

void sql_text(struct sql *q, const char *text)
{
	if (!text)
		sql_fail(q, "this field is compared with a text");
	bind_value(q, (struct query_value){.text = text ? text : ""});
}

void sql_number(struct sql *q, int64_t number)
{
	bind_value(q, (struct query_value){.number = number});
}

void sql_addr(struct sql *q, const struct addr *addr)
{
	bind_value(q, (struct query_value){.addr = *addr, .prefix_bits = 128});
}

struct err sql_error(const struct sql *q)
{
	if (q->text.full && !err_is(q->error))
		return err_limit("a search too large");
	return q->error;
}

struct stmt sql_stmt(struct sql *q, struct store *s)
{
	struct stmt stmt = stmt_once(s, buf_text(&q->text));

	for (size_t i = 0; i < q->n; i++) {
		const struct query_value *v = &q->values[i];

		if (v->text)
			stmt_text(&stmt, v->text);
		else if (v->prefix_bits)
			stmt_blob(&stmt, v->addr.b, sizeof(v->addr.b));
		else
			stmt_int(&stmt, v->number);
	}
	return stmt;
}
