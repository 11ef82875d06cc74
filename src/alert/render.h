/*
 * render.h: what the files of channels/ share: the message, the channel's config, and memory.
 */
#pragma once

#include "alert/channel.h"
#include "base/jsonw.h"

struct rendering {
	const struct message *message;
	const struct doc *config; /* an object that was checked */
	const struct doc *detail; /* of the message; NULL: none */
	const char *host;
	int64_t now_ms;
	struct arena *arena;
	char *why; /* [CHANNEL_WHY_MAX] */
};

/* Options of the config; the fallback where they are not given. */
const char *render_text(const struct rendering *r, const char *key, const char *fallback);
int64_t render_number(const struct rendering *r, const char *key, int64_t fallback);
bool render_yes(const struct rendering *r, const char *key, bool fallback);
/* A list (or one text); *ret_n 0: not given. NULL: no memory. */
const char *const *render_texts(const struct rendering *r, const char *key, size_t *ret_n);
/* A member of the detail; "" none. */
const char *render_detail(const struct rendering *r, const char *key);

/* The buffer's bytes, moved into the arena; the buffer is done. ERR_LIMIT where it was full. */
must_use struct err render_keep(const struct rendering *r, struct buf *b, struct span *ret);
must_use struct err render_keep_text(
    const struct rendering *r, struct buf *b, const char **ret_text);

/* The first lines of the body that fit into so many bytes, without the headline; says if there is
 * more. */
void render_body(const struct rendering *r, size_t max, struct buf *b);

/* The message as JSON: id, rule, severity, subject, text, detail. */
void render_envelope(const struct rendering *r, struct buf *b);
/* text with {{subject}}, {{text}}, {{severity}}, {{id}}, {{url}} and any member of the detail
 * ({{owner}}) in place. ERR_INPUT for a {{ without end or an unknown name. */
must_use struct err render_template(const struct rendering *r, const char *text, struct buf *b);

typedef struct err render_json_fn(struct rendering *r, struct jsonw *w);

/* A request with a JSON body that `put` writes, and what every webhook has: URL, method, headers of
 * the config, idempotency key, credentials. */
must_use struct err render_json(struct rendering *r, render_json_fn *put, struct parcel *ret);

/* The options that it reads: rows of a channel's table. */
/* clang-format off */
#define HTTP_OPTIONS \
	{"url", CHANNEL_URLS, .needed = true, .secret = true, \
	    .help = "the address that it is posted to, or several; mostly it holds a secret"}, \
	{"method", CHANNEL_WORD, .words = "POST PUT", .help = "POST unless it is said"}, \
	{"headers", CHANNEL_MAP, .secret = true, .help = "more headers"}, \
	{"user", CHANNEL_TEXT, .help = "for HTTP Basic authentication"}, \
	{"password", CHANNEL_TEXT, .secret = true, .help = "for HTTP Basic authentication"}, \
	{"proxy", CHANNEL_URL, .help = "an HTTP proxy"}, \
	{"ca_file", CHANNEL_TEXT, .help = "PEM file of CAs to trust instead of the system's"}, \
	{"verify", CHANNEL_YES, .help = "whether the server's certificate must be good; true"}, \
	{"timeout_s", CHANNEL_NUMBER, .min = 1, .max = 300, \
	    .help = "30 seconds unless it is said"}
/* clang-format on */

extern const struct channel_type channel_email, channel_slack, channel_mattermost,
    channel_rocketchat, channel_teams, channel_post, channel_post2, channel_command, channel_syslog;
