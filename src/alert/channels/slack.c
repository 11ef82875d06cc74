/*
 * slack.c: an incoming webhook of Slack; Mattermost and Rocket.Chat take the same JSON. Our own
 * messages are tables, so they stand in a code block; others are shown as they are.
 */
#include "alert/render.h"

#include "alert/html.h"
#include "alert/limits.h"

static const struct channel_option options[] = {
    HTTP_OPTIONS,
    {"channel", CHANNEL_TEXT, .help = "another channel than the webhook's own"},
    {"username", CHANNEL_TEXT, .help = "who says it"},
    {"icon_emoji", CHANNEL_TEXT, .help = "its picture: an emoji (:lock:)"},
    {"icon_url", CHANNEL_URL, .help = "its picture: a URL"},
};

enum { OPTIONS = sizeof(options) / sizeof(options[0]) };

static void member(struct jsonw *w, const char *key, const char *text)
{
	if (!text || !*text)
		return;
	jsonw_key(w, key);
	jsonw_str(w, text);
}

/* Slack's three characters; a code block ends with three more. */
static void escaped(struct buf *b, struct span text)
{
	for (size_t i = 0; i < text.n; i++) {
		switch (text.p[i]) {
		case '&':
			buf_str(b, "&amp;");
			break;
		case '<':
			buf_str(b, "&lt;");
			break;
		case '>':
			buf_str(b, "&gt;");
			break;
		case '`':
			buf_str(b, "'");
			break;
		default:
			buf_put(b, &text.p[i], 1);
		}
	}
}

static void body_put(const struct rendering *r, struct jsonw *w)
{
	bool is_table = *r->message->html;
	struct buf body, text;

	buf_init(&body, 2 * CHAT_BODY_MAX);
	buf_init(&text, 16 * CHAT_BODY_MAX);
	render_body(r, CHAT_BODY_MAX, &body);
	buf_str(&text, is_table ? "```\n" : "");
	escaped(&text, buf_view(&body));
	buf_str(&text, is_table ? "\n```" : "");
	jsonw_key(w, "text");
	jsonw_span(w, buf_view(&text));
	buf_done(&body);
	buf_done(&text);
}

static void attachment_put(const struct rendering *r, struct jsonw *w)
{
	struct buf title;

	buf_init(&title, 16 << 10);
	escaped(&title, span_str(r->message->subject));
	jsonw_object(w);
	member(w, "color", html_colour(r->message->severity));
	member(w, "title", buf_text(&title));
	member(w, "title_link", render_detail(r, "url"));
	member(w, "fallback", buf_text(&title));
	body_put(r, w);
	jsonw_end_object(w);
	buf_done(&title);
}

static struct err attachments_put(struct rendering *r, struct jsonw *w)
{
	jsonw_object(w);
	member(w, "channel", render_text(r, "channel", NULL));
	member(w, "username", render_text(r, "username", "certscape"));
	member(w, "icon_emoji", render_text(r, "icon_emoji", NULL));
	member(w, "icon_url", render_text(r, "icon_url", NULL));
	jsonw_key(w, "attachments");
	jsonw_array(w);
	attachment_put(r, w);
	jsonw_end_array(w);
	jsonw_end_object(w);
	return OK;
}

static struct err render(struct rendering *r, struct parcel *ret)
{
	return render_json(r, attachments_put, ret);
}

const struct channel_type channel_slack = {
    .name = "slack",
    .title = "Slack",
    .help = "an incoming webhook of Slack",
    .options = options,
    .n_options = OPTIONS,
    .render = render,
};

const struct channel_type channel_mattermost = {
    .name = "mattermost",
    .title = "Mattermost",
    .help = "an incoming webhook of Mattermost",
    .options = options,
    .n_options = OPTIONS,
    .render = render,
};

const struct channel_type channel_rocketchat = {
    .name = "rocketchat",
    .title = "Rocket.Chat",
    .help = "an incoming webhook of Rocket.Chat",
    .options = options,
    .n_options = OPTIONS,
    .render = render,
};
