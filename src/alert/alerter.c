/*
 * alerter.c: the alerters that are channels here, and their options by table: which member of the
 * channel's configuration an option is. A webhook's addresses may be several: each is told.
 */
#include "alert/alerter.h"

#include "alert/document.h"
#include "alert/limits.h"
#include "alert/pyformat.h"
#include "alert/pyrepr.h"
#include "base/jsonw.h"

static const struct alerter alerters[] = {
    {"email", "email", "email", "ElastAlert: ", true, NULL, NULL, NULL},
    {"slack", "slack", "slack_webhook_url", "", false, NULL, NULL, NULL},
    {"mattermost", "mattermost", "mattermost_webhook_url", "", false, NULL, NULL, NULL},
    {"rocketchat", "rocketchat", "rocket_chat_webhook_url", "", false, NULL, NULL, NULL},
    {"ms_power_automate", "teams", "ms_power_automate_webhook_url", "", false, NULL, NULL, NULL},
    {"ms_teams", "teams", "ms_teams_webhook_url", "", false, NULL, NULL, NULL},
    {"post", "post", "http_post_url", "", false, "http_post_payload", "http_post_static_payload",
	"http_post_all_values"},
    {"post2", "post", "http_post2_url", "", false, "http_post2_raw_fields", "http_post2_payload",
	"http_post2_all_values"},
    {"command", "command", "command", "", false, NULL, NULL, NULL},
};

static const char *const others[] = {"alerta", "alertmanager", "chatwork", "datadog", "debug",
    "dingtalk", "discord", "exotel", "flashduty", "gelf", "gitter", "googlechat", "hivealerter",
    "indexer", "iris", "jira", "lark", "line", "linenotify", "matrixhookshot", "opsgenie",
    "pagerduty", "pagertree", "servicenow", "ses", "smseagle", "sns", "sqs", "stomp", "telegram",
    "tencent_sms", "twilio", "victorops", "webex_webhook", "workwechat", "yzj", "zabbix"};

/* Options that are of other alerters, or that no alerter here looks at, by their beginnings. */
static const char *const prefixes[] = {"alerta_", "alertmanager_", "assets_dir", "chatwork_",
    "datadog_", "dingtalk_", "discord_", "email", "exotel_", "flashduty_", "gelf_", "gitter_",
    "googlechat_", "hive_", "http_post_", "http_post2_", "iris_", "jira_", "lark_", "linenotify_",
    "matrix_", "mattermost_", "ms_power_automate_", "ms_teams_", "opsgenie_", "pagerduty_",
    "pagertree_", "rocket_chat_", "servicenow_", "ses_", "slack_", "smseagle_", "smtp_", "sns_",
    "sqs_", "stomp_", "telegram_", "tencent_sms_", "twilio_", "victorops_", "webex_", "yzj_",
    "zbx_"};

#define OF_FILES "rules read no files here"

