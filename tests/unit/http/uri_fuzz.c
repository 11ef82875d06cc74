#include "http/uri.h"

#include "base/text.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* A path has one meaning: it begins with a slash, leads nowhere up and is text. */
static void check_path(const char *path)
{
	size_t n = strlen(path);

	if (path[0] != '/' || !text_is_utf8(span_str(path)) || strstr(path, "/../") ||
	    strstr(path, "/./") || (n >= 3 && strcmp(path + n - 3, "/..") == 0))
		abort();
	for (size_t i = 0; i < n; i++)
		if ((uint8_t)path[i] < ' ' || path[i] == 0x7f || path[i] == '\\')
			abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena arena;
	struct uri uri;

	arena_init(&arena, HTTP_CALL_BYTES_MAX);
	if (!refusal_is(uri_parse(span_of(data, size), &arena, &uri))) {
		check_path(uri.path);
		for (size_t i = 0; i < uri.n_params; i++)
			if (!text_is_utf8(span_str(uri.params[i].name)) ||
			    !text_is_utf8(span_str(uri.params[i].value)))
				abort();
	}
	arena_done(&arena);
	return 0;
}
