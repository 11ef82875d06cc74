/*
 * elastalert.c: a pass: the rule is read, the documents of its window are gone through in the order
 * of their times, its type says which match, and what is not silent is told. Everything is read
 * first, and remembered in memory; then messages, silences and all other state are written in one
 * transaction. What does not fit one pass is left for the next, as if it had not been seen.
 *
 * ElastAlert2 remembers the `_id` of each document that it has looked at for buffer_time. A row of
 * the inventory is an endpoint with a chain: there are two where it serves two, and another one
 * after a renewal; so the chain's certificate goes with the `_id`.
 */
#include "alert/elastalert.h"

#include "alert/aggregate.h"
#include "alert/document.h"
#include "alert/filter.h"
#include "alert/limits.h"
#include "alert/match_text.h"
#include "alert/rule_type.h"
#include "format/getter.h"
#include "format/word.h"
#include "store/listing.h"

#include <inttypes.h>
#include <stdio.h>

static const int64_t RESUME_MS = (int64_t)7 * 86400 * 1000; /* old_query_limit */

struct elastalert {
	struct pass *pass;
	const struct rule *rule;
	struct evaluation v;
	struct recall recall;
	struct arena rule_arena, kept, row;
	int64_t start_ms, end_ms; /* documents after start, up to end */
	int64_t segment_ms, segment_end_ms;
	int64_t last_ms; /* of the last document that was looked at */
	bool is_full;
	bool unsuited;
	unsigned n_done; /* in a dry run: documents that were looked at already */
	unsigned n_told;
};

bool elastalert_is_due(const struct rule *rule, const struct stored_rule *stored, int64_t now_ms)
{
	int64_t since_ms = now_ms - rule->every_ms;

	if (!rule->is_enabled || now_ms - stored->ran_ms < rule->every_ms)
		return false;
	if (since_ms < stored->ran_ms)
		since_ms = stored->ran_ms;
	return !rule->limit_execution ||
	       rule_cron_next_ms(rule->limit_execution, since_ms) <= now_ms;
}

/* "3:7: type: ...": where, in the rule's own text. */
static struct err refuse(struct pass *pass, const struct rule_report *report, struct err e)
{
	for (size_t i = 0; i < report->n; i++) {
		const struct rule_note *n = &report->notes[i];

		if (n->warning)
			continue;
		snprintf(pass->error, sizeof(pass->error), "%u:%u: %.230s", n->at.line,
		    n->at.column, n->text);
		break;
	}
	return e;
}

/* Where the last pass ended. */
struct last_end {
	int64_t at_ms; /* documents were looked at up to then; INT64_MIN: never */
	bool was_full; /* it ended early: there was more than fits one pass */
};

static struct last_end last_end(struct elastalert *ea)
{
	struct last_end last = {.at_ms = INT64_MIN};
	struct span value;

	if (recall_get(&ea->recall, RECALL_END, span_str(""), &value)) {
		last.at_ms = (int64_t)span_be(&value, 8);
		last.was_full = span_u8(&value) != 0;
	}
	return last;
}

static void remember_end(struct elastalert *ea)
{
	uint8_t end[9];

	buf_store_be(end, (uint64_t)(ea->is_full ? ea->last_ms : ea->end_ms), 8);
	end[8] = ea->is_full;
	recall_put(&ea->recall, RECALL_END, span_str(""), span_of(end, sizeof(end)), INT64_MAX);
}

/* The window: timeframe where all of it is to be scanned; else buffer_time, and further back to
 * where the last pass ended, unless that was a week ago. A pass that ended early is gone on
 * with. */
static void set_window(struct elastalert *ea)
{
	const struct rule *rule = ea->rule;
	struct last_end last = last_end(ea);

	ea->end_ms = ea->pass->now_ms - rule->delay_ms;
	ea->start_ms = ea->end_ms - rule->buffer_ms;
	if (rule->scan_entire_timeframe)
		ea->start_ms = ea->end_ms - rule->timeframe_ms;
	else if (last.at_ms < ea->start_ms && last.at_ms > ea->end_ms - RESUME_MS)
		ea->start_ms = last.at_ms;
	if (last.was_full && last.at_ms > ea->start_ms)
		ea->start_ms = last.at_ms;
	ea->last_ms = ea->start_ms;
	/* Some segments are enough where buffer_time is a moment of a long timeframe. */
	ea->segment_ms = (ea->end_ms - ea->start_ms) / SEGMENTS_MAX + 1;
	if (ea->segment_ms < rule->buffer_ms)
		ea->segment_ms = rule->buffer_ms;
	ea->segment_end_ms = ea->start_ms + ea->segment_ms;
}

