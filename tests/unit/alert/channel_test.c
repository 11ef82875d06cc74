#include "town.h"

#include "alert/channel.h"
#include "doc/doc.h"

static struct arena arena;
static char why[CHANNEL_WHY_MAX];

static const char detail[] = "{\"event\":\"urgent\",\"owner\":\"Shop\","
			     "\"url\":\"https://certs.example/#/certificate/ab\"}";

static struct message message(const char *type, const char *config)
{
	return (struct message){.type = type,
	    .config = config,
	    .dedupe = "1/urgent/ab/0",
	    .subject = "3 days left: *.shop.example (served by 200 endpoints)",
	    .text =
		"3 days left: *.shop.example (served by 200 endpoints)\n\n  Issuer  R3 & <Co>\n",
	    .html = "<!DOCTYPE html>",
	    .detail = detail,
	    .severity = SEVERITY_HIGH,
	    .created_ms = YEAR_2026_S * 1000};
}

static struct parcel rendered(const char *type, const char *config)
{
	struct message m = message(type, config);
	struct parcel p = {.to = ""};

	arena_reset(&arena);
	CHECK(went_well(
	    channel_render(&m, "here.example", m.created_ms + 5000, &arena, &p, why), NULL));
	return p;
}

static bool is_refused(const char *type, const char *config, const char *sentence)
{
	struct message m = message(type, config);
	struct parcel p;

	arena_reset(&arena);
	if (err_is(channel_render(&m, "here.example", 0, &arena, &p, why)) && strstr(why, sentence))
		return true;
	printf("# %s: \"%s\"\n", type, why);
	return false;
}

/* The body of a request, read again as JSON. */
static const struct doc *body_of(const struct parcel *p)
{
	struct doc_error error;
	const struct doc *doc = NULL;

	CHECK(went_well(doc_from_json(p->request.body, &arena, &doc, &error), NULL));
	return doc;
}

static const char *header_of(const struct parcel *p, const char *name)
{
	for (size_t i = 0; i < p->request.n_headers; i++)
		if (!strcasecmp(p->request.headers[i].name, name))
			return p->request.headers[i].value;
	return NULL;
}

static void a_mail_has_both_bodies_and_a_name_that_stays(void)
{
	static const char config[] =
	    "{\"to\":[\"a@example.com\",\"b@example.com\"],\"bcc\":\"c@example.com\","
	    "\"from\":\"Certs <certs@example.com>\",\"host\":\"mail.example\",\"user\":\"u\","
	    "\"password\":\"p\",\"tls\":\"required\"}";
	struct parcel p = rendered("email", config);
	char id[128];

	CHECK_EQ(p.carrier, CARRIER_MAIL);
	CHECK_STR(p.to, "a@example.com, b@example.com");
	CHECK_EQ(p.mail.n_bcc, 1);
	CHECK_STR(p.mail.mail.from, "Certs <certs@example.com>");
	CHECK(p.mail.mail.text && p.mail.mail.html);
	CHECK_EQ(p.mail.mail.date_s, YEAR_2026_S);
	CHECK_EQ(p.mail.server.tls, MAIL_TLS_REQUIRED);
	CHECK(p.mail.server.verified); /* a password goes nowhere else */
	snprintf(id, sizeof(id), "%s", p.mail.mail.message_id);
	CHECK(strstr(id, "@example.com"));
	p = rendered("email", config);
	CHECK_STR(p.mail.mail.message_id, id);
	p = rendered("email", "{\"to\":\"a@example.com\",\"format\":\"text\"}");
	CHECK(p.mail.mail.text && !p.mail.mail.html);
	CHECK_STR(p.mail.mail.from, "certscape@here.example");
	CHECK_EQ(p.mail.server.tls, MAIL_TLS_OFFERED);
	p = rendered("email", "{\"to\":\"a@example.com\",\"format\":\"html\"}");
	CHECK(!p.mail.mail.text && p.mail.mail.html);
}

static void a_chat_gets_an_attachment(void)
{
	struct parcel p = rendered("slack",
	    "{\"url\":\"https://hooks.example/services/T/B/x\",\"channel\":\"#certs\","
	    "\"icon_emoji\":\":lock:\"}");
	const struct doc *body = body_of(&p), *attachment = doc_first(doc_get(body, "attachments"));

	CHECK_STR(p.to, "hooks.example"); /* the rest of the URL is a secret */
	CHECK_STR(doc_text(doc_get(body, "channel")), "#certs");
	CHECK_STR(doc_text(doc_get(body, "icon_emoji")), ":lock:");
	CHECK_STR(doc_text(doc_get(attachment, "title")),
	    "3 days left: *.shop.example (served by 200 endpoints)");
	CHECK_STR(
	    doc_text(doc_get(attachment, "title_link")), "https://certs.example/#/certificate/ab");
	CHECK_STR(doc_text(doc_get(attachment, "text")), "```\n  Issuer  R3 &amp; &lt;Co&gt;\n```");
	CHECK_STR(header_of(&p, "Idempotency-Key"), "1/urgent/ab/0");
}

