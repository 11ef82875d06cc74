#include "verdict/facts.h"

#include "lib/certs.h"

static struct verifier *verifier;
static struct arena arena;

static const struct cert_facts *facts(const char *name)
{
	struct cert c;

	cert_parse(test_cert(name), &c);
	return facts_of(&c, verifier, &arena);
}

static void a_leaf(void)
{
	const struct cert_facts *f = facts("leaf");
	struct digest256 id = cert_id_of(test_cert("leaf"));

	CHECK(digest256_eq(&f->id, &id));
	CHECK(!digest256_is_zero(&f->spki) && !digest256_eq(&f->spki, &f->id));
	CHECK_STR(f->subject, "CN=www.example,O=certscape tests");
	CHECK_STR(f->subject_cn, "www.example");
	CHECK_STR(f->issuer, "CN=Test Intermediate,O=certscape tests");
	CHECK_STR(f->issuer_cn, "Test Intermediate");
	CHECK_STR(f->sig_alg, "ecdsa-with-SHA256");
	CHECK_STR(f->key_text, "P-256");
	CHECK(f->key_kind == KEY_EC && f->key_bits == 256);
	CHECK(f->not_before_s == 1767225600 && f->not_after_s == 1798761600);
	CHECK(!f->is_ca && !f->self_issued && !f->self_signed && !f->unparsed);
}

static void its_names(void)
{
	const struct cert_facts *f = facts("leaf");

	CHECK_EQ(f->n_sans, 4);
	CHECK_STR(f->sans[0], "www.example");
	CHECK_STR(f->sans[1], "*.wild.example");
	CHECK_STR(f->sans[2], "10.0.0.1");
	CHECK_STR(f->sans[3], "2001:db8::1");
	CHECK_EQ(facts("leaf-no-san")->n_sans, 0);
}

static void issued_by_itself_and_signed_by_itself(void)
{
	CHECK(facts("root")->self_signed && facts("root")->is_ca);
	CHECK(facts("self-issued")->self_issued && !facts("self-issued")->self_signed);
}

static void every_kind_of_key(void)
{
	CHECK_EQ(facts("leaf-rsa-2048")->key_kind, KEY_RSA);
	CHECK_EQ(facts("leaf-dsa-1024")->key_kind, KEY_DSA);
	CHECK_EQ(facts("leaf-ed25519")->key_kind, KEY_ED25519);
	CHECK_EQ(facts("odd-key-mldsa")->key_kind, KEY_MLDSA);
	CHECK_EQ(facts("odd-key-unknown")->key_kind, KEY_OTHER);
	CHECK_EQ(facts("odd-key-cut")->key_kind, KEY_NONE);
}

static void serials_as_encoded(void)
{
	CHECK_STR(facts("odd-serial-negative")->serial, "ff");
	CHECK_STR(facts("odd-serial-zero")->serial, "00");
	CHECK_STR(facts("odd-serial-empty")->serial, "");
}

/* What is missing is empty, never NULL. */
static void of_nothing_at_all(void)
{
	const struct cert_facts *f = facts("odd-cut-at-2");

	CHECK(f->unparsed && f->n_sans == 0 && f->sans);
	CHECK_STR(f->subject, "");
	CHECK_STR(f->subject_cn, "");
	CHECK_STR(f->serial, "");
	CHECK_STR(f->sig_alg, "");
	CHECK_STR(f->key_text, "");
	CHECK(digest256_is_zero(&f->spki) && !digest256_is_zero(&f->id));
}

static void a_full_arena_is_told(void)
{
	struct cert c;
	struct arena small;

	cert_parse(test_cert("leaf"), &c);
	for (size_t cap = 0; cap < sizeof(struct cert_facts) + 100; cap += 16) {
		arena_init(&small, cap);
		CHECK(facts_of(&c, verifier, &small) == NULL);
		arena_done(&small);
	}
}

int main(void)
{
	arena_init(&arena, 1 << 20);
	if (err_is(verifier_new(&verifier)))
		return 1;
	RUN(a_leaf);
	RUN(its_names);
	RUN(issued_by_itself_and_signed_by_itself);
	RUN(every_kind_of_key);
	RUN(serials_as_encoded);
	RUN(of_nothing_at_all);
	RUN(a_full_arena_is_told);
	verifier_free(verifier);
	arena_done(&arena);
	return test_done();
}
