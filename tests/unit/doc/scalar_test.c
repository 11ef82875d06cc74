#include "doc/scalar.h"

#include "lib/test.h"

#include <math.h>

/* What yaml.safe_load of PyYAML 6.0 makes of each. */
static const struct {
	const char *text;
	enum doc_kind kind;
	double number;
} cases[] = {
    {"", DOC_NULL, 0},
    {"~", DOC_NULL, 0},
    {"NULL", DOC_NULL, 0},
    {"nULL", DOC_TEXT, 0},
    {"yes", DOC_BOOL, 1},
    {"Off", DOC_BOOL, 0},
    {"ON", DOC_BOOL, 1},
    {"oN", DOC_TEXT, 0},
    {"y", DOC_TEXT, 0},
    {"0", DOC_INT, 0},
    {"-17", DOC_INT, -17},
    {"+1_000", DOC_INT, 1000},
    {"010", DOC_INT, 8},
    {"08", DOC_TEXT, 0},
    {"0x1F", DOC_INT, 31},
    {"-0b101", DOC_INT, -5},
    {"0x_", DOC_TEXT, 0},
    {"1:30", DOC_INT, 90},
    {"1:09:08", DOC_INT, 4148},
    {"1:60", DOC_TEXT, 0},
    {"9223372036854775807", DOC_INT, 9223372036854775807.0},
    {"1.5", DOC_REAL, 1.5},
    {"-1.", DOC_REAL, -1},
    {".5", DOC_REAL, 0.5},
    {"-.5", DOC_TEXT, 0},
    {"1e3", DOC_TEXT, 0},
    {"1.0e3", DOC_TEXT, 0},
    {"1.0e+3", DOC_REAL, 1000},
    {".5e-1", DOC_REAL, 0.05},
    {"1:30.5", DOC_REAL, 90.5},
    {"1:30.5e+1", DOC_TEXT, 0},
    {".inf", DOC_REAL, INFINITY},
    {"-.INF", DOC_REAL, -INFINITY},
    {"+.Inf", DOC_REAL, INFINITY},
    {"inf", DOC_TEXT, 0},
    {"2026-03-01", DOC_TEXT, 0},
    {"10.0.0.1", DOC_TEXT, 0},
    {"now+60d", DOC_TEXT, 0},
    {"-", DOC_TEXT, 0},
    {"+", DOC_TEXT, 0},
    {".", DOC_TEXT, 0},
};

static void each_plain_word_means_what_it_means_to_pyyaml(void)
{
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct doc d = {.text = cases[i].text};
		bool ok = scalar_resolve(&d);

		if (!ok || d.kind != cases[i].kind)
			printf("# %s: kind %d\n", cases[i].text, (int)d.kind);
		CHECK(ok);
		CHECK_EQ(d.kind, cases[i].kind);
		if (d.kind == DOC_BOOL)
			CHECK_EQ(d.integer, cases[i].number);
		else
			CHECK(d.real == cases[i].number);
	}
}

static void not_a_number_is_none(void)
{
	struct doc d = {.text = ".NaN"};

	CHECK(scalar_resolve(&d));
	CHECK(d.kind == DOC_REAL && isnan(d.real));
}

static void numbers_that_nothing_holds(void)
{
	static const char *const large[] = {
	    "9223372036854775808", "0xffffffffffffffff1", "99999999999999999:30"};

	for (size_t i = 0; i < 3; i++) {
		struct doc d = {.text = large[i]};

		CHECK(!scalar_resolve(&d));
	}
}

int main(void)
{
	RUN(each_plain_word_means_what_it_means_to_pyyaml);
	RUN(not_a_number_is_none);
	RUN(numbers_that_nothing_holds);
	return test_done();
}
