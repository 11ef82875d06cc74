#include "verdict/facts.h"
#include "verdict/limits.h"

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

static struct span tlv(struct buf *out, uint8_t tag, struct span first, struct span second)
{
	buf_init(out, 1 << 20);
	buf_be(out, tag, 1);
	buf_be(out, 0x83, 1);
	buf_be(out, first.n + second.n, 3);
	buf_span(out, first);
	buf_span(out, second);
	return buf_view(out);
}

/* A name of 100,000 letters, a serial number of as many bytes: cut, not refused. */
static void what_is_too_long_is_cut(void)
{
	struct buf letters, value, pair, rdn, name;
	struct span none = {NULL, 0, false};
	const struct cert_facts *f;
	struct cert c;

	buf_init(&letters, 1 << 20);
	buf_fill(&letters, 'x', 100000);
	tlv(&value, 0x0c, buf_view(&letters), none);
	tlv(&pair, 0x30, span_of("\x06\x03\x55\x04\x03", 5), buf_view(&value));
	tlv(&rdn, 0x31, buf_view(&pair), none);
	cert_parse(test_cert("leaf"), &c);
	c.subject = tlv(&name, 0x30, buf_view(&rdn), none);
	c.serial = buf_view(&letters);
	f = facts_of(&c, verifier, &arena);
	CHECK(f && strlen(f->subject) > 4000 && strlen(f->subject) <= FACTS_FIELD_MAX);
	CHECK(f && strlen(f->subject_cn) > 4000 && strlen(f->subject_cn) <= FACTS_FIELD_MAX);
	CHECK(f && strlen(f->serial) == 2 * FACTS_SERIAL_MAX);
	buf_done(&letters);
	buf_done(&value);
	buf_done(&pair);
	buf_done(&rdn);
	buf_done(&name);
}

static void many_names_are_cut_too(void)
{
	static uint8_t names[300000];
	const struct cert_facts *f;
	struct cert c;

	for (size_t i = 0; i < sizeof(names); i += 3)
		memcpy(names + i, "\x82\x01x", 3);
	cert_parse(test_cert("leaf"), &c);
	c.ext.san = span_of(names, sizeof(names));
	f = facts_of(&c, verifier, &arena);
	CHECK(f && f->n_sans == FACTS_SANS_MAX);
	memset(names, 0, sizeof(names)); /* 299 names of 999 control characters */
	for (size_t i = 0; i < 299; i++)
		memcpy(names + i * 1003, "\x82\x82\x03\xe7", 4);
	c.ext.san = span_of(names, 299 * 1003);
	f = facts_of(&c, verifier, &arena);
	CHECK(f && f->n_sans == 299);
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
	arena_init(&arena, 8 << 20);
	if (err_is(verifier_new(&verifier)))
		return 1;
	RUN(a_leaf);
	RUN(its_names);
	RUN(issued_by_itself_and_signed_by_itself);
	RUN(every_kind_of_key);
	RUN(serials_as_encoded);
	RUN(of_nothing_at_all);
	RUN(what_is_too_long_is_cut);
	RUN(many_names_are_cut_too);
	RUN(a_full_arena_is_told);
	verifier_free(verifier);
	arena_done(&arena);
	return test_done();
}
