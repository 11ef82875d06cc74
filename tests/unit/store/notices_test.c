#include "lab.h"

#include "store/notices.h"
#include "store/rules.h"

enum { DAY_S = 86400, NOT_BEFORE_S = 1000 };

static const struct expiry_terms terms = {3, 30 * DAY_S, 10, 7 * DAY_S};

static uint64_t rule(struct store *s)
{
	struct stored_rule r = {.name = "expiry", .kind = RULE_OWN, .type = "expiry", .text = "{}"};
	uint64_t id = 0;

	CHECK(went_well(store_put_rule(s, &r, &id), s));
	return id;
}

/* A leaf of this lifetime, seen at so many hosts. */
static const struct chain_verdict *serve(struct store *s, struct arena *a, const char *name,
    int64_t life_s, uint32_t first_host, uint32_t n, int64_t at_ms)
{
	struct lab_cert cert = {.name = name,
	    .issuer = "R3",
	    .key = name,
	    .serial = "01",
	    .kind = KEY_EC,
	    .not_after_s = NOT_BEFORE_S + life_s};
	struct chain_verdict *v = lab_chain(a, &cert, 1);

	CHECK(went_well(store_begin(s), s));
	for (uint32_t i = 0; i < n; i++) {
		struct observation o = lab_seen(first_host + i, v, 0, at_ms);

		lab_put(s, v, &o);
	}
	CHECK(went_well(store_commit(s), s));
	return v;
}

struct dues {
	size_t n;
	char name[8][32];
	uint8_t stage[8];
	struct digest256 id[8];
	uint32_t generation;
	int64_t row;
};

static bool gather(void *context, const struct due_cert *cert)
{
	struct dues *d = context;

	snprintf(d->name[d->n], sizeof(d->name[0]), "%s", cert->name);
	d->id[d->n] = cert->sha256;
	d->generation = cert->generation;
	d->row = cert->row;
	d->stage[d->n++] = cert->stage;
	return d->n < 8;
}

static struct dues expiring(struct store *s, uint64_t id, int64_t now_s)
{
	struct dues d = {0};

	CHECK(went_well(store_each_expiring(s, id, &terms, now_s * 1000, NULL, gather, &d), s));
	return d;
}

static struct dues expiring_since(
    struct store *s, uint64_t id, int64_t now_s, int64_t last_s, uint64_t sequence)
{
	const struct expiry_since since = {last_s * 1000, sequence};
	struct dues d = {0};

	CHECK(went_well(store_each_expiring(s, id, &terms, now_s * 1000, &since, gather, &d), s));
	return d;
}

static bool tell(
    struct store *s, uint64_t id, const struct digest256 *cert, enum stage stage, int64_t now_s)
{
	bool is_new = false;

	CHECK(went_well(store_put_notice(s, id, cert, stage, now_s * 1000, &is_new), s));
	return is_new;
}

/* Each lifetime has its own stages; what SQL says is what expiry_begins_s says. */
static void stages_follow_the_lifetime(void)
{
	static const int64_t lives[] = {DAY_S, 6 * DAY_S, 47 * DAY_S, 398 * DAY_S, 3650 * DAY_S};

	for (size_t i = 0; i < sizeof(lives) / sizeof(lives[0]); i++) {
		struct store *s = lab_store();
		struct arena arena;
		uint64_t id = rule(s);

		arena_init(&arena, 1 << 20);
		serve(s, &arena, "a.example", lives[i], 1, 1, 5000);
		for (enum stage stage = STAGE_NOTICE; stage <= STAGE_EXPIRED; stage++) {
			int64_t begins_s =
			    expiry_begins_s(&terms, stage, NOT_BEFORE_S, NOT_BEFORE_S + lives[i]);
			struct dues before = expiring(s, id, begins_s - 1);
			struct dues then = expiring(s, id, begins_s);

			CHECK_EQ(before.n, stage > STAGE_NOTICE);
			CHECK_EQ(then.n, 1);
			CHECK_EQ(then.stage[0], stage);
			CHECK_EQ(expiring_since(s, id, begins_s, begins_s - 1, 99).n, 1);
			CHECK_EQ(expiring_since(s, id, begins_s + 1, begins_s, 99).n, 0);
			CHECK_EQ(expiring_since(s, id, begins_s + 1, begins_s, 0).n, 1);
		}
		arena_done(&arena);
		store_close(s);
	}
	CHECK_EQ(expiry_begins_s(&terms, STAGE_NOTICE, 0, 398 * DAY_S - 1), 368 * DAY_S);
	CHECK_EQ(expiry_begins_s(&terms, STAGE_URGENT, 0, 398 * DAY_S - 1), 391 * DAY_S);
	CHECK_EQ(expiry_begins_s(&terms, STAGE_NOTICE, 0, 6 * DAY_S - 1), 4 * DAY_S);
}

