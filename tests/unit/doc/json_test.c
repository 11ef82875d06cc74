#include "doc/limits.h"
#include "unit/doc/outline.h"

#include "lib/test.h"

static void check(const char *text, const char *expected)
{
	CHECK_STR(outline_of(doc_from_json, span_str(text), false), expected);
}

static void every_kind(void)
{
	check("{\"a\":[null,true,false,-7,1.5,\"x\\u00e9\\n\"],\"b\":{}, \"c\" : [ ] }",
	    "{a=[null true false -7 1.5r 'x\xc3\xa9\n'] b={} c=[]}");
	check(" 5 ", "5");
	check("\"\"", "''");
}

static void each_value_and_key_has_its_place(void)
{
	CHECK_STR(
	    outline_of(doc_from_json,
		span_str("{\"a\": 1,\n  \"\xc3\xa9\\\"]\" : [\"\xc3\xa9\", [],\n\t{\"x\":null}]}"),
		true),
	    "1:1 {a@1:2=1:7 1 \xc3\xa9\"]@2:3=2:12 [2:13 '\xc3\xa9' 2:18 [] 3:2 {x@3:3=3:7 "
	    "null}]}");
}

static void a_scalar_keeps_how_it_was_written(void)
{
	struct doc_error error;
	struct arena a;
	const struct doc *d;

	arena_init(&a, 1 << 16);
	CHECK(!err_is(doc_from_json(span_str("[1.50, 1E2, true]"), &a, &d, &error)));
	CHECK_STR(d->first->text, "1.50");
	CHECK_STR(d->first->next->text, "1E2");
	CHECK_STR(d->first->next->next->text, "true");
	arena_done(&a);
}

static void what_is_wrong_and_where(void)
{
	check("", "1:1 this is not JSON: unexpected token near end of file");
	check("{\"a\":1,\n\"a\":2}", "2:3 this is not JSON: duplicate object key near '\"a\"'");
	check("[1,\n\xff]", "2:1 this is not JSON: unable to decode byte 0xff");
	check("[1] x", "1:5 this is not JSON: end of file expected near 'x'");
	check("[99999999999999999999]",
	    "1:21 this is not JSON: too big integer near '99999999999999999999'");
	check("[\"\\u0000\"]", "1:9 this is not JSON: \\u0000 is not allowed without "
			       "JSON_ALLOW_NUL near '\"\\u0000\"'");
}

/* n times `open`, then n times `close`. */
static const char *nested(char open, char close, size_t n)
{
	static char text[4096];

	memset(text, open, n);
	memset(text + n, close, n);
	text[2 * n] = 0;
	return text;
}

static void too_much(void)
{
	static char text[DOC_BYTES_MAX + 2];
	char *at = text;

	check(nested('[', ']', DOC_DEPTH_MAX + 1), "1:49 the document is nested too deeply");
	CHECK_EQ(
	    outline_of(doc_from_json, span_str(nested('[', ']', DOC_DEPTH_MAX)), false)[0], '[');
	memset(text, ' ', sizeof(text) - 1);
	check(text, "1:1 the document is larger than 1 MiB");
	*at++ = '[';
	for (size_t i = 0; i < DOC_VALUES_MAX; i++, at += 2)
		memcpy(at, "1,", 2);
	strcpy(at - 1, "]");
	check(text, "1:200000 the document has too many values");
}

int main(void)
{
	RUN(every_kind);
	RUN(each_value_and_key_has_its_place);
	RUN(a_scalar_keeps_how_it_was_written);
	RUN(what_is_wrong_and_where);
	RUN(too_much);
	return test_done();
}
