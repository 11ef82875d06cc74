/*
 * rule.c: from a YAML text to struct rule. Everything that is wrong is told at once, each where it
 * stands: who moves forty rules here wants one list, not forty rounds. Defaults are ElastAlert2's.
 */
#include "alert/rule.h"

#include "alert/alerter.h"
#include "alert/document.h"
#include "alert/filter.h"
#include "alert/limits.h"
#include "alert/pyformat.h"
#include "alert/rule_option.h"
#include "alert/rule_type.h"
#include "alert/types.h"

#include <stdio.h>
#include <stdlib.h>

static const struct rule_type *const types[] = {
    &rule_type_any,
    &rule_type_blacklist,
    &rule_type_whitelist,
    &rule_type_change,
    &rule_type_frequency,
    &rule_type_flatline,
};

/* ElastAlert2's others: about streams of events, which an inventory is not. */
static const char *const other_types[] = {"spike", "spike_aggregation", "new_term", "cardinality",
    "metric_aggregation", "percentage_match"};

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

struct loader {
	struct rule *rule;
	const struct doc *doc;
	struct arena *arena;
	struct rule_report *report;
};

static void note(
    struct rule_report *report, bool warning, struct doc_place at, const char *format, va_list args)
{
	struct rule_note *n = &report->notes[report->n];

	report->errors += !warning;
	if (report->n == RULE_NOTES_MAX)
		return;
	report->n++;
	n->warning = warning;
	n->at = at;
	vsnprintf(n->text, sizeof(n->text), format, args);
}

void rule_warn(struct rule_report *report, struct doc_place at, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	note(report, true, at, format, args);
	va_end(args);
}

void rule_fail(struct rule_report *report, struct doc_place at, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	note(report, false, at, format, args);
	va_end(args);
}

static void read_unknown(struct loader *l, const struct doc *value)
{
	const char *meant = rule_option_nearest(value->key);

	if (meant)
		rule_warn(l->report, value->key_at,
		    "%s: no option of rules; is \"%s\" meant? It is only text for templates here",
		    value->key, meant);
	else
		rule_warn(l->report, value->key_at,
		    "%s: no option of rules; it is only text for templates here", value->key);
}

static void read_member(struct loader *l, const struct doc *value)
{
	const struct rule_option *option = rule_option_find(value->key);

	if (!option) {
		if (alerter_has_option(value->key))
			return;
		if (alerter_knows_option(value->key))
			rule_warn(l->report, value->key_at,
			    "%s does nothing here: no alerter looks at it", value->key);
		else
			read_unknown(l, value);
	} else if (option->type == RULE_OPTION_INERT) {
		rule_warn(
		    l->report, value->key_at, "%s does nothing here: %s", value->key, option->why);
	} else if (option->type == RULE_OPTION_REFUSED) {
		rule_fail(
		    l->report, value->key_at, "%s is not supported: %s", value->key, option->why);
	} else if (option->type != RULE_OPTION_ELSEWHERE) {
		rule_option_read(option, value, l->rule, l->arena, l->report);
	}
}

/* One of these words; false, and said, where it is none. */
static bool read_word(
    struct loader *l, const char *name, const char *const *words, size_t n, unsigned *ret_word)
{
	const struct doc *value = doc_get(l->doc, name);

	for (size_t i = 0; value && i < n; i++)
		if (doc_text(value) && strcmp(value->text, words[i]) == 0) {
			*ret_word = (unsigned)i;
			return true;
		}
	return !value;
}

static void read_words(struct loader *l)
{
	static const char *const text_types[RULE_TEXT_TYPES] = {
	    "default", "alert_text_only", "exclude_fields", "aggregation_summary_only"};
	unsigned word = 0;

	if (!read_word(l, "alert_text_type", text_types, RULE_TEXT_TYPES, &word))
		rule_fail(l->report, doc_get(l->doc, "alert_text_type")->at,
		    "alert_text_type: one of alert_text_only, exclude_fields, "
		    "aggregation_summary_only is expected (templates of Jinja are not supported)");
	l->rule->text_type = (enum rule_text_type)word;
}

