/*
 * rule.h: a rule in ElastAlert2's format, read from its YAML and checked. What ElastAlert2 needs
 * for its own sake (hosts, indexes, dashboards) is accepted and does nothing; what would run Python
 * or read files is refused, with line and column; so is a rule type or an alerter that is not here.
 *
 * A rule lies in its arena and is never changed. Spans of time are milliseconds.
 */
#pragma once

#include "base/arena.h"
#include "base/err.h"
#include "doc/doc.h"
#include "query/field.h"

struct cron;
struct rule_type;
struct alerter;

struct rule_texts {
	const char *const *v;
	size_t n;
};

/* One field, or several as one: their names joined by "," are its name, their values joined by
 * ", " its value. */
struct rule_key {
	const char *name; /* NULL: none */
	struct rule_texts fields;
};

enum rule_text_type {
	RULE_TEXT_DEFAULT, /* alert_text, what the type says, the fields */
	RULE_TEXT_ONLY,
	RULE_TEXT_EXCLUDE_FIELDS,
	RULE_TEXT_SUMMARY_ONLY,
	RULE_TEXT_TYPES,
};

/* Of `alert:`, one. */
struct rule_alert {
	const struct alerter *alerter;
	const struct doc *own; /* options of its own, which go before the rule's; NULL: none */
	struct doc_place at;
};

enum { RULE_ALERTS_MAX = 16 };

struct rule {
	const struct doc *doc; /* all of it: texts may name any of its options */
	const char *name;
	const struct rule_type *type;
	bool is_enabled;
	size_t n_alerts;
	struct rule_alert alerts[RULE_ALERTS_MAX];

	/* What is looked at. */
	const struct doc *filter; /* a list, or NULL; query/dsl.h reads it anew for each pass */
	const char *timestamp_name;
	enum field_id timestamp; /* a time */
	int64_t buffer_ms, delay_ms, every_ms;
	int64_t timeframe_ms; /* 0: none */
	bool scan_entire_timeframe;
	const struct cron *limit_execution; /* NULL: always */

	/* When it matches. */
	struct rule_key query_key, compare_key;
	struct rule_texts blacklist, whitelist;
	bool ignore_null;
	uint32_t num_events, threshold;
	bool forget_keys, attach_related;

	/* How often it tells. */
	int64_t realert_ms; /* 0: each match */
	int64_t exponential_ms; /* 0: realert stays as it is */
	const char *realert_key;
	bool shares_realert; /* the key was given: whoever has the same is silent together */
	bool aggregates;
	int64_t aggregation_ms;
	const struct cron *aggregation_cron; /* instead of the span; NULL: none */
	bool by_match_time;
	struct rule_key aggregation_key;

	/* What it tells. */
	struct rule_texts include; /* with the keys and the timestamp; n 0: all fields */
	const char *alert_text, *alert_subject; /* NULL: the default */
	struct rule_texts text_args, subject_args;
	bool has_text_args, has_subject_args;
	const struct doc *text_kw; /* NULL: none */
	enum rule_text_type text_type;
	const char *missing;
	uint32_t subject_max; /* characters */
	bool use_local_time;
	const char *pretty_format; /* of strftime */
	struct rule_texts match_params; /* include_rule_params_in_matches */
	bool params_in_first_only;
	struct rule_texts summary_fields;
	const char *summary_type, *summary_prefix, *summary_suffix;
	uint32_t summary_rows; /* 0: all */
};

enum { RULE_NOTES_MAX = 64, RULE_NOTE_TEXT_MAX = 240 };

/* What is wrong with a rule, or of no use in it. */
struct rule_note {
	bool warning;
	struct doc_place at;
	char text[RULE_NOTE_TEXT_MAX];
};

struct rule_report {
	size_t n, errors;
	struct rule_note notes[RULE_NOTES_MAX]; /* those beyond are only counted */
};

void rule_warn(struct rule_report *report, struct doc_place at, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
void rule_fail(struct rule_report *report, struct doc_place at, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Reads the YAML and all it can of it: the report has every error, not the first. ERR_INPUT where
 * it has one. default_name: where the YAML has none (the file's name without its ending). */
must_use struct err rule_load(struct span yaml, const char *default_name, struct arena *arena,
    const struct rule **ret_rule, struct rule_report *report);

/* Is the key there? NULL-safe. */
static inline bool rule_key_given(const struct rule_key *key)
{
	return key->name != NULL;
}
