/* The last question is told from any other; as of a later time it is the same while nothing that it
 * asks for begins or ends. */
#include "store/asked.h"

#include "lib/test.h"

static struct arena arena;

enum { NOW_S = 1000, FROM_S = 900, UNTIL_S = 1500 };

static const char *word(enum field_id field, int64_t number)
{
	(void)field;
	(void)number;
	return NULL;
}

static const struct query *question(const char *issuer, int64_t at_s)
{
	struct addr net = addr_from_v4(0x0a000000);
	const struct query *q = query_text(&arena, FIELD_ISSUER, QUERY_EQ, issuer);

	q = query_and(&arena, q, query_has_finding(&arena, "expired", at_s));
	q = query_or(&arena, q, query_not(&arena, query_cidr(&arena, FIELD_IP, &net, 104)));
	return query_and(&arena, q, query_number(&arena, FIELD_NOT_AFTER, QUERY_LT, 5000));
}

/* After this question: is that one known? */
static bool known(struct listing first, struct listing then)
{
	const struct held held = {.from_s = FROM_S, .until_s = UNTIL_S};
	struct asked asked = {.is = false};
	const struct bits *rows;
	struct bits some;
	bool is;

	CHECK(bits_init(&some, 100));
	bits_add(&some, 42);
	CHECK(!asked_rows(&asked, &first, 1));
	asked_keep(&asked, &first, 1, &held, &some);
	bits_done(&some);
	CHECK(!asked_rows(&asked, &then, 2));
	rows = asked_rows(&asked, &then, 1);
	is = rows != NULL;
	CHECK(!is || (bits_has(rows, 42) && bits_count(rows) == 1));
	asked_done(&asked);
	return is;
}

static void the_same_question_is_known(void)
{
	const struct listing l = {.where = question("R3", NOW_S), .now_s = NOW_S};
	struct listing then = {.where = question("R3", NOW_S), .now_s = NOW_S, .limit = 7};

	CHECK(known(l, then));
	then.where = question("R3", NOW_S + 60);
	then.now_s += 60;
	CHECK(known(l, then));
	then.where = question("R3", UNTIL_S);
	then.now_s = UNTIL_S;
	CHECK(!known(l, then));
}

static void another_question_is_not(void)
{
	const struct listing l = {.where = question("R3", NOW_S), .now_s = NOW_S};
	struct listing then = l;

	then.where = question("R4", NOW_S);
	CHECK(!known(l, then));
	then.where = question("r3", NOW_S);
	CHECK(!known(l, then));
	then.where = l.where->left;
	CHECK(!known(l, then));
	then.where = query_or(&arena, l.where->left, l.where->right);
	CHECK(!known(l, then));
	then.where = query_number(&arena, FIELD_PORT, QUERY_EQ, 1);
	CHECK(
	    !known((struct listing){.where = query_number(&arena, FIELD_PORT, QUERY_EQ, 2)}, then));
	then = l;
	then.bare = true;
	CHECK(!known(l, then));
	then = l;
	then.gone = true;
	CHECK(!known(l, then));
	then = l;
	then.word_text = word;
	CHECK(!known(l, then));
	then = l;
	then.where = NULL;
	CHECK(!known(l, then));
}

/* A severity is that of now. */
static void what_is_asked_of_now_is_of_its_time(void)
{
	const struct listing l = {
	    .where = query_text(&arena, FIELD_SEVERITY, QUERY_EQ, "high"), .now_s = NOW_S};
	struct listing then = l;

	then.now_s = UNTIL_S - 1;
	CHECK(known(l, then));
	then.now_s = UNTIL_S;
	CHECK(!known(l, then));
	then.now_s = FROM_S - 1;
	CHECK(!known(l, then));
}

int main(void)
{
	arena_init(&arena, 1 << 20);
	RUN(the_same_question_is_known);
	RUN(another_question_is_not);
	RUN(what_is_asked_of_now_is_of_its_time);
	arena_done(&arena);
	return test_done();
}