static void read_type(struct loader *l)
{
	const struct doc *value = doc_get(l->doc, "type");
	const char *name = doc_text(value);

	for (size_t i = 0; name && i < COUNT(types); i++)
		if (strcmp(types[i]->name, name) == 0)
			l->rule->type = types[i];
	if (l->rule->type)
		return;
	for (size_t i = 0; name && i < COUNT(other_types); i++)
		if (strcmp(other_types[i], name) == 0) {
			rule_fail(l->report, value->at,
			    "type: %s is not supported; any, blacklist, whitelist, change, "
			    "frequency and flatline are",
			    name);
			return;
		}
	rule_fail(l->report, doc_or(value, l->doc)->at,
	    name && strchr(name, '.')
		? "type: a class of a Python module is not run here; any, blacklist, whitelist, "
		  "change, frequency and flatline are"
		: "type: any, blacklist, whitelist, change, frequency or flatline is expected");
}

static void check_needs(struct loader *l)
{
	const struct rule_type *type = l->rule->type;

	for (size_t i = 0; i < RULE_NEEDS_MAX && type->needs[i]; i++)
		if (!doc_get(l->doc, type->needs[i]))
			rule_fail(l->report, doc_get(l->doc, "type")->at, "type %s needs %s",
			    type->name, type->needs[i]);
	if (type->check)
		type->check(l->rule, l->report);
}

/* "email", or {email: {its options}}. */
static void read_alert(struct loader *l, const struct doc *value)
{
	struct rule_alert alert = {.at = value->at};
	const char *name = doc_text(value);

	if (doc_is(value, DOC_OBJECT) && value->n == 1) {
		alert.own = doc_first(value);
		name = alert.own->key;
		if (!doc_is(alert.own, DOC_OBJECT))
			rule_fail(
			    l->report, alert.own->at, "alert: %s: its options are expected", name);
	}
	if (!name) {
		rule_fail(l->report, value->at,
		    "alert: the name of an alerter, or {name: its options}, is expected");
		return;
	}
	alert.alerter = alerter_find(name);
	if (!alert.alerter)
		rule_fail(l->report, value->at,
		    "alert: %s %s; email, slack, mattermost, rocketchat, ms_power_automate, post, "
		    "post2 and command are",
		    name,
		    alerter_is_known(name) ? "is not supported"
		    : strchr(name, '.')	   ? "names a Python module, which is not run here"
					   : "is no alerter");
	else if (l->rule->n_alerts == RULE_ALERTS_MAX)
		rule_fail(l->report, value->at, "alert: at most %d", RULE_ALERTS_MAX);
	else
		l->rule->alerts[l->rule->n_alerts++] = alert;
}

static void read_alerts(struct loader *l)
{
	const struct doc *value = doc_get(l->doc, "alert");

	if (!value)
		rule_fail(l->report, l->doc->at, "alert: is missing; where does it go?");
	else if (doc_is(value, DOC_ARRAY) && value->n)
		for (const struct doc *item = doc_first(value); item; item = item->next)
			read_alert(l, item);
	else
		read_alert(l, value);
	for (size_t i = 0; i < l->rule->n_alerts; i++)
		alert_check(l->rule, &l->rule->alerts[i], l->arena, l->report);
}

static void read_aggregation(struct loader *l)
{
	const struct doc *value = doc_get(l->doc, "aggregation");
	const struct doc *schedule = doc_get(value, "schedule");

	if (!value)
		return;
	if (schedule)
		rule_cron_read(schedule, l->arena, &l->rule->aggregation_cron, l->report);
	else
		rule_span_read(value, &l->rule->aggregation_ms, l->report);
	l->rule->aggregates = l->rule->aggregation_cron || l->rule->aggregation_ms > 0;
}

