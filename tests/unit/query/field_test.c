#include "query/field.h"

#include "lib/test.h"

static void every_row_stands_at_its_id(void)
{
	size_t n;
	const struct field *table = field_table(&n);

	CHECK_EQ(n, FIELD_MAX - 1);
	for (size_t i = 0; i < n; i++) {
		CHECK_EQ(table[i].id, i + 1);
		CHECK(field_by_id(table[i].id) == &table[i]);
		CHECK(table[i].help[0] != 0);
	}
	CHECK(field_by_id(FIELD_NONE) == NULL);
	CHECK(field_by_id(FIELD_MAX) == NULL);
}

static void a_name_means_one_field_whatever_the_case(void)
{
	size_t n;
	const struct field *table = field_table(&n);

	for (size_t i = 0; i < n; i++)
		CHECK(field_by_name(table[i].name) == &table[i]);
	CHECK_EQ(field_by_name("sans")->id, FIELD_SANS);
	CHECK(field_by_name("no_such") == NULL);
}

static void an_alias_is_a_field_by_another_name(void)
{
	static const char *const pairs[][2] = {{"names", "SANs"}, {"expires", "not_after"},
	    {"Finding", "findings"}, {"cn", "subject"}, {"cidr", "ip"}, {"tag", "tags"}};
	size_t n;
	const struct field *table = field_table(&n);
	struct span alias;

	for (size_t i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++)
		CHECK_STR(field_by_name(pairs[i][0])->name, pairs[i][1]);
	for (size_t i = 0; i < n; i++)
		for (size_t k = 0; !(alias = field_alias(&table[i], k)).bad; k++) {
			char name[32] = "";

			memcpy(name, alias.p, alias.n);
			CHECK(field_by_name(name) == &table[i]);
		}
	CHECK_EQ(field_alias(field_by_name("SANs"), 2).n, 3);
	CHECK(field_alias(field_by_name("SANs"), 3).bad);
	CHECK(field_alias(field_by_name("port"), 0).bad);
}

static void what_a_field_is_for_fits_its_type(void)
{
	size_t n;
	const struct field *table = field_table(&n);

	for (size_t i = 0; i < n; i++) {
		unsigned flags = table[i].flags;

		CHECK(flags == 0 || flags & FIELD_SEARCH);
		CHECK(!(flags & FIELD_WORD) || table[i].type == VALUE_TEXT);
		CHECK(!(flags & FIELD_ORDERED) || flags & FIELD_WORD);
		CHECK(!(flags & FIELD_SORT) || table[i].type < VALUE_LIST);
	}
}

static void the_flat_eight_come_first_by_their_old_names(void)
{
	static const char *const eight[] = {
	    "timestamp", "ip", "hostname", "port", "notvalidafter", "subject", "issuer", "SANs"};
	size_t n;
	const struct field *table = field_table(&n);

	for (size_t i = 0; i < 8; i++)
		CHECK_STR(table[i].name, eight[i]);
}

int main(void)
{
	RUN(every_row_stands_at_its_id);
	RUN(a_name_means_one_field_whatever_the_case);
	RUN(an_alias_is_a_field_by_another_name);
	RUN(what_a_field_is_for_fits_its_type);
	RUN(the_flat_eight_come_first_by_their_old_names);
	return test_done();
}
