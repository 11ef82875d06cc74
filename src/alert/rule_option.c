/*
 * rule_option.c: what a rule file may say, in one table. A name that is not here is no error (rules
 * carry options of people's own, which texts may name), but it is told, because a slip in `realert`
 * would otherwise be seen only by those who get the mail.
 */
#include "alert/rule_option.h"

#include "base/buf.h"
#include "base/near.h"

#include <stdio.h>

#define INTO(type, member) RULE_OPTION_##type, offsetof(struct rule, member), NULL
#define INERT(why) RULE_OPTION_INERT, 0, why
#define REFUSED(why) RULE_OPTION_REFUSED, 0, why
#define ELSEWHERE RULE_OPTION_ELSEWHERE, 0, NULL

#define OF_CLUSTER "the inventory is here: no cluster is asked"
#define OF_DASHBOARD "there is no such dashboard to link to"
#define OF_PYTHON "it names Python code, which is not run here"
#define OF_FILES "rules read no files here"
#define OF_TYPE "the rule types that it belongs to are not supported"
#define OF_COUNTS "documents are counted one by one"

/* By name; the prefixes last. */
static const struct rule_option options[] = {
    {"_source_enabled", INERT(OF_CLUSTER)},
    {"aggregate_by_match_time", INTO(FLAG, by_match_time)},
    {"aggregation", ELSEWHERE},
    {"aggregation_alert_time_compared_with_timestamp_field",
	INERT("aggregations go by the time at which they are made")},
    {"aggregation_key", INTO(KEY, aggregation_key)},
    {"alert", ELSEWHERE},
    {"alert_missing_value", INTO(TEXT, missing)},
    {"alert_subject", INTO(TEXT, alert_subject)},
    {"alert_subject_args", INTO(LIST, subject_args)},
    {"alert_subject_max_len", INTO(COUNT, subject_max)},
    {"alert_text", INTO(TEXT, alert_text)},
    {"alert_text_args", INTO(LIST, text_args)},
    {"alert_text_kw", INTO(OBJECT, text_kw)},
    {"alert_text_type", ELSEWHERE},
    {"allow_future_timeranges", INERT("ElastAlert2 has no such option either")},
    {"attach_related", INERT("matches do not carry the documents before them")},
    {"aws_region", INERT(OF_CLUSTER)},
    {"blacklist", INTO(LIST, blacklist)},
    {"boto_profile", INERT(OF_CLUSTER)},
    {"buffer_time", INTO(SPAN, buffer_ms)},
    {"ca_certs", INERT(OF_CLUSTER)},
    {"category", ELSEWHERE},
    {"client_cert", INERT(OF_CLUSTER)},
    {"client_key", INERT(OF_CLUSTER)},
    {"compare_key", INTO(KEY, compare_key)},
    {"custom_pretty_ts_format", INTO(TEXT, pretty_format)},
    {"description", ELSEWHERE},
    {"doc_type", INERT(OF_CLUSTER)},
    {"exponential_realert", INTO(SPAN, exponential_ms)},
    {"fields", INERT(OF_TYPE)},
    {"filter", INTO(ARRAY, filter)},
    {"filter_by_list", INERT("the list is always applied to the documents")},
    {"forget_keys", INTO(FLAG, forget_keys)},
    {"ignore_null", INTO(FLAG, ignore_null)},
    {"import", REFUSED(OF_FILES ": put what it imports into this one")},
    {"include", INTO(LIST, include)},
    {"include_fields", INERT("documents have no stored fields apart")},
    {"include_match_in_root", INERT(OF_CLUSTER)},
    {"include_rule_params_in_first_match_only", INTO(FLAG, params_in_first_only)},
    {"include_rule_params_in_matches", INTO(LIST, match_params)},
    {"index", INERT(OF_CLUSTER)},
    {"is_enabled", INTO(FLAG, is_enabled)},
    {"jinja_root_name", INERT("templates of Jinja are not supported")},
    {"jinja_template_path", REFUSED(OF_FILES)},
    {"limit_execution", ELSEWHERE},
    {"limit_execution_coverage", INERT("a pass looks as far back as its window says")},
    {"match_enhancements", REFUSED(OF_PYTHON)},
    {"max_query_size", INERT("all documents are gone through, however many")},
    {"max_scrolling_count", INERT(OF_CLUSTER)},
    {"max_threads", INERT("rules have their own order here")},
    {"misfire_grace_time", INERT("rules have their own order here")},
    {"name", INTO(TEXT, name)},
    {"notify_email", INERT("errors of a rule are shown where rules are")},
    {"num_events", INTO(COUNT, num_events)},
    {"owner", ELSEWHERE},
    {"priority", ELSEWHERE},
    {"profile", INERT(OF_CLUSTER)},
    {"query_delay", INTO(SPAN, delay_ms)},
    {"query_key", INTO(KEY, query_key)},
    {"query_timezone", INERT("times are UTC")},
    {"raw_count_keys", INERT(OF_CLUSTER)},
    {"realert", INTO(SPAN, realert_ms)},
    {"realert_key", INTO(TEXT, realert_key)},
    {"replace_dots_in_field_names", INERT("no field's name has a dot")},
    {"rule_folder", ELSEWHERE}, /* ours: where relative paths begin; `certscape rules` writes it */
    {"run_enhancements_first", INERT(OF_PYTHON)},
    {"run_every", INTO(SPAN, every_ms)},
    {"scan_entire_timeframe", INTO(FLAG, scan_entire_timeframe)},
    {"scroll_keepalive", INERT(OF_CLUSTER)},
    {"search_extra_index", INERT(OF_CLUSTER)},
    {"skip_invalid", INERT("a rule with an error is kept and not run")},
    {"ssl_show_warn", INERT(OF_CLUSTER)},
    {"statsd_host", INERT("counts are at /metrics")},
    {"statsd_instance_tag", INERT("counts are at /metrics")},
    {"string_multi_field_name", INERT(OF_CLUSTER)},
    {"summary_prefix", INTO(TEXT, summary_prefix)},
    {"summary_suffix", INTO(TEXT, summary_suffix)},
    {"summary_table_fields", INTO(TEXTS, summary_fields)},
    {"summary_table_max_rows", INTO(COUNT, summary_rows)},
    {"summary_table_type", INTO(TEXT, summary_type)},
    {"terms_size", INERT(OF_COUNTS)},
    {"threshold", INTO(COUNT, threshold)},
    {"timeframe", INTO(SPAN, timeframe_ms)},
    {"timestamp_field", INTO(TEXT, timestamp_name)},
    {"timestamp_format", INERT("times are times here, not texts")},
    {"timestamp_format_expr", REFUSED(OF_PYTHON)},
    {"timestamp_to_datetime_format_expr", REFUSED(OF_PYTHON)},
    {"timestamp_type", INERT("times are times here, not texts")},
    {"top_count_keys", INERT("the page counts better: follow its facets")},
    {"top_count_number", INERT("the page counts better: follow its facets")},
    {"type", ELSEWHERE},
    {"use_count_query", INERT(OF_COUNTS)},
    {"use_keyword_postfix", INERT(OF_CLUSTER)},
    {"use_local_time", INTO(FLAG, use_local_time)},
    {"use_run_every_query_size", INERT(OF_TYPE)},
    {"use_ssl", INERT(OF_CLUSTER)},
    {"use_strftime_index", INERT(OF_CLUSTER)},
    {"use_terms_query", INERT(OF_COUNTS)},
    {"verify_certs", INERT(OF_CLUSTER)},
    {"whitelist", INTO(LIST, whitelist)},
    {"cardinality_*", INERT(OF_TYPE)},
    {"es_*", INERT(OF_CLUSTER)},
    {"generate_*", INERT(OF_DASHBOARD)},
    {"kibana*", INERT(OF_DASHBOARD)},
    {"match_bucket_*", INERT(OF_TYPE)},
    {"max_*", INERT(OF_TYPE)},
    {"metric_*", INERT(OF_TYPE)},
    {"min_*", INERT(OF_TYPE)},
    {"opensearch_discover_*", INERT(OF_DASHBOARD)},
    {"percent*", INERT(OF_TYPE)},
    {"shorten_kibana_*", INERT(OF_DASHBOARD)},
    {"spike_*", INERT(OF_TYPE)},
    {"terms_window_size", INERT(OF_TYPE)},
    {"threshold_*", INERT(OF_TYPE)},
    {"use_kibana*", INERT(OF_DASHBOARD)},
};

