/* The severity of a sighting in memory is that of its findings in the tables. */
#include "store/worst.h"

#include "unit/store/lab.h"

static void a_sighting_is_as_bad_as_its_worst_finding(void)
{
	static const struct lab_cert leaf = {
	    "www.lab", "Lab CA", "k1", "01", KEY_RSA, 90000, false};
	struct arena arena;
	struct store *s = lab_store();
	struct worst w;
	struct chain_verdict *v;
	struct observation o;

	arena_init(&arena, 1 << 20);
	v = lab_chain(&arena, &leaf, 1);
	lab_finding(v, FINDING_EXPIRED, SEVERITY_HIGH, 5000, FOREVER_S);
	lab_finding(v, FINDING_SELF_SIGNED, SEVERITY_LOW, ALWAYS_S, FOREVER_S);
	o = lab_seen(1, v, 1, 1000000);
	lab_put(s, v, &o);
	o = lab_seen(2, v, 1, 1000000);
	o.findings[o.n_findings++] =
	    (struct finding){FINDING_NAME_MISMATCH, SEVERITY_MEDIUM, ALWAYS_S, FOREVER_S, "x"};
	lab_put(s, v, &o);

	CHECK(went_well(worst_load(s, 4000, &w), s));
	CHECK_EQ(worst_of(&w, 1, 1), SEVERITY_LOW);
	CHECK_EQ(worst_of(&w, 2, 1), SEVERITY_MEDIUM);
	CHECK_EQ(worst_of(&w, 2, 0), SEVERITY_NONE);
	CHECK_EQ(worst_of(&w, 99, 99), SEVERITY_NONE);
	CHECK_EQ(worst_of(&w, -1, -1), SEVERITY_NONE);
	worst_done(&w);

	CHECK(went_well(worst_load(s, 5000, &w), s));
	CHECK_EQ(worst_of(&w, 1, 1), SEVERITY_HIGH);
	CHECK_EQ(worst_of(&w, 2, 1), SEVERITY_HIGH);
	worst_done(&w);
	arena_done(&arena);
	store_close(s);
}

int main(void)
{
	lab_make();
	RUN(a_sighting_is_as_bad_as_its_worst_finding);
	lab_drop();
	return test_done();
}
