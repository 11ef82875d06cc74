#include "http/mail_text.h"

#include "base/base64.h"
#include "base/text.h"

#include "lib/test.h"

static struct buf out;

static const char *const one[] = {"a@example.com"}, *const two[] = {
							"test@example.com", "info@example.com"};

static struct mail mail_of(const char *subject, const char *text)
{
	return (struct mail){.from = "ElastAlert",
	    .to = two,
	    .n_to = 2,
	    .subject = subject,
	    .text = text,
	    .date_s = 1793331568};
}

static const char *write_mail(const struct mail *m)
{
	buf_done(&out);
	buf_init(&out, 1 << 20);
	CHECK(!err_is(mail_text(&out, m)));
	return buf_text(&out);
}

/* The decoded body of a mail with one part. */
static const char *body_of(const char *text)
{
	static struct buf body;
	const char *at = strstr(text, "\r\n\r\n");
	bool cut;

	buf_done(&body);
	buf_init(&body, 1 << 20);
	CHECK(at && !err_is(base64_decode(&body, span_str(at ? at + 4 : ""), &cut)) && !cut);
	return buf_text(&body);
}

/* As Python's MIMEText, filled in as ElastAlert2 does, prints it. */
static void equals_mimetext(void)
{
	struct mail m =
	    mail_of("ElastAlert: Certificate expiry check - 10.0.0.5, 443", "h\xc3\xa9llo\n");

	m.reply_to = "test@example.com, info@example.com";
	CHECK_STR(write_mail(&m),
	    "MIME-Version: 1.0\r\n"
	    "Content-Type: text/plain; charset=\"utf-8\"\r\n"
	    "Content-Transfer-Encoding: base64\r\n"
	    "Subject: ElastAlert: Certificate expiry check - 10.0.0.5, 443\r\n"
	    "To: test@example.com, info@example.com\r\n"
	    "From: ElastAlert\r\n"
	    "Reply-To: test@example.com, info@example.com\r\n"
	    "Date: Fri, 30 Oct 2026 03:39:28 -0000\r\n"
	    "\r\n"
	    "aMOpbGxvCg==\r\n");
}

static void breaks_long_bodies(void)
{
	char text[1001];
	struct mail m = mail_of("s", text);
	const char *written, *line;

	memset(text, 'a', 1000);
	text[1000] = 0;
	written = write_mail(&m);
	CHECK_STR(body_of(written), text);
	for (line = written; strstr(line, "\r\n"); line = strstr(line, "\r\n") + 2)
		CHECK(strstr(line, "\r\n") - line <= 76);
}

static void encodes_words_that_are_not_ascii(void)
{
	struct mail m = mail_of(
	    "Z\xc3\xbcrich \xe2\x82\xac \xe2\x82\xac \xe2\x82\xac \xe2\x82\xac \xe2\x82\xac "
	    "\xe2\x82\xac \xe2\x82\xac \xe2\x82\xac \xe2\x82\xac \xe2\x82\xac end",
	    "x");
	const char *at;
	struct buf subject;
	bool cut;

	m.from = "J\xc3\xb6rg <joerg@example.com>";
	at = strstr(write_mail(&m), "Subject: ") + 9;
	buf_init(&subject, 4096);
	for (; strncmp(at, "=?utf-8?b?", 10) == 0; at = strstr(at, "\r\n") + 3) {
		const char *end = strstr(at + 10, "?=");

		CHECK(end + 2 - at <= 75);
		CHECK(!err_is(
		    base64_decode(&subject, span_of(at + 10, (size_t)(end - at - 10)), &cut)));
		CHECK(text_is_utf8(buf_view(&subject)));
	}
	CHECK_STR(buf_text(&subject), m.subject);
	buf_done(&subject);
	CHECK(strstr(buf_text(&out), "From: =?utf-8?b?SsO2cmc=?= <joerg@example.com>\r\n"));
}

