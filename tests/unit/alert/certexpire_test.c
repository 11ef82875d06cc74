/*
 * The rule that came with this inventory's forerunner, unchanged, and the mail that ElastAlert2
 * makes of it: computed with PyYAML and str.format along upstream's code path. From the rule as it
 * lies there, through the store, the channel and the writer of mails, to the bytes.
 */
#include "alert/channel.h"
#include "base/base64.h"
#include "http/mail_text.h"

#include "ea_lab.h"

#define SKIPPED "the forerunner's rule is not beside the tree"

static const char body[] = " The following certificate expires soon:\n Host: web1\n IP: 10.0.0.5 \n"
			   " Port: 443 \n Subject: cn \n Issuer: iss \n"
			   " Not valid after: 2026-12-01T00:00:00 \n"
			   " SANs: ['a.example', 'b.example'] \n \n\n";

static const int64_t ENDS_S = 1796083200; /* 2026-12-01T00:00:00Z */

static const char *rule_text(void)
{
	static char text[64 * 1024];
	FILE *file = fopen(test_path("../../shared/data/seed/certexpire.yaml"), "rb");
	size_t n;

	if (!file)
		return NULL;
	n = fread(text, 1, sizeof(text) - 1, file);
	fclose(file);
	text[n] = 0;
	return text;
}

/* Two names, and a subject and an issuer of their own. */
static void scan(struct ea_lab *lab, uint32_t host, uint16_t port, int64_t ends_s)
{
	struct lab_cert cert = {"a.example,b.example", "iss", "k", "01", KEY_RSA, ends_s, false};
	struct chain_verdict *v = lab_chain(&lab->arena, &cert, 1);
	struct cert_facts *facts = arena_dup(&lab->arena, v->facts[0], sizeof(*facts));
	struct observation o = lab_seen(host, v, lab->run, lab->now_ms);

	facts->subject_cn = "cn";
	v->facts[0] = facts;
	o.endpoint.port = port;
	snprintf(o.hostname, sizeof(o.hostname), "web1");
	CHECK(went_well(store_begin(lab->store), lab->store));
	lab_put(lab->store, v, &o);
	CHECK(went_well(store_commit(lab->store), lab->store));
}

static bool begin(struct ea_lab *lab)
{
	const char *text = rule_text();

	if (!text)
		return false;
	ea_begin(lab, "Certificate expiry check", text);
	return true;
}

static const char *header(struct span mail, const char *name)
{
	static char value[1000];
	struct span line;

	while (span_line(&mail, &line) && line.n) {
		if (!span_starts(line, name) || line.p[strlen(name)] != ':')
			continue;
		snprintf(value, sizeof(value), "%.*s", (int)(line.n - strlen(name) - 2),
		    (const char *)line.p + strlen(name) + 2);
		return value;
	}
	return NULL;
}

/* What is behind the empty line, decoded. */
static void decode(struct span mail, struct buf *out)
{
	struct span line;
	bool cut = true;

	while (span_line(&mail, &line) && line.n)
		;
	CHECK(!err_is(base64_decode(out, mail, &cut)));
	CHECK(!cut);
}

static void the_mail_is_elastalert2s(void)
{
	struct ea_lab lab;
	struct message message;
	struct parcel parcel;
	struct buf mail, text;
	char why[CHANNEL_WHY_MAX] = "";

	if (!begin(&lab))
		SKIP(SKIPPED);
	scan(&lab, 5, 443, ENDS_S);
	CHECK_EQ(ea_pass_after(&lab, MINUTE_MS), 1);
	message = (struct message){.type = lab.told[0].type,
	    .config = lab.told[0].config,
	    .subject = lab.told[0].subject,
	    .text = lab.told[0].text,
	    .html = lab.told[0].html,
	    .detail = lab.told[0].detail,
	    .dedupe = "d",
	    .created_ms = lab.now_ms};
	CHECK(went_well(
	    channel_render(&message, "host.example", lab.now_ms, &lab.arena, &parcel, why), NULL));
	CHECK_STR(parcel.mail.server.host, "smtp.example.com");
	CHECK_EQ(parcel.mail.server.tls, MAIL_TLS_OFFERED);
	CHECK(!parcel.mail.server.verified);
	buf_init(&mail, 1 << 20);
	buf_init(&text, 1 << 20);
	CHECK(went_well(mail_text(&mail, &parcel.mail.mail), NULL));
	CHECK_STR(header(buf_view(&mail), "Subject"),
	    "ElastAlert: Certificate expiry check - 10.0.0.5, 443");
	CHECK_STR(header(buf_view(&mail), "From"), "ElastAlert");
	CHECK_STR(header(buf_view(&mail), "To"), "test@example.com, info@example.com");
	CHECK_STR(header(buf_view(&mail), "Reply-To"), "test@example.com, info@example.com");
	CHECK_STR(header(buf_view(&mail), "Content-Type"), "text/plain; charset=\"utf-8\"");
	CHECK_STR(header(buf_view(&mail), "Content-Transfer-Encoding"), "base64");
	decode(buf_view(&mail), &text);
	CHECK_STR(buf_text(&text), body);
	buf_done(&text);
	buf_done(&mail);
	ea_end(&lab);
}

static void it_tells_each_endpoint_that_ends_within_sixty_days_once_a_day(void)
{
	struct ea_lab lab;

	if (!begin(&lab))
		SKIP(SKIPPED);
	scan(&lab, 5, 443, ENDS_S);
	scan(&lab, 6, 8443, ENDS_S);
	scan(&lab, 7, 443, ENDS_S + 60 * 86400); /* later */
	scan(&lab, 8, 443, NOON_MS / 1000 - 86400); /* ended already: the rule is like that */
	scan(&lab, 9, 3389, ENDS_S); /* left out by the filter */
	scan(&lab, 10, 25, ENDS_S);
	CHECK_EQ(ea_pass_after(&lab, MINUTE_MS), 2);
	CHECK_EQ(ea_pass_after(&lab, 2 * MINUTE_MS), 0);
	/* The next day it is told anew, without another scan: it looks five days back. */
	CHECK_EQ(ea_pass_after(&lab, DAY_MS), 2);
	CHECK_EQ(ea_pass_after(&lab, 3 * DAY_MS), 2);
	CHECK_EQ(ea_pass_after(&lab, 2 * DAY_MS), 0);
	ea_end(&lab);
}

static void the_rule_needs_no_change_and_says_what_is_of_no_use(void)
{
	const char *text = rule_text();
	static struct rule_report report;
	const struct rule *rule;
	struct arena arena;

	if (!text)
		SKIP(SKIPPED);
	arena_init(&arena, 1 << 20);
	CHECK(!err_is(rule_load(span_str(text), "x", &arena, &rule, &report)));
	CHECK_EQ(report.errors, 0);
	CHECK_EQ(report.n, 2);
	CHECK(strncmp(report.notes[0].text, "index ", 6) == 0);
	CHECK(strncmp(report.notes[1].text, "allow_future_timeranges ", 24) == 0);
	arena_done(&arena);
}

int main(void)
{
	lab_make();
	RUN(the_mail_is_elastalert2s);
	RUN(it_tells_each_endpoint_that_ends_within_sixty_days_once_a_day);
	RUN(the_rule_needs_no_change_and_says_what_is_of_no_use);
	lab_drop();
	return test_done();
}
