/*
 * route_rules.c: the rules: our own, which have settings and can be switched off, and those in
 * ElastAlert2's format, which come and go. A rule is checked when it is written; what a pass finds
 * wrong later stands in its last run.
 */
#include "alert/alerter.h"
#include "alert/channel.h"
#include "alert/own.h"
#include "alert/rule.h"
#include "alert/rule_type.h"
#include "store/settings.h"
#include "web/call.h"
#include "web/limits.h"
#include "web/web.h"

#include <stdlib.h>

/* Writing them down. */

static void notes_write(struct jsonw *w, const struct rule_report *report, bool warnings)
{
	jsonw_array(w);
	for (size_t i = 0; i < report->n; i++) {
		const struct rule_note *n = &report->notes[i];

		if (n->warning != warnings)
			continue;
		jsonw_object(w);
		web_put_number(w, "line", n->at.line);
		web_put_number(w, "column", n->at.column);
		web_put_text(w, "message", n->text);
		jsonw_end_object(w);
	}
	jsonw_end_array(w);
}

/* Of the YAML of a rule; nothing of our own. */
static void warnings_write(struct jsonw *w, const struct stored_rule *rule)
{
	struct rule_report *report = calloc(1, sizeof(*report));
	const struct rule *loaded;
	struct arena arena;

	arena_init(&arena, WEB_CALL_BYTES_MAX);
	if (report && rule->kind == RULE_ELASTALERT &&
	    err_is(rule_load(span_str(rule->text), rule->name, &arena, &loaded, report)))
		report->n = report->n < RULE_NOTES_MAX ? report->n : RULE_NOTES_MAX;
	jsonw_key(w, "warnings");
	if (report) {
		notes_write(w, report, true);
	} else {
		jsonw_array(w);
		jsonw_end_array(w);
	}
	arena_done(&arena);
	free(report);
}

static void settings_write(struct jsonw *w, const struct stored_rule *rule)
{
	const struct own_rule *own = own_rule_find(rule->type);
	struct own_settings settings;
	struct doc_error error;
	struct buf b;

	jsonw_key(w, "settings");
	if (!own || err_is(own_settings_read(own, rule->text, &settings, &error))) {
		jsonw_object(w);
		jsonw_end_object(w);
		return;
	}
	buf_init(&b, WEB_BODY_MAX);
	own_settings_write(own, &settings, &b);
	jsonw_raw(w, buf_view(&b));
	buf_done(&b);
}

static void last_run_write(struct jsonw *w, const struct stored_rule *rule)
{
	jsonw_key(w, "last_run");
	if (!rule->ran_ms) {
		jsonw_null(w);
		return;
	}
	jsonw_object(w);
	web_put_time(w, "at", rule->ran_ms);
	web_put_number(w, "took_ms", rule->took_ms);
	web_put_number(w, "hits", (int64_t)rule->hits);
	web_put_number(w, "matches", (int64_t)rule->matches);
	web_put_number(w, "messages", (int64_t)rule->messages);
	web_put_text(w, "error", *rule->error ? rule->error : NULL);
	jsonw_end_object(w);
}

/* Who may only look does not see the YAML: webhooks in it are passwords. */
static void rule_write(struct jsonw *w, const struct stored_rule *rule, enum role role)
{
	const struct own_rule *own = rule->kind == RULE_OWN ? own_rule_find(rule->type) : NULL;

	jsonw_object(w);
	web_put_number(w, "id", (int64_t)rule->id);
	web_put_text(w, "name", rule->name);
	web_put_text(w, "kind", rule->kind == RULE_OWN ? "own" : "elastalert");
	web_put_text(w, "type", rule->type);
	web_put_bool(w, "enabled", rule->enabled);
	if (own)
		web_put_text(w, "help", own->help);
	if (rule->kind == RULE_OWN)
		settings_write(w, rule);
	else if (role >= ROLE_OPERATOR)
		web_put_text(w, "yaml", rule->text);
	jsonw_key(w, "channels");
	jsonw_array(w);
	for (size_t i = 0; i < rule->n_channels; i++)
		jsonw_u64(w, rule->channels[i]);
	jsonw_end_array(w);
	last_run_write(w, rule);
	warnings_write(w, rule);
	jsonw_end_object(w);
}

struct rule_rows {
	struct jsonw *w;
	enum role role;
};

