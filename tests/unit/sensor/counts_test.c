#include "sensor/counts.h"

#include "lib/test.h"

/* Every member has a row, and no two rows the same member. */
static void every_count_has_a_name(void)
{
	struct sensor_counts counts = {0};
	uint64_t *members = (uint64_t *)&counts;
	size_t n;
	const struct count_name *names = sensor_count_names(&n);

	CHECK(n == sizeof(counts) / sizeof(uint64_t));
	for (size_t i = 0; i < n; i++)
		members[names[i].offset / sizeof(uint64_t)]++;
	for (size_t i = 0; i < n; i++)
		CHECK(members[i] == 1);
}

int main(void)
{
	RUN(every_count_has_a_name);
	return test_done();
}