static const struct rule_channel_option {
	const char *alerter;
	const char *name;
	/* Of the channel's configuration; "!verify": the opposite. NULL: read by its name, or
	 * refused. */
	const char *member;
	enum rule_option_type type;
	const char *why;
} channel_options[] = {
    {"email", "email", NULL, RULE_OPTION_TEXTS, NULL},
    {"email", "cc", "cc", RULE_OPTION_TEXTS, NULL},
    {"email", "bcc", "bcc", RULE_OPTION_TEXTS, NULL},
    {"email", "from_addr", "from", RULE_OPTION_TEXT, NULL},
    {"email", "email_reply_to", "reply_to", RULE_OPTION_TEXT, NULL},
    {"email", "email_format", NULL, RULE_OPTION_TEXT, NULL},
    {"email", "email_from_field", NULL, RULE_OPTION_TEXT, NULL},
    {"email", "email_add_domain", NULL, RULE_OPTION_TEXT, NULL},
    {"email", "smtp_host", "host", RULE_OPTION_TEXT, NULL},
    {"email", "smtp_port", "port", RULE_OPTION_COUNT, NULL},
    {"email", "smtp_ssl", NULL, RULE_OPTION_FLAG, NULL},
    {"email", "smtp_auth_file", NULL, RULE_OPTION_TEXT, NULL},
    {"email", "smtp_ca_file", NULL, RULE_OPTION_TEXT, NULL}, /* ours */
    {"email", "smtp_cert_file", NULL, RULE_OPTION_REFUSED, OF_FILES},
    {"email", "smtp_key_file", NULL, RULE_OPTION_REFUSED, OF_FILES},
    {"email", "email_image_keys", NULL, RULE_OPTION_REFUSED, "mails carry no pictures"},
    {"slack", "slack_webhook_url", "url", RULE_OPTION_TEXTS, NULL},
    {"slack", "slack_channel_override", "channel", RULE_OPTION_TEXTS, NULL},
    {"slack", "slack_username_override", "username", RULE_OPTION_TEXT, NULL},
    {"slack", "slack_emoji_override", "icon", RULE_OPTION_TEXT, NULL},
    {"slack", "slack_icon_url_override", "icon", RULE_OPTION_TEXT, NULL},
    {"slack", "slack_proxy", "proxy", RULE_OPTION_TEXT, NULL},
    {"slack", "slack_timeout", "timeout_s", RULE_OPTION_COUNT, NULL},
    {"slack", "slack_ignore_ssl_errors", "!verify", RULE_OPTION_FLAG, NULL},
    {"mattermost", "mattermost_webhook_url", "url", RULE_OPTION_TEXTS, NULL},
    {"mattermost", "mattermost_channel_override", "channel", RULE_OPTION_TEXTS, NULL},
    {"mattermost", "mattermost_username_override", "username", RULE_OPTION_TEXT, NULL},
    {"mattermost", "mattermost_emoji_override", "icon", RULE_OPTION_TEXT, NULL},
    {"mattermost", "mattermost_icon_url_override", "icon", RULE_OPTION_TEXT, NULL},
    {"mattermost", "mattermost_proxy", "proxy", RULE_OPTION_TEXT, NULL},
    {"mattermost", "mattermost_timeout", "timeout_s", RULE_OPTION_COUNT, NULL},
    {"mattermost", "mattermost_ignore_ssl_errors", "!verify", RULE_OPTION_FLAG, NULL},
    {"rocketchat", "rocket_chat_webhook_url", "url", RULE_OPTION_TEXTS, NULL},
    {"rocketchat", "rocket_chat_channel_override", "channel", RULE_OPTION_TEXTS, NULL},
    {"rocketchat", "rocket_chat_username_override", "username", RULE_OPTION_TEXT, NULL},
    {"rocketchat", "rocket_chat_emoji_override", "icon", RULE_OPTION_TEXT, NULL},
    {"rocketchat", "rocket_chat_proxy", "proxy", RULE_OPTION_TEXT, NULL},
    {"rocketchat", "rocket_chat_timeout", "timeout_s", RULE_OPTION_COUNT, NULL},
    {"rocketchat", "rocket_chat_ignore_ssl_errors", "!verify", RULE_OPTION_FLAG, NULL},
    {"ms_power_automate", "ms_power_automate_webhook_url", "url", RULE_OPTION_TEXTS, NULL},
    {"ms_power_automate", "ms_power_automate_proxy", "proxy", RULE_OPTION_TEXT, NULL},
    {"ms_power_automate", "ms_power_automate_timeout", "timeout_s", RULE_OPTION_COUNT, NULL},
    {"ms_power_automate", "ms_power_automate_ignore_ssl_errors", "!verify", RULE_OPTION_FLAG, NULL},
    {"ms_teams", "ms_teams_webhook_url", "url", RULE_OPTION_TEXTS, NULL},
    {"ms_teams", "ms_teams_proxy", "proxy", RULE_OPTION_TEXT, NULL},
    {"ms_teams", "ms_teams_timeout", "timeout_s", RULE_OPTION_COUNT, NULL},
    {"ms_teams", "ms_teams_ignore_ssl_errors", "!verify", RULE_OPTION_FLAG, NULL},
    {"post", "http_post_url", "url", RULE_OPTION_TEXTS, NULL},
    {"post", "http_post_headers", "headers", RULE_OPTION_OBJECT, NULL},
    {"post", "http_post_payload", NULL, RULE_OPTION_OBJECT, NULL},
    {"post", "http_post_static_payload", NULL, RULE_OPTION_OBJECT, NULL},
    {"post", "http_post_all_values", NULL, RULE_OPTION_FLAG, NULL},
    {"post", "http_post_proxy", "proxy", RULE_OPTION_TEXT, NULL},
    {"post", "http_post_timeout", "timeout_s", RULE_OPTION_COUNT, NULL},
    {"post", "http_post_ignore_ssl_errors", "!verify", RULE_OPTION_FLAG, NULL},
    {"post2", "http_post2_url", "url", RULE_OPTION_TEXTS, NULL},
    {"post2", "http_post2_headers", "headers", RULE_OPTION_OBJECT, NULL},
    {"post2", "http_post2_raw_fields", NULL, RULE_OPTION_OBJECT, NULL},
    {"post2", "http_post2_payload", NULL, RULE_OPTION_OBJECT, NULL},
    {"post2", "http_post2_all_values", NULL, RULE_OPTION_FLAG, NULL},
    {"post2", "http_post2_proxy", "proxy", RULE_OPTION_TEXT, NULL},
    {"post2", "http_post2_timeout", "timeout_s", RULE_OPTION_COUNT, NULL},
    {"post2", "http_post2_ignore_ssl_errors", "!verify", RULE_OPTION_FLAG, NULL},
    {"command", "command", NULL, RULE_OPTION_LIST, NULL},
    {"command", "pipe_match_json", NULL, RULE_OPTION_FLAG, NULL},
    {"command", "pipe_alert_text", NULL, RULE_OPTION_FLAG, NULL},
    {"command", "fail_on_non_zero_exit", NULL, RULE_OPTION_FLAG, NULL},
};

