#include "web/throttle.h"

#include "lib/test.h"
#include "web/limits.h"

static struct throttle *made(void)
{
	struct throttle *t = NULL;

	if (err_is(throttle_new(&t)))
		exit(1);
	return t;
}

static struct addr v6(uint8_t prefix, uint8_t host)
{
	return (struct addr){.b = {0x20, 1, 0xd, 0xb8, [7] = prefix, [15] = host}};
}

static const int64_t start_ms = 1700000000000;

static void a_name_has_some_tries_and_gets_one_back(void)
{
	struct throttle *t = made();

	for (uint32_t i = 0; i < THROTTLE_NAME_BURST; i++) {
		struct addr from = addr_from_v4(i); /* each from elsewhere */

		CHECK_EQ(throttle_name_wait(t, "Ann", start_ms), 0);
		throttle_failed(t, &from, "ann", start_ms);
	}
	CHECK_EQ(throttle_name_wait(t, "ann", start_ms), THROTTLE_NAME_S);
	CHECK_EQ(throttle_name_wait(t, "bob", start_ms), 0);
	CHECK_EQ(throttle_name_wait(t, "ann", start_ms + THROTTLE_NAME_S * 1000 - 1), 1);
	CHECK_EQ(throttle_name_wait(t, "ann", start_ms + THROTTLE_NAME_S * 1000), 0);
	throttle_free(t);
}

/* An attack that goes on is let in once each interval; when it ends, so does the wait. */
static void nobody_waits_for_ever(void)
{
	struct throttle *t = made();
	struct addr from = addr_from_v4(1);
	int64_t now_ms = start_ms;
	unsigned tries = 0;

	for (int s = 0; s < 3600; s++, now_ms += 1000) {
		if (throttle_name_wait(t, "ann", now_ms))
			continue;
		throttle_failed(t, &from, "ann", now_ms);
		tries++;
	}
	CHECK_EQ(tries, THROTTLE_NAME_BURST + 3600 / THROTTLE_NAME_S - 1);
	CHECK_EQ(throttle_name_wait(t, "ann", now_ms + THROTTLE_NAME_S * 1000), 0);
	throttle_free(t);
}

static void an_address_is_one_whatever_the_name(void)
{
	struct throttle *t = made();
	struct addr from = v6(1, 1), beside = v6(1, 2), other = v6(2, 1);

	for (uint32_t i = 0; i < THROTTLE_ADDR_BURST; i++) {
		char name[16];

		snprintf(name, sizeof(name), "user%u", i);
		throttle_failed(t, &from, name, start_ms);
	}
	CHECK_EQ(throttle_addr_wait(t, &from, start_ms), THROTTLE_ADDR_S);
	CHECK_EQ(throttle_addr_wait(t, &beside, start_ms), THROTTLE_ADDR_S);
	CHECK_EQ(throttle_addr_wait(t, &other, start_ms), 0);
	CHECK_EQ(throttle_name_wait(t, "user3", start_ms), 0);
	throttle_free(t);
}

static void a_clock_that_is_set_back_keeps_nobody_out(void)
{
	struct throttle *t = made();
	struct addr from = addr_from_v4(1);

	for (uint32_t i = 0; i < THROTTLE_ADDR_BURST; i++)
		throttle_failed(t, &from, "ann", start_ms);
	CHECK(throttle_name_wait(t, "ann", start_ms) > 0);
	CHECK_EQ(throttle_name_wait(t, "ann", start_ms - 3600 * 1000), 0);
	throttle_free(t);
}

/* More names than fit: the name that is being guessed is not forgotten meanwhile. */
static void the_table_is_bounded(void)
{
	struct throttle *t = made();
	struct addr from = addr_from_v4(1);

	for (uint32_t i = 0; i < 2 * THROTTLE_GUESSES_MAX; i++) {
		char name[16];

		snprintf(name, sizeof(name), "user%u", i);
		throttle_failed(t, &from, name, start_ms);
		if (i < THROTTLE_NAME_BURST || i % 1000 == 0)
			throttle_failed(t, &from, "ann", start_ms);
	}
	CHECK(throttle_name_wait(t, "ann", start_ms) > 0);
	throttle_free(t);
}

int main(void)
{
	RUN(a_name_has_some_tries_and_gets_one_back);
	RUN(nobody_waits_for_ever);
	RUN(an_address_is_one_whatever_the_name);
	RUN(a_clock_that_is_set_back_keeps_nobody_out);
	RUN(the_table_is_bounded);
	return test_done();
}