/* Ends the segments before this time. */
static void move_to(struct elastalert *ea, int64_t at_ms)
{
	const struct rule_type *type = ea->rule->type;

	for (; ea->segment_end_ms < at_ms; ea->segment_end_ms += ea->segment_ms)
		if (type->end)
			type->end(&ea->v, ea->segment_end_ms);
}

/* Has it been looked at already? Then not for a buffer_time from its own time. */
static bool was_done(struct elastalert *ea, const struct inventory_row *row, int64_t at_ms)
{
	int64_t until_ms = at_ms + ea->rule->buffer_ms + ea->rule->delay_ms;
	const struct cert_facts *leaf = row_leaf(row);
	const char *name = document_id(row, &ea->row);
	struct span key, value;
	struct buf id;
	bool done;

	buf_init(&id, RECALL_KEY_BYTES_MAX);
	buf_str(&id, name ? name : "");
	if (leaf)
		buf_put(&id, leaf->id.b, sizeof(leaf->id.b));
	key = buf_view(&id);
	done = recall_get(&ea->recall, RECALL_DONE, key, &value);
	if (!done && until_ms > ea->pass->now_ms)
		recall_put(&ea->recall, RECALL_DONE, key, span_str(""), until_ms);
	buf_done(&id);
	return done;
}

static bool look_at(void *context, const struct inventory_row *row)
{
	struct elastalert *ea = context;
	int64_t now_s = ea->pass->now_ms / 1000;
	int64_t at_ms = document_time_ms(row, ea->rule->timestamp, now_s);
	struct hit hit = {.at_ms = at_ms};

	if (at_ms <= ea->start_ms || at_ms > ea->end_ms)
		return true;
	if (evaluation_is_full(&ea->v, at_ms == ea->last_ms)) {
		ea->is_full = true;
		ea->last_ms -= at_ms == ea->last_ms; /* the rest of them comes again */
		return false;
	}
	arena_reset(&ea->row);
	ea->pass->hits++;
	if (row->remarks && row->remarks->muted) {
		pass_suppress(ea->pass, "muted", document_id(row, &ea->row));
		return true;
	}
	if (was_done(ea, row, at_ms)) {
		if (ea->pass->dry && ea->n_done++ < DONE_SHOWN_MAX)
			pass_suppress(ea->pass, "looked at already", document_id(row, &ea->row));
		return true;
	}
	move_to(ea, at_ms);
	ea->last_ms = at_ms;
	hit.document = document_make(row, ea->rule, now_s, &ea->row);
	if (hit.document)
		ea->rule->type->add(&ea->v, &hit);
	return !err_is(ea->v.e) && !err_is(ea->recall.e);
}

/* The filter, and the window in seconds; look_at() is exact. */
static struct err make_query(
    struct elastalert *ea, struct arena *arena, const struct query **ret_query)
{
	enum field_id field = ea->rule->timestamp;
	const struct query *filter, *query;
	struct doc_error error;
	struct err e = rule_filter(ea->rule, ea->pass->now_ms / 1000, arena, &filter, &error);

	if (err_is(e)) {
		snprintf(ea->pass->error, sizeof(ea->pass->error), "%u:%u: filter: %s",
		    error.at.line, error.at.column, error.text);
		return e;
	}
	query = query_and(arena, query_number(arena, field, QUERY_GE, ea->start_ms / 1000 - 1),
	    query_number(arena, field, QUERY_LE, ea->end_ms / 1000 + 1));
	query = query_and(arena, query, filter);
	if (!query)
		return err_limit("the filter is too large");
	*ret_query = query;
	return OK;
}

