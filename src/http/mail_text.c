/*
 * mail_text.c: headers in the order in which Python's MIMEText has them, then the body. An encoded
 * word carries at most 45 bytes, cut between characters, so that its line stays below 76 columns
 * (RFC 2047 2); headers that are ASCII are folded at blanks only where a line would pass 998
 * characters (RFC 5322 2.1.1), because some readers show the folds.
 */
#include "http/mail_text.h"

#include "base/base64.h"
#include "base/text.h"
#include "base/time.h"

enum {
	WORD_BYTES = 45, /* 60 columns of base64 and 12 of frame */
	LINE_BYTES = 57, /* 76 columns of base64 (RFC 2045 6.8) */
	LINE_MAX = 900, /* of a header, before it is folded */
};

static const char line_end[] = "\r\n";

static bool is_ascii(const char *text)
{
	for (; *text; text++)
		if ((uint8_t)*text >= 0x80)
			return false;
	return true;
}

/* What may stand in a header at all. */
static bool is_sound(const char *text)
{
	for (const char *c = text; *c; c++)
		if (((uint8_t)*c < ' ' && *c != '\t') || *c == 0x7f)
			return false;
	return text_is_utf8(span_str(text));
}

/* As many whole characters as WORD_BYTES take. */
static struct span cut_word(struct span *text)
{
	struct span rest = *text, word = *text;

	while (rest.n && text->n - rest.n < WORD_BYTES - 3)
		text_next(&rest);
	word.n = text->n - rest.n;
	*text = rest;
	return word;
}

static void put_words(struct buf *b, struct span text)
{
	for (bool first = true; text.n; first = false) {
		buf_str(b, first ? "=?utf-8?b?" : "\r\n =?utf-8?b?");
		base64_encode(b, cut_word(&text));
		buf_str(b, "?=");
	}
}

/* Text, folded at its last blank before LINE_MAX where it is longer. */
static void put_folded(struct buf *b, struct span text)
{
	while (text.n > LINE_MAX) {
		size_t at = LINE_MAX;

		while (at > 1 && text.p[at] != ' ')
			at--;
		if (at <= 1)
			break;
		buf_span(b, span_take(&text, at));
		buf_str(b, line_end);
	}
	buf_span(b, text);
}

static void put_value(struct buf *b, const char *value)
{
	if (is_ascii(value))
		put_folded(b, span_str(value));
	else
		put_words(b, span_str(value));
}

static struct err put_header(struct buf *b, const char *name, const char *value)
{
	if (!is_sound(value) || !is_sound(name) || !*name || strpbrk(name, ": \t") ||
	    !is_ascii(name))
		return err_input(
		    0, "a mail header with a line end, a control character or no UTF-8");
	buf_str(b, name);
	buf_str(b, ": ");
	put_value(b, value);
	buf_str(b, line_end);
	return OK;
}

struct span mail_address(const char *text)
{
	const char *open = strrchr(text, '<'), *close = open ? strchr(open, '>') : NULL;
	struct span address =
	    open && close ? span_of(open + 1, (size_t)(close - open - 1)) : span_str(text);

	while (address.n && address.p[0] == ' ')
		span_take(&address, 1);
	while (address.n && address.p[address.n - 1] == ' ')
		address.n--;
	for (size_t i = 0; i < address.n; i++)
		if (address.p[i] <= ' ' || address.p[i] == 0x7f ||
		    strchr("<>,;\"\\()", address.p[i]))
			return (struct span){NULL, 0, true};
	if (address.n == 0 || !is_sound(text))
		return (struct span){NULL, 0, true};
	return address;
}

/* "Jörg <j@example.com>": the name is encoded, the address is not. */
static void put_mailbox(struct buf *b, const char *mailbox)
{
	const char *open = strrchr(mailbox, '<');
	struct span name = span_of(mailbox, open ? (size_t)(open - mailbox) : 0);

	if (is_ascii(mailbox) || !open) {
		buf_str(b, mailbox);
		return;
	}
	while (name.n && (name.p[name.n - 1] == ' ' || name.p[name.n - 1] == '"'))
		name.n--;
	if (span_starts(name, "\""))
		span_take(&name, 1);
	put_words(b, name);
	buf_str(b, " ");
	buf_str(b, open);
}

