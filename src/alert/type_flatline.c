/*
 * type_flatline.c: fewer than `threshold` documents within the timeframe, for each query_key that
 * was ever seen (without one: at all). Told again with each look until there are enough, unless
 * forget_keys. What is told is no document: nothing happened. Only as many times are kept as the
 * threshold compares.
 */
#include "alert/document.h"
#include "alert/limits.h"
#include "alert/pretty.h"
#include "alert/types.h"
#include "alert/window.h"

/* Without a query_key, everything is one. */
static const char everything[] = "all";

static struct span key_of(struct evaluation *v, const struct doc *document)
{
	const char *key = everything;

	if (rule_key_given(&v->rule->query_key))
		key = document_key(document, &v->rule->query_key, v->row);
	return span_str(key ? key : "None");
}

static void add(struct evaluation *v, const struct hit *hit)
{
	struct span key = key_of(v, hit->document);
	struct window w;

	if (!window_load(v, key, &w))
		return;
	window_add(v, &w, hit->at_ms, v->rule->threshold + 1);
	window_keep(v, key, &w, INT64_MAX);
}

static void tell(struct evaluation *v, struct span key, const struct window *w, int64_t at_ms)
{
	struct doc *match = arena_alloc(v->row, sizeof(*match));
	const char *text = arena_text(v->row, key);

	if (!match || !text) {
		v->e = err_limit("a pass has no memory for more");
		return;
	}
	match->kind = DOC_OBJECT;
	document_put_text(
	    match, v->rule->timestamp_name, document_time_text(at_ms, v->row), v->row);
	document_put_text(match, "key", text, v->row);
	document_put_int(match, "count", (int64_t)w->n, v->row);
	document_put_int(match, "threshold", v->rule->threshold, v->row);
	evaluation_match(v, match);
}

struct look {
	struct evaluation *v;
	int64_t at_ms;
	size_t n;
};

static void look_at(void *context, struct span key, struct span value)
{
	struct look *l = context;
	const struct rule *rule = l->v->rule;
	struct window w;

	(void)value;
	l->n++;
	if (!window_load(l->v, key, &w))
		return;
	window_trim(&w, l->at_ms, rule->timeframe_ms);
	if (w.first_ms == INT64_MIN)
		w.first_ms = l->at_ms;
	if (l->at_ms - w.first_ms >= rule->timeframe_ms && w.n < rule->threshold) {
		tell(l->v, key, &w, l->at_ms);
		w.first_ms = l->at_ms - rule->timeframe_ms;
		if (rule->forget_keys) {
			recall_forget(l->v->recall, RECALL_WINDOW, key);
			return;
		}
	}
	window_keep(l->v, key, &w, INT64_MAX);
}

static void end(struct evaluation *v, int64_t at_ms)
{
	struct look look = {v, at_ms, 0};

	recall_each(v->recall, RECALL_WINDOW, look_at, &look);
	if (look.n == 0 && !rule_key_given(&v->rule->query_key))
		look_at(&look, span_str(everything), span_str(""));
}

static void describe(const struct rule *rule, const struct doc *match, struct buf *out)
{
	int64_t at_ms = document_match_ms(match, rule);

	buf_str(out, "An abnormally low number of events occurred around ");
	pretty_time(rule, at_ms, out);
	buf_str(out, ".\nBetween ");
	pretty_time(rule, at_ms - rule->timeframe_ms, out);
	buf_str(out, " and ");
	pretty_time(rule, at_ms, out);
	buf_printf(out, ", there were less than %u events.\n\n", rule->threshold);
}

static void check(const struct rule *rule, struct rule_report *report)
{
	const struct doc *n = doc_get(rule->doc, "threshold");

	if (n && (rule->threshold == 0 || rule->threshold > WINDOW_TIMES_MAX))
		rule_fail(report, n->at, "threshold: 1 to %d is expected", WINDOW_TIMES_MAX);
}

const struct rule_type rule_type_flatline = {
    .name = "flatline",
    .needs = {"threshold", "timeframe"},
    .silence_by_key = true,
    .check = check,
    .add = add,
    .end = end,
    .describe = describe,
};