static struct err gather(struct elastalert *ea)
{
	struct listing listing = {
	    .now_s = ea->pass->now_ms / 1000,
	    .word_text = word_text,
	    .sort = ea->rule->timestamp,
	};
	char next[LISTING_CURSOR_MAX];
	struct err e = make_query(ea, &ea->rule_arena, &listing.where);

	if (!err_is(e))
		e = store_list(ea->pass->store, &listing, look_at, ea, next);
	if (!err_is(e))
		e = ea->v.e;
	if (!err_is(e))
		e = ea->recall.e;
	if (err_is(e) || ea->is_full)
		return e;
	move_to(ea, ea->end_ms);
	if (ea->rule->type->end)
		ea->rule->type->end(&ea->v, ea->end_ms);
	return err_is(ea->v.e) ? ea->v.e : ea->recall.e;
}

/* Options of the rule that its author wants in the match. */
static void put_params(struct elastalert *ea, struct doc *match, bool first)
{
	const struct rule_texts *params = &ea->rule->match_params;

	for (size_t i = 0; i < params->n && (first || !ea->rule->params_in_first_only); i++) {
		const struct doc *value = doc_get(ea->rule->doc, params->v[i]);
		char key[RULE_NAME_MAX];

		snprintf(key, sizeof(key), "rule_param_%s", params->v[i]);
		if (value)
			document_put(match, arena_str(&ea->kept, key), value, &ea->kept);
	}
}

/* Of one alerter, what goes to one place. */
static struct err tell_place(struct elastalert *ea, const struct rule_alert *alert,
    const struct doc *match, size_t place, const struct message *common)
{
	struct message m = *common;
	struct buf config;
	char dedupe[96];
	struct err e;

	buf_init(&config, MATCH_JSON_MAX);
	alert_config(ea->rule, alert, match, place, &config);
	snprintf(dedupe, sizeof(dedupe), "elastalert-%" PRIu64 "-%" PRId64 "-%u",
	    ea->pass->rule->id, ea->pass->now_ms, ea->n_told++);
	m.type = alert->alerter->channel;
	m.config = buf_text(&config);
	m.dedupe = dedupe;
	e = config.full ? err_limit("a rule's alert is too large") : pass_tell(ea->pass, &m);
	buf_done(&config);
	return e;
}

static struct err tell_places(struct elastalert *ea, const struct rule_alert *alert,
    const struct doc *match, const struct message *common)
{
	size_t n = alert_places(ea->rule, alert);
	struct err e = OK;

	for (size_t place = 0; place < n && !err_is(e); place++)
		e = tell_place(ea, alert, match, place, common);
	return e;
}

/* What is posted is one match each. */
static struct err post_each(struct elastalert *ea, const struct rule_alert *alert,
    const struct doc *const *matches, size_t n, const struct message *common)
{
	struct message m = *common;
	struct err e = OK;
	struct buf payload;

	buf_init(&payload, MATCH_JSON_MAX);
	for (size_t i = 0; i < n && !err_is(e); i++) {
		buf_reset(&payload);
		alert_payload(ea->rule, alert, matches[i], &ea->kept, &payload);
		m.detail = buf_text(&payload);
		e = tell_places(ea, alert, matches[i], &m);
	}
	buf_done(&payload);
	return e;
}

/* What one alerter sends. */
static struct err tell_by(struct elastalert *ea, const struct rule_alert *alert,
    const struct doc *const *matches, size_t n, const struct message *common)
{
	const char *format = doc_text(alert_option(ea->rule, alert, "email_format"));
	struct message m = *common;
	struct buf subject;
	bool unsuited;
	struct err e;

	buf_init(&subject, FORMAT_TEXT_MAX);
	match_text_subject(ea->rule, alert, matches, &subject, &unsuited);
	ea->unsuited |= unsuited;
	m.subject = buf_text(&subject);
	m.html = format && strcmp(format, "html") == 0 ? m.text : "";
	e = alert->alerter->fields ? post_each(ea, alert, matches, n, &m)
				   : tell_places(ea, alert, matches[0], &m);
	buf_done(&subject);
	return e;
}

