/*
 * type_frequency.c: num_events documents of one query_key within the timeframe. The one that makes
 * the number full is the match, and counting begins anew.
 */
#include "alert/document.h"
#include "alert/limits.h"
#include "alert/pretty.h"
#include "alert/types.h"
#include "alert/window.h"

static void add(struct evaluation *v, const struct hit *hit)
{
	const struct rule *rule = v->rule;
	const char *key = document_key(hit->document, &rule->query_key, v->row);
	struct span key_span = span_str(key ? key : "");
	struct window w;

	if (!window_load(v, key_span, &w))
		return;
	window_add(v, &w, hit->at_ms, rule->num_events);
	window_trim(&w, hit->at_ms, rule->timeframe_ms);
	if (w.n < rule->num_events) {
		window_keep(v, key_span, &w, hit->at_ms + rule->timeframe_ms);
		return;
	}
	evaluation_match(v, hit->document);
	recall_forget(v->recall, RECALL_WINDOW, key_span);
}

static void describe(const struct rule *rule, const struct doc *match, struct buf *out)
{
	int64_t at_ms = document_match_ms(match, rule);

	buf_printf(out, "At least %u events occurred between ", rule->num_events);
	pretty_time(rule, at_ms - rule->timeframe_ms, out);
	buf_str(out, " and ");
	pretty_time(rule, at_ms, out);
	buf_str(out, "\n\n");
}

static void check(const struct rule *rule, struct rule_report *report)
{
	const struct doc *n = doc_get(rule->doc, "num_events");

	if (n && (rule->num_events == 0 || rule->num_events > WINDOW_TIMES_MAX))
		rule_fail(report, n->at, "num_events: 1 to %d is expected", WINDOW_TIMES_MAX);
}

const struct rule_type rule_type_frequency = {
    .name = "frequency",
    .needs = {"num_events", "timeframe"},
    .check = check,
    .add = add,
    .describe = describe,
};
