/* Expected texts are what str.format of Python 3.11 gives for the same arguments. */
#include "alert/pyformat.h"

#include "lib/test.h"
#include "values.h"

enum { N_ARGS = 8 };

static const struct doc *args[N_ARGS];

static void make_args(void)
{
	args[0] = value_text("web1");
	args[1] = value_int(443);
	args[2] = value_items(DOC_ARRAY, value_text("a.example"), value_text("b.example"), NULL);
	args[3] = value_real(2.5);
	args[4] = value_bool(true);
	args[5] = value_int(-42);
	args[6] = value_int(1234567);
	args[7] = value_items(DOC_OBJECT, value_keyed("cn", value_text("\u65e5\u672c")), NULL);
}

static const char *format(const char *text, bool *ret_unsuited)
{
	struct pyformat_args by_number = {.n = N_ARGS, .values = args};
	static struct buf out;

	buf_done(&out);
	buf_init(&out, 2000);
	CHECK(!err_is(pyformat(text, &by_number, &out, ret_unsuited)));
	return buf_text(&out);
}

static void fields_are_filled_in_as_python_does(void)
{
	static const char *const rows[][2] = {
	    {"", ""},
	    {"Host: {0}\n", "Host: web1\n"},
	    {"{1}", "443"},
	    {"{2}", "['a.example', 'b.example']"},
	    {"{3}", "2.5"},
	    {"{4}", "True"},
	    {"{{{0}}}", "{web1}"},
	    {"}}{{", "}{"},
	    {"{} {}", "web1 443"},
	    {"{0!r}", "'web1'"},
	    {"{0!s}{2!s:.3}", "web1['a"},
	    {"{2[1]}", "b.example"},
	    {"{7[cn]}", "\u65e5\u672c"},
	    {"{7[cn]!a}", "'\\u65e5\\u672c'"},
	    {"{0:>8}|", "    web1|"},
	    {"{0:<8}|", "web1    |"},
	    {"{0:^9}|", "  web1   |"},
	    {"{0:*^9}|", "**web1***|"},
	    {"{0:08}", "web10000"},
	    {"{0:.2}", "we"},
	    {"{0:s}", "web1"},
	    {"{0:\u65e5>6}", "\u65e5\u65e5web1"},
	    {"{1:>6}|", "   443|"},
	    {"{1:06}", "000443"},
	    {"{1:-^7}|", "--443--|"},
	    {"{1:d}", "443"},
	    {"{1:+}", "+443"},
	    {"{1:x} {1:X} {1:o} {1:b}", "1bb 1BB 673 110111011"},
	    {"{1:.2f}", "443.00"},
	    {"{3:.1f}", "2.5"},
	    {"{3:8.3f}|", "   2.500|"},
	    {"{3:e} {3:.1E}", "2.500000e+00 2.5E+00"},
	    {"{3:g} {3:G}", "2.5 2.5"},
	    {"{3:%} {3:.0%}", "250.000000% 250%"},
	    {"{5: }|{5:=6}|{5:06}|{5:<6}|", "-42|-   42|-00042|-42   |"},
	    {"{1: }", " 443"},
	    {"{6:,} {6:,.2f}", "1,234,567 1,234,567.00"},
	    {"{2!s:>30}|", "    ['a.example', 'b.example']|"},
	};
	bool unsuited = true;

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		CHECK_STR(format(rows[i][0], &unsuited), rows[i][1]);
		CHECK(!unsuited);
	}
}

static void a_specification_of_another_type_is_left_out(void)
{
	static const char *const rows[][2] = {
	    {"{0:d}", "web1"},
	    {"{0:,}", "web1"},
	    {"{2:>30}", "['a.example', 'b.example']"},
	    {"{1:s}", "443"},
	    {"{3:x}", "2.5"},
	    {"{1:.2}", "443"},
	    {"{2[9]}", "['a.example', 'b.example']"},
	    {"{0[x]}", "web1"},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		bool unsuited = false;

		CHECK_STR(format(rows[i][0], &unsuited), rows[i][1]);
		CHECK(unsuited);
	}
}

static void what_is_refused_is_refused_where_it_stands(void)
{
	static const struct {
		const char *format;
		size_t at;
		const char *what;
	} rows[] = {
	    {"a } b", 2, "a '}' stands alone: write }} for one"},
	    {"{0", 2, "'}' is expected"},
	    {"{", 1, "'}' is expected"},
	    {"{0!x}", 3, "r, s or a is expected after '!'"},
	    {"{0:{1}}", 3, "a field within a field is not supported"},
	    {"{0:q}", 3,
		"after the ':', [[fill]align][sign][0][width][,][.precision] and one of s d x X o "
		"b f e g % is expected"},
	    {"{0:99999}", 7, "so wide a field is refused"},
	    {"{0:.100}", 7, "a precision of at most two digits is expected"},
	    {"{0.real}", 2, "attributes of values are not supported"},
	    {"{0[]}", 3, "an index is expected after '['"},
	    {"{0[1", 4, "']' is expected"},
	    {"x {8}", 2, "there are fewer arguments than that"},
	    {"{name}", 0, "the arguments go by number: {0}, {1}, ..."},
	    {"{} {1}", 3, "{} and {0} do not go together"},
	};
	struct pyformat_args unknown = {.n = N_ARGS};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		bool unsuited;
		struct err e = pyformat(rows[i].format, &unknown, NULL, &unsuited);

		CHECK(err_class(e) == ERR_INPUT);
		CHECK_EQ(e.at, rows[i].at);
		CHECK_STR(e.what, rows[i].what);
	}
}

static void arguments_may_have_names(void)
{
	static const char *const names[] = {"host", "port"};
	struct pyformat_args by_name = {.n = 2, .names = names, .values = args};
	bool unsuited;
	struct buf out;

	buf_init(&out, 100);
	CHECK(!err_is(pyformat("{port} on {host:>5}", &by_name, &out, &unsuited)));
	CHECK_STR(buf_text(&out), "443 on  web1");
	CHECK_STR(pyformat("{0}", &by_name, &out, &unsuited).what, "no argument has this name");
	CHECK_STR(pyformat("{hosts}", &by_name, &out, &unsuited).what, "no argument has this name");
	buf_done(&out);
}

int main(void)
{
	make_args();
	RUN(fields_are_filled_in_as_python_does);
	RUN(a_specification_of_another_type_is_left_out);
	RUN(what_is_refused_is_refused_where_it_stands);
	RUN(arguments_may_have_names);
	return test_done();
}
