/*
 * mail_text.h: a mail as the bytes that SMTP carries (RFC 5322, MIME): pure. Texts are UTF-8; in
 * headers what is not ASCII is encoded (RFC 2047), bodies are base64, as Python's MIMEText writes
 * them, so that a mail of ElastAlert2 can be made byte for byte where it matters.
 */
#pragma once

#include "base/buf.h"
#include "base/err.h"
#include "http/delivery.h"

struct mail {
	const char *from; /* the header: "ElastAlert", "Certscape <certs@example.com>" */
	const char *const *to;
	size_t n_to;
	const char *const *cc;
	size_t n_cc;
	const char *reply_to; /* NULL: no such header */
	const char *subject;
	const char *text; /* the body; NULL if there is only HTML */
	const char *html; /* NULL: text only; both: multipart/alternative */
	int64_t date_s; /* since 1970 */
	const char *message_id; /* without <>; NULL: the server makes one */
	const struct http_field *headers; /* more of them: Auto-Submitted, X-... */
	size_t n_headers;
};

/* Appends the whole message with CRLF line ends. ERR_INPUT: a header's text holds a line end or
 * another control character, or is no UTF-8; ERR_LIMIT: too long. */
must_use struct err mail_text(struct buf *b, const struct mail *mail);
/* The address in "Name <user@host>" or alone; empty and bad if there is none that SMTP could
 * carry. */
struct span mail_address(const char *text);
