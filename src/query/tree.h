/*
 * tree.h: a question about the inventory, as a tree: comparisons of a field with a value, joined by
 * and, or, not. Built in an arena and never changed. The store makes SQL of it, with every value a
 * bound parameter; whoever builds it needs no SQL.
 *
 * A comparison with what is absent is false (QUERY_NE aside), and `not` of it true. No severity is
 * less than any.
 *
 * A constructor that is out of memory, or was given a NULL part, gives NULL: build the whole tree,
 * then ask once.
 */
#pragma once

#include "base/arena.h"
#include "base/buf.h"
#include "inet/addr.h"
#include "query/field.h"

enum query_kind {
	QUERY_ALL, /* everything */
	QUERY_AND, /* left and right */
	QUERY_OR, /* left or right */
	QUERY_NOT, /* not left */
	QUERY_COMPARE, /* field op value */
};

enum query_op {
	QUERY_EQ, /* text whatever the case; a list: one of it is equal */
	QUERY_NE, /* whatever QUERY_EQ is not, so what is absent, too */
	QUERY_LT, /* numbers and times */
	QUERY_LE,
	QUERY_GT,
	QUERY_GE,
	QUERY_CONTAINS, /* text within text, whatever the case; a list: within one of it */
	QUERY_LIKE, /* the whole text, whatever the case, where * is any text, ? any character, and
		       a backslash takes the meaning of the next; a list: one of it */
	QUERY_CIDR, /* addr/prefix_bits */
	QUERY_HAS_FINDING, /* text is the finding's name, number the time (s) at which it holds */
	QUERY_EXISTS, /* there is a value, and it is not empty */
	QUERY_OP_MAX,
};

struct query_value {
	const char *text; /* VALUE_TEXT, VALUE_LIST, VALUE_FINDINGS, VALUE_CHAIN; else NULL */
	int64_t number; /* VALUE_NUMBER, VALUE_BOOL, VALUE_TIME; the time of QUERY_HAS_FINDING */
	struct addr addr; /* VALUE_ADDRESS */
	uint8_t prefix_bits; /* of the 128 (an IPv4 /8 is 104); 128 is the one address */
};

struct query {
	enum query_kind kind;
	const struct query *left, *right; /* as the kind says; else NULL */
	enum field_id field;
	enum query_op op;
	struct query_value value;
};

const struct query *query_all(struct arena *a);
/* All and x is x; all or x is all. */
const struct query *query_and(struct arena *a, const struct query *left, const struct query *right);
const struct query *query_or(struct arena *a, const struct query *left, const struct query *right);
const struct query *query_not(struct arena *a, const struct query *q);

/* The text is copied. */
const struct query *query_text(
    struct arena *a, enum field_id field, enum query_op op, const char *text);
/* QUERY_LIKE; what it says without a wildcard is QUERY_EQ, and * alone is QUERY_EXISTS. */
const struct query *query_like(struct arena *a, enum field_id field, const char *pattern);
const struct query *query_number(
    struct arena *a, enum field_id field, enum query_op op, int64_t number);
/* Bits of the address behind the prefix do not matter. */
const struct query *query_cidr(
    struct arena *a, enum field_id field, const struct addr *addr, unsigned prefix_bits);
const struct query *query_has_finding(struct arena *a, const char *name, int64_t at_s);
const struct query *query_exists(struct arena *a, enum field_id field);

/* All of n parts with all, or any, balanced: a list of 500 is nested 9 deep. n is not 0. */
const struct query *query_join_all(
    struct arena *a, enum query_kind kind, const struct query *const *parts, size_t n);

/* In the search language, as parse.h reads it (print.c): `port:443 and (issuer:"Lab" or not
 * sha256:*)`. */
void query_print(const struct query *q, struct buf *out);
const char *query_op_text(enum query_op op); /* "contains" */
