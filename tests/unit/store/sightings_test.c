/* Rows in memory lie by endpoint, then chain, and are found and told apart by what they belong
 * to. */
#include "store/sightings.h"

#include "lib/test.h"

enum { ENDPOINTS = 6, CHAINS = 5, LEAVES = 4 };

static void put(struct sightings *v, uint32_t endpoint, uint32_t chain)
{
	CHECK(!err_is(sightings_add(
	    v, &(struct sighting){.endpoint = endpoint, .chain = chain, .port = 443})));
}

/* By chain, as the index gives them. Endpoint 0 and 4 have none, 3 has three. */
static struct sightings some(void)
{
	static const uint32_t rows[][2] = {
	    {2, 0}, {3, 0}, {1, 1}, {3, 1}, {5, 2}, {2, 3}, {3, 4}, {5, 4}};
	struct sightings v;

	CHECK(!err_is(sightings_init(&v, ENDPOINTS, CHAINS, LEAVES)));
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		put(&v, rows[i][0], rows[i][1]);
	CHECK(!err_is(sightings_order(&v)));
	v.leaf[1] = 2;
	v.leaf[3] = 2;
	v.leaf[4] = 3;
	return v;
}

static void they_lie_in_order(void)
{
	struct sightings v = some();

	CHECK_EQ(v.n, 8);
	for (size_t i = 1; i < v.n; i++)
		CHECK(v.v[i - 1].endpoint < v.v[i].endpoint ||
		      (v.v[i - 1].endpoint == v.v[i].endpoint && v.v[i - 1].chain < v.v[i].chain));
	for (uint32_t endpoint = 0; endpoint < ENDPOINTS; endpoint++)
		for (size_t i = v.first[endpoint]; i < v.first[endpoint + 1]; i++)
			CHECK_EQ(v.v[i].endpoint, endpoint);
	CHECK_EQ(v.first[ENDPOINTS], v.n);
	sightings_done(&v);
}

static void each_is_found_and_no_other(void)
{
	struct sightings v = some();
	size_t row = 99, found = 0;

	for (int64_t endpoint = -1; endpoint <= ENDPOINTS; endpoint++) {
		for (int64_t chain = -1; chain <= CHAINS; chain++) {
			if (!sightings_find(&v, endpoint, chain, &row))
				continue;
			CHECK(v.v[row].endpoint == endpoint && v.v[row].chain == chain);
			found++;
		}
	}
	CHECK_EQ(found, v.n);
	CHECK(!sightings_find(&v, INT64_MAX, 0, &row));
	CHECK(!sightings_find(&v, 1, (int64_t)1 << 32 | 1, &row));
	sightings_done(&v);
}

typedef void keep_fn(const struct sightings *v, const struct bits *things, struct bits *rows);

static size_t kept(keep_fn *keep, size_t n, size_t thing)
{
	struct sightings v = some();
	struct bits rows, things;
	size_t left;

	CHECK(bits_init(&rows, v.n) && bits_init(&things, n));
	bits_fill(&rows);
	bits_add(&things, thing);
	keep(&v, &things, &rows);
	left = bits_count(&rows);
	bits_done(&rows);
	bits_done(&things);
	sightings_done(&v);
	return left;
}

static void they_are_kept_by_what_they_belong_to(void)
{
	CHECK_EQ(kept(sightings_keep_chains, CHAINS, 0), 2);
	CHECK_EQ(kept(sightings_keep_chains, CHAINS, 3), 1);
	CHECK_EQ(kept(sightings_keep_endpoints, ENDPOINTS, 3), 3);
	CHECK_EQ(kept(sightings_keep_endpoints, ENDPOINTS, 4), 0);
	CHECK_EQ(kept(sightings_keep_leaves, LEAVES, 2), 3);
	CHECK_EQ(kept(sightings_keep_leaves, LEAVES, 3), 2);
	CHECK_EQ(kept(sightings_keep_leaves, LEAVES, 0), 3);
}

static void one_of_nothing_is_refused(void)
{
	struct sightings v;

	CHECK(!err_is(sightings_init(&v, ENDPOINTS, CHAINS, LEAVES)));
	CHECK(err_is(sightings_add(&v, &(struct sighting){.endpoint = ENDPOINTS})));
	CHECK(err_is(sightings_add(&v, &(struct sighting){.chain = CHAINS})));
	CHECK(!err_is(sightings_order(&v)));
	CHECK_EQ(v.n, 0);
	sightings_done(&v);
}

int main(void)
{
	RUN(they_lie_in_order);
	RUN(each_is_found_and_no_other);
	RUN(they_are_kept_by_what_they_belong_to);
	RUN(one_of_nothing_is_refused);
	return test_done();
}
