#include "base/near.h"

#include "lib/test.h"

static const char *near_of(const char *word)
{
	static const char *const known[] = {"port", "ports", "issuer", "not_after", "notvalidafter",
	    "an_option_with_a_name_longer_than_any_slip"};
	struct near near = near_to(word);

	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
		near_offer(&near, known[i]);
	return near.best ? near.best : "";
}

static void a_slip_is_mended(void)
{
	CHECK_STR(near_of("prot"), ""); /* two letters of four */
	CHECK_STR(near_of("prt"), "port");
	CHECK_STR(near_of("issure"), "issuer");
	CHECK_STR(near_of("not_aftr"), "not_after");
	CHECK_STR(near_of("notvalidaftr"), "notvalidafter");
}

static void the_nearest_wins_and_the_first_of_equals(void)
{
	CHECK_STR(near_of("ports"), "ports");
	CHECK_STR(near_of("portt"), "port");
}

static void what_is_far_is_not_meant(void)
{
	CHECK_STR(near_of(""), "");
	CHECK_STR(near_of("owner"), "");
	CHECK_STR(near_of("an_option_with_a_name_longer_than_any_slip"), "");
}

int main(void)
{
	RUN(a_slip_is_mended);
	RUN(the_nearest_wins_and_the_first_of_equals);
	RUN(what_is_far_is_not_meant);
	return test_done();
}