enum {
	N_ALERTERS = sizeof(alerters) / sizeof(alerters[0]),
	N_OTHERS = sizeof(others) / sizeof(others[0]),
	N_PREFIXES = sizeof(prefixes) / sizeof(prefixes[0]),
	N_OPTIONS = sizeof(channel_options) / sizeof(channel_options[0]),
};

/* What a command's words call the match. */
static const char *const match_name[] = {"match"};

const struct alerter *alerter_find(const char *name)
{
	for (size_t i = 0; i < N_ALERTERS; i++)
		if (strcmp(alerters[i].name, name) == 0)
			return &alerters[i];
	return NULL;
}

bool alerter_is_known(const char *name)
{
	for (size_t i = 0; i < N_OTHERS; i++)
		if (strcmp(others[i], name) == 0)
			return true;
	return alerter_find(name) != NULL;
}

bool alerter_has_option(const char *option)
{
	for (size_t i = 0; i < N_OPTIONS; i++)
		if (strcmp(channel_options[i].name, option) == 0)
			return true;
	return false;
}

bool alerter_knows_option(const char *option)
{
	for (size_t i = 0; i < N_PREFIXES; i++)
		if (strncmp(prefixes[i], option, strlen(prefixes[i])) == 0)
			return true;
	return false;
}

bool rule_is_for_administrators(const struct rule *rule)
{
	for (size_t i = 0; i < rule->n_alerts; i++) {
		const struct rule_alert *alert = &rule->alerts[i];

		if (strcmp(alert->alerter->channel, "command") == 0 ||
		    alert_option(rule, alert, "smtp_auth_file") ||
		    alert_option(rule, alert, "smtp_ca_file"))
			return true;
	}
	return false;
}

const struct doc *alert_option(
    const struct rule *rule, const struct rule_alert *alert, const char *name)
{
	const struct doc *own = doc_get(alert->own, name);
	const struct doc *value = own ? own : doc_get(rule->doc, name);
	const char *text = doc_text(value);
	size_t n = text ? strlen(text) : 0;
	char named[RULE_NAME_MAX];

	/* "$owner$" is the value of the rule's option `owner`. */
	if (n > 2 && n < sizeof(named) && text[0] == '$' && text[n - 1] == '$') {
		memcpy(named, text + 1, n - 2);
		named[n - 2] = 0;
		return doc_or(doc_get(rule->doc, named), value);
	}
	return value;
}

