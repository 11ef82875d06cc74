/*
 * rule_type.h: what makes a match: one file a type (type_*.c), one row in the table of rule.c. A
 * type is handed the documents of a pass in the order of their times and says which of them match;
 * what it must remember until the next pass it keeps in the recall.
 */
#pragma once

#include "alert/recall.h"
#include "alert/rule.h"

enum { RULE_NEEDS_MAX = 4 };

/* A document of the inventory. */
struct hit {
	int64_t at_ms; /* by the rule's timestamp_field */
	struct doc *document;
};

/* A pass, as far as types see it. */
struct evaluation {
	const struct rule *rule;
	struct recall *recall;
	struct arena *row; /* lasts as long as one document */
	struct arena *kept; /* as the pass */
	int64_t now_ms;
	uint64_t n_matched; /* silenced ones too */
	struct doc **matches; /* to be told; in `kept` */
	size_t n_matches, matches_cap;
	struct err e; /* sticky: memory */
};

struct rule_type {
	const char *name;
	const char *needs[RULE_NEEDS_MAX]; /* options; NULL after the last */
	bool silence_by_key; /* its matches have a `key` instead of the query_key */
	void (*check)(const struct rule *rule, struct rule_report *report); /* NULL: nothing more */
	void (*add)(struct evaluation *v, const struct hit *hit);
	/* No more documents up to this time. NULL: nothing to do. */
	void (*end)(struct evaluation *v, int64_t at_ms);
	/* What it says about a match in the default text. NULL: nothing. */
	void (*describe)(const struct rule *rule, const struct doc *match, struct buf *out);
};

/* It matches: told, unless it is silenced. The match is a document, perhaps with more in it. */
void evaluation_match(struct evaluation *v, const struct doc *match);
/* Is there room for no more? Then the pass ends here, and the next one goes on. What has the same
 * time as the document before is divided only in need. */
bool evaluation_is_full(const struct evaluation *v, bool same_time);
void evaluation_done(struct evaluation *v);
