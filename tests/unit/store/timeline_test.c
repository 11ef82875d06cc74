#include "store/timeline.h"

#include "lib/test.h"

enum { DAY = 86400 };

static const int64_t now_s = 20000 * (int64_t)DAY + 3600;

static void buckets_are_whole_days(void)
{
	const struct ending endings[] = {
	    {now_s - 1, 1, 4},
	    {now_s, 2, 2},
	    {now_s + 29 * DAY, 1, 1},
	    {now_s + 31 * DAY, 1, 7},
	    {now_s - 400 * DAY, 3, 3},
	    {now_s + 400 * DAY, 1, 9},
	};
	struct timeline t = {.from_s = now_s - 5, .to_s = now_s + 39 * DAY, .n = 10};

	CHECK(!err_is(timeline_lay(endings, 6, now_s, &t)));
	CHECK_EQ(t.from_s, 20000 * (int64_t)DAY);
	CHECK_EQ(t.bucket_s, 4 * DAY);
	CHECK_EQ(t.n, 10);
	CHECK_EQ(t.buckets[0].certificates, 3);
	CHECK_EQ(t.buckets[0].endpoints, 6);
	CHECK_EQ(t.buckets[0].expired, 1);
	CHECK_EQ(t.buckets[0].soon, 2);
	CHECK_EQ(t.buckets[7].certificates, 2); /* 29 and 31 days: one of them is soon */
	CHECK_EQ(t.buckets[7].soon, 1);
	CHECK(t.before.certificates == 3 && t.before.expired == 3);
	CHECK(t.after.endpoints == 9 && t.after.soon == 0);
}

/* Without the first and the last of a hundred. */
static void the_range_is_found(void)
{
	struct ending endings[200];
	struct timeline t = {.n = 60}, none = {.n = 60};

	for (int i = 0; i < 200; i++)
		endings[i] = (struct ending){now_s + i * DAY, 1, 1};
	endings[0].at_s = -now_s;
	endings[199].at_s = 9 * now_s;
	CHECK(!err_is(timeline_lay(endings, 200, now_s, &t)));
	CHECK(t.from_s >= now_s && t.from_s <= now_s + 3 * DAY);
	CHECK(t.to_s >= now_s + 197 * DAY && t.to_s <= now_s + 204 * DAY);
	CHECK(t.before.certificates >= 1 && t.after.certificates >= 1);
	CHECK(!err_is(timeline_lay(NULL, 0, now_s, &none)));
	CHECK(none.n >= 1 && none.buckets[0].certificates == 0);
}

static void a_range_runs_forward(void)
{
	struct timeline back = {.from_s = now_s, .to_s = now_s - DAY, .n = 5};
	struct timeline far = {.from_s = now_s, .to_s = INT64_MAX, .n = 5};

	CHECK(err_is(timeline_lay(NULL, 0, now_s, &back)));
	CHECK(err_is(timeline_lay(NULL, 0, now_s, &far)));
}

int main(void)
{
	RUN(buckets_are_whole_days);
	RUN(the_range_is_found);
	RUN(a_range_runs_forward);
	return test_done();
}