/* The words may name fields: {match[subject]}. */
static void check_words(
    const struct rule *rule, const struct rule_alert *alert, struct rule_report *report)
{
	const struct doc *words = alert_option(rule, alert, "command");
	struct pyformat_args args = {.n = 1, .names = match_name};
	const char *program = doc_text(doc_first(words));
	bool unsuited;

	if (doc_is(words, DOC_ARRAY) && (!program || program[0] != '/'))
		rule_fail(
		    report, words->at, "command: the whole path of a program is expected first");
	for (const struct doc *word = doc_first(words); word; word = word->next) {
		struct err e = doc_text(word) ? pyformat(word->text, &args, NULL, &unsuited) : OK;

		if (err_is(e))
			rule_fail(report, word->at, "command, character %u: %s", e.at + 1, e.what);
	}
}

/* The option's value, where it is one of this alerter's. */
static const struct doc *option_value(const struct rule *rule, const struct rule_alert *alert,
    const struct rule_channel_option *option)
{
	if (strcmp(option->alerter, alert->alerter->name) != 0)
		return NULL;
	return alert_option(rule, alert, option->name);
}

/* What the service reads to send a mail; a rule that was added knows no folder of its own. */
static void check_files(
    const struct rule *rule, const struct rule_alert *alert, struct rule_report *report)
{
	static const char *const files[] = {"smtp_auth_file", "smtp_ca_file"};

	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
		const struct doc *file = alert_option(rule, alert, files[i]);

		if (doc_text(file) && file->text[0] != '/' &&
		    !doc_text(doc_get(rule->doc, "rule_folder")))
			rule_fail(report, file->at,
			    "%s: the whole path is expected here: only `certscape rules` knows in "
			    "which folder a rule lies",
			    files[i]);
	}
	if (alert_option(rule, alert, "smtp_auth_file"))
		rule_warn(report, alert_option(rule, alert, "smtp_auth_file")->at,
		    "smtp_auth_file: the password is only told to a server with a good "
		    "certificate; "
		    "smtp_ca_file may name its CA");
}

void alert_check(const struct rule *rule, const struct rule_alert *alert, struct arena *arena,
    struct rule_report *report)
{
	const char *name = alert->alerter->name;

	if (!alert_option(rule, alert, alert->alerter->needs))
		rule_fail(report, alert->at, "alert: %s needs %s", name, alert->alerter->needs);
	if (strcmp(name, "ms_teams") == 0)
		rule_warn(report, alert->at,
		    "alert: ms_teams is gone; its address is told as ms_power_automate is");
	for (size_t i = 0; i < N_OPTIONS; i++) {
		const struct rule_channel_option *option = &channel_options[i];
		const struct doc *value = option_value(rule, alert, option);

		if (value && option->type == RULE_OPTION_REFUSED)
			rule_fail(report, value->at, "%s is not supported: %s", option->name,
			    option->why);
		else if (value && !rule_option_suits(option->type, value, arena))
			rule_option_unsuited(value, option->type, report);
	}
	if (strcmp(name, "command") == 0)
		check_words(rule, alert, report);
	if (strcmp(name, "email") == 0)
		check_files(rule, alert, report);
}

static void put_key(struct buf *out, const char *key)
{
	buf_printf(out, "%s\"%s\":", out->p[out->n - 1] == '{' ? "" : ",", key);
}

/* The n-th of a list, counted round; a value that is none is a list of one. */
static const struct doc *nth(const struct doc *value, size_t n)
{
	if (!doc_is(value, DOC_ARRAY) || value->n == 0)
		return value;
	n %= value->n;
	for (value = doc_first(value); n > 0; n--)
		value = value->next;
	return value;
}

static size_t count(const struct doc *value)
{
	return doc_is(value, DOC_ARRAY) && value->n ? value->n : 1;
}

/* The options that a webhook has one of, and ElastAlert2 several. */
static bool is_of_place(const struct rule_channel_option *option)
{
	return option->member &&
	       (strcmp(option->member, "url") == 0 || strcmp(option->member, "channel") == 0);
}