static bool rule_row(void *context, const struct stored_rule *rule)
{
	const struct rule_rows *rows = context;

	rule_write(rows->w, rule, rows->role);
	return true;
}

static void rules_get(struct web_call *c)
{
	struct rule_rows rows = {web_rows_begin(c), c->user.role};
	struct err e = store_each_rule(c->store, rule_row, &rows);

	if (err_is(e))
		return web_failed(c, e);
	web_rows_end(c, NULL);
}

static bool rule_find(struct web_call *c, struct stored_rule *ret_rule)
{
	int64_t id;
	struct err e;

	if (!web_path_number(c, "id", &id))
		return false;
	e = store_get_rule(c->store, (uint64_t)id, &c->arena, ret_rule);
	if (err_is(e))
		web_failed(c, e);
	return !err_is(e);
}

static void rule_get(struct web_call *c)
{
	struct stored_rule rule;

	if (rule_find(c, &rule))
		rule_write(web_json(c, 200), &rule, c->user.role);
}

/* Reading them. */

static bool channels_read(struct web_call *c, const struct doc *body, struct stored_rule *rule)
{
	const struct doc *list = NULL;

	if (!web_member(c, body, "channels", DOC_ARRAY, WEB_OPTIONAL, &list))
		return false;
	if (!list)
		return true;
	rule->n_channels = 0;
	for (const struct doc *d = doc_first(list); d; d = d->next) {
		int64_t id;

		if (!doc_int(d, &id) || id <= 0 || rule->n_channels == RULE_CHANNELS_MAX) {
			web_error(c, WEB_INVALID, "\"channels\" must be at most %d ids",
			    RULE_CHANNELS_MAX);
			return false;
		}
		rule->channels[rule->n_channels++] = (uint64_t)id;
	}
	return true;
}

/* Of our own rules; all that ElastAlert2's have is in their YAML. */
static bool settings_read(struct web_call *c, const struct doc *body, struct stored_rule *rule)
{
	const struct own_rule *own = own_rule_find(rule->type);
	const struct doc *given = NULL;
	struct own_settings settings;
	struct doc_error error;
	struct jsonw w;
	struct buf b;

	if (!web_member(c, body, "settings", DOC_OBJECT, WEB_OPTIONAL, &given))
		return false;
	if (!given || !own)
		return true;
	buf_init(&b, WEB_BODY_MAX);
	jsonw_init(&w, &b);
	doc_write(&w, given);
	rule->text = arena_str(&c->arena, buf_text(&b));
	buf_done(&b);
	if (!err_is(own_settings_read(own, rule->text, &settings, &error)))
		return true;
	web_error(c, WEB_INVALID, "%s", error.text);
	return false;
}

static void refuse_yaml(struct web_call *c, const struct rule_report *report)
{
	for (size_t i = 0; i < report->n; i++)
		if (!report->notes[i].warning) {
			web_error(c, WEB_INVALID, "line %u, column %u: %s",
			    report->notes[i].at.line, report->notes[i].at.column,
			    report->notes[i].text);
			return;
		}
	web_error(c, WEB_INVALID, "the rule cannot be understood");
}

/* Name and type are what the YAML says. */
static bool yaml_read(
    struct web_call *c, const struct doc *body, enum web_need need, struct stored_rule *rule)
{
	struct rule_report *report = arena_alloc(&c->arena, sizeof(*report));
	const char *yaml = NULL, *name = NULL;
	const struct rule *loaded;

	if (!web_text(c, body, "yaml", need, WEB_RULE_MAX, &yaml) ||
	    !web_text(c, body, "name", WEB_OPTIONAL, WEB_NAME_MAX, &name))
		return false;
	if (!yaml)
		return true;
	if (!report) {
		web_failed(c, err_limit("no memory for a rule"));
		return false;
	}
	if (err_is(rule_load(span_str(yaml), name ? name : "rule", &c->arena, &loaded, report))) {
		refuse_yaml(c, report);
		return false;
	}
	if (rule_is_for_administrators(loaded) && c->user.role < ROLE_ADMIN) {
		web_error(c, WEB_FORBIDDEN,
		    "a rule that runs a command or names a file is an administrator's to write");
		return false;
	}
	rule->text = yaml;
	rule->type = loaded->type->name;
	rule->name = loaded->name;
	return true;
}