enum { N_OPTIONS = sizeof(options) / sizeof(options[0]) };

static bool is_named(const struct rule_option *option, const char *name)
{
	size_t n = strlen(option->name) - 1;

	return option->name[n] == '*' ? strncmp(option->name, name, n) == 0
				      : strcmp(option->name, name) == 0;
}

const struct rule_option *rule_option_find(const char *name)
{
	for (size_t i = 0; i < N_OPTIONS; i++)
		if (is_named(&options[i], name))
			return &options[i];
	return NULL;
}

const char *rule_option_nearest(const char *name)
{
	struct near near = {.word = name};

	for (size_t i = 0; i < N_OPTIONS; i++)
		near_try(&near, options[i].name);
	return near.best;
}

bool rule_texts_read(const struct doc *value, struct arena *arena, struct rule_texts *ret_texts)
{
	bool one = doc_is(value, DOC_TEXT);
	size_t n = one ? 1 : value->n, at = 0;
	const char **v = arena_alloc(arena, n * sizeof(*v));

	if (!v || !(one || doc_is(value, DOC_ARRAY)))
		return false;
	if (one)
		v[at++] = value->text;
	for (const struct doc *item = doc_first(value); item; item = item->next) {
		if (!doc_text(item))
			return false;
		v[at++] = item->text;
	}
	*ret_texts = (struct rule_texts){v, n};
	return true;
}