static void has_both_kinds_of_text(void)
{
	struct mail m = mail_of("s", "plain");
	const struct http_field more[] = {{"Auto-Submitted", "auto-generated"}};
	const char *text;

	m.html = "<b>html</b>";
	m.message_id = "1.2@certscape.example";
	m.cc = one;
	m.n_cc = 1;
	m.headers = more;
	m.n_headers = 1;
	text = write_mail(&m);
	CHECK(strstr(
	    text, "Content-Type: multipart/alternative; boundary=\"=_certscape_alternative\"\r\n"));
	CHECK(strstr(text, "text/plain; charset=\"utf-8\"\r\n") <
	      strstr(text, "text/html; charset=\"utf-8\"\r\n"));
	CHECK(strstr(text, "\r\ncGxhaW4=\r\n--=_certscape_alternative\r\n"));
	CHECK(strstr(text, "\r\nPGI+aHRtbDwvYj4=\r\n--=_certscape_alternative--\r\n"));
	CHECK(strstr(text, "Message-ID: <1.2@certscape.example>\r\n"));
	CHECK(strstr(text, "Cc: a@example.com\r\n"));
	CHECK(strstr(text, "Auto-Submitted: auto-generated\r\n"));
}

static void refuses_headers_that_end_early(void)
{
	const struct http_field bad[] = {{"X", "a\r\nBcc: b@example.com"}},
				name[] = {{"X: y", "1"}};
	const char *const to[] = {"a@example.com\r\nX: 1"};
	struct mail cases[8];

	for (size_t i = 0; i < 8; i++)
		cases[i] = mail_of("s", "t");
	cases[0].subject = "a\nb";
	cases[1].subject = "a\rb";
	cases[2].from = "a\n";
	cases[3].to = to;
	cases[3].n_to = 1;
	cases[4].reply_to = "x\r\n";
	cases[5].headers = bad;
	cases[5].n_headers = 1;
	cases[6].headers = name;
	cases[6].n_headers = 1;
	cases[7].message_id = "a> <b";
	for (size_t i = 0; i < 8; i++) {
		buf_reset(&out);
		CHECK_EQ(err_class(mail_text(&out, &cases[i])), ERR_INPUT);
	}
	cases[0].subject = "\xff";
	CHECK_EQ(err_class(mail_text(&out, &cases[0])), ERR_INPUT);
}

static void folds_what_is_too_long_for_a_line(void)
{
	char subject[3001];
	struct mail m = mail_of(subject, "t");
	const char *text, *line;

	for (size_t i = 0; i < 3000; i++)
		subject[i] = i % 10 ? 'x' : ' ';
	subject[0] = 'x';
	subject[3000] = 0;
	text = write_mail(&m);
	for (line = text; strstr(line, "\r\n"); line = strstr(line, "\r\n") + 2)
		CHECK(strstr(line, "\r\n") - line <= 998);
}

static void finds_addresses(void)
{
	CHECK(span_is(mail_address("a@b.c"), "a@b.c"));
	CHECK(span_is(mail_address(" a@b.c "), "a@b.c"));
	CHECK(span_is(mail_address("N <a@b.c>"), "a@b.c"));
	CHECK(span_is(mail_address("ElastAlert"), "ElastAlert"));
	CHECK(mail_address("").bad);
	CHECK(mail_address("a b").bad);
	CHECK(mail_address("a@b\r\nRCPT TO:<x>").bad);
	CHECK(mail_address("<a@b>,<c@d").bad);
	CHECK(mail_address("x <>").bad);
	CHECK(mail_address("\xff@b").bad);
}

int main(void)
{
	buf_init(&out, 1 << 20);
	RUN(equals_mimetext);
	RUN(breaks_long_bodies);
	RUN(encodes_words_that_are_not_ascii);
	RUN(has_both_kinds_of_text);
	RUN(refuses_headers_that_end_early);
	RUN(folds_what_is_too_long_for_a_line);
	RUN(finds_addresses);
	buf_done(&out);
	return test_done();
}
