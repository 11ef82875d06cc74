#include "query/filter.h"

#include "lib/test.h"

static void check_filter(const struct list_filter *filter, const char *expected)
{
	struct arena a;
	struct buf out;
	const struct query *q;

	arena_init(&a, 1 << 16);
	buf_init(&out, 4096);
	q = list_filter_query(filter, &a);
	if (q)
		query_print(q, &out);
	CHECK_STR(buf_text(&out), expected);
	buf_done(&out);
	arena_done(&a);
}

static void nothing_asked_is_everything(void)
{
	check_filter(&(struct list_filter){.now_s = 1000, .issuer = "", .subject = NULL}, "");
}

static void what_has_expired_is_expiring_too(void)
{
	check_filter(&(struct list_filter){.now_s = 1000, .expiring = true, .expiring_days = 30},
	    "not_after < 1970-01-31T00:16:40Z");
	check_filter(&(struct list_filter){.now_s = 1000, .expiring = true},
	    "not_after < 1970-01-01T00:16:40Z");
}

static void all_that_is_given_must_hold(void)
{
	struct list_filter filter = {
	    .now_s = 1000,
	    .finding = "expired",
	    .issuer = "Lab \"CA\"",
	    .subject = "example",
	    .has_cidr = true,
	    .port = 443,
	};

	CHECK(!err_is(cidr_parse(span_str("10.1.0.0/16"), &filter.cidr)));
	check_filter(&filter,
	    "findings:expired@1970-01-01T00:16:40Z and issuer_dn:\"Lab \\\"CA\\\"\""
	    " and "
	    "(subject_dn:"
	    "\"example\" or "
	    "SANs:\"example\")"
	    " and "
	    "ip:10.1.0.0/16 and "
	    "port:443");
}

static void too_little_memory_finds_nothing_rather_than_everything(void)
{
	const struct list_filter filter = {.port = 443, .issuer = "x"};
	struct arena a;
	struct buf out;

	buf_init(&out, 100);
	arena_init(&a, 100);
	query_print(list_filter_query(&filter, &a), &out);
	CHECK_STR(buf_text(&out), "not *");
	arena_done(&a);
	buf_done(&out);
}

int main(void)
{
	RUN(nothing_asked_is_everything);
	RUN(what_has_expired_is_expiring_too);
	RUN(all_that_is_given_must_hold);
	RUN(too_little_memory_finds_nothing_rather_than_everything);
	return test_done();
}