static struct err tell(void *context, const struct doc *const *matches, size_t n)
{
	struct elastalert *ea = context;
	struct message m = {.severity = SEVERITY_NONE};
	struct buf body, detail;
	bool unsuited;
	struct err e = OK;

	buf_init(&body, MESSAGE_TEXT_MAX + 1);
	buf_init(&detail, MATCHES_JSON_MAX);
	match_text_body(ea->rule, matches, n, &ea->kept, &body, &unsuited);
	ea->unsuited |= unsuited;
	m.text = buf_text(&body);
	match_text_detail(ea->rule, matches, n, &detail);
	m.detail = buf_text(&detail);
	for (size_t i = 0; i < ea->rule->n_alerts && !err_is(e); i++)
		e = tell_by(ea, &ea->rule->alerts[i], matches, n, &m);
	buf_done(&detail);
	buf_done(&body);
	return e;
}

static struct err tell_all(struct elastalert *ea)
{
	struct evaluation *v = &ea->v;
	struct err e = aggregate_tell_due(v, tell, ea);

	for (size_t i = 0; i < v->n_matches && !err_is(e); i++) {
		struct doc *match = v->matches[i];

		document_put_int(match, "num_hits", (int64_t)ea->pass->hits, &ea->kept);
		document_put_int(match, "num_matches", (int64_t)v->n_matched, &ea->kept);
		put_params(ea, match, i == 0);
		if (!ea->rule->aggregates || !aggregate_add(v, match))
			e = tell(ea, (const struct doc *const *)&v->matches[i], 1);
	}
	return e;
}

static struct err run(struct elastalert *ea)
{
	struct pass *pass = ea->pass;
	struct err e;

	set_window(ea);
	e = gather(ea);
	if (err_is(e))
		return e;
	pass->matches = ea->v.n_matched;
	remember_end(ea);
	e = pass_begin(pass);
	if (err_is(e))
		return e;
	e = tell_all(ea);
	if (!err_is(e))
		e = recall_flush(&ea->recall);
	if (ea->unsuited)
		snprintf(pass->error, sizeof(pass->error),
		    "a field of alert_text or alert_subject has a format that its value has not");
	return pass_end(pass, e);
}

/* What is wrong with the rule is kept in its row, for its author. */
static struct err keep_error(struct pass *pass, struct err e)
{
	char text[128];
	struct err kept;

	if (pass->dry || (err_class(e) != ERR_INPUT && err_class(e) != ERR_LIMIT))
		return e;
	if (!pass->error[0])
		snprintf(pass->error, sizeof(pass->error), "%s", err_text(e, text, sizeof(text)));
	kept = pass_begin(pass);
	if (!err_is(kept))
		kept = pass_end(pass, OK);
	return err_is(kept) ? kept : e;
}

struct err elastalert_pass(struct pass *pass)
{
	struct elastalert ea = {.pass = pass};
	struct rule_report report;
	struct err e;

	arena_init(&ea.rule_arena, RULE_BYTES_MAX);
	arena_init(&ea.kept, RULE_PASS_BYTES_MAX);
	arena_init(&ea.row, RULE_ROW_BYTES_MAX);
	recall_init(&ea.recall, pass, &ea.kept);
	e = rule_load(
	    span_str(pass->rule->text), pass->rule->name, &ea.rule_arena, &ea.rule, &report);
	if (err_is(e)) {
		e = refuse(pass, &report, e);
	} else if (pass->dry || (ea.rule->is_enabled && last_end(&ea).was_full) ||
		   elastalert_is_due(ea.rule, pass->rule, pass->now_ms)) {
		ea.v = (struct evaluation){.rule = ea.rule,
		    .recall = &ea.recall,
		    .row = &ea.row,
		    .kept = &ea.kept,
		    .now_ms = pass->now_ms};
		ea.recall.shares_silences = ea.rule->shares_realert;
		e = run(&ea);
		evaluation_done(&ea.v);
	}
	recall_done(&ea.recall);
	arena_done(&ea.row);
	arena_done(&ea.kept);
	arena_done(&ea.rule_arena);
	return err_is(e) ? keep_error(pass, e) : OK;
}
