/*
 * filter.c: where the rule's options meet the rooms that read them.
 */
#include "alert/filter.h"

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
	(void)arena;
	(void)ret_cron;
	rule_fail(report, value->at, "%s: schedules are not read yet", value->key);
	return false;
}

int64_t rule_cron_next_ms(const struct cron *cron, int64_t after_ms)
{
	(void)cron;
	return after_ms;
}
