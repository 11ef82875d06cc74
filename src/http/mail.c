/*
 * mail.c: SMTP by libcurl (RFC 5321, STARTTLS RFC 3207). The server's own words are kept: "550
 * 5.1.1 no such user" tells more than any text of ours. A password goes out only inside of TLS,
 * unless TLS was switched off by name: "if offered" must not mean "if nobody took the offer away".
 */
#include "http/mail.h"

#include "http/transfer.h"

#include <stdio.h>
#include <stdlib.h>

enum { SMTP_PORT = 25, SMTPS_PORT = 465, NAME_MAX_LEN = 253 };

struct letter {
	struct span rest; /* of the message, to be sent */
	unsigned status; /* the last refusal */
	char words[HTTP_WHY_MAX];
};

static size_t give(char *to, size_t size, size_t n, void *context)
{
	struct letter *letter = context;
	size_t room = size * n;
	struct span piece = span_take(&letter->rest, letter->rest.n < room ? letter->rest.n : room);

	if (piece.n)
		memcpy(to, piece.p, piece.n);
	return piece.n;
}

/* A line of the server. The last refusal is what counts: one before may have been answered by
 * going on without. */
static size_t hear(char *line, size_t size, size_t n, void *context)
{
	struct letter *letter = context;
	size_t all = size * n;
	char digits[4] = {0};
	unsigned long status;

	if (all < 4)
		return all;
	memcpy(digits, line, 3);
	status = strtoul(digits, NULL, 10);
	if (status >= 400 && status < 600) {
		letter->status = (unsigned)status;
		snprintf(letter->words, sizeof(letter->words), "%.*s",
		    (int)strcspn(line, "\r\n") < (int)all ? (int)strcspn(line, "\r\n") : (int)all,
		    line);
	}
	return all;
}

static bool is_host(const char *name)
{
	static const char letters[] =
	    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._:[]";
	size_t n = strlen(name);

	return n > 0 && n <= NAME_MAX_LEN && name[strspn(name, letters)] == 0;
}

static const char *put_url(struct buf *url, const struct mail_server *s)
{
	bool implicit = s->tls == MAIL_TLS_IMPLICIT;
	unsigned port = s->port ? s->port : implicit ? SMTPS_PORT : SMTP_PORT;
	bool bare_v6 = strchr(s->host, ':') && s->host[0] != '[';

	buf_printf(url, bare_v6 ? "%s://[%s]:%u" : "%s://%s:%u", implicit ? "smtps" : "smtp",
	    s->host, port);
	if (s->ehlo)
		buf_printf(url, "/%s", s->ehlo);
	return buf_text(url);
}

static long tls_level(const struct mail_server *s)
{
	switch (s->tls) {
	case MAIL_TLS_NEVER:
		return CURLUSESSL_NONE;
	case MAIL_TLS_OFFERED:
		return s->user ? CURLUSESSL_ALL : CURLUSESSL_TRY;
	case MAIL_TLS_REQUIRED:
	case MAIL_TLS_IMPLICIT:
		break;
	}
	return CURLUSESSL_ALL;
}

/* Adds one recipient to the envelope; false: it is none, or no memory. */
static bool add_recipient(struct curl_slist **list, const char *mailbox)
{
	struct span address = mail_address(mailbox);
	struct curl_slist *more;
	struct buf text;

	if (address.bad)
		return false;
	buf_init(&text, MAIL_HEADER_MAX);
	buf_span(&text, address);
	more = curl_slist_append(*list, buf_text(&text));
	buf_done(&text);
	if (more)
		*list = more;
	return more != NULL;
}

static bool add_recipients(struct curl_slist **list, const char *const *mailboxes, size_t n)
{
	bool ok = true;

	for (size_t i = 0; ok && i < n; i++)
		ok = add_recipient(list, mailboxes[i]);
	return ok;
}

