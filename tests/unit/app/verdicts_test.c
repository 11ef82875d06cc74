#include "app/verdicts.h"

#include "lib/test.h"

static const char *const sans[] = {"a.example", "b.example"};

static struct cert_facts leaf = {.subject = "CN=a.example",
    .subject_cn = "a.example",
    .issuer = "CN=ca",
    .issuer_cn = "ca",
    .serial = "01",
    .sig_alg = "ed25519",
    .key_text = "Ed25519",
    .n_sans = 2,
    .sans = sans};

static void keeps_a_copy_of_its_own(void)
{
	struct chain_verdict verdict = {
	    .id = {{7}}, .n_certs = 1, .facts = {&leaf}, .n_findings = 1, .findings = {{.id = 4}}};
	const struct chain_verdict *found;
	struct verdicts *v;

	CHECK(!err_is(verdicts_new(16, 1 << 20, &v)));
	CHECK(!verdicts_find(v, &verdict.id));
	verdicts_put(v, &verdict);
	found = verdicts_find(v, &verdict.id);
	CHECK(found && found != &verdict && found->facts[0] != &leaf);
	CHECK_STR(found->facts[0]->sans[1], "b.example");
	CHECK_EQ(found->findings[0].id, 4);
	verdicts_free(v);
}

static void a_newer_chain_takes_the_slot(void)
{
	struct chain_verdict one = {.id = {{0, 0, 0, 0, 0, 0, 0, 1}},
				 .n_certs = 1,
				 .facts = {&leaf}},
			     two = {
				 .id = {{0, 0, 0, 0, 0, 0, 0, 2}}, .n_certs = 1, .facts = {&leaf}};
	struct verdicts *v;

	CHECK(!err_is(verdicts_new(1, 1 << 20, &v)));
	verdicts_put(v, &one);
	verdicts_put(v, &two);
	CHECK(!verdicts_find(v, &one.id));
	CHECK(verdicts_find(v, &two.id) != NULL);
	verdicts_free(v);
}

static void when_full_the_newest_stays(void)
{
	struct chain_verdict verdict = {.n_certs = 1, .facts = {&leaf}};
	struct digest256 first = {{0, 0, 0, 0, 0, 0, 0, 1}};
	struct verdicts *v;

	CHECK(!err_is(verdicts_new(16, 1 << 12, &v)));
	for (uint8_t i = 1; i < 16; i++) {
		verdict.id.b[7] = i;
		verdicts_put(v, &verdict);
		CHECK(verdicts_find(v, &verdict.id) != NULL);
	}
	CHECK(!verdicts_find(v, &first));
	verdicts_free(v);
}

int main(void)
{
	RUN(keeps_a_copy_of_its_own);
	RUN(a_newer_chain_takes_the_slot);
	RUN(when_full_the_newest_stays);
	return test_done();
}