static const struct {
	const char *name;
	double ms;
} units[] = {
    {"weeks", 7 * 86400e3},
    {"days", 86400e3},
    {"hours", 3600e3},
    {"minutes", 60e3},
    {"seconds", 1e3},
    {"milliseconds", 1},
};

static double unit_ms(const char *name)
{
	for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++)
		if (strcmp(units[i].name, name) == 0)
			return units[i].ms;
	return 0;
}

bool rule_span_read(const struct doc *value, int64_t *ret_ms, struct rule_report *report)
{
	static const double longest_ms = 1000 * 366 * 86400e3;
	double ms = 0, number = 0;

	if (!doc_is(value, DOC_OBJECT) || value->n == 0) {
		rule_fail(report, value->at, "%s: a span of time is expected, as in {days: 1}",
		    value->key);
		return false;
	}
	for (const struct doc *part = doc_first(value); part; part = part->next) {
		if (unit_ms(part->key) == 0) {
			rule_fail(report, part->key_at,
			    "%s: \"%s\" is no unit of time: weeks, days, hours, minutes, seconds, "
			    "milliseconds",
			    value->key, part->key);
			return false;
		}
		if (!doc_real(part, &number) || !(number >= 0)) {
			rule_fail(report, part->at, "%s: %s: a number is expected", value->key,
			    part->key);
			return false;
		}
		ms += number * unit_ms(part->key);
	}
	if (!(ms <= longest_ms)) {
		rule_fail(report, value->at, "%s: longer than a thousand years", value->key);
		return false;
	}
	*ret_ms = (int64_t)(ms + 0.5);
	return true;
}