/* "To: a@example.com, b@example.com"; nothing where there is nobody. */
static struct err put_mailboxes(
    struct buf *b, const char *name, const char *const *mailboxes, size_t n)
{
	size_t line = b->n;

	if (n == 0)
		return OK;
	buf_str(b, name);
	buf_str(b, ": ");
	for (size_t i = 0; i < n; i++) {
		if (!is_sound(mailboxes[i]))
			return err_input(
			    i, "a mail address with a line end or a control character");
		if (i)
			buf_str(b, ", ");
		if (i && b->n - line + strlen(mailboxes[i]) > LINE_MAX) {
			buf_str(b, "\r\n ");
			line = b->n;
		}
		put_mailbox(b, mailboxes[i]);
	}
	buf_str(b, line_end);
	return OK;
}

/* "Sun, 22 Nov 2026 03:29:28 -0000": UTC, as formatdate() says it. */
static void put_date(struct buf *b, int64_t seconds)
{
	static const char days[7][4] = {"Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"};
	static const char months[12][4] = {
	    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
	struct civil c = time_civil(seconds);

	buf_printf(b, "Date: %s, %02u %s %04u %02u:%02u:%02u -0000\r\n",
	    days[(uint64_t)(seconds / 86400) % 7], c.day, months[c.month - 1], (unsigned)c.year,
	    c.hour, c.minute, c.second);
}

static void put_body(struct buf *b, const char *text)
{
	struct span rest = span_str(text);

	while (rest.n) {
		base64_encode(b, span_take(&rest, rest.n < LINE_BYTES ? rest.n : LINE_BYTES));
		buf_str(b, line_end);
	}
}

static void put_part_type(struct buf *b, const char *subtype)
{
	buf_printf(b, "MIME-Version: 1.0\r\nContent-Type: text/%s; charset=\"utf-8\"\r\n", subtype);
	buf_str(b, "Content-Transfer-Encoding: base64\r\n");
}

static void put_part(struct buf *b, const char *boundary, const char *subtype, const char *text)
{
	buf_printf(b, "--%s\r\n", boundary);
	put_part_type(b, subtype);
	buf_str(b, line_end);
	put_body(b, text);
}

static struct err put_headers(struct buf *b, const struct mail *m)
{
	struct err e = put_header(b, "Subject", m->subject);

	if (!err_is(e))
		e = put_mailboxes(b, "To", m->to, m->n_to);
	if (!err_is(e))
		e = put_mailboxes(b, "From", &m->from, 1);
	if (!err_is(e) && m->reply_to)
		e = put_mailboxes(b, "Reply-To", &m->reply_to, 1);
	put_date(b, m->date_s);
	if (!err_is(e))
		e = put_mailboxes(b, "Cc", m->cc, m->n_cc);
	if (!err_is(e) && m->message_id) {
		bool fits = is_sound(m->message_id) && !strpbrk(m->message_id, "<> \t");

		buf_printf(b, "Message-ID: <%s>\r\n", fits ? m->message_id : "");
		e = fits ? OK : err_input(0, "a Message-ID with a blank or a bracket");
	}
	for (size_t i = 0; !err_is(e) && i < m->n_headers; i++)
		e = put_header(b, m->headers[i].name, m->headers[i].value);
	return e;
}

struct err mail_text(struct buf *b, const struct mail *m)
{
	/* Base64 has no "=_" inside of a line, so no body can hold it. */
	static const char boundary[] = "=_certscape_alternative";
	bool both = m->text && m->html;
	struct err e;

	if (!m->text && !m->html)
		return err_bug("a mail without a body");
	if (both)
		buf_printf(b,
		    "MIME-Version: 1.0\r\n"
		    "Content-Type: multipart/alternative; boundary=\"%s\"\r\n",
		    boundary);
	else
		put_part_type(b, m->text ? "plain" : "html");
	e = put_headers(b, m);
	if (err_is(e))
		return e;
	buf_str(b, line_end);
	if (both) {
		put_part(b, boundary, "plain", m->text);
		put_part(b, boundary, "html", m->html);
		buf_printf(b, "--%s--\r\n", boundary);
	} else {
		put_body(b, m->text ? m->text : m->html);
	}
	return b->full ? err_limit("the mail is too long") : OK;
}
