#include "scan/stall.h"

#include "scan/limits.h"

#include "lib/test.h"

static const struct link_info a = {.index = 1, .name = "a0"}, b = {.index = 2, .name = "b0"};

static void all_is_well_is_no_news(void)
{
	struct stall s = {.link = NULL};

	CHECK(!stall_look(&s, NULL, 5));
	CHECK(!stall_look(&s, NULL, 5 + 2 * (uint64_t)LINK_WAIT_US));
}

static void its_beginning_and_its_end_are_told_once(void)
{
	struct stall s = {.link = NULL};

	CHECK_STR(stall_look(&s, &a, 5), "a0 is down: the scan waits for it");
	CHECK(s.link == &a);
	CHECK(!stall_look(&s, &a, 6));
	CHECK_STR(stall_look(&s, &b, 7), "b0 is down: the scan waits for it");
	CHECK_STR(stall_look(&s, NULL, 8), "b0 is up again");
	CHECK(!s.link && !s.given_up);
	CHECK(!stall_look(&s, NULL, 9));
}

static void it_is_given_up_once(void)
{
	struct stall s = {.link = NULL};

	CHECK(stall_look(&s, &a, 5) != NULL);
	CHECK(!stall_look(&s, &a, 4 + LINK_WAIT_US));
	CHECK(!s.given_up);
	CHECK_STR(stall_look(&s, &a, 5 + LINK_WAIT_US), "a0 stays down");
	CHECK(s.given_up);
	CHECK(!stall_look(&s, &a, 6 + LINK_WAIT_US));
}

static void another_stall_is_waited_for_anew(void)
{
	struct stall s = {.link = NULL};

	CHECK(stall_look(&s, &a, 0) != NULL);
	CHECK(stall_look(&s, NULL, LINK_WAIT_US - 1) != NULL);
	CHECK(stall_look(&s, &a, LINK_WAIT_US) != NULL);
	CHECK(!stall_look(&s, &a, LINK_WAIT_US + 1));
	CHECK(!s.given_up);
}

int main(void)
{
	RUN(all_is_well_is_no_news);
	RUN(its_beginning_and_its_end_are_told_once);
	RUN(it_is_given_up_once);
	RUN(another_stall_is_waited_for_anew);
	return test_done();
}
