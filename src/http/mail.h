/*
 * mail.h: one mail to one server by SMTP. It blocks, within its times; for the delivery thread.
 */
#pragma once

#include "http/delivery.h"
#include "http/guard.h"
#include "http/mail_text.h"

enum mail_tls {
	MAIL_TLS_OFFERED, /* STARTTLS if the server has it */
	MAIL_TLS_NEVER,
	MAIL_TLS_REQUIRED, /* STARTTLS or nothing */
	MAIL_TLS_IMPLICIT, /* from the first byte, port 465 */
};

struct mail_server {
	const char *host;
	uint16_t port; /* 0: 25, 465 if implicit */
	enum mail_tls tls;
	bool verified; /* the certificate must be good; else any will do */
	const char *ca_file; /* PEM; NULL: the system's */
	const char *user; /* NULL: no AUTH */
	const char *password;
	const char *ehlo; /* NULL: this host's name */
	unsigned timeout_ms; /* 0: HTTP_DELIVERY_MS */
	const struct guard *guard; /* NULL: may be anywhere, as mail servers are inside */
};

/* envelope_from NULL: the address in mail->from. bcc gets it and is not named in it. 4xx and
 * trouble on the way are to be tried again, 5xx is refused; a recipient that is refused refuses the
 * mail only if all are. */
void mail_send(const struct mail_server *server, const struct mail *mail, const char *envelope_from,
    const char *const *bcc, size_t n_bcc, struct delivery *ret);
