#include "base/jsonw.h"
#include "doc/doc.h"

#include "lib/test.h"

static void same(const char *json)
{
	struct doc_error error;
	const struct doc *doc = NULL;
	struct arena arena;
	struct jsonw w;
	struct buf b;

	arena_init(&arena, 1 << 20);
	buf_init(&b, 1 << 16);
	CHECK(!err_is(doc_from_json(span_str(json), &arena, &doc, &error)));
	jsonw_init(&w, &b);
	doc_write(&w, doc);
	CHECK_STR(buf_text(&b), json);
	buf_done(&b);
	arena_done(&arena);
}

static void is_what_was_read(void)
{
	same("{\"a\":[1,-2.50,1e9,true,false,null,\"x\\\"y\"],\"b \\\\\":{},\"c\":[]}");
	same("\"alone\"");
	same("-1234567890.0500");
}

int main(void)
{
	RUN(is_what_was_read);
	return test_done();
}
