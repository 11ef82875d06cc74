/*
 * assets.c: two hundred kilobytes of constants. What has its digest in its name is kept by browsers
 * for ever, the page itself is asked for each time and mostly answered with 304. The policy lets
 * the page run its own script and style and talk to its own server, and nothing else: text of
 * strangers that got into it could not do anything.
 */
#include "web/assets.h"

#include "base/buf.h"

static const char policy[] =
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; font-src 'self'; base-uri 'none'; form-action 'self'; "
    "frame-ancestors 'none'";

const struct page_file *asset_find(const char *path)
{
	for (const struct page_file *file = page_files; file->path; file++)
		if (strcmp(file->path, path) == 0)
			return file;
	return NULL;
}

bool asset_has_page(void)
{
	return page_files[0].path != NULL;
}

void asset_answer(struct http_call *call, const struct page_file *file)
{
	bool packed = http_takes_gzip(call);

	http_set_header(call, "Content-Security-Policy", policy);
	http_set_header(call, "Cache-Control",
	    file->hashed ? "public, max-age=31536000, immutable" : "no-cache");
	http_set_header(call, "Vary", "Accept-Encoding");
	if (http_answer_unchanged(call, file->etag))
		return;
	if (packed)
		http_set_header(call, "Content-Encoding", "gzip");
	http_answer_constant(call, 200, file->type, packed ? file->packed : file->plain);
}

void asset_answer_without(struct http_call *call)
{
	struct buf text;

	buf_init(&text, 1024);
	buf_str(&text,
	    "This certscape was built without its page: install npm, then `ninja -C build`.\n"
	    "The API is at /api/v1 all the same; /openapi.yaml describes it.\n");
	http_answer(call, 404, "text/plain; charset=utf-8", &text);
	buf_done(&text);
}
