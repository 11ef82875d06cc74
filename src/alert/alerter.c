/*
 * alerter.c: the alerters that are channels here, and their options by table: which member of the
 * channel's configuration an option is. A webhook's addresses may be several: each is told.
 */
#include "alert/alerter.h"

#include "alert/document.h"
#include "alert/limits.h"
#include "alert/pyrepr.h"
#include "base/jsonw.h"

static const struct alerter alerters[] = {
    {"email", "email", "email", NULL, "ElastAlert: ", true},
    {"slack", "slack", "slack_webhook_url", NULL, "", false},
    {"mattermost", "mattermost", "mattermost_webhook_url", NULL, "", false},
    {"rocketchat", "rocketchat", "rocket_chat_webhook_url", NULL, "", false},
    {"ms_power_automate", "teams", "ms_power_automate_webhook_url", NULL, "", false},
    {"ms_teams", "teams", "ms_teams_webhook_url", NULL, "", false},
    {"post", "post", "http_post_url", NULL, "", false},
    {"post2", "post2", "http_post2_url", NULL, "", false},
    {"command", "command", "command", NULL, "", false},
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

static const struct channel_option {
	const char *alerter;
	const char *name;
	const char *member; /* of the channel's configuration; NULL: `why` it is refused */
	enum rule_option_type type;
	const char *why;
} channel_options[] = {
    {"email", "email", "to", RULE_OPTION_TEXTS, NULL},
    {"email", "cc", "cc", RULE_OPTION_TEXTS, NULL},
    {"email", "bcc", "bcc", RULE_OPTION_TEXTS, NULL},
    {"email", "from_addr", "from", RULE_OPTION_TEXT, NULL},
    {"email", "email_reply_to", "reply_to", RULE_OPTION_TEXT, NULL},
    {"email", "smtp_host", "host", RULE_OPTION_TEXT, NULL},
    {"email", "smtp_port", "port", RULE_OPTION_COUNT, NULL},
    {"email", "smtp_auth_file", NULL, RULE_OPTION_REFUSED,
	"rules read no files here: make a channel with its password, and give it the rule"},
    {"email", "smtp_cert_file", NULL, RULE_OPTION_REFUSED, "rules read no files here"},
    {"email", "smtp_key_file", NULL, RULE_OPTION_REFUSED, "rules read no files here"},
    {"email", "email_image_keys", NULL, RULE_OPTION_REFUSED, "mails carry no images"},
    {"slack", "slack_webhook_url", "url", RULE_OPTION_TEXTS, NULL},
    {"slack", "slack_channel_override", "channel", RULE_OPTION_TEXTS, NULL},
    {"slack", "slack_username_override", "username", RULE_OPTION_TEXT, NULL},
    {"slack", "slack_emoji_override", "icon_emoji", RULE_OPTION_TEXT, NULL},
    {"slack", "slack_icon_url_override", "icon_url", RULE_OPTION_TEXT, NULL},
    {"mattermost", "mattermost_webhook_url", "url", RULE_OPTION_TEXTS, NULL},
    {"mattermost", "mattermost_channel_override", "channel", RULE_OPTION_TEXTS, NULL},
    {"mattermost", "mattermost_username_override", "username", RULE_OPTION_TEXT, NULL},
    {"mattermost", "mattermost_icon_url_override", "icon_url", RULE_OPTION_TEXT, NULL},
    {"rocketchat", "rocket_chat_webhook_url", "url", RULE_OPTION_TEXTS, NULL},
    {"rocketchat", "rocket_chat_channel_override", "channel", RULE_OPTION_TEXTS, NULL},
    {"rocketchat", "rocket_chat_username_override", "username", RULE_OPTION_TEXT, NULL},
    {"rocketchat", "rocket_chat_emoji_override", "icon_emoji", RULE_OPTION_TEXT, NULL},
    {"ms_power_automate", "ms_power_automate_webhook_url", "url", RULE_OPTION_TEXTS, NULL},
    {"ms_teams", "ms_teams_webhook_url", "url", RULE_OPTION_TEXTS, NULL},
    {"post", "http_post_url", "url", RULE_OPTION_TEXTS, NULL},
    {"post", "http_post_headers", "headers", RULE_OPTION_OBJECT, NULL},
    {"post2", "http_post2_url", "url", RULE_OPTION_TEXTS, NULL},
    {"post2", "http_post2_headers", "headers", RULE_OPTION_OBJECT, NULL},
    {"post2", "http_post2_payload", NULL, RULE_OPTION_REFUSED,
	"templates of Jinja are not supported"},
    {"command", "command", "argv", RULE_OPTION_TEXTS, NULL},
};

enum {
	N_ALERTERS = sizeof(alerters) / sizeof(alerters[0]),
	N_OTHERS = sizeof(others) / sizeof(others[0]),
	N_PREFIXES = sizeof(prefixes) / sizeof(prefixes[0]),
	N_OPTIONS = sizeof(channel_options) / sizeof(channel_options[0]),
};

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

bool alerter_owns_option(const char *option)
{
	for (size_t i = 0; i < N_PREFIXES; i++)
		if (strncmp(prefixes[i], option, strlen(prefixes[i])) == 0)
			return true;
	for (size_t i = 0; i < N_OPTIONS; i++)
		if (strcmp(channel_options[i].name, option) == 0)
			return true;
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
		const struct channel_option *option = &channel_options[i];
		const struct doc *value = strcmp(option->alerter, name) == 0
					      ? alert_option(rule, alert, option->name)
					      : NULL;

		if (value && !option->member)
			rule_fail(report, value->at, "%s is not supported: %s", option->name,
			    option->why);
		else if (value && !rule_option_suits(option->type, value, arena))
			rule_option_unsuited(value, option->type, report);
	}
}