static void a_long_body_is_cut_at_a_line(void)
{
	static char text[32 * 1024];
	struct message m = message("mattermost", "{\"url\":\"http://chat.example/hooks/x\"}");
	const struct doc *attachment;
	struct parcel p;
	size_t n = 0;

	for (int i = 0; i < 500; i++)
		n += (size_t)snprintf(text + n, sizeof(text) - n, "10.0.0.%d:443 host\n", i);
	m.text = text;
	arena_reset(&arena);
	CHECK(went_well(channel_render(&m, "here", 0, &arena, &p, why), NULL));
	attachment = doc_first(doc_get(body_of(&p), "attachments"));
	CHECK(strstr(doc_text(doc_get(attachment, "text")), "host\n(more on the page)\n```"));
	CHECK(strlen(doc_text(doc_get(attachment, "text"))) < 4000);
}

static void teams_gets_a_card(void)
{
	struct parcel p = rendered("teams", "{\"url\":\"https://flow.example/x\"}");
	const struct doc *card = doc_get(doc_first(doc_get(body_of(&p), "attachments")), "content");
	const struct doc *head = doc_first(doc_get(card, "body"));
	const struct doc *action = doc_first(doc_get(card, "actions"));

	CHECK_STR(doc_text(doc_get(card, "type")), "AdaptiveCard");
	CHECK_STR(doc_text(doc_get(head, "color")), "Attention");
	CHECK_STR(doc_text(doc_get(action, "url")), "https://certs.example/#/certificate/ab");
}

static void a_webhook_gets_everything(void)
{
	struct parcel p = rendered("post",
	    "{\"url\":[\"https://a.example/\",\"https://b.example/\"],\"method\":\"PUT\","
	    "\"headers\":{\"content-type\":\"application/cloudevents+json\",\"X-Key\":\"1\"}}");
	const struct doc *body = body_of(&p);

	CHECK_EQ(p.n_urls, 2);
	CHECK_STR(p.request.method, "PUT");
	CHECK_STR(header_of(&p, "Content-Type"), "application/cloudevents+json");
	CHECK_EQ(p.request.n_headers, 4);
	CHECK_STR(doc_text(doc_get(body, "severity")), "high");
	CHECK_STR(doc_text(doc_get(doc_get(body, "detail"), "owner")), "Shop");
	p = rendered("post", "{\"url\":\"https://a.example/\",\"payload\":\"detail\"}");
	CHECK(p.request.body.n == sizeof(detail) - 1 &&
	      !memcmp(p.request.body.p, detail, sizeof(detail) - 1));
}

static void a_payload_of_ones_own_keeps_its_shape(void)
{
	struct message m = message("post2",
	    "{\"url\":\"https://a.example/\",\"payload\":{\"summary\":\"{{ subject }}\","
	    "\"who\":[\"{{owner}}\",1,null],\"key\":\"{{id}}\"}}");
	const struct doc *body;
	struct parcel p;

	m.subject = "\"},{\"a\":\"b";
	arena_reset(&arena);
	CHECK(went_well(channel_render(&m, "here", 0, &arena, &p, why), NULL));
	body = body_of(&p);
	CHECK_EQ(body->n, 3);
	CHECK_STR(doc_text(doc_get(body, "summary")), "\"},{\"a\":\"b");
	CHECK_STR(doc_text(doc_first(doc_get(body, "who"))), "Shop");
	CHECK(is_refused("post2", "{\"url\":\"https://a.example/\",\"payload\":\"{{nobody}}\"}",
	    "no \"nobody\""));
	CHECK(is_refused(
	    "post2", "{\"url\":\"https://a.example/\",\"payload\":\"{{id\"}", "has no }}"));
}

static void a_command_has_words_and_no_shell(void)
{
	struct parcel p = rendered("command",
	    "{\"argv\":[\"/opt/tell\",\"--subject\",\"{{subject}}\"],\"stdin\":\"none\"}");

	CHECK_STR(p.command.argv[0], "/opt/tell");
	CHECK_STR(p.command.argv[2], "3 days left: *.shop.example (served by 200 endpoints)");
	CHECK(p.command.argv[3] == NULL && p.command.input.n == 0);
	CHECK(is_refused("command", "{\"argv\":\"tell\"}", "whole path"));
}

