#include "lab.h"

#include "store/refusal.h"
#include "store/rules.h"

static uint64_t channel(struct store *s, const char *name)
{
	struct stored_channel c = {.name = name, .type = "slack", .config = "{}", .enabled = true};
	uint64_t id = 0;

	CHECK(went_well(store_put_channel(s, &c, &id), s));
	return id;
}

static struct err put(struct store *s, const struct stored_rule *rule, uint64_t *ret_id)
{
	return store_put_rule(s, rule, ret_id);
}

static void a_rule_is_as_it_was_put(void)
{
	struct store *s = lab_store();
	struct stored_rule rule = {.name = "Certificate expiry check",
			       .kind = RULE_ELASTALERT,
			       .type = "any",
			       .enabled = true,
			       .text = "type: any\n",
			       .n_channels = 2,
			       .channels = {channel(s, "a"), channel(s, "b")}},
			   got;
	struct arena arena;
	uint64_t id = 0;

	arena_init(&arena, 1 << 20);
	CHECK(went_well(put(s, &rule, &id), s));
	CHECK(went_well(store_get_rule(s, id, &arena, &got), s));
	CHECK_STR(got.name, rule.name);
	CHECK_STR(got.type, "any");
	CHECK_STR(got.text, rule.text);
	CHECK(got.kind == RULE_ELASTALERT && got.enabled && got.ran_ms == 0);
	CHECK_EQ(got.n_channels, 2);
	rule.id = id;
	rule.n_channels = 1;
	rule.enabled = false;
	CHECK(went_well(put(s, &rule, &id), s));
	got.cursor = 77;
	got.ran_ms = 5000;
	got.error = "none to speak of";
	CHECK(went_well(store_rule_ran(s, &got), s));
	CHECK(went_well(store_get_rule(s, id, &arena, &got), s));
	CHECK(got.n_channels == 1 && !got.enabled && got.cursor == 77 && got.ran_ms == 5000);
	CHECK_STR(got.error, "none to speak of");
	arena_done(&arena);
	store_close(s);
}

static void refusals_leave_nothing_behind(void)
{
	struct store *s = lab_store();
	struct stored_rule rule = {.name = "r", .kind = RULE_OWN, .type = "expiry", .text = "{}"};
	uint64_t id = 0, other = 0;

	CHECK(went_well(put(s, &rule, &id), s));
	CHECK(err_is_refusal(put(s, &rule, &other), REFUSAL_TAKEN));
	rule.name = "r2";
	rule.n_channels = 1;
	rule.channels[0] = 42;
	CHECK(err_is_refusal(put(s, &rule, &other), REFUSAL_NONE));
	rule.n_channels = 0;
	CHECK(went_well(put(s, &rule, &other), s)); /* the name was not taken by the failure */
	CHECK(err_is_refusal(store_delete_rule(s, 4711), REFUSAL_MISSING));
	rule.id = 4711;
	rule.name = "r3";
	CHECK(err_is_refusal(put(s, &rule, &other), REFUSAL_MISSING));
	store_close(s);
}

static void a_deleted_rule_takes_its_memory_along(void)
{
	struct store *s = lab_store();
	struct stored_rule rule = {.name = "r", .kind = RULE_OWN, .type = "expiry", .text = "{}"};
	struct silence silence = {.key = "r", .until_ms = 9000, .by = "ada"};
	uint64_t id = 0;
	bool found = true;

	rule.n_channels = 1;
	rule.channels[0] = channel(s, "a");
	CHECK(went_well(put(s, &rule, &id), s));
	silence.rule = id;
	CHECK(went_well(store_put_silence(s, &silence), s));
	CHECK(went_well(store_put_state(s, id, 1, span_str("k"), span_str("v"), INT64_MAX), s));
	CHECK(went_well(store_delete_rule(s, id), s));
	CHECK(went_well(store_get_silence(s, id, "r", &silence, &found), s));
	CHECK(!found);
	lab_sound(s);
	store_close(s);
}

int main(void)
{
	lab_make();
	RUN(a_rule_is_as_it_was_put);
	RUN(refusals_leave_nothing_behind);
	RUN(a_deleted_rule_takes_its_memory_along);
	lab_drop();
	return test_done();
}
