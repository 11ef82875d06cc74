/*
 * post2.c: JSON of the user's own shape to any server: every text in `payload` may hold
 * {{subject}}, {{text}}, {{severity}}, {{id}}, {{url}} or a member of the detail. What is put in is
 * escaped as JSON, so no certificate's name can change the shape.
 */
#include "alert/render.h"

#include "alert/limits.h"

static const struct channel_option options[] = {
    HTTP_OPTIONS,
    {"payload", CHANNEL_ANY, .needed = true,
	.help = "the JSON that is posted; texts in it may hold {{subject}} and the like"},
};

static struct err text_put(struct rendering *r, struct jsonw *w, const char *text)
{
	struct buf b;
	struct err e;

	buf_init(&b, PARCEL_BYTES_MAX);
	e = render_template(r, text, &b);
	if (!err_is(e))
		jsonw_span(w, buf_view(&b));
	buf_done(&b);
	return e;
}

/* Not deeper than what the reader takes. */
static struct err value_put(struct rendering *r, struct jsonw *w, const struct doc *d)
{
	bool is_object = doc_is(d, DOC_OBJECT);
	struct err e = OK;

	if (doc_text(d))
		return text_put(r, w, doc_text(d));
	if (!is_object && !doc_is(d, DOC_ARRAY)) {
		doc_write(w, d);
		return OK;
	}
	if (is_object)
		jsonw_object(w);
	else
		jsonw_array(w);
	for (const struct doc *each = doc_first(d); each && !err_is(e); each = each->next) {
		if (is_object)
			jsonw_key_text(w, each->key);
		e = value_put(r, w, each);
	}
	if (is_object)
		jsonw_end_object(w);
	else
		jsonw_end_array(w);
	return e;
}

static struct err payload_put(struct rendering *r, struct jsonw *w)
{
	return value_put(r, w, doc_get(r->config, "payload"));
}

static struct err render(struct rendering *r, struct parcel *ret)
{
	return render_json(r, payload_put, ret);
}

const struct channel_type channel_post2 = {
    .name = "post2",
    .title = "Webhook with a payload of your own",
    .help = "JSON of your own shape to any HTTP server",
    .options = options,
    .n_options = sizeof(options) / sizeof(options[0]),
    .render = render,
};
