#include "store/counter.h"

#include <stdio.h>

#include "lib/test.h"

static void the_most_frequent_come_first(void)
{
	struct counter_slot best[4];
	struct counter c;

	counter_init(&c);
	for (int64_t value = -500; value <= 500; value++)
		counter_add(&c, value, value == 7 ? 30 : value == -3 || value == 9 ? 20 : 1);
	CHECK_EQ(counter_total(&c), 998 + 30 + 20 + 20);
	CHECK_EQ(counter_best(&c, 4, best), 4);
	CHECK(best[0].value == 7 && best[0].count == 30);
	CHECK(best[1].value == -3 && best[2].value == 9); /* of equals the smaller */
	CHECK(best[3].value == -500 && best[3].count == 1);
	CHECK(counter_text_of(&c, 7) == NULL);
	CHECK(!c.full);
	counter_done(&c);
}

/* In runs, as an index gives them, and later once more. */
static void texts_are_counted_as_they_are_spelt(void)
{
	static const char *const texts[] = {"R3", "R3", "r3", "Lab CA", "R3", "b", "a"};
	struct counter_slot best[8];
	struct counter c;

	counter_init(&c);
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		counter_add(&c, counter_text(&c, texts[i]), 1);
	CHECK_EQ(counter_best(&c, 8, best), 5);
	CHECK_STR(counter_text_of(&c, best[0].value), "R3");
	CHECK_EQ(best[0].count, 3);
	CHECK_STR(counter_text_of(&c, best[1].value), "Lab CA"); /* of equals by the alphabet */
	CHECK_STR(counter_text_of(&c, best[2].value), "a");
	CHECK_STR(counter_text_of(&c, best[4].value), "r3");
	counter_done(&c);
}

static void what_is_forgotten_is_not_counted(void)
{
	struct counter_slot best[1];
	struct counter c;

	counter_init(&c);
	counter_add(&c, counter_text(&c, "a"), 5);
	counter_add(&c, counter_text(&c, "b"), 0);
	CHECK_EQ(counter_best(&c, 1, best), 1);
	counter_forget(&c);
	CHECK_EQ(counter_best(&c, 1, best), 0);
	CHECK_EQ(counter_total(&c), 0);
	counter_add(&c, counter_text(&c, "b"), 2);
	CHECK_EQ(counter_total(&c), 2);
	CHECK_STR(counter_text_of(&c, 0), "b");
	counter_done(&c);
}

static void many_texts_keep_their_numbers(void)
{
	struct counter c;
	char text[16];

	counter_init(&c);
	for (int round = 0; round < 2; round++) {
		for (int i = 0; i < 5000; i++) {
			snprintf(text, sizeof(text), "host%d", i);
			CHECK_EQ(counter_text(&c, text), i);
			counter_add(&c, i, 1);
		}
	}
	CHECK_EQ(counter_total(&c), 10000);
	counter_done(&c);
}

int main(void)
{
	RUN(the_most_frequent_come_first);
	RUN(texts_are_counted_as_they_are_spelt);
	RUN(what_is_forgotten_is_not_counted);
	RUN(many_texts_keep_their_numbers);
	return test_done();
}
