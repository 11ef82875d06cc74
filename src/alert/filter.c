/*
 * filter.c: where the rule's options meet the rooms that read them.
 */
#include "alert/filter.h"

#include "base/cron.h"
#include "format/word.h"
#include "query/dsl.h"

struct err rule_filter(const struct rule *rule, int64_t now_s, struct arena *arena,
    const struct query **ret_query, struct doc_error *error)
{
	struct query_env env = {.now_s = now_s, .word = word_at};

	return dsl_query(rule->filter, &env, arena, ret_query, error);
}

bool rule_cron_read(const struct doc *value, struct arena *arena, const struct cron **ret_cron,
    struct rule_report *report)
{
	struct cron *cron = arena_alloc(arena, sizeof(*cron));
	const char *text = doc_text(value);
	struct err e = OK;
	int64_t next_s;

	if (!cron || !text) {
		rule_fail(report, value->at, "%s: a line of cron is expected: \"0 9 * * 1-5\"",
		    value->key);
		return false;
	}
	e = cron_parse(span_str(text), cron);
	if (err_is(e)) {
		rule_fail(report, value->at, "%s, character %u: %s", value->key, e.at + 1, e.what);
		return false;
	}
	if (!cron_next(cron, NULL, 0, &next_s)) {
		rule_fail(report, value->at, "%s: that day never comes", value->key);
		return false;
	}
	*ret_cron = cron;
	return true;
}

int64_t rule_cron_next_ms(const struct cron *cron, int64_t after_ms)
{
	int64_t next_s;

	if (!cron_next(cron, NULL, after_ms / 1000, &next_s))
		return INT64_MAX;
	return next_s * 1000;
}
