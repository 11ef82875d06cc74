/* What holds of a sighting in memory is what its findings in the tables say, at any time. */
#include "store/kept.h"

#include "unit/store/lab.h"

static size_t row_of(const struct kept *k, int64_t endpoint)
{
	size_t row = 0;

	CHECK(sightings_find(&k->sightings, endpoint, 1, &row));
	return row;
}

static uint8_t worst_at(struct store *s, struct kept *k, int64_t endpoint, int64_t at_s)
{
	CHECK(went_well(kept_held(s, k, at_s), s));
	return held_worst(&k->held, &k->sightings, row_of(k, endpoint));
}

static void network(struct store *s, struct arena *arena)
{
	static const struct lab_cert leaf = {
	    "www.lab", "Lab CA", "k1", "01", KEY_RSA, 90000, false};
	struct chain_verdict *v = lab_chain(arena, &leaf, 1);
	struct observation o = lab_seen(1, v, 1, 1000000);

	lab_finding(v, FINDING_EXPIRED, SEVERITY_HIGH, 5000, 8000);
	lab_finding(v, FINDING_SELF_SIGNED, SEVERITY_LOW, ALWAYS_S, FOREVER_S);
	lab_put(s, v, &o);
	o = lab_seen(2, v, 1, 1000000);
	o.findings[o.n_findings++] =
	    (struct finding){FINDING_NAME_MISMATCH, SEVERITY_MEDIUM, 2000, FOREVER_S, "x"};
	lab_put(s, v, &o);
}

static void a_sighting_is_as_bad_as_its_worst_finding(void)
{
	struct arena arena;
	struct store *s = lab_store();
	struct kept *k = NULL;
	const uint64_t mismatch = (uint64_t)1 << FINDING_NAME_MISMATCH;

	arena_init(&arena, 1 << 20);
	network(s, &arena);
	CHECK(went_well(kept_get(s, false, &k), s));
	CHECK_EQ(k->sightings.n, 2);
	CHECK_EQ(worst_at(s, k, 1, 4000), SEVERITY_LOW);
	CHECK_EQ(worst_at(s, k, 2, 4000), SEVERITY_MEDIUM);
	CHECK(held_ids(&k->held, &k->sightings, row_of(k, 2)) & mismatch);
	CHECK(!(held_ids(&k->held, &k->sightings, row_of(k, 1)) & mismatch));
	CHECK_EQ(worst_at(s, k, 1, 5000), SEVERITY_HIGH);
	CHECK_EQ(worst_at(s, k, 2, 5000), SEVERITY_HIGH);
	CHECK_EQ(worst_at(s, k, 1, 8000), SEVERITY_LOW);
	CHECK_EQ(worst_at(s, k, 2, 1999), SEVERITY_LOW);
	kept_release(s, k);
	arena_done(&arena);
	store_close(s);
}

/* It is read again when the next finding begins or ends, and not before. */
static void it_holds_until_something_changes(void)
{
	static const int64_t times[][3] = {
	    {1000, 1000, 2000}, {2000, 2000, 5000}, {6000, 6000, 8000}, {9000, 9000, INT64_MAX}};
	struct arena arena;
	struct store *s = lab_store();
	struct kept *k = NULL;

	arena_init(&arena, 1 << 20);
	network(s, &arena);
	CHECK(went_well(kept_get(s, false, &k), s));
	for (size_t i = 0; i < sizeof(times) / sizeof(times[0]); i++) {
		CHECK(went_well(kept_held(s, k, times[i][0]), s));
		CHECK_EQ(k->held.from_s, times[i][1]);
		CHECK(k->held.until_s == times[i][2] ||
		      (times[i][2] == INT64_MAX && k->held.until_s >= FOREVER_S));
		CHECK(held_is_of(&k->held, k->held.until_s - 1));
		CHECK(!held_is_of(&k->held, k->held.until_s));
		CHECK(!held_is_of(&k->held, k->held.from_s - 1));
	}
	kept_release(s, k);
	arena_done(&arena);
	store_close(s);
}

int main(void)
{
	lab_make();
	RUN(a_sighting_is_as_bad_as_its_worst_finding);
	RUN(it_holds_until_something_changes);
	lab_drop();
	return test_done();
}
