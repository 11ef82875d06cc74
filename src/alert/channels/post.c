/*
 * post.c: the message as JSON to any server: all of it, or only its detail (what rules in
 * ElastAlert2's format post).
 */
#include "alert/render.h"

#include <string.h>

static const struct channel_option options[] = {
    HTTP_OPTIONS,
    {"payload", CHANNEL_WORD, .words = "message detail",
	.help = "the whole message, which is the default, or its detail alone"},
};

static struct err payload_put(struct rendering *r, struct jsonw *w)
{
	if (!strcmp(render_text(r, "payload", "message"), "detail"))
		doc_write(w, r->detail);
	else
		render_envelope(r, w->b);
	return OK;
}

static struct err render(struct rendering *r, struct parcel *ret)
{
	return render_json(r, payload_put, ret);
}

const struct channel_type channel_post = {
    .name = "post",
    .title = "Webhook",
    .help = "the message as JSON to any HTTP server",
    .options = options,
    .n_options = sizeof(options) / sizeof(options[0]),
    .render = render,
};