static void rule_put(
    struct web_call *c, struct stored_rule *rule, const char *action, unsigned status)
{
	struct err e = store_begin(c->store);

	if (!err_is(e)) {
		e = store_put_rule(c->store, rule, &rule->id);
		if (!err_is(e))
			e = web_audit(c, action, rule->name, rule->type);
		e = web_batch_end(c, e);
	}
	if (err_is(e))
		return web_failed(c, e);
	web_wake_clerk(c);
	rule_write(web_json(c, status), rule, c->user.role);
}

static void rules_post(struct web_call *c)
{
	const struct doc *body = web_body(c);
	struct stored_rule rule = {.kind = RULE_ELASTALERT, .enabled = true, .error = ""};

	if (body && yaml_read(c, body, WEB_NEEDED, &rule) && settings_read(c, body, &rule) &&
	    web_bool(c, body, "enabled", WEB_OPTIONAL, &rule.enabled) &&
	    channels_read(c, body, &rule))
		rule_put(c, &rule, "rule-add", 201);
}

static void rule_change(struct web_call *c)
{
	const struct doc *body = web_body(c);
	struct stored_rule rule;
	bool ok;

	if (!body || !rule_find(c, &rule))
		return;
	if (rule.kind == RULE_OWN)
		ok = settings_read(c, body, &rule) &&
		     web_text(c, body, "name", WEB_OPTIONAL, WEB_NAME_MAX, &rule.name);
	else
		ok = yaml_read(c, body, WEB_OPTIONAL, &rule) && settings_read(c, body, &rule);
	if (ok && web_bool(c, body, "enabled", WEB_OPTIONAL, &rule.enabled) &&
	    channels_read(c, body, &rule))
		rule_put(c, &rule, "rule-change", 200);
}

static void rule_delete(struct web_call *c)
{
	struct stored_rule rule;
	struct err e;

	if (!rule_find(c, &rule))
		return;
	if (rule.kind == RULE_OWN) {
		web_error(c, WEB_FORBIDDEN, "this rule is built in: it can be switched off");
		return;
	}
	e = store_begin(c->store);
	if (!err_is(e)) {
		e = store_delete_rule(c->store, rule.id);
		if (!err_is(e))
			e = web_audit(c, "rule-delete", rule.name, "");
		e = web_batch_end(c, e);
	}
	if (err_is(e))
		return web_failed(c, e);
	web_done(c);
}

static void rules_check(struct web_call *c)
{
	const struct doc *body = web_body(c);
	const struct rule *loaded;
	const char *yaml;
	struct rule_report *report;
	struct jsonw *w;
	struct err e;

	if (!body || !web_text(c, body, "yaml", WEB_NEEDED, WEB_RULE_MAX, &yaml))
		return;
	report = arena_alloc(&c->arena, sizeof(*report));
	if (!report)
		return web_failed(c, err_limit("no memory for a rule"));
	e = rule_load(span_str(yaml), "rule", &c->arena, &loaded, report);
	w = web_json(c, 200);
	jsonw_object(w);
	web_put_bool(w, "ok", !err_is(e));
	jsonw_key(w, "errors");
	notes_write(w, report, false);
	jsonw_key(w, "warnings");
	notes_write(w, report, true);
	jsonw_end_object(w);
}

/* The dry run: messages as they would be sent, into the answer. */

struct dry_run {
	struct web_call *c;
	struct jsonw *w;
	size_t n;
	struct buf suppressed; /* JSON, rows with commas between them */
	struct jsonw suppressed_w;
	size_t n_suppressed;
};

/* The channel of a message; an empty one where the rule has none yet. */
static struct stored_channel channel_of(struct dry_run *d, const struct message *m)
{
	struct stored_channel channel = {.name = "", .type = m->type, .config = m->config};

	if (m->channel &&
	    err_is(store_get_channel(d->c->store, m->channel, &d->c->arena, &channel)))
		channel.name = "(deleted)";
	return channel;
}

static void headers_write(struct jsonw *w, const struct parcel *p)
{
	const struct mail *mail = &p->mail.mail;

	jsonw_key(w, "headers");
	jsonw_object(w);
	if (p->carrier == CARRIER_MAIL) {
		web_put_text(w, "From", mail->from);
		web_put_text(w, "To", p->to);
		if (mail->reply_to)
			web_put_text(w, "Reply-To", mail->reply_to);
	}
	jsonw_end_object(w);
}