size_t alert_places(const struct rule *rule, const struct rule_alert *alert)
{
	size_t n = 1;

	for (size_t i = 0; i < N_OPTIONS; i++)
		if (is_of_place(&channel_options[i]))
			n *= count(option_value(rule, alert, &channel_options[i]));
	return n < RULE_PLACES_MAX ? n : RULE_PLACES_MAX;
}

static void put_member(const struct rule_channel_option *option, const struct doc *value,
    size_t *place, struct buf *out)
{
	bool as_list = option->type == RULE_OPTION_TEXTS && !doc_is(value, DOC_ARRAY);
	bool yes = false;

	if (option->member[0] == '!') {
		put_key(out, option->member + 1);
		buf_str(out, doc_bool(value, &yes) && yes ? "false" : "true");
		return;
	}
	put_key(out, option->member);
	if (is_of_place(option)) {
		document_json(nth(value, *place), out);
		*place /= count(value);
		return;
	}
	buf_str(out, as_list ? "[" : "");
	document_json(value, out);
	buf_str(out, as_list ? "]" : "");
}

/* Who gets the mail: `email`, or what email_from_field names in the match: names, addresses. */
struct recipients {
	const struct doc *one; /* the first */
	bool is_list;
	const char *domain; /* behind names; NULL: they are addresses */
};

static struct recipients recipients_of(
    const struct rule *rule, const struct rule_alert *alert, const struct doc *match)
{
	const char *field = doc_text(alert_option(rule, alert, "email_from_field"));
	const char *domain = doc_text(alert_option(rule, alert, "email_add_domain"));
	const struct doc *found = field ? document_get(match, field) : NULL;
	const struct doc *given = alert_option(rule, alert, "email");
	const struct doc *first = doc_is(found, DOC_ARRAY) ? doc_first(found) : found;

	if (doc_text(first) && (domain || strchr(first->text, '@')))
		return (struct recipients){.one = first,
		    .is_list = first != found,
		    .domain = first == found && strchr(first->text, '@') ? NULL : domain};
	if (doc_is(given, DOC_ARRAY))
		return (struct recipients){.one = doc_first(given), .is_list = true};
	return (struct recipients){.one = given};
}

/* As a list of JSON, and joined, as they stand in the mail. */
static void put_recipients(struct recipients who, struct buf *out, struct buf *joined)
{
	struct jsonw w;

	put_key(out, "to");
	jsonw_init(&w, out);
	jsonw_array(&w);
	for (; who.one; who.one = who.is_list ? who.one->next : NULL) {
		size_t start;

		buf_str(joined, joined->n ? ", " : "");
		start = joined->n;
		pystr_put(joined, who.one);
		if (who.domain)
			buf_printf(joined, "%s%s", who.domain[0] == '@' ? "" : "@", who.domain);
		jsonw_span(&w, span_of(joined->p + start, joined->n - start));
	}
	jsonw_end_array(&w);
}

/* Beside the rule, if it is no whole path. */
static void put_file(const struct rule *rule, const char *key, const char *file, struct buf *out)
{
	const char *folder = doc_text(doc_get(rule->doc, "rule_folder"));
	struct buf path;
	struct jsonw w;

	buf_init(&path, FORMAT_TEXT_MAX);
	if (file[0] != '/' && folder)
		buf_printf(&path, "%s/", folder);
	buf_str(&path, file);
	put_key(out, key);
	jsonw_init(&w, out);
	jsonw_span(&w, buf_view(&path));
	buf_done(&path);
}

/* As ElastAlert2 does it: answers go to those who got it, STARTTLS where it is offered, and no look
 * at the server's certificate; unless it is to get a password. */
