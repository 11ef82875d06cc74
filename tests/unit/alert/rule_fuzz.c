/*
 * Any text is a rule or has errors that are told; a rule that was read makes texts and channels of
 * a match that has little in common with it, within its maxima.
 */
#include "alert/alerter.h"
#include "alert/match_text.h"
#include "alert/rule_type.h"
#include "values.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const struct doc *a_match(void)
{
	static struct doc *match;

	if (!match)
		match = value_items(DOC_OBJECT, value_keyed("ip", value_text("10.0.0.5")),
		    value_keyed("port", value_int(443)), value_keyed("owner", value_text("web")),
		    value_keyed("hostname", value_null()),
		    value_keyed("SANs",
			value_items(DOC_ARRAY, value_text("a.example"), value_text("b"), NULL)),
		    value_keyed("rule_param_where",
			value_items(DOC_OBJECT, value_keyed("rack", value_int(7)), NULL)),
		    value_keyed("@timestamp", value_text("2026-11-22T12:00:00Z")), NULL);
	return match;
}

static void use(const struct rule *rule, struct arena *arena)
{
	const struct doc *matches[2] = {a_match(), a_match()};
	bool unsuited;
	struct buf out;

	buf_init(&out, 16 << 20);
	match_text_body(rule, matches, 2, arena, &out, &unsuited);
	buf_reset(&out);
	match_text_detail(rule, matches, 2, &out);
	rule_is_for_administrators(rule);
	for (size_t i = 0; i < rule->n_alerts; i++) {
		const struct rule_alert *alert = &rule->alerts[i];
		const struct doc *config;
		struct doc_error error;

		buf_reset(&out);
		match_text_subject(rule, alert, matches, &out, &unsuited);
		buf_reset(&out);
		alert_config(rule, alert, matches[0], alert_places(rule, alert) - 1, &out);
		if (!out.full && err_is(doc_from_json(buf_view(&out), arena, &config, &error)) &&
		    !arena->hit)
			abort();
		buf_reset(&out);
		if (alert->alerter->fields)
			alert_payload(rule, alert, matches[0], arena, &out);
	}
	buf_done(&out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct rule_report report;
	const struct rule *rule = NULL;
	struct arena arena;
	struct err e;

	if (size > 8192)
		return 0;
	arena_init(&arena, 32 << 20);
	e = rule_load(span_of(data, size), "fuzz", &arena, &rule, &report);
	if (err_is(e) ? report.n == 0 : report.errors > 0)
		abort();
	if (!err_is(e))
		use(rule, &arena);
	arena_done(&arena);
	return 0;
}
