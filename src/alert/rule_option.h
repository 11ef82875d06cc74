/*
 * rule_option.h: the options of a rule file, by table: its name, what it must be, where it goes in
 * struct rule, or why it does nothing here. docs and messages read the same table.
 */
#pragma once

#include "alert/rule.h"

enum rule_option_type {
	RULE_OPTION_TEXT, /* const char * */
	RULE_OPTION_TEXTS, /* struct rule_texts: one text, or a list of them */
	RULE_OPTION_LIST, /* struct rule_texts: a list of texts */
	RULE_OPTION_FLAG, /* bool */
	RULE_OPTION_COUNT, /* uint32_t */
	RULE_OPTION_SPAN, /* int64_t, ms: days: 1, hours: 2, ... */
	RULE_OPTION_KEY, /* struct rule_key */
	RULE_OPTION_OBJECT, /* const struct doc * */
	RULE_OPTION_ARRAY, /* const struct doc * */
	RULE_OPTION_ELSEWHERE, /* read by name: alert, type, aggregation, ... */
	RULE_OPTION_INERT, /* accepted, and does nothing; `why` */
	RULE_OPTION_REFUSED, /* `why` */
};

struct rule_option {
	const char *name; /* "es_*": all that begin so */
	enum rule_option_type type;
	size_t offset; /* in struct rule */
	const char *why;
};

/* NULL: no such option. */
const struct rule_option *rule_option_find(const char *name);
/* The nearest name that could be meant; NULL: none is near. */
const char *rule_option_nearest(const char *name);

/* Reads the value into the rule; what it should have been goes into the report. false then. */
bool rule_option_read(const struct rule_option *option, const struct doc *value, struct rule *rule,
    struct arena *arena, struct rule_report *report);

/* Is the value what options of this type are, a span of time excepted? And the message if not. */
bool rule_option_suits(enum rule_option_type type, const struct doc *value, struct arena *arena);
void rule_option_unsuited(
    const struct doc *value, enum rule_option_type type, struct rule_report *report);
/* A span of time: {days: 1, hours: 12}. */
bool rule_span_read(const struct doc *value, int64_t *ret_ms, struct rule_report *report);
/* One text or several; false, and nothing said, where it is neither. */
bool rule_texts_read(const struct doc *value, struct arena *arena, struct rule_texts *ret_texts);
