/* Texts of several matches, tables of them, and the subjects and channels that go with them. */
#include "alert/match_text.h"

#include "alert/alerter.h"
#include "lib/test.h"
#include "values.h"

static struct arena arena;
static struct rule_report report;

static const struct rule *load(const char *yaml)
{
	const struct rule *rule = NULL;

	arena_done(&arena);
	arena_init(&arena, 8 << 20);
	CHECK(!err_is(rule_load(span_str(yaml), "a rule", &arena, &rule, &report)));
	if (!rule) {
		printf("# %s\n", report.notes[0].text);
		exit(1);
	}
	return rule;
}

static struct doc *match(const char *host, int64_t port)
{
	return value_items(DOC_OBJECT, value_keyed("hostname", value_text(host)),
	    value_keyed("port", value_int(port)), NULL);
}

static const char *body(const char *yaml, const struct doc *const *matches, size_t n)
{
	const struct rule *rule = load(yaml);
	static struct buf out;
	bool unsuited;

	buf_done(&out);
	buf_init(&out, 1 << 20);
	match_text_body(rule, matches, n, &arena, &out, &unsuited);
	return buf_text(&out);
}

static const char *subject(const char *yaml, const struct doc *const *matches)
{
	const struct rule *rule = load(yaml);
	static struct buf out;
	bool unsuited;

	buf_done(&out);
	buf_init(&out, 1 << 20);
	match_text_subject(rule, &rule->alerts[0], matches, &out, &unsuited);
	return buf_text(&out);
}

static const char *config(const char *yaml, const struct doc *a_match, size_t place)
{
	const struct rule *rule = load(yaml);
	static struct buf out;

	buf_done(&out);
	buf_init(&out, 1 << 20);
	alert_config(rule, &rule->alerts[0], a_match, place, &out);
	return buf_text(&out);
}

static const char *payload(const char *yaml, const struct doc *a_match)
{
	const struct rule *rule = load(yaml);
	static struct buf out;

	buf_done(&out);
	buf_init(&out, 1 << 20);
	alert_payload(rule, &rule->alerts[0], a_match, &arena, &out);
	return buf_text(&out);
}

#define MAIL "type: any\nalert: email\nemail: ops@example.com\n"

static void several_matches_are_divided_by_dashes(void)
{
	const struct doc *matches[] = {match("web1", 443), match("web2", 8443)};

	CHECK_STR(body(MAIL "alert_text_type: exclude_fields\n", matches, 2),
	    "a rule\n\n\n----------------------------------------\n"
	    "a rule\n\n\n----------------------------------------\n");
	CHECK_STR(
	    body(MAIL "alert_text: hello\n", matches, 1), "hello\n\nhostname: web1\nport: 443\n");
}

static void names_and_options_of_the_rule_are_filled_in(void)
{
	const struct doc *matches[] = {match("web1", 443)};

	CHECK_STR(body(MAIL "owner: web\nalert_text_type: alert_text_only\n"
			    "alert_text: \"{h} {o} {m}\"\n"
			    "alert_text_kw: {hostname: h, owner: o, nothing: m}\n",
		      matches, 1),
	    "web1 web <MISSING VALUE>\n\n");
	CHECK_STR(body(MAIL "alert_text_type: alert_text_only\nalert_missing_value: none\n"
			    "alert_text: \"{0:>5} {1}\"\nalert_text_args: [port, nothing]\n",
		      matches, 1),
	    "  443 none\n\n");
}

static void a_table_counts_what_is_the_same(void)
{
	const struct doc *matches[] = {match("web1", 443), match("b", 8443), match("web1", 443)};

	CHECK_STR(body(MAIL "alert_text_type: aggregation_summary_only\n"
			    "summary_table_fields: [hostname, port]\n"
			    "summary_prefix: before\nsummary_suffix: after\n",
		      matches, 3),
	    "before\n"
	    "Aggregation resulted in the following data for summary_table_fields ==> "
	    "['hostname', 'port', 'count']:\n\n"
	    "+----------+------+-------+\n"
	    "| hostname | port | count |\n"
	    "+==========+======+=======+\n"
	    "| web1     | 443  | 2     |\n"
	    "+----------+------+-------+\n"
	    "| b        | 8443 | 1     |\n"
	    "+----------+------+-------+\n\n"
	    "after");
	CHECK_STR(body(MAIL "alert_text_type: aggregation_summary_only\n"
			    "summary_table_fields: port\nsummary_table_type: markdown\n"
			    "summary_table_max_rows: 1\n",
		      matches + 1, 2),
	    "Aggregation resulted in the following data for summary_table_fields ==> "
	    "['port', 'count']:\n\n"
	    "| port | count |\n|-----|-----|\n| 8443 | 1 |\n\nShowing top 1 rows\n");
}

