#include "sensor/history.h"

#include "lib/test.h"

static void letters(void)
{
	CHECK_EQ(history_letter(1), 'c');
	CHECK_EQ(history_letter(2), 's');
	CHECK_EQ(history_letter(0), 'h');
	CHECK_EQ(history_letter(254), 'm');
	CHECK_EQ(history_letter(99), 'z');
}

static void a_word(void)
{
	static struct session s;

	history_add(&s, true, 'c');
	history_add(&s, false, 's');
	history_add(&s, true, '^');
	CHECK_STR(s.history, "Cs^");
	for (int i = 0; i < 2 * SESSION_HISTORY_MAX; i++)
		history_add(&s, false, 'z');
	CHECK_EQ(strlen(s.history), SESSION_HISTORY_MAX);
}

int main(void)
{
	RUN(letters);
	RUN(a_word);
	return test_done();
}
