#include "lab.h"

#include "base/text.h"
#include "store/accounts.h"

struct lines {
	size_t n;
	int64_t ids[8];
	char last[AUDIT_TEXT_MAX + 8];
};

static bool line(void *context, const struct audit *audit)
{
	struct lines *l = context;

	l->ids[l->n++] = audit->id;
	snprintf(l->last, sizeof(l->last), "%s", audit->detail);
	return l->n < 8;
}

static void the_newest_comes_first_and_pages_go_back(void)
{
	struct store *s = lab_store();
	struct lines first = {0}, second = {0};

	for (int i = 1; i <= 5; i++)
		CHECK(went_well(store_audit(s, &(struct audit){.at_ms = i,
						   .who = "ann",
						   .from = "192.0.2.1",
						   .action = "user.add",
						   .what = "bob",
						   .detail = "viewer"}),
		    s));
	CHECK(went_well(store_each_audit(s, 0, 3, line, &first), s));
	CHECK_EQ(first.n, 3);
	CHECK_EQ(first.ids[0], 5);
	CHECK(went_well(store_each_audit(s, first.ids[2], 3, line, &second), s));
	CHECK_EQ(second.n, 2);
	CHECK_EQ(second.ids[1], 1);
	CHECK_STR(second.last, "viewer");
	store_close(s);
}

static void a_long_text_is_cut_between_characters(void)
{
	struct store *s = lab_store();
	struct lines lines = {0};
	char text[2 * AUDIT_TEXT_MAX + 1];

	for (size_t i = 0; i < AUDIT_TEXT_MAX; i++)
		memcpy(text + 2 * i, "\xc3\xb6", 2);
	text[sizeof(text) - 1] = 0;
	CHECK(went_well(
	    store_audit(s, &(struct audit){.at_ms = 1, .action = "x", .detail = text}), s));
	CHECK(went_well(store_each_audit(s, 0, 1, line, &lines), s));
	CHECK_EQ(strlen(lines.last), AUDIT_TEXT_MAX - 2);
	CHECK(text_is_utf8(span_str(lines.last)));
	store_close(s);
}

static void it_knows_who_came_from_where(void)
{
	struct store *s = lab_store();
	struct audit login = {.who = "Ann", .from = "192.0.2.1", .action = "login"};
	struct audit failed = {.who = "Bob", .from = "192.0.2.2", .action = "login-failed"};
	bool knows = false;

	CHECK(went_well(store_audit(s, &login), s));
	CHECK(went_well(store_audit(s, &failed), s));
	CHECK(went_well(store_audit_knows(s, "login", "ann", "192.0.2.1", &knows), s));
	CHECK(knows);
	CHECK(went_well(store_audit_knows(s, "login", "ann", "192.0.2.2", &knows), s));
	CHECK(!knows);
	CHECK(went_well(store_audit_knows(s, "login", "bob", "192.0.2.2", &knows), s));
	CHECK(!knows);
	store_close(s);
}

int main(void)
{
	lab_make();
	RUN(it_knows_who_came_from_where);
	RUN(the_newest_comes_first_and_pages_go_back);
	RUN(a_long_text_is_cut_between_characters);
	lab_drop();
	return test_done();
}
