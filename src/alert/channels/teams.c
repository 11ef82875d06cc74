/*
 * teams.c: Microsoft Teams, by the URL of a workflow ("When a Teams webhook request is received"),
 * as an Adaptive Card 1.4. The connectors of Office 365, which took other JSON, are gone.
 */
#include "alert/render.h"

#include "alert/limits.h"
#include "observe/finding.h"

static const struct channel_option options[] = {
    HTTP_OPTIONS,
};

static void member(struct jsonw *w, const char *key, const char *text)
{
	jsonw_key(w, key);
	jsonw_str(w, text);
}

static const char *card_colour(uint8_t severity)
{
	if (severity >= SEVERITY_HIGH)
		return "Attention";
	if (severity == SEVERITY_MEDIUM)
		return "Warning";
	return severity == SEVERITY_INFO ? "Good" : "Default";
}

static void headline_put(const struct rendering *r, struct jsonw *w)
{
	jsonw_object(w);
	member(w, "type", "TextBlock");
	member(w, "size", "Medium");
	member(w, "weight", "Bolder");
	member(w, "color", card_colour(r->message->severity));
	member(w, "text", r->message->subject);
	jsonw_key(w, "wrap");
	jsonw_bool(w, true);
	jsonw_end_object(w);
}

/* A single line end is none in a card's Markdown. */
static void body_put(const struct rendering *r, struct jsonw *w)
{
	struct buf body, text;

	buf_init(&body, 2 * TEAMS_BODY_MAX);
	buf_init(&text, 4 * TEAMS_BODY_MAX);
	render_body(r, TEAMS_BODY_MAX, &body);
	for (size_t i = 0; i < body.n; i++) {
		buf_put(&text, &body.p[i], 1);
		if (body.p[i] == '\n')
			buf_str(&text, "\n");
	}
	jsonw_object(w);
	member(w, "type", "TextBlock");
	member(w, "fontType", "Monospace");
	jsonw_key(w, "text");
	jsonw_span(w, buf_view(&text));
	jsonw_key(w, "wrap");
	jsonw_bool(w, true);
	jsonw_end_object(w);
	buf_done(&body);
	buf_done(&text);
}

static void actions_put(const struct rendering *r, struct jsonw *w)
{
	const char *url = render_detail(r, "url");

	if (!*url)
		return;
	jsonw_key(w, "actions");
	jsonw_array(w);
	jsonw_object(w);
	member(w, "type", "Action.OpenUrl");
	member(w, "title", "Show, acknowledge or mute");
	member(w, "url", url);
	jsonw_end_object(w);
	jsonw_end_array(w);
}

static void card_put(const struct rendering *r, struct jsonw *w)
{
	jsonw_object(w);
	member(w, "$schema", "http://adaptivecards.io/schemas/adaptive-card.json");
	member(w, "type", "AdaptiveCard");
	member(w, "version", "1.4");
	jsonw_key(w, "msteams");
	jsonw_object(w);
	member(w, "width", "Full");
	jsonw_end_object(w);
	jsonw_key(w, "body");
	jsonw_array(w);
	headline_put(r, w);
	body_put(r, w);
	jsonw_end_array(w);
	actions_put(r, w);
	jsonw_end_object(w);
}

static struct err message_put(struct rendering *r, struct jsonw *w)
{
	jsonw_object(w);
	member(w, "type", "message");
	jsonw_key(w, "attachments");
	jsonw_array(w);
	jsonw_object(w);
	member(w, "contentType", "application/vnd.microsoft.card.adaptive");
	jsonw_key(w, "content");
	card_put(r, w);
	jsonw_end_object(w);
	jsonw_end_array(w);
	jsonw_end_object(w);
	return OK;
}

static struct err render(struct rendering *r, struct parcel *ret)
{
	return render_json(r, message_put, ret);
}

const struct channel_type channel_teams = {
    .name = "teams",
    .title = "Microsoft Teams",
    .help = "a workflow of Microsoft Teams that takes a webhook",
    .options = options,
    .n_options = sizeof(options) / sizeof(options[0]),
    .render = render,
};