static void a_log_gets_one_line(void)
{
	static const char line[] =
	    "<27>1 2026-01-01T00:00:05.000Z here.example certscape - alert - \xef\xbb\xbf"
	    "3 days left: *.shop.example (served by 200 endpoints) "
	    "https://certs.example/#/certificate/ab";
	struct parcel p = rendered("syslog", "{\"to\":\"udp://log.example:514\"}");
	char counted[256];

	CHECK(span_is(p.syslog.line, line));
	CHECK_STR(p.syslog.host, "log.example");
	CHECK(p.syslog.way == SYSLOG_UDP && p.syslog.port == 514);
	p = rendered("syslog", "{\"to\":\"tcp://[::1]:601\"}");
	snprintf(counted, sizeof(counted), "%zu %s", sizeof(line) - 1, line);
	CHECK(span_is(p.syslog.line, counted));
	CHECK_STR(p.syslog.host, "::1");
	p = rendered("syslog", "{\"facility\":\"local3\"}");
	CHECK(p.syslog.way == SYSLOG_LOCAL && span_starts(p.syslog.line, "<155>certscape: 3 days"));
	CHECK(is_refused("syslog", "{\"to\":\"log.example\"}", "udp://host:port"));
}

static void a_slip_is_told_with_its_place(void)
{
	struct doc_error error;

	CHECK(err_is(channel_check(
	    channel_find("email"), "{\"to\":\"a@b.example\",\n \"prot\":25}", &error)));
	CHECK_EQ(error.at.line, 2);
	CHECK(strstr(error.text, "prot"));
	CHECK(err_is(channel_check(channel_find("email"), "{\"host\":\"a\"}", &error)));
	CHECK(strstr(error.text, "to is missing"));
	CHECK(err_is(channel_check(channel_find("slack"), "{\"url\":\"ftp://x\"}", &error)));
	CHECK(strstr(error.text, "http"));
	CHECK(err_is(channel_check(
	    channel_find("email"), "{\"to\":\"a@b.example\",\"port\":70000}", &error)));
	CHECK(err_is(channel_check(
	    channel_find("email"), "{\"to\":\"a@b.example\",\"tls\":\"offer\"}", &error)));
	CHECK(is_refused("pigeon", "{}", "no channel of type"));
}

static void text_is(struct err e, struct buf *b, const char *expected)
{
	CHECK(went_well(e, NULL));
	CHECK_STR(buf_text(b), expected);
	buf_reset(b);
}

static void secrets_are_hidden_and_come_back(void)
{
	static const char old[] = "{\"to\":\"a@b.example\",\"password\":\"secret\"}";
	static const char hook[] =
	    "{\"url\":\"https://x/1\",\"headers\":{\"A\":\"1\",\"B\":\"2\"}}";
	const struct channel_type *mail = channel_find("email"), *post = channel_find("post");
	struct buf b;

	buf_init(&b, 4096);
	text_is(channel_redact(mail, old, &b), &b, "{\"to\":\"a@b.example\",\"password\":\"***\"}");
	text_is(channel_redact(post, hook, &b), &b,
	    "{\"url\":\"***\",\"headers\":{\"A\":\"***\",\"B\":\"***\"}}");
	text_is(channel_restore(mail, "{\"to\":\"c@d.example\",\"password\":\"***\"}", old, &b), &b,
	    "{\"to\":\"c@d.example\",\"password\":\"secret\"}");
	text_is(channel_restore(mail, "{\"to\":\"***\",\"password\":\"new\"}", old, &b), &b,
	    "{\"to\":\"***\",\"password\":\"new\"}");
	text_is(channel_restore(
		    post, "{\"url\":\"***\",\"headers\":{\"A\":\"***\",\"C\":\"***\"}}", hook, &b),
	    &b, "{\"url\":\"https://x/1\",\"headers\":{\"A\":\"1\"}}");
	text_is(channel_restore(mail, "{\"password\":\"***\"}", "{}", &b), &b, "{}");
	buf_done(&b);
}

int main(void)
{
	arena_init(&arena, 16 << 20);
	RUN(a_mail_has_both_bodies_and_a_name_that_stays);
	RUN(a_chat_gets_an_attachment);
	RUN(a_long_body_is_cut_at_a_line);
	RUN(teams_gets_a_card);
	RUN(a_webhook_gets_everything);
	RUN(a_payload_of_ones_own_keeps_its_shape);
	RUN(a_command_has_words_and_no_shell);
	RUN(a_log_gets_one_line);
	RUN(a_slip_is_told_with_its_place);
	RUN(secrets_are_hidden_and_come_back);
	arena_done(&arena);
	return test_done();
}
