#include "lab.h"

static struct arena arena;

static const struct lab_cert orphan = {"a.example", "Lab Sub", "k1", "1", KEY_RSA, 9000, false};
static const struct lab_cert sub = {"Lab Sub", "Lab Root", "k2", "2", KEY_RSA, 9000, true};
static const struct lab_cert leaf = {"b.example", "Lab Sub", "k3", "3", KEY_RSA, 9000, false};

struct hints {
	size_t n;
	struct hint last;
};

static bool take_hint(void *context, const struct hint *hint)
{
	struct hints *hints = context;

	hints->n++;
	hints->last = *hint;
	return true;
}

static void the_newest_sighting_is_the_hint(void)
{
	struct store *s = lab_store();
	struct chain_verdict *a = lab_chain(&arena, &orphan, 1), *b = lab_chain(&arena, &leaf, 1);
	struct observation o = lab_seen(1, a, 0, 1000);
	struct hints hints = {0};

	o.hello = 3;
	o.starttls = 2;
	snprintf(o.endpoint.name, sizeof(o.endpoint.name), "mx.example");
	lab_put(s, a, &o);
	o = lab_seen(1, b, 0, 2000);
	o.hello = 1;
	o.starttls = 1;
	o.flags = OBS_ONE_KEY;
	snprintf(o.endpoint.name, sizeof(o.endpoint.name), "mx.example");
	lab_put(s, b, &o);
	o = lab_seen(2, NULL, 0, 3000); /* taught nothing */
	lab_put(s, NULL, &o);
	CHECK(went_well(store_each_hint(s, take_hint, &hints), s));
	CHECK_EQ(hints.n, 1);
	CHECK_EQ(hints.last.hello, 1);
	CHECK_EQ(hints.last.starttls, 1);
	CHECK(hints.last.one_key);
	CHECK_EQ(hints.last.port, 443);
	CHECK_STR(hints.last.name, "mx.example");
	store_close(s);
}

struct ders {
	size_t n;
	struct digest256 last;
};

static bool take_der(void *context, struct span der)
{
	struct ders *ders = context;

	ders->n++;
	ders->last = cert_id_of(der);
	return true;
}

static void issuers_are_the_cas(void)
{
	const struct lab_cert both[] = {leaf, sub};
	struct store *s = lab_store();
	struct chain_verdict *v = lab_chain(&arena, both, 2);
	struct ders ders = {0};

	CHECK(went_well(store_put_chain(s, v, 1000), s));
	CHECK(went_well(store_each_issuer(s, take_der, &ders), s));
	CHECK_EQ(ders.n, 1);
	CHECK(digest256_eq(&ders.last, &v->facts[1]->id));
	store_close(s);
}

static bool take_stale(void *context, const struct chain_verdict *chain)
{
	struct ders *ders = context;

	ders->n++;
	ders->last = chain->id;
	CHECK(chain->n_certs > 0 && chain->der[0].n > 0);
	return true;
}

static size_t stale(struct store *s)
{
	struct ders ders = {0};

	CHECK(went_well(store_each_stale(s, take_stale, &ders), s));
	return ders.n;
}

/* A leaf that came alone; days later another endpoint shows the missing CA. */
static void an_orphan_is_judged_again_when_its_issuer_turns_up(void)
{
	const struct lab_cert both[] = {leaf, sub};
	struct store *s = lab_store();
	struct chain_verdict *alone = lab_chain(&arena, &orphan, 1),
			     *whole = lab_chain(&arena, both, 2);
	struct ders ders = {0};

	lab_finding(alone, FINDING_UNKNOWN_ISSUER, SEVERITY_HIGH, ALWAYS_S, FOREVER_S);
	CHECK(went_well(store_put_chain(s, alone, 1000), s));
	CHECK_EQ(stale(s), 0);
	CHECK(went_well(store_put_chain(s, whole, 2000), s));
	CHECK_EQ(stale(s), 1);
	/* The next scan knows the issuer, and judges. */
	CHECK(went_well(store_each_issuer(s, take_der, &ders), s));
	CHECK_EQ(stale(s), 1);
	alone->n_findings = 0;
	lab_finding(alone, FINDING_INCOMPLETE_CHAIN, SEVERITY_MEDIUM, ALWAYS_S, FOREVER_S);
	CHECK(went_well(store_put_chain(s, alone, 3000), s));
	CHECK_EQ(stale(s), 0);
	lab_sound(s);
	store_close(s);
}

/* The CA has the right name and the wrong key: judged again, it is unknown still, and left
 * alone. */
static void a_namesake_is_tried_once(void)
{
	const struct lab_cert both[] = {leaf, sub};
	struct store *s = lab_store();
	struct chain_verdict *alone = lab_chain(&arena, &orphan, 1),
			     *whole = lab_chain(&arena, both, 2);
	struct ders ders = {0};

	lab_finding(alone, FINDING_UNKNOWN_ISSUER, SEVERITY_HIGH, ALWAYS_S, FOREVER_S);
	CHECK(went_well(store_put_chain(s, alone, 1000), s));
	CHECK(went_well(store_put_chain(s, whole, 2000), s));
	CHECK(went_well(store_each_issuer(s, take_der, &ders), s));
	CHECK_EQ(stale(s), 1);
	CHECK(went_well(store_put_chain(s, alone, 3000), s));
	CHECK_EQ(stale(s), 0);
	store_close(s);
}

int main(void)
{
	lab_make();
	arena_init(&arena, 1 << 22);
	RUN(the_newest_sighting_is_the_hint);
	RUN(issuers_are_the_cas);
	RUN(an_orphan_is_judged_again_when_its_issuer_turns_up);
	RUN(a_namesake_is_tried_once);
	arena_done(&arena);
	lab_drop();
	return test_done();
}