static void the_most_frequent_come_first_where_not_all_are_shown(void)
{
	const struct doc *matches[] = {match("a", 1), match("b", 2), match("b", 2)};

	CHECK(strstr(body(MAIL "alert_text_type: aggregation_summary_only\n"
			       "summary_table_fields: port\nsummary_table_type: markdown\n"
			       "summary_table_max_rows: 1\n",
			 matches, 3),
		  "| 2 | 2 |\n\nShowing") != NULL);
}

static void subjects_are_one_line_and_no_longer_than_said(void)
{
	const struct doc *matches[] = {match("web1\r\nBcc: x", 443)};

	CHECK_STR(subject(MAIL, matches), "ElastAlert: a rule");
	CHECK_STR(subject(MAIL "query_key: port\n", matches), "ElastAlert: a rule - 443");
	CHECK_STR(subject("type: any\nalert: slack\nslack_webhook_url: https://x.example/\n"
			  "query_key: port\n",
		      matches),
	    "a rule");
	CHECK_STR(subject(MAIL "alert_subject: \"{0} {1}\"\nalert_subject_args: [port, hostname]\n",
		      matches),
	    "443 web1  Bcc: x");
	CHECK_STR(subject(MAIL "alert_subject: \"\u00e4\u00f6\u00fc\"\nalert_subject_max_len: 2\n",
		      matches),
	    "\u00e4\u00f6");
}

static void options_become_a_channel(void)
{
	const struct doc *m = match("web1", 443);

	CHECK_STR(
	    config(MAIL "smtp_port: 2525\ncc: [a@example.com]\nfrom_addr: tls@example.com\n", m, 0),
	    "{\"cc\":[\"a@example.com\"],\"from\":\"tls@example.com\",\"port\":2525,"
	    "\"to\":[\"ops@example.com\"],\"reply_to\":\"ops@example.com\","
	    "\"host\":\"localhost\",\"tls\":\"offered\",\"verify\":false,\"format\":\"html\"}");
	CHECK(
	    strstr(config(MAIL "email_from_field: hostname\nemail_add_domain: example.com\n", m, 0),
		"\"to\":[\"web1@example.com\"],\"reply_to\":\"web1@example.com\"") != NULL);
	CHECK(strstr(config("type: any\nalert: {email: {email: b@example.com, smtp_ssl: true}}\n"
			    "email: a@example.com\n",
			 m, 0),
		  "\"to\":[\"b@example.com\"]") != NULL);
	CHECK_STR(config("type: any\nalert: slack\nslack_webhook_url: [https://a.example/, "
			 "https://b.example/]\nslack_channel_override: [one, two]\n"
			 "slack_ignore_ssl_errors: true\n",
		      m, 3),
	    "{\"url\":\"https://b.example/\",\"channel\":\"two\",\"verify\":false}");
	CHECK(strstr(config(MAIL "smtp_auth_file: login.yaml\nsmtp_ca_file: /ca.pem\n"
				 "rule_folder: /etc/rules\n",
			 m, 0),
		  "\"auth_file\":\"/etc/rules/login.yaml\",\"ca_file\":\"/ca.pem\","
		  "\"tls\":\"offered\",\"verify\":true") != NULL);
	CHECK_STR(config("type: any\nalert: command\ncommand: [/tell, \"{match[hostname]}\"]\n"
			 "pipe_match_json: true\n",
		      m, 0),
	    "{\"argv\":[\"/tell\",\"web1\"],\"plain\":true,\"stdin\":\"detail\"}");
}

static void what_is_posted_is_as_the_rule_says(void)
{
	const struct doc *m = match("web1", 443);

	CHECK_STR(payload("type: any\nalert: post\nhttp_post_url: https://a.example/\n", m),
	    "{\"hostname\":\"web1\",\"port\":443}");
	CHECK_STR(payload("type: any\nalert: post\nhttp_post_url: https://a.example/\n"
			  "http_post_payload: {where: hostname}\n"
			  "http_post_static_payload: {team: web}\n",
		      m),
	    "{\"team\":\"web\",\"where\":\"web1\"}");
}

int main(void)
{
	RUN(several_matches_are_divided_by_dashes);
	RUN(names_and_options_of_the_rule_are_filled_in);
	RUN(a_table_counts_what_is_the_same);
	RUN(the_most_frequent_come_first_where_not_all_are_shown);
	RUN(subjects_are_one_line_and_no_longer_than_said);
	RUN(options_become_a_channel);
	RUN(what_is_posted_is_as_the_rule_says);
	arena_done(&arena);
	return test_done();
}
