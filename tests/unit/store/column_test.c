/* The fields of sightings in memory: each value is asked about once, and what is none never. */
#include "store/column.h"

#include "lib/test.h"

enum { ROWS = 400 };

static struct sightings some(void)
{
	struct sightings v;

	CHECK(!err_is(sightings_init(&v, ROWS, 1, 1)));
	for (uint32_t i = 0; i < ROWS; i++)
		CHECK(!err_is(sightings_add(&v, &(struct sighting){.endpoint = i,
						    .port = (uint16_t)(440 + i % 5),
						    .version = (uint16_t)(i % 2 ? 0x0303 : 0),
						    .starttls = (uint8_t)(i % 4 ? 0 : 7)})));
	CHECK(!err_is(sightings_order(&v)));
	return v;
}

struct asking {
	uint32_t wanted;
	size_t *asked;
};

static bool is_it(const void *context, uint32_t value)
{
	const struct asking *a = context;

	++*a->asked;
	return value == a->wanted;
}

static size_t rows_of(enum field_id field, uint32_t wanted, size_t *ret_asked)
{
	struct sightings v = some();
	const struct asking a = {wanted, ret_asked};
	struct bits rows;
	size_t n;

	*ret_asked = 0;
	CHECK(bits_init(&rows, v.n));
	bits_fill(&rows);
	CHECK(!err_is(column_keep(column_of(field), &v, is_it, &a, &rows)));
	n = bits_count(&rows);
	bits_done(&rows);
	sightings_done(&v);
	return n;
}

static void a_value_is_asked_about_once(void)
{
	size_t asked;

	CHECK_EQ(rows_of(FIELD_PORT, 443, &asked), ROWS / 5);
	CHECK_EQ(asked, 5);
	CHECK_EQ(rows_of(FIELD_VERSION, 0x0303, &asked), ROWS / 2);
	CHECK_EQ(asked, 1); /* no version is no value */
	CHECK_EQ(rows_of(FIELD_VERSION_ID, 0, &asked), 0);
	CHECK_EQ(rows_of(FIELD_SOURCE, 0, &asked), ROWS);
}

/* Of a service the dialect and the port. */
static void a_service_is_of_two(void)
{
	size_t asked;

	CHECK_EQ(rows_of(FIELD_SERVICE, 440, &asked), ROWS / 5 - ROWS / 20);
	CHECK_EQ(rows_of(FIELD_SERVICE, 7 << 16 | 440, &asked), ROWS / 20);
	CHECK_EQ(asked, 10);
}

static void what_is_not_in_memory_has_none(void)
{
	CHECK(!column_of(FIELD_ALPN));
	CHECK(!column_of(FIELD_ISSUER));
	CHECK(!column_of(FIELD_NONE));
}

int main(void)
{
	RUN(a_value_is_asked_about_once);
	RUN(a_service_is_of_two);
	RUN(what_is_not_in_memory_has_none);
	return test_done();
}
