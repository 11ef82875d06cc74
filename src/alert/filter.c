/*
 * filter.c: where the rule's options meet the rooms that read them.
 */
#include "alert/filter.h"

struct err rule_filter(const struct rule *rule, int64_t now_s, struct arena *arena,
    const struct query **ret_query, struct doc_error *error)
{
	(void)now_s;
	(void)arena;
	if (rule->filter && rule->filter->n)
		return doc_fail(error, rule->filter, "filters are not read yet");
	*ret_query = NULL;
	return OK;
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