static bool read_text(const struct doc *value, void *into, struct arena *arena)
{
	(void)arena;
	if (!doc_text(value))
		return false;
	*(const char **)into = value->text;
	return true;
}

static bool read_texts(const struct doc *value, void *into, struct arena *arena)
{
	return rule_texts_read(value, arena, into);
}

static bool read_list(const struct doc *value, void *into, struct arena *arena)
{
	return doc_is(value, DOC_ARRAY) && rule_texts_read(value, arena, into);
}

static bool read_flag(const struct doc *value, void *into, struct arena *arena)
{
	(void)arena;
	return doc_bool(value, into);
}

static bool read_count(const struct doc *value, void *into, struct arena *arena)
{
	int64_t number;

	(void)arena;
	if (!doc_int(value, &number) || number < 0 || number > INT32_MAX)
		return false;
	*(uint32_t *)into = (uint32_t)number;
	return true;
}

static bool read_doc(const struct doc *value, void *into, enum doc_kind kind)
{
	if (!doc_is(value, kind))
		return false;
	*(const struct doc **)into = value;
	return true;
}

static bool read_object(const struct doc *value, void *into, struct arena *arena)
{
	(void)arena;
	return read_doc(value, into, DOC_OBJECT);
}

static bool read_array(const struct doc *value, void *into, struct arena *arena)
{
	(void)arena;
	return read_doc(value, into, DOC_ARRAY);
}

static bool read_key(const struct doc *value, void *into, struct arena *arena)
{
	struct rule_key key = {0};
	struct buf name;

	if (!rule_texts_read(value, arena, &key.fields))
		return false;
	buf_init(&name, 64 * 1024);
	for (size_t i = 0; i < key.fields.n; i++)
		buf_printf(&name, "%s%s", i ? "," : "", key.fields.v[i]);
	if (key.fields.n) /* an empty list is none */
		key.name = arena_str(arena, buf_text(&name));
	buf_done(&name);
	*(struct rule_key *)into = key;
	return true;
}

static const struct {
	bool (*read)(const struct doc *value, void *into, struct arena *arena);
	const char *expected;
} readers[] = {
    [RULE_OPTION_TEXT] = {read_text, "a text"},
    [RULE_OPTION_TEXTS] = {read_texts, "a text or a list of texts"},
    [RULE_OPTION_LIST] = {read_list, "a list of texts"},
    [RULE_OPTION_FLAG] = {read_flag, "true or false"},
    [RULE_OPTION_COUNT] = {read_count, "a whole number from 0"},
    [RULE_OPTION_KEY] = {read_key, "the name of a field, or a list of them"},
    [RULE_OPTION_OBJECT] = {read_object, "a map of names"},
    [RULE_OPTION_ARRAY] = {read_array, "a list"},
};

bool rule_option_suits(enum rule_option_type type, const struct doc *value, struct arena *arena)
{
	union {
		const char *text;
		struct rule_texts texts;
		struct rule_key key;
		bool flag;
		uint32_t count;
		const struct doc *doc;
	} ignored;

	return readers[type].read(value, &ignored, arena);
}

void rule_option_unsuited(
    const struct doc *value, enum rule_option_type type, struct rule_report *report)
{
	bool quoted = value->text && value->text[0];

	rule_fail(report, value->at, "%s: %s is expected, not %s%.60s%s", value->key,
	    readers[type].expected, quoted ? "\"" : "",
	    quoted ? value->text : doc_kind_text(value->kind), quoted ? "\"" : "");
}

bool rule_option_read(const struct rule_option *option, const struct doc *value, struct rule *rule,
    struct arena *arena, struct rule_report *report)
{
	char *into = (char *)rule + option->offset;

	if (option->type == RULE_OPTION_SPAN)
		return rule_span_read(value, (int64_t *)(void *)into, report);
	if (readers[option->type].read(value, into, arena))
		return true;
	rule_option_unsuited(value, option->type, report);
	return false;
}
