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
	RUN(the_flat_eight_come_first_by_their_old_names);
	return test_done();
}