static void a_stage_is_told_once(void)
{
	struct store *s = lab_store();
	struct arena arena;
	uint64_t id = rule(s);
	int64_t end_s = NOT_BEFORE_S + 90 * DAY_S;
	struct dues d;

	arena_init(&arena, 1 << 20);
	serve(s, &arena, "a.example", 90 * DAY_S, 1, 3, 5000);
	d = expiring(s, id, end_s - 20 * DAY_S);
	CHECK_EQ(d.n, 1);
	CHECK_STR(d.name[0], "a.example");
	CHECK(tell(s, id, &d.id[0], STAGE_NOTICE, end_s - 20 * DAY_S));
	CHECK(!tell(s, id, &d.id[0], STAGE_NOTICE, end_s - 20 * DAY_S));
	CHECK_EQ(expiring(s, id, end_s - 19 * DAY_S).n, 0);
	d = expiring(s, id, end_s - 2 * DAY_S);
	CHECK_EQ(d.n, 1);
	CHECK_EQ(d.stage[0], STAGE_URGENT);
	CHECK(tell(s, id, &d.id[0], STAGE_URGENT, end_s - 2 * DAY_S));
	CHECK_EQ(expiring(s, id, end_s - DAY_S).n, 0);
	CHECK_EQ(expiring(s, id, end_s + DAY_S).n, 1);
	arena_done(&arena);
	store_close(s);
}

static bool count_place(void *context, const struct place *place)
{
	CHECK_EQ(place->endpoint.port, 443);
	++*(size_t *)context;
	return true;
}

/* Renewed on one of two hosts it is still served; on both it is resolved, once. */
static void is_resolved_when_it_is_served_nowhere(void)
{
	struct store *s = lab_store();
	struct arena arena;
	struct aftermath after;
	uint64_t id = rule(s);
	int64_t now_s = NOT_BEFORE_S + 89 * DAY_S;
	struct dues d, r = {0};
	size_t places = 0;
	bool is_new = false;

	arena_init(&arena, 1 << 20);
	serve(s, &arena, "a.example", 90 * DAY_S, 1, 2, 5000);
	d = expiring(s, id, now_s);
	tell(s, id, &d.id[0], STAGE_URGENT, now_s);
	CHECK(went_well(store_each_place(s, d.row, count_place, &places), s));
	CHECK_EQ(places, 2);
	serve(s, &arena, "a.example", 180 * DAY_S, 1, 1, now_s * 1000);
	CHECK(went_well(store_each_resolved(s, id, gather, &r), s));
	CHECK_EQ(r.n, 0);
	serve(s, &arena, "a.example", 180 * DAY_S, 2, 1, now_s * 1000);
	CHECK(went_well(store_each_resolved(s, id, gather, &r), s));
	CHECK_EQ(r.n, 1);
	CHECK_EQ(r.stage[0], STAGE_URGENT);
	CHECK(went_well(store_aftermath(s, r.row, &after), s));
	CHECK_EQ(after.kinds[CHANGE_RENEWED_SAME_KEY], 2);
	CHECK_EQ(after.successor_not_after_s, NOT_BEFORE_S + 180 * DAY_S);
	CHECK_STR(after.successor_issuer, "R3");
	CHECK(went_well(store_resolve_notice(s, id, &r.id[0], now_s * 1000, &is_new), s));
	CHECK(is_new);
	CHECK(went_well(store_resolve_notice(s, id, &r.id[0], now_s * 1000, &is_new), s));
	CHECK(!is_new);
	r.n = 0;
	CHECK(went_well(store_each_resolved(s, id, gather, &r), s));
	CHECK_EQ(r.n, 0);
	arena_done(&arena);
	store_close(s);
}