static void put_email(const struct rule *rule, const struct rule_alert *alert,
    const struct doc *match, struct buf *out)
{
	const char *auth = doc_text(alert_option(rule, alert, "smtp_auth_file"));
	const char *ca = doc_text(alert_option(rule, alert, "smtp_ca_file"));
	bool implicit = false;
	struct buf joined;
	struct jsonw w;

	buf_init(&joined, FORMAT_TEXT_MAX);
	put_recipients(recipients_of(rule, alert, match), out, &joined);
	if (!alert_option(rule, alert, "email_reply_to")) {
		put_key(out, "reply_to");
		jsonw_init(&w, out);
		jsonw_span(&w, buf_view(&joined));
	}
	buf_done(&joined);
	doc_bool(alert_option(rule, alert, "smtp_ssl"), &implicit);
	if (!alert_option(rule, alert, "smtp_host"))
		buf_str(out, ",\"host\":\"localhost\"");
	if (!alert_option(rule, alert, "from_addr"))
		buf_str(out, ",\"from\":\"ElastAlert\"");
	if (auth)
		put_file(rule, "auth_file", auth, out);
	if (ca)
		put_file(rule, "ca_file", ca, out);
	buf_printf(out, ",\"tls\":\"%s\",\"verify\":%s", implicit ? "implicit" : "offered",
	    auth || ca ? "true" : "false");
	/* email_format html: both would be another mail. */
	buf_str(out, ",\"format\":\"html\"");
}

static void put_command(const struct rule *rule, const struct rule_alert *alert,
    const struct doc *match, struct buf *out)
{
	const struct doc *words = alert_option(rule, alert, "command");
	struct pyformat_args args = {.n = 1, .names = match_name, .values = &match};
	bool json = false, text = false, unsuited;
	struct jsonw w;

	doc_bool(alert_option(rule, alert, "pipe_match_json"), &json);
	doc_bool(alert_option(rule, alert, "pipe_alert_text"), &text);
	put_key(out, "argv");
	jsonw_init(&w, out);
	jsonw_array(&w);
	for (const struct doc *word = doc_first(words); word; word = word->next) {
		struct buf filled;

		buf_init(&filled, FORMAT_TEXT_MAX);
		if (err_is(pyformat(word->text, &args, &filled, &unsuited)))
			buf_str(&filled, word->text);
		jsonw_span(&w, buf_view(&filled));
		buf_done(&filled);
	}
	jsonw_end_array(&w);
	/* The words are filled in: what a certificate holds is no placeholder. */
	buf_printf(out, ",\"plain\":true,\"stdin\":\"%s\"",
	    json   ? "detail"
	    : text ? "message"
		   : "none");
}

/* Two options may be one member, as an emoji and a picture are: the first one counts. */
static bool is_given_before(const struct rule *rule, const struct rule_alert *alert, size_t option)
{
	const char *member = channel_options[option].member;

	for (size_t i = 0; i < option; i++)
		if (channel_options[i].member && strcmp(channel_options[i].member, member) == 0 &&
		    option_value(rule, alert, &channel_options[i]))
			return true;
	return false;
}

void alert_config(const struct rule *rule, const struct rule_alert *alert, const struct doc *match,
    size_t place, struct buf *out)
{
	const struct alerter *alerter = alert->alerter;

	buf_str(out, "{");
	for (size_t i = 0; i < N_OPTIONS; i++) {
		const struct rule_channel_option *option = &channel_options[i];
		const struct doc *value = option_value(rule, alert, option);

		if (value && option->member && !is_given_before(rule, alert, i))
			put_member(option, value, &place, out);
	}
	if (strcmp(alerter->channel, "email") == 0)
		put_email(rule, alert, match, out);
	if (strcmp(alerter->channel, "command") == 0)
		put_command(rule, alert, match, out);
	if (alerter->fields)
		buf_str(out, ",\"payload\":\"detail\"");
	buf_str(out, "}");
}

void alert_payload(const struct rule *rule, const struct rule_alert *alert, const struct doc *match,
    struct arena *arena, struct buf *out)
{
	const struct doc *fields = alert_option(rule, alert, alert->alerter->fields);
	const struct doc *fixed = alert_option(rule, alert, alert->alerter->fixed);
	static const struct doc nothing = {.kind = DOC_OBJECT};
	bool all = !fields && !fixed;
	struct doc *payload;

	doc_bool(alert_option(rule, alert, alert->alerter->all), &all);
	payload = document_copy(all ? match : &nothing, arena);
	for (const struct doc *f = payload ? doc_first(fields) : NULL; f; f = f->next)
		document_put(payload, f->key, document_get(match, f->text ? f->text : ""), arena);
	for (const struct doc *f = payload ? doc_first(fixed) : NULL; f; f = f->next)
		document_put(payload, f->key, f, arena);
	document_json(payload ? payload : &nothing, out);
}
