/*
 * channel.h: the ways to people. A channel is one file of channels/ and one row of the table in
 * channel.c: its options, and a pure function that makes of a message what is to be carried: a
 * mail, an HTTP request, a command with its input, a line of a log. Who carries it is courier.h.
 */
#pragma once

#include "doc/doc.h"
#include "http/client.h"
#include "http/mail.h"
#include "store/outbox.h"

enum carrier {
	CARRIER_MAIL,
	CARRIER_HTTP,
	CARRIER_COMMAND,
	CARRIER_SYSLOG,
};

enum syslog_way {
	SYSLOG_LOCAL, /* /dev/log */
	SYSLOG_UDP,
	SYSLOG_TCP,
};

/* What is to be carried, and where to. All of it lies in the arena it was made in. */
struct parcel {
	enum carrier carrier;
	const char *to; /* where, for people: the recipients, the host of a URL */
	struct {
		struct mail mail;
		struct mail_server server;
		const char *envelope_from; /* NULL: as mail_send says */
		const char *const *bcc;
		size_t n_bcc;
		const char *auth_file; /* who logs in: login.h; NULL: server says it */
	} mail;
	struct http_request request; /* its guard is the courier's */
	const char *const *urls; /* of the request: it goes to each of them */
	size_t n_urls;
	struct {
		const char *const *argv; /* NULL-terminated; no shell */
		struct span input;
	} command;
	struct {
		enum syslog_way way;
		const char *host;
		uint16_t port;
		struct span line;
	} syslog;
};

enum option_kind {
	CHANNEL_TEXT,
	CHANNEL_URL,
	CHANNEL_URLS, /* one or a list */
	CHANNEL_TEXTS, /* a list; one text is a list of one */
	CHANNEL_MAP, /* of texts */
	CHANNEL_NUMBER,
	CHANNEL_YES,
	CHANNEL_WORD, /* one of `words` */
	CHANNEL_ANY, /* any JSON */
};

struct channel_option {
	const char *key;
	enum option_kind kind;
	bool needed;
	bool secret; /* never shown again once it was given */
	const char *words; /* CHANNEL_WORD: "offered never required implicit" */
	int64_t min, max; /* CHANNEL_NUMBER */
	const char *help;
};

struct rendering; /* render.h */

struct channel_type {
	const char *name; /* "email" */
	const char *title;
	const char *help;
	const struct channel_option *options;
	size_t n_options;
	/* ERR_INPUT: this message cannot be carried there, with a sentence in `why`. */
	struct err (*render)(struct rendering *r, struct parcel *ret);
};

const struct channel_type *const *channel_table(size_t *ret_n);
const struct channel_type *channel_find(const char *name); /* NULL: none such */

/* Is this config (JSON) one of that type? ERR_INPUT with place and sentence. */
must_use struct err channel_check(
    const struct channel_type *type, const char *config, struct doc_error *error);

/* What stands for a secret that is not shown. */
#define CHANNEL_HIDDEN "***"

/* The config with its secrets hidden. */
must_use struct err channel_redact(
    const struct channel_type *type, const char *config, struct buf *b);
/* A config as somebody sends it back: hidden secrets are those of the old one. */
must_use struct err channel_restore(
    const struct channel_type *type, const char *config, const char *old, struct buf *b);

enum { CHANNEL_WHY_MAX = 256 };

/* What a message becomes in its channel (message->type, ->config). host is this machine's name.
 * ERR_INPUT with a sentence in why. */
must_use struct err channel_render(const struct message *message, const char *host, int64_t now_ms,
    struct arena *arena, struct parcel *ret_parcel, char why[CHANNEL_WHY_MAX]);
