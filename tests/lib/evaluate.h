/*
 * evaluate.h: a question (query/tree.h) asked of one row, as plainly as can be: what the SQL of the
 * store must agree with. It asks for each value by value_get, as the outputs do. Only for tests of
 * rooms that may see format/ (alert, web, app, cli).
 */
#pragma once

#include "format/getter.h"
#include "query/like.h"
#include "query/tree.h"
#include "verdict/table.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

static inline bool evaluate_text(enum query_op op, const char *text, const char *with)
{
	switch ((int)op) {
	case QUERY_EXISTS:
		return text[0] != 0;
	case QUERY_EQ:
		return text[0] && strcasecmp(text, with) == 0;
	case QUERY_CONTAINS:
		return text[0] && strcasestr(text, with) != NULL;
	case QUERY_LIKE:
		return text[0] && like_matches(with, span_str(text));
	default:
		return false;
	}
}

static inline bool evaluate_number(enum query_op op, int64_t number, int64_t with)
{
	switch ((int)op) {
	case QUERY_EXISTS:
		return true;
	case QUERY_EQ:
		return number == with;
	case QUERY_LT:
		return number < with;
	case QUERY_LE:
		return number <= with;
	case QUERY_GT:
		return number > with;
	case QUERY_GE:
		return number >= with;
	default:
		return false;
	}
}

static inline bool evaluate_address(const struct query *q, const struct addr *addr)
{
	unsigned bits = q->op == QUERY_CIDR ? q->value.prefix_bits : 128;

	if (q->op == QUERY_EXISTS)
		return true;
	for (unsigned bit = 0; bit < bits; bit++)
		if ((addr->b[bit / 8] ^ q->value.addr.b[bit / 8]) & (0x80 >> bit % 8))
			return false;
	return q->op == QUERY_CIDR || q->op == QUERY_EQ;
}

static inline bool evaluate_findings(
    const struct query *q, const struct inventory_row *row, int64_t now_s)
{
	const struct finding *f;
	int64_t at_s = q->op == QUERY_EXISTS ? now_s : q->value.number;

	for (size_t k = 0; (f = row_finding(row, k)); k++)
		if (finding_holds(f, at_s) &&
		    (q->op == QUERY_EXISTS ||
			strcmp(finding_by_id(f->id)->name, q->value.text) == 0))
			return true;
	return false;
}

static inline bool evaluate_chain(const struct query *q, const struct chain_verdict *chain)
{
	for (size_t i = 0; chain && i < chain->n_certs; i++) {
		char hex[65];

		for (size_t k = 0; k < 32; k++)
			sprintf(hex + 2 * k, "%02x", chain->facts[i]->id.b[k]);
		if (evaluate_text(q->op, hex, q->value.text))
			return true;
	}
	return false;
}

static inline bool evaluate_field(
    const struct query *q, enum field_id field, const struct inventory_row *row, int64_t now_s)
{
	char address[ADDR_TEXT_MAX];
	struct value v;

	if (field == FIELD_SEVERITY)
		return q->op == QUERY_EXISTS ? row_severity(row, now_s) != 0
					     : evaluate_number(q->op, row_severity(row, now_s),
						   severity_by_name(q->value.text));
	if (field == FIELD_MUTED)
		return evaluate_number(q->op, row->remarks && row->remarks->muted, q->value.number);
	value_get(row, field, now_s, &v);
	switch (v.type) {
	case VALUE_TEXT:
		return evaluate_text(q->op, v.text, q->value.text);
	case VALUE_NUMBER:
	case VALUE_BOOL:
	case VALUE_TIME:
		return v.present && evaluate_number(q->op, v.number, q->value.number);
	case VALUE_ADDRESS:
		return q->field == FIELD_ANY
			   ? evaluate_text(q->op, addr_text(&v.addr, address), q->value.text)
			   : evaluate_address(q, &v.addr);
	case VALUE_LIST:
		for (size_t i = 0; i < v.n; i++)
			if (evaluate_text(q->op, v.list[i], q->value.text))
				return true;
		return false;
	case VALUE_FINDINGS:
		return evaluate_findings(q, row, now_s);
	case VALUE_CHAIN:
		return evaluate_chain(q, row->chain);
	}
	return false;
}

static inline bool evaluate_compare(
    const struct query *q, const struct inventory_row *row, int64_t now_s)
{
	struct query equal = *q;
	size_t n;
	const struct field *fields = field_table(&n);

	if (q->op == QUERY_NE) {
		equal.op = QUERY_EQ;
		return !evaluate_compare(&equal, row, now_s);
	}
	if (q->field != FIELD_ANY)
		return evaluate_field(q, q->field, row, now_s);
	for (size_t i = 0; i < n; i++)
		if (fields[i].flags & FIELD_FREE && evaluate_field(q, fields[i].id, row, now_s))
			return true;
	return false;
}

static inline bool evaluate(const struct query *q, const struct inventory_row *row, int64_t now_s)
{
	switch (q->kind) {
	case QUERY_ALL:
		return true;
	case QUERY_AND:
		return evaluate(q->left, row, now_s) && evaluate(q->right, row, now_s);
	case QUERY_OR:
		return evaluate(q->left, row, now_s) || evaluate(q->right, row, now_s);
	case QUERY_NOT:
		return !evaluate(q->left, row, now_s);
	case QUERY_COMPARE:
		return evaluate_compare(q, row, now_s);
	}
	return false;
}
