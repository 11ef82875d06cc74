/*
 * post.c: the message as JSON to any server: all of it, or only its detail (what rules in
 * ElastAlert2's format post).
 */
#include "alert/render.h"

#include "alert/limits.h"

#include <string.h>

static const struct channel_option options[] = {
    HTTP_OPTIONS,
    {"payload", CHANNEL_WORD, .words = "message detail",
	.help = "the whole message, which is the default, or its detail alone"},
};

static struct err render(struct rendering *r, struct parcel *ret)
{
	struct span body;
	struct jsonw w;
	struct buf b;
	struct err e;

	buf_init(&b, PARCEL_BYTES_MAX);
	jsonw_init(&w, &b);
	if (!strcmp(render_text(r, "payload", "message"), "detail"))
		doc_write(&w, r->detail);
	else
		render_envelope(r, &b);
	e = render_keep(r, &b, &body);
	return err_is(e) ? e : render_request(r, "application/json", body, ret);
}

const struct channel_type channel_post = {
    .name = "post",
    .title = "Webhook",
    .help = "the message as JSON to any HTTP server",
    .options = options,
    .n_options = sizeof(options) / sizeof(options[0]),
    .render = render,
};