static void read_limit(struct loader *l)
{
	const struct doc *value = doc_get(l->doc, "limit_execution");

	if (value)
		rule_cron_read(value, l->arena, &l->rule->limit_execution, l->report);
}

static void read_timestamp(struct loader *l)
{
	const struct doc *value = doc_get(l->doc, "timestamp_field");
	const struct field *field = document_field(l->rule->timestamp_name);

	if (field && field->type == VALUE_TIME)
		l->rule->timestamp = field->id;
	else if (value)
		rule_fail(l->report, value->at,
		    "timestamp_field: %s is no time of the inventory: timestamp, first_seen, "
		    "last_seen, not_before, not_after are",
		    l->rule->timestamp_name);
}

/* A text whose {fields} are filled in. `args` NULL: it has none, and is taken as it is. */
static void check_text(
    struct loader *l, const char *name, const char *text, const struct pyformat_args *args)
{
	const struct doc *value = doc_get(l->doc, name);
	bool unsuited;
	struct err e;

	if (!text || !args)
		return;
	e = pyformat(text, args, NULL, &unsuited);
	if (err_is(e))
		rule_fail(l->report, doc_or(value, l->doc)->at, "%s, character %u: %s", name,
		    e.at + 1, e.what);
}

static void check_texts(struct loader *l)
{
	const struct rule *r = l->rule;
	struct pyformat_args text = {.n = r->text_args.n}, subject = {.n = r->subject_args.n};
	const char **names = NULL;

	if (!r->has_text_args && r->text_kw) {
		names = arena_alloc(l->arena, r->text_kw->n * sizeof(*names));
		for (const struct doc *kw = doc_first(r->text_kw); names && kw; kw = kw->next) {
			if (!doc_text(kw))
				rule_fail(l->report, kw->at,
				    "alert_text_kw: %s: the name that the text uses is expected",
				    kw->key);
			names[text.n++] = doc_text(kw) ? kw->text : "";
		}
		text.names = names;
	}
	check_text(l, "alert_text", r->alert_text, r->has_text_args || names ? &text : NULL);
	check_text(l, "alert_subject", r->alert_subject, r->has_subject_args ? &subject : NULL);
}

static void check_filter(struct loader *l)
{
	const struct query *query;
	struct doc_error error;
	struct err e;

	if (!l->rule->filter)
		return;
	e = rule_filter(l->rule, 0, l->arena, &query, &error);
	if (err_is(e))
		rule_fail(l->report, error.at, "filter: %s", error.text);
}

static void check_lists(struct loader *l, const char *name, const struct rule_texts *list)
{
	const struct doc *item = doc_first(doc_get(l->doc, name));

	for (size_t i = 0; i < list->n && item; i++, item = item->next)
		if (strncmp(list->v[i], "!file", 5) == 0 || item->tag)
			rule_fail(l->report, item->at,
			    "%s: rules read no files here: put its lines into this one", name);
}

static void check_together(struct loader *l)
{
	const struct rule *r = l->rule;

	if (r->scan_entire_timeframe && !r->timeframe_ms)
		rule_fail(l->report, doc_get(l->doc, "scan_entire_timeframe")->at,
		    "scan_entire_timeframe needs timeframe");
	if (r->exponential_ms && !r->realert_ms)
		rule_warn(l->report, doc_get(l->doc, "exponential_realert")->key_at,
		    "exponential_realert does nothing without realert");
	if (rule_key_given(&r->aggregation_key) && !r->aggregates)
		rule_warn(l->report, doc_get(l->doc, "aggregation_key")->key_at,
		    "aggregation_key does nothing without aggregation");
	if (r->by_match_time && (!r->aggregates || r->aggregation_cron))
		rule_warn(l->report, doc_get(l->doc, "aggregate_by_match_time")->key_at,
		    "aggregate_by_match_time does nothing %s",
		    r->aggregates ? "with a schedule: that says when" : "without aggregation");
	if (r->buffer_ms <= 0)
		rule_fail(l->report, doc_get(l->doc, "buffer_time")->at,
		    "buffer_time: more than nothing is expected");
	if (r->text_type == RULE_TEXT_SUMMARY_ONLY && !r->summary_fields.n)
		rule_fail(l->report, doc_get(l->doc, "alert_text_type")->at,
		    "aggregation_summary_only needs summary_table_fields");
	if (strcmp(r->summary_type, "ascii") != 0 && strcmp(r->summary_type, "markdown") != 0)
		rule_fail(l->report, doc_get(l->doc, "summary_table_type")->at,
		    "summary_table_type: ascii or markdown is expected");
}

