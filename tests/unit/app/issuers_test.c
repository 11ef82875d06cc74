#include "app/issuers.h"

#include "lib/test.h"

static size_t told;

static void tell(void *context, struct span der)
{
	(void)context;
	told += der.n > 0;
}

static struct cert_facts facts_of(uint8_t id, bool is_ca, bool self_signed)
{
	return (struct cert_facts){.id = {{id}}, .is_ca = is_ca, .self_signed = self_signed};
}

static void tells_each_new_intermediate_once(void)
{
	struct cert_facts leaf = facts_of(1, false, false), ca = facts_of(2, true, false),
			  root = facts_of(3, true, true);
	struct chain_verdict chain = {.n_certs = 3, .facts = {&leaf, &ca, &root}};
	struct issuers *s;

	for (size_t i = 0; i < 3; i++)
		chain.der[i] = span_str("der");
	told = 0;
	CHECK(!err_is(issuers_new(10, &s)));
	issuers_learn(s, &chain, tell, NULL);
	CHECK_EQ(told, 1);
	CHECK(issuers_are_new(s));
	issuers_settle(s);
	issuers_learn(s, &chain, tell, NULL);
	CHECK_EQ(told, 1);
	CHECK(!issuers_are_new(s));
	issuers_free(s);
}

static void what_the_store_had_is_not_new(void)
{
	struct cert_facts leaf = facts_of(1, false, false), ca = {.is_ca = true};
	struct chain_verdict chain = {.n_certs = 2, .facts = {&leaf, &ca}};
	struct issuers *s;

	chain.der[1] = span_str("an intermediate");
	ca.id = cert_id_of(chain.der[1]);
	told = 0;
	CHECK(!err_is(issuers_new(10, &s)));
	issuers_known(s, chain.der[1]);
	issuers_learn(s, &chain, tell, NULL);
	CHECK_EQ(told, 0);
	issuers_free(s);
}

static void a_full_set_takes_no_more(void)
{
	struct cert_facts leaf = facts_of(0, false, false);
	struct issuers *s;

	told = 0;
	CHECK(!err_is(issuers_new(4, &s)));
	for (uint8_t i = 1; i < 9; i++) {
		struct cert_facts ca = facts_of(i, true, false);
		struct chain_verdict chain = {.n_certs = 2, .facts = {&leaf, &ca}};

		chain.der[1] = span_str("x");
		issuers_learn(s, &chain, tell, NULL);
	}
	CHECK_EQ(told, 4);
	issuers_free(s);
}

int main(void)
{
	RUN(tells_each_new_intermediate_once);
	RUN(what_the_store_had_is_not_new);
	RUN(a_full_set_takes_no_more);
	return test_done();
}