static void set_envelope(
    CURL *curl, const char *from, struct curl_slist *recipients, struct letter *letter)
{
	curl_easy_setopt(curl, CURLOPT_MAIL_FROM, from);
	curl_easy_setopt(curl, CURLOPT_MAIL_RCPT, recipients);
	curl_easy_setopt(curl, CURLOPT_MAIL_RCPT_ALLLOWFAILS, 1L);
	curl_easy_setopt(curl, CURLOPT_UPLOAD, 1L);
	curl_easy_setopt(curl, CURLOPT_INFILESIZE_LARGE, (curl_off_t)letter->rest.n);
	curl_easy_setopt(curl, CURLOPT_READFUNCTION, give);
	curl_easy_setopt(curl, CURLOPT_READDATA, letter);
	curl_easy_setopt(curl, CURLOPT_HEADERFUNCTION, hear);
	curl_easy_setopt(curl, CURLOPT_HEADERDATA, letter);
}

static void set_server(struct transfer *t, const struct mail_server *s)
{
	struct buf url;

	buf_init(&url, 4 * NAME_MAX_LEN);
	curl_easy_setopt(t->curl, CURLOPT_URL, put_url(&url, s));
	buf_done(&url);
	curl_easy_setopt(t->curl, CURLOPT_USE_SSL, tls_level(s));
	transfer_trust(t, s->verified, s->ca_file);
	if (s->user) {
		curl_easy_setopt(t->curl, CURLOPT_USERNAME, s->user);
		curl_easy_setopt(t->curl, CURLOPT_PASSWORD, s->password ? s->password : "");
	}
}

/* The server's words decide, where it said any. */
static void judge(CURLcode code, const struct letter *letter, struct delivery *ret)
{
	if (code == CURLE_OK)
		delivery_end(ret, DELIVERY_DONE, 250, "");
	else if (letter->status)
		delivery_end(ret, letter->status < 500 ? DELIVERY_RETRY : DELIVERY_REFUSED,
		    letter->status, letter->words);
}

static void send_letter(struct transfer *t, const struct mail_server *server, const char *from,
    struct curl_slist *recipients, struct letter *letter, struct delivery *ret)
{
	struct span address = mail_address(from);
	struct buf text;

	if (address.bad) {
		delivery_end(ret, DELIVERY_REFUSED, 0, "the sender is no mail address");
		return;
	}
	buf_init(&text, MAIL_HEADER_MAX);
	buf_span(&text, address);
	set_server(t, server);
	set_envelope(t->curl, buf_text(&text), recipients, letter);
	judge(transfer_run(t, ret), letter, ret);
	buf_done(&text);
}

/* What is wrong with the order to send; NULL: nothing. */
static const char *complain(const struct mail_server *server, const struct mail *mail, size_t n_bcc)
{
	size_t n = mail->n_to + mail->n_cc + n_bcc;

	if (!server->host || !is_host(server->host))
		return "the mail server is no host name or address";
	if (server->ehlo && !is_host(server->ehlo))
		return "the name for EHLO is no host name";
	if (n == 0 || n > MAIL_RECIPIENTS_MAX)
		return n ? "too many recipients" : "nobody to send it to";
	return NULL;
}

void mail_send(const struct mail_server *server, const struct mail *mail, const char *envelope_from,
    const char *const *bcc, size_t n_bcc, struct delivery *ret)
{
	const char *why = complain(server, mail, n_bcc);
	struct curl_slist *recipients = NULL;
	struct letter letter = {.status = 0};
	struct transfer t = {.curl = NULL};
	struct err e = OK;
	struct buf text;

	buf_init(&text, MAIL_BYTES_MAX);
	if (!why)
		e = mail_text(&text, mail);
	if (err_is(e))
		why = e.what;
	if (!why && !(add_recipients(&recipients, mail->to, mail->n_to) &&
			add_recipients(&recipients, mail->cc, mail->n_cc) &&
			add_recipients(&recipients, bcc, n_bcc)))
		why = "a recipient is no mail address";
	if (!why && !transfer_init(&t, "smtp,smtps", server->timeout_ms, server->guard))
		why = "out of memory";
	letter.rest = buf_view(&text);
	if (why)
		delivery_end(ret, DELIVERY_REFUSED, 0, why);
	else
		send_letter(&t, server, envelope_from ? envelope_from : mail->from, recipients,
		    &letter, ret);
	curl_slist_free_all(recipients);
	transfer_done(&t);
	buf_done(&text);
}