static struct err dry_message(void *context, const struct message *message)
{
	struct dry_run *d = context;
	struct stored_channel channel = channel_of(d, message);
	struct message m = *message;
	struct parcel parcel = {.to = ""};
	char why[CHANNEL_WHY_MAX] = "";
	struct arena arena;

	if (d->n++ >= WEB_DRY_MESSAGES_MAX)
		return OK;
	m.type = channel.type;
	m.config = channel.config;
	arena_init(&arena, WEB_CALL_BYTES_MAX);
	if (m.type &&
	    err_is(channel_render(&m, "this-host.invalid", d->c->now_ms, &arena, &parcel, why)))
		parcel.to = why;
	jsonw_object(d->w);
	web_put_text(d->w, "channel", *channel.name ? channel.name : m.type ? m.type : "");
	web_put_text(d->w, "to", parcel.to);
	web_put_text(d->w, "subject", m.subject);
	web_put_text(d->w, "body", m.text);
	headers_write(d->w, &parcel);
	jsonw_end_object(d->w);
	arena_done(&arena);
	return OK;
}

static void dry_suppressed(void *context, const char *why, const char *what)
{
	struct dry_run *d = context;

	if (d->n_suppressed++ >= WEB_DRY_MESSAGES_MAX)
		return;
	jsonw_object(&d->suppressed_w);
	web_put_text(&d->suppressed_w, "why", why);
	web_put_text(&d->suppressed_w, "what", what);
	jsonw_end_object(&d->suppressed_w);
}

static void dry_answer(struct dry_run *d, const struct pass *pass)
{
	jsonw_end_array(d->w);
	web_put_number(d->w, "matches", (int64_t)pass->matches);
	jsonw_key(d->w, "suppressed");
	jsonw_array(d->w);
	if (d->suppressed.n)
		jsonw_raw(d->w, buf_view(&d->suppressed));
	jsonw_end_array(d->w);
	if (*pass->error)
		web_put_text(d->w, "error", pass->error);
	jsonw_end_object(d->w);
}

static void rule_dry_run(struct web_call *c)
{
	struct dry_run d = {.c = c};
	struct stored_rule rule;
	struct pass pass;
	struct buf url;
	struct err e;

	if (!rule_find(c, &rule))
		return;
	buf_init(&url, WEB_BODY_MAX);
	buf_init(&d.suppressed, WEB_ANSWER_MAX / 4);
	jsonw_init(&d.suppressed_w, &d.suppressed);
	e = store_setting_get(c->store, SETTING_PUBLIC_URL, &url);
	pass = (struct pass){
	    .store = c->store,
	    .rule = &rule,
	    .now_ms = c->now_ms,
	    .public_url = buf_text(&url),
	    .dry = true,
	    .fresh = web_param_flag(c, "fresh"),
	    .message = dry_message,
	    .suppressed = dry_suppressed,
	    .context = &d,
	    .cursor = rule.cursor,
	};
	d.w = web_json(c, 200);
	jsonw_object(d.w);
	jsonw_key(d.w, "messages");
	jsonw_array(d.w);
	if (!err_is(e))
		e = pass_run(&pass);
	if (err_is(e) && !*pass.error)
		web_failed(c, e);
	else
		dry_answer(&d, &pass);
	buf_done(&url);
	buf_done(&d.suppressed);
}

const struct route route_rules[] = {
    {HTTP_GET, "/rules", ROLE_VIEWER, LANE_READ, 0, rules_get},
    {HTTP_POST, "/rules", ROLE_OPERATOR, LANE_WRITE, ROUTE_LARGE, rules_post},
    {HTTP_POST, "/rules/check", ROLE_OPERATOR, LANE_READ, ROUTE_LARGE, rules_check},
    {HTTP_GET, "/rules/{id}", ROLE_VIEWER, LANE_READ, 0, rule_get},
    {HTTP_PUT, "/rules/{id}", ROLE_OPERATOR, LANE_WRITE, ROUTE_LARGE, rule_change},
    {HTTP_DELETE, "/rules/{id}", ROLE_OPERATOR, LANE_WRITE, 0, rule_delete},
    {HTTP_POST, "/rules/{id}/dry-run", ROLE_OPERATOR, LANE_EXPORT, 0, rule_dry_run},
    {0},
};