static void what_comes_back_is_news_a_day_later(void)
{
	struct store *s = lab_store();
	struct arena arena;
	uint64_t id = rule(s);
	int64_t now_s = NOT_BEFORE_S + 100 * DAY_S;
	struct dues d;
	bool is_new = false;

	arena_init(&arena, 1 << 20);
	serve(s, &arena, "a.example", 90 * DAY_S, 1, 1, 5000);
	d = expiring(s, id, now_s);
	tell(s, id, &d.id[0], STAGE_EXPIRED, now_s);
	CHECK(went_well(store_resolve_notice(s, id, &d.id[0], now_s * 1000, &is_new), s));
	CHECK_EQ(expiring(s, id, now_s + DAY_S - 1).n, 0);
	d = expiring(s, id, now_s + DAY_S);
	CHECK_EQ(d.n, 1);
	CHECK_EQ(d.generation, 1);
	CHECK(tell(s, id, &d.id[0], STAGE_EXPIRED, now_s + DAY_S));
	CHECK_EQ(expiring(s, id, now_s + 9 * DAY_S).n, 0);
	arena_done(&arena);
	store_close(s);
}

static void arrivals_come_with_changes(void)
{
	const unsigned kinds = 1u << CHANGE_NEW | 1u << CHANGE_ISSUER_CHANGED;
	struct store *s = lab_store();
	struct lab_cert own = {.name = "R3",
	    .issuer = "R3",
	    .key = "k",
	    .serial = "01",
	    .kind = KEY_EC,
	    .not_after_s = 90 * DAY_S};
	struct arena arena;
	uint64_t id = rule(s), newest = 0;
	struct dues d = {0};
	struct chain_verdict *v;
	struct observation o;

	arena_init(&arena, 1 << 20);
	serve(s, &arena, "a.example", 90 * DAY_S, 1, 2, 5000);
	CHECK(went_well(store_newest_change(s, &newest), s));
	CHECK_EQ(newest, 2);
	v = lab_chain(&arena, &own, 1);
	o = lab_seen(9, v, 0, 6000);
	CHECK(went_well(store_begin(s), s));
	lab_put(s, v, &o);
	CHECK(went_well(store_commit(s), s));
	CHECK(went_well(store_each_arrival(s, id, 0, kinds, false, gather, &d), s));
	CHECK_EQ(d.n, 2);
	d.n = 0;
	CHECK(went_well(store_each_arrival(s, id, 0, kinds, true, gather, &d), s));
	CHECK_EQ(d.n, 1);
	CHECK_STR(d.name[0], "R3");
	tell(s, id, &d.id[0], STAGE_NOTICE, 6);
	d.n = 0;
	CHECK(went_well(store_each_arrival(s, id, newest, kinds, false, gather, &d), s));
	CHECK_EQ(d.n, 0);
	arena_done(&arena);
	store_close(s);
}

int main(void)
{
	lab_make();
	RUN(stages_follow_the_lifetime);
	RUN(a_stage_is_told_once);
	RUN(is_resolved_when_it_is_served_nowhere);
	RUN(what_comes_back_is_news_a_day_later);
	RUN(arrivals_come_with_changes);
	lab_drop();
	return test_done();
}