static void put_defaults(struct rule *rule, const char *name)
{
	*rule = (struct rule){
	    .name = name,
	    .is_enabled = true,
	    .timestamp_name = "@timestamp",
	    .timestamp = FIELD_TIMESTAMP,
	    .buffer_ms = RULE_BUFFER_MS,
	    .every_ms = RULE_EVERY_MS,
	    .realert_ms = -1,
	    .missing = "<MISSING VALUE>",
	    .subject_max = 2048,
	    .use_local_time = true,
	    .pretty_format = "%Y-%m-%d %H:%M %Z",
	    .summary_type = "ascii",
	    .summary_prefix = "",
	    .summary_suffix = "",
	};
}

static void finish(struct loader *l)
{
	struct rule *r = l->rule;

	r->has_text_args = doc_get(l->doc, "alert_text_args") != NULL;
	r->has_subject_args = doc_get(l->doc, "alert_subject_args") != NULL;
	read_aggregation(l);
	if (r->realert_ms < 0)
		r->realert_ms = r->aggregates ? 0 : RULE_REALERT_MS;
	r->shares_realert = r->realert_key != NULL;
	if (!r->realert_key)
		r->realert_key = r->name;
	read_words(l);
	read_limit(l);
	read_timestamp(l);
	read_type(l);
	if (r->type)
		check_needs(l);
	read_alerts(l);
	check_filter(l);
	check_texts(l);
	check_lists(l, "blacklist", &r->blacklist);
	check_lists(l, "whitelist", &r->whitelist);
	check_together(l);
}

/* By place: so a person reads them. */
static int by_place(const void *a, const void *b)
{
	const struct rule_note *left = a, *right = b;

	if (left->at.line != right->at.line)
		return left->at.line < right->at.line ? -1 : 1;
	return (left->at.column > right->at.column) - (left->at.column < right->at.column);
}

struct err rule_load(struct span yaml, const char *default_name, struct arena *arena,
    const struct rule **ret_rule, struct rule_report *report)
{
	struct loader l = {.arena = arena, .report = report};
	struct doc_error error;
	struct err e = doc_from_yaml(yaml, arena, &l.doc, &error);

	report->n = report->errors = 0;
	if (err_is(e)) {
		rule_fail(report, error.at, "%s", error.text);
		return e;
	}
	if (!doc_is(l.doc, DOC_OBJECT)) {
		rule_fail(
		    report, l.doc->at, "a rule is expected: name: ..., type: ..., alert: ...");
		return err_input(l.doc->at.line, "no rule");
	}
	l.rule = arena_alloc(arena, sizeof(*l.rule));
	if (!l.rule)
		return err_limit("no memory for the rule");
	put_defaults(l.rule, default_name);
	l.rule->doc = l.doc;
	for (const struct doc *value = doc_first(l.doc); value; value = value->next)
		read_member(&l, value);
	finish(&l);
	qsort(report->notes, report->n, sizeof(*report->notes), by_place);
	if (report->errors)
		return err_input(report->n ? report->notes[0].at.line : 1, "the rule has errors");
	*ret_rule = l.rule;
	return OK;
}
