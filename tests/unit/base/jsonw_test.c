#include "base/jsonw.h"

#include "lib/test.h"

static const char *string(const void *p, size_t n)
{
	static char out[300];
	struct buf b;
	struct jsonw w;

	buf_init(&b, sizeof(out));
	jsonw_init(&w, &b);
	jsonw_span(&w, span_of(p, n));
	snprintf(out, sizeof(out), "%s", buf_text(&b));
	buf_done(&b);
	return out;
}

static void commas_stand_between_and_nowhere_else(void)
{
	struct buf b;
	struct jsonw w;

	buf_init(&b, 1000);
	jsonw_init(&w, &b);
	jsonw_object(&w);
	jsonw_key(&w, "empty");
	jsonw_array(&w);
	jsonw_end_array(&w);
	jsonw_key(&w, "list");
	jsonw_array(&w);
	jsonw_i64(&w, INT64_MIN);
	jsonw_u64(&w, UINT64_MAX);
	jsonw_object(&w);
	jsonw_end_object(&w);
	jsonw_bool(&w, true);
	jsonw_bool(&w, false);
	jsonw_null(&w);
	jsonw_end_array(&w);
	jsonw_key(&w, "hex");
	jsonw_hex(&w, span_of("\x00\xab\xff", 3));
	jsonw_key(&w, "none");
	jsonw_hex(&w, span_of(NULL, 0));
	jsonw_end_object(&w);
	CHECK_STR(buf_text(&b),
	    "{\"empty\":[],\"list\":[-9223372036854775808,18446744073709551615,{},true,false,null],"
	    "\"hex\":\"00abff\",\"none\":\"\"}");
	buf_done(&b);
}

static void strings_are_escaped(void)
{
	CHECK_STR(string("a\"b\\c/d", 7), "\"a\\\"b\\\\c/d\"");
	CHECK_STR(string("\b\f\n\r\t\0\x1f", 7), "\"\\b\\f\\n\\r\\t\\u0000\\u001f\"");
	CHECK_STR(string("\x7f\xc2\x9b", 3), "\"\\u007f\\u009b\"");
	CHECK_STR(string("\xe2\x80\xa8\xe2\x80\xae", 6), "\"\\u2028\\u202e\"");
	CHECK_STR(string("\xc3\xa4\xf0\x9f\x98\x80", 6), "\"\xc3\xa4\xf0\x9f\x98\x80\"");
}

static void what_is_not_utf8_is_replaced(void)
{
	CHECK_STR(string("a\xff"
			 "b",
		      3),
	    "\"a\xef\xbf\xbd"
	    "b\"");
	CHECK_STR(string("\xc3", 1), "\"\xef\xbf\xbd\"");
	CHECK_STR(string("\xc3\"", 2), "\"\xef\xbf\xbd\\\"\"");
}

static void a_full_buffer_says_so(void)
{
	struct buf b;
	struct jsonw w;

	buf_init(&b, 5);
	jsonw_init(&w, &b);
	jsonw_str(&w, "longer");
	CHECK(b.full);
	buf_done(&b);
}

int main(void)
{
	RUN(commas_stand_between_and_nowhere_else);
	RUN(strings_are_escaped);
	RUN(what_is_not_utf8_is_replaced);
	RUN(a_full_buffer_says_so);
	return test_done();
}
