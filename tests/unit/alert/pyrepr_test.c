/* Expected texts are what Python 3.11 prints of the same values. */
#include "alert/pyrepr.h"

#include "lib/test.h"
#include "values.h"

#include <math.h>

static const char *repr(const struct doc *value)
{
	static struct buf out;

	buf_done(&out);
	buf_init(&out, 1000);
	pyrepr_put(&out, value);
	return buf_text(&out);
}

static void constants_and_integers(void)
{
	CHECK_STR(repr(NULL), "None");
	CHECK_STR(repr(value_null()), "None");
	CHECK_STR(repr(value_bool(true)), "True");
	CHECK_STR(repr(value_bool(false)), "False");
	CHECK_STR(repr(value_int(0)), "0");
	CHECK_STR(repr(value_int(-7)), "-7");
	CHECK_STR(repr(value_int(INT64_MAX)), "9223372036854775807");
	CHECK_STR(repr(value_int(INT64_MIN)), "-9223372036854775808");
}

static void a_float_has_the_fewest_digits_that_are_it(void)
{
	static const struct {
		double value;
		const char *text;
	} rows[] = {
	    {0.0, "0.0"},
	    {1.0, "1.0"},
	    {0.1, "0.1"},
	    {-2.5, "-2.5"},
	    {1e16, "1e+16"},
	    {1e15, "1000000000000000.0"},
	    {123456789012345.6, "123456789012345.6"},
	    {1e-4, "0.0001"},
	    {1e-5, "1e-05"},
	    {1.5e300, "1.5e+300"},
	    {2.0 / 3, "0.6666666666666666"},
	    {INFINITY, "inf"},
	    {-INFINITY, "-inf"},
	    {NAN, "nan"},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		CHECK_STR(repr(value_real(rows[i].value)), rows[i].text);
}

static void texts_are_quoted_and_what_cannot_be_printed_is_escaped(void)
{
	static const char *const rows[][2] = {
	    {"", "''"},
	    {"web1", "'web1'"},
	    {"it's", "\"it's\""},
	    {"say \"x\"", "'say \"x\"'"},
	    {"both ' and \"", "'both \\' and \"'"},
	    {"a\\b", "'a\\\\b'"},
	    {"tab\there", "'tab\\there'"},
	    {"line\nnext\r", "'line\\nnext\\r'"},
	    {"\x01\x7f", "'\\x01\\x7f'"},
	    {"caf\u00e9 \u65e5\u672c", "'caf\u00e9 \u65e5\u672c'"},
	    {"nbsp\u00a0", "'nbsp\\xa0'"},
	    {"zero\u200bwidth", "'zero\\u200bwidth'"},
	    {"\U0001f600", "'\U0001f600'"},
	    {"\U000e0001", "'\\U000e0001'"},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		CHECK_STR(repr(value_text(rows[i][0])), rows[i][1]);
}

static void lists_and_dicts_nest(void)
{
	struct doc *names =
	    value_items(DOC_ARRAY, value_text("a.example"), value_text("b.example"), NULL);

	CHECK_STR(repr(names), "['a.example', 'b.example']");
	CHECK_STR(repr(value_items(DOC_ARRAY, NULL)), "[]");
	CHECK_STR(repr(value_items(DOC_OBJECT, NULL)), "{}");
	CHECK_STR(repr(value_items(DOC_OBJECT, value_keyed("port", value_int(443)),
		      value_keyed("it's", names), NULL)),
	    "{'port': 443, \"it's\": ['a.example', 'b.example']}");
}

static void str_is_repr_but_of_texts(void)
{
	struct buf out;

	buf_init(&out, 100);
	pystr_put(&out, value_text("it's"));
	pystr_put(&out, value_bool(true));
	pyascii_put(&out, value_text("caf\u00e9\u65e5"));
	CHECK_STR(buf_text(&out), "it'sTrue'caf\\xe9\\u65e5'");
	buf_done(&out);
}

static void what_is_empty_is_false(void)
{
	CHECK(!pytrue(NULL));
	CHECK(!pytrue(value_null()));
	CHECK(!pytrue(value_bool(false)));
	CHECK(!pytrue(value_int(0)));
	CHECK(!pytrue(value_real(0)));
	CHECK(!pytrue(value_text("")));
	CHECK(!pytrue(value_items(DOC_ARRAY, NULL)));
	CHECK(pytrue(value_bool(true)));
	CHECK(pytrue(value_int(-1)));
	CHECK(pytrue(value_real(0.1)));
	CHECK(pytrue(value_text("0")));
	CHECK(pytrue(value_items(DOC_OBJECT, value_keyed("a", value_null()), NULL)));
}

int main(void)
{
	RUN(constants_and_integers);
	RUN(a_float_has_the_fewest_digits_that_are_it);
	RUN(texts_are_quoted_and_what_cannot_be_printed_is_escaped);
	RUN(lists_and_dicts_nest);
	RUN(str_is_repr_but_of_texts);
	RUN(what_is_empty_is_false);
	return test_done();
}