static void put_member(struct buf *out, const char *member, const struct doc *value, bool as_list)
{
	buf_printf(out, "%s\"%s\":%s", out->n > 1 ? "," : "", member, as_list ? "[" : "");
	document_json(value, out);
	buf_str(out, as_list ? "]" : "");
}

/* email_from_field: who is told stands in the match: a name, an address, or a list of them. */
static bool put_recipients(const struct rule *rule, const struct rule_alert *alert,
    const struct doc *match, struct buf *out)
{
	const char *field = doc_text(alert_option(rule, alert, "email_from_field"));
	const char *domain = doc_text(alert_option(rule, alert, "email_add_domain"));
	const struct doc *found = field ? document_get(match, field) : NULL;
	const struct doc *one = doc_is(found, DOC_ARRAY) ? doc_first(found) : found;
	struct jsonw w;

	if (!doc_text(one) || (!domain && !strchr(one->text, '@')))
		return false;
	buf_str(out, "\"to\":");
	jsonw_init(&w, out);
	jsonw_array(&w);
	for (; one; one = found == one ? NULL : one->next) {
		struct buf address;

		buf_init(&address, FORMAT_TEXT_MAX);
		pystr_put(&address, one);
		if (domain && !(found == one && strchr(one->text, '@')))
			buf_printf(&address, "%s%s", domain[0] == '@' ? "" : "@", domain);
		jsonw_span(&w, buf_view(&address));
		buf_done(&address);
	}
	jsonw_end_array(&w);
	return true;
}

static void put_email(const struct rule *rule, const struct rule_alert *alert, struct buf *out)
{
	bool implicit = false;

	doc_bool(alert_option(rule, alert, "smtp_ssl"), &implicit);
	if (!alert_option(rule, alert, "smtp_host"))
		buf_str(out, ",\"host\":\"localhost\"");
	if (!alert_option(rule, alert, "from_addr"))
		buf_str(out, ",\"from\":\"ElastAlert\"");
	/* As ElastAlert2 does it: STARTTLS where it is offered, and no look at the certificate. */
	buf_printf(out, ",\"tls\":\"%s\",\"verify\":false", implicit ? "implicit" : "offered");
}

void alert_config(const struct rule *rule, const struct rule_alert *alert, const struct doc *match,
    struct buf *out)
{
	bool is_email = strcmp(alert->alerter->channel, "email") == 0;
	bool has_to;

	buf_str(out, "{");
	has_to = is_email && put_recipients(rule, alert, match, out);
	for (size_t i = 0; i < N_OPTIONS; i++) {
		const struct channel_option *option = &channel_options[i];
		const struct doc *value = strcmp(option->alerter, alert->alerter->name) == 0
					      ? alert_option(rule, alert, option->name)
					      : NULL;

		if (!value || !option->member || (has_to && strcmp(option->member, "to") == 0))
			continue;
		put_member(out, option->member, value,
		    option->type == RULE_OPTION_TEXTS && !doc_is(value, DOC_ARRAY));
	}
	if (strcmp(alert->alerter->channel, "post") == 0)
		buf_str(out, ",\"payload\":\"detail\"");
	if (is_email)
		put_email(rule, alert, out);
	buf_str(out, "}");
}
