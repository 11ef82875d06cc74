#include "observe/dictionary.h"

#include "lib/test.h"

static struct chain_verdict chain_of(uint8_t n, uint32_t epoch, const struct cert_facts *leaf)
{
	struct chain_verdict v = {.trust_epoch = epoch, .n_certs = 1};

	v.id = cert_id_of(span_of(&n, 1));
	v.facts[0] = leaf;
	return v;
}

static const char *const sans[] = {"a.example", "b.example"};
static const struct cert_facts leaf = {.subject_cn = "a.example", .n_sans = 2, .sans = sans};

static void a_chain_seen_again_is_known_with_its_names(void)
{
	struct dictionary *d = NULL;
	struct chain_verdict v = chain_of(1, 5, &leaf);
	const struct cert_facts *found;

	CHECK(!err_is(dictionary_new(100, 1 << 20, &d)));
	CHECK(dictionary_find(d, &v.id, false, 5) == NULL);
	CHECK(!err_is(dictionary_put(d, &v)));
	found = dictionary_find(d, &v.id, false, 5);
	CHECK(found != NULL && found->n_sans == 2);
	CHECK_STR(found->subject_cn, "a.example");
	CHECK_STR(found->sans[1], "b.example");
	CHECK(found->sans[1] != sans[1]);
	dictionary_free(d);
}

static void another_epoch_judges_again(void)
{
	struct dictionary *d = NULL;
	struct chain_verdict v = chain_of(1, 5, &leaf);

	CHECK(!err_is(dictionary_new(100, 1 << 20, &d)));
	CHECK(!err_is(dictionary_put(d, &v)));
	CHECK(dictionary_find(d, &v.id, false, 6) == NULL);
	CHECK_EQ(dictionary_counts(d).stale, 1);
	v.trust_epoch = 6;
	CHECK(!err_is(dictionary_put(d, &v)));
	CHECK(dictionary_find(d, &v.id, false, 6) != NULL);
	CHECK_EQ(dictionary_counts(d).chains, 1);
	dictionary_free(d);
}

static void what_was_cut_is_another_entry(void)
{
	struct dictionary *d = NULL;
	struct chain_verdict v = chain_of(1, 5, &leaf);

	v.cut = true;
	CHECK(!err_is(dictionary_new(100, 1 << 20, &d)));
	CHECK(!err_is(dictionary_put(d, &v)));
	CHECK(dictionary_find(d, &v.id, true, 5) != NULL);
	CHECK(dictionary_find(d, &v.id, false, 5) == NULL);
	v.cut = false;
	CHECK(!err_is(dictionary_put(d, &v)));
	CHECK(dictionary_find(d, &v.id, true, 5) != NULL);
	CHECK_EQ(dictionary_counts(d).chains, 2);
	dictionary_free(d);
}

static void the_one_not_seen_for_the_longest_time_goes(void)
{
	struct dictionary *d = NULL;

	CHECK(!err_is(dictionary_new(3, 1 << 20, &d)));
	for (uint8_t i = 0; i < 3; i++) {
		struct chain_verdict v = chain_of(i, 1, &leaf);

		CHECK(!err_is(dictionary_put(d, &v)));
	}
	struct chain_verdict zero = chain_of(0, 1, &leaf), one = chain_of(1, 1, &leaf),
			     three = chain_of(3, 1, &leaf);
	CHECK(dictionary_find(d, &zero.id, false, 1) != NULL);
	CHECK(!err_is(dictionary_put(d, &three)));
	CHECK(dictionary_find(d, &zero.id, false, 1) != NULL);
	CHECK(dictionary_find(d, &one.id, false, 1) == NULL);
	CHECK_EQ(dictionary_counts(d).evicted, 1);
	CHECK_EQ(dictionary_counts(d).chains, 3);
	dictionary_free(d);
}

static void bytes_are_bounded_too(void)
{
	static char long_name[5000];
	static const char *const long_sans[] = {long_name};
	const struct cert_facts large = {.subject_cn = "", .n_sans = 1, .sans = long_sans};
	struct dictionary *d = NULL;

	memset(long_name, 'a', sizeof(long_name) - 1);
	CHECK(!err_is(dictionary_new(1000, 50000, &d)));
	for (int i = 0; i < 200; i++) {
		struct chain_verdict v = chain_of((uint8_t)i, 1, &large);

		CHECK(!err_is(dictionary_put(d, &v)));
		CHECK(dictionary_counts(d).bytes <= 50000);
	}
	CHECK(dictionary_counts(d).chains > 5);
	CHECK_EQ(dictionary_counts(d).evicted, 200 - dictionary_counts(d).chains);
	dictionary_free(d);
}

int main(void)
{
	RUN(a_chain_seen_again_is_known_with_its_names);
	RUN(another_epoch_judges_again);
	RUN(what_was_cut_is_another_entry);
	RUN(the_one_not_seen_for_the_longest_time_goes);
	RUN(bytes_are_bounded_too);
	return test_done();
}
