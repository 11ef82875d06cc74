/*
 * email.c: a mail by SMTP. The Message-ID is made of the message's key, so a mail that was sent
 * twice around a crash is one in most mailboxes. Auto-Submitted keeps out-of-office answers away
 * (RFC 3834).
 */
#include "alert/render.h"

#include "base/siphash.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

static const struct channel_option options[] = {
    {"to", CHANNEL_TEXTS, .needed = true, .help = "who gets it"},
    {"cc", CHANNEL_TEXTS, .help = "who gets a copy"},
    {"bcc", CHANNEL_TEXTS, .help = "who gets a copy without being named"},
    {"from", CHANNEL_TEXT, .help = "the sender; certscape at this host unless it is said"},
    {"reply_to", CHANNEL_TEXT, .help = "who gets the answers"},
    {"host", CHANNEL_TEXT, .help = "the mail server; localhost unless it is said"},
    {"port", CHANNEL_NUMBER, .min = 1, .max = 65535, .help = "25, or 465 with tls implicit"},
    {"tls", CHANNEL_WORD, .words = "offered required implicit never",
	.help = "STARTTLS if it is offered (unless it is said), STARTTLS or nothing, TLS from the "
		"first byte, none"},
    {"verify", CHANNEL_YES,
	.help = "whether the server's certificate must be good; true where a user logs in"},
    {"ca_file", CHANNEL_TEXT, .help = "PEM file of CAs to trust instead of the system's"},
    {"user", CHANNEL_TEXT, .help = "to log in with"},
    {"password", CHANNEL_TEXT, .secret = true, .help = "to log in with"},
    {"auth_file", CHANNEL_TEXT,
	.help = "YAML file with user and password, instead of the two: read for each mail"},
    {"format", CHANNEL_WORD, .words = "both text html",
	.help = "plain text, HTML, or both of them, which is the default"},
    {"timeout_s", CHANNEL_NUMBER, .min = 1, .max = 300, .help = "30 seconds unless it is said"},
};

static enum mail_tls tls_of(const struct rendering *r)
{
	static const struct {
		const char *word;
		enum mail_tls tls;
	} words[] = {
	    {"never", MAIL_TLS_NEVER},
	    {"required", MAIL_TLS_REQUIRED},
	    {"implicit", MAIL_TLS_IMPLICIT},
	};
	const char *word = render_text(r, "tls", "offered");

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (!strcmp(word, words[i].word))
			return words[i].tls;
	return MAIL_TLS_OFFERED;
}

static struct err sender(const struct rendering *r, const char **ret_from)
{
	const char *given = render_text(r, "from", NULL);
	struct buf b;

	*ret_from = given;
	if (given)
		return OK;
	buf_init(&b, 512);
	buf_printf(&b, "certscape@%s", r->host);
	return render_keep_text(r, &b, ret_from);
}

static struct err message_id(const struct rendering *r, const char *from, const char **ret_id)
{
	/* Not against an adversary: the same key on each run, so that the mail keeps its name. */
	static const struct siphash_key key = {{0x63657274, 0x73636170}};
	const struct message *m = r->message;
	struct span address = mail_address(from);
	const char *at = address.bad ? NULL : memchr(address.p, '@', address.n);
	struct buf b;

	buf_init(&b, 1024);
	buf_printf(&b, "%" PRIx64 ".%" PRIx64 "@", siphash(&key, m->dedupe, strlen(m->dedupe)),
	    siphash(&key, m->config, strlen(m->config)));
	if (at)
		buf_put(&b, at + 1, (size_t)((const char *)address.p + address.n - at - 1));
	else
		buf_str(&b, r->host);
	return render_keep_text(r, &b, ret_id);
}

static struct mail_server server_of(const struct rendering *r)
{
	const char *user = render_text(r, "user", NULL);

	return (struct mail_server){
	    .host = render_text(r, "host", "localhost"),
	    .port = (uint16_t)render_number(r, "port", 0),
	    .tls = tls_of(r),
	    .verified =
		render_yes(r, "verify", user != NULL || render_text(r, "auth_file", NULL) != NULL),
	    .ca_file = render_text(r, "ca_file", NULL),
	    .user = user,
	    .password = render_text(r, "password", NULL),
	    .timeout_ms = (unsigned)render_number(r, "timeout_s", 0) * 1000,
	};
}

static struct err joined(const struct rendering *r, const struct mail *mail, const char **ret_to)
{
	struct buf b;

	buf_init(&b, 64 << 10);
	for (size_t i = 0; i < mail->n_to; i++)
		buf_printf(&b, "%s%s", i ? ", " : "", mail->to[i]);
	return render_keep_text(r, &b, ret_to);
}

static void choose_bodies(const struct rendering *r, struct mail *mail)
{
	const struct message *m = r->message;
	const char *format = render_text(r, "format", "both");

	mail->text = m->text;
	mail->html = *m->html && strcmp(format, "text") ? m->html : NULL;
	if (mail->html && !strcmp(format, "html"))
		mail->text = NULL;
}

static struct err render(struct rendering *r, struct parcel *ret)
{
	static const struct http_field headers[] = {{"Auto-Submitted", "auto-generated"}};
	struct mail mail = {
	    .reply_to = render_text(r, "reply_to", NULL),
	    .subject = r->message->subject,
	    .date_s = r->message->created_ms / 1000,
	    .headers = headers,
	    .n_headers = sizeof(headers) / sizeof(headers[0]),
	};
	struct err e;

	mail.to = render_texts(r, "to", &mail.n_to);
	mail.cc = render_texts(r, "cc", &mail.n_cc);
	ret->mail.bcc = render_texts(r, "bcc", &ret->mail.n_bcc);
	if (!mail.to || !mail.cc || !ret->mail.bcc)
		return err_limit("no memory for a mail");
	choose_bodies(r, &mail);
	e = sender(r, &mail.from);
	if (!err_is(e))
		e = message_id(r, mail.from, &mail.message_id);
	if (!err_is(e))
		e = joined(r, &mail, &ret->to);
	ret->carrier = CARRIER_MAIL;
	ret->mail.mail = mail;
	ret->mail.server = server_of(r);
	ret->mail.auth_file = render_text(r, "auth_file", NULL);
	return e;
}

const struct channel_type channel_email = {
    .name = "email",
    .title = "E-mail",
    .help = "a mail by SMTP, as plain text and HTML",
    .options = options,
    .n_options = sizeof(options) / sizeof(options[0]),
    .render = render,
};
