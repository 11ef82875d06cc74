#include "lab.h"

#include "store/refusal.h"
#include "store/rules.h"

static uint64_t rule(struct store *s)
{
	struct stored_rule r = {.name = "r", .kind = RULE_OWN, .type = "expiry", .text = "{}"};
	uint64_t id = 0;

	CHECK(went_well(store_put_rule(s, &r, &id), s));
	return id;
}

static bool count_silence(void *context, const struct silence *silence)
{
	CHECK_STR(silence->by, "ada");
	++*(size_t *)context;
	return true;
}

static void a_silence_is_kept_until_it_is_over(void)
{
	struct store *s = lab_store();
	struct silence a = {.rule = rule(s),
			   .key = "r.10.0.0.1, 443",
			   .until_ms = 5000,
			   .by = "ada"},
		       got;
	size_t n = 0;
	bool found = false;

	CHECK(went_well(store_put_silence(s, &a), s));
	a.until_ms = 7000;
	a.exponent = 3;
	CHECK(went_well(store_put_silence(s, &a), s));
	CHECK(went_well(store_get_silence(s, a.rule, a.key, &got, &found), s));
	CHECK(found && got.until_ms == 7000 && got.exponent == 3);
	CHECK(went_well(store_each_silence(s, 6999, count_silence, &n), s));
	CHECK_EQ(n, 1);
	CHECK(went_well(store_each_silence(s, 7000, count_silence, &n), s));
	CHECK_EQ(n, 1);
	CHECK(went_well(store_delete_silence(s, 0, a.key), s));
	CHECK(err_is_refusal(store_delete_silence(s, 0, a.key), REFUSAL_MISSING));
	store_close(s);
}

static bool first_key(void *context, struct span key, struct span value, int64_t until_ms)
{
	CHECK(span_is(key, "a") && span_is(value, "1") && until_ms == 100);
	++*(size_t *)context;
	return false;
}

static void state_has_topics_and_an_end(void)
{
	struct store *s = lab_store();
	struct arena arena;
	struct span value;
	uint64_t id = rule(s);
	bool found = false;
	size_t n = 0;

	arena_init(&arena, 1 << 16);
	CHECK(went_well(store_put_state(s, id, 1, span_str("b"), span_str("2"), INT64_MAX), s));
	CHECK(went_well(store_put_state(s, id, 1, span_str("a"), span_str("0"), 50), s));
	CHECK(went_well(store_put_state(s, id, 1, span_str("a"), span_str("1"), 100), s));
	CHECK(went_well(store_get_state(s, id, 1, span_str("a"), 99, &arena, &value, &found), s));
	CHECK(found && span_is(value, "1"));
	CHECK(went_well(store_get_state(s, id, 1, span_str("a"), 100, &arena, &value, &found), s));
	CHECK(!found);
	CHECK(went_well(store_get_state(s, id, 2, span_str("b"), 0, &arena, &value, &found), s));
	CHECK(!found);
	CHECK(went_well(store_each_state(s, id, 1, 99, first_key, &n), s));
	CHECK_EQ(n, 1);
	CHECK(went_well(store_prune_states(s, 100), s));
	CHECK(went_well(store_get_state(s, id, 1, span_str("a"), 0, &arena, &value, &found), s));
	CHECK(!found);
	CHECK(went_well(store_delete_state(s, id, 1, span_str("b")), s));
	CHECK(went_well(store_get_state(s, id, 1, span_str("b"), 0, &arena, &value, &found), s));
	CHECK(!found);
	arena_done(&arena);
	store_close(s);
}

int main(void)
{
	lab_make();
	RUN(a_silence_is_kept_until_it_is_over);
	RUN(state_has_topics_and_an_end);
	lab_drop();
	return test_done();
}
