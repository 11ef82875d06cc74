#include "x509/trust.h"

#include "lib/certs.h"

static struct trust *t;

static size_t add(const char *name)
{
	size_t added = 99, skipped = 99;

	CHECK(!err_is(trust_add_roots(t, test_cert(name), &added, &skipped)));
	CHECK_EQ(added + skipped, 1);
	return added;
}

static struct cert cert_of(const char *name)
{
	struct cert c;

	cert_parse(test_cert(name), &c);
	return c;
}

static void setup(void)
{
	trust_free(t);
	t = NULL;
	CHECK(!err_is(trust_new(&t)));
}

static void it_begins_empty(void)
{
	setup();
	CHECK(trust_is_empty(t));
	CHECK(trust_first(t, cert_of("root").subject_name) == NULL);
	CHECK(!err_is(trust_add_known(t, test_cert("inter"))));
	CHECK(trust_is_empty(t)); /* known is not believed */
}

static void roots_are_found_by_name(void)
{
	struct cert root = cert_of("root"), other = cert_of("other-root");
	const struct trusted *found;

	setup();
	CHECK_EQ(add("root"), 1);
	CHECK(!trust_is_empty(t));
	found = trust_first(t, root.subject_name);
	CHECK(found && span_eq(found->cert.der, root.der) && found->cert.der.p != root.der.p);
	CHECK(found && trust_next(found) == NULL && trust_is_anchor(t, found));
	CHECK(trust_anchor_of(t, &root) == found);
	CHECK(trust_anchor_of(t, &other) == NULL);
}

static void the_epoch_tells_news_only(void)
{
	uint32_t epoch;

	setup();
	epoch = trust_epoch(t);
	add("root");
	CHECK(trust_epoch(t) != epoch);
	epoch = trust_epoch(t);
	add("root");
	CHECK_EQ(trust_epoch(t), epoch);
	CHECK(!err_is(trust_add_known(t, test_cert("leaf")))); /* no CA */
	CHECK(!err_is(trust_add_known(t, span_str("rubbish"))));
	CHECK_EQ(trust_epoch(t), epoch);
	CHECK(!err_is(trust_add_known(t, test_cert("inter"))));
	CHECK(trust_epoch(t) != epoch);
	epoch = trust_epoch(t);
	CHECK(!err_is(trust_add_known(t, test_cert("inter"))));
	CHECK(!err_is(trust_add_known(t, test_cert("root"))));
	CHECK_EQ(trust_epoch(t), epoch);
}

static void known_then_believed(void)
{
	struct cert root = cert_of("root");

	setup();
	CHECK(!err_is(trust_add_known(t, test_cert("root"))));
	CHECK(trust_anchor_of(t, &root) == NULL);
	add("root");
	CHECK(trust_anchor_of(t, &root) != NULL);
	CHECK(trust_next(trust_first(t, root.subject_name)) == NULL);
}

static void twins_stand_in_one_list_the_given_first(void)
{
	struct cert twin = cert_of("twin-by-root");
	const struct trusted *first;

	setup();
	CHECK(!err_is(trust_add_known(t, test_cert("twin-by-other"))));
	add("twin-by-root");
	first = trust_first(t, twin.subject_name);
	CHECK(first && first->given && trust_next(first) && !trust_next(first)->given);
	CHECK(!err_is(trust_add_known(t, test_cert("twin-by-other"))));
	CHECK(trust_next(trust_next(first)) == NULL);
}

static void an_intermediate_is_an_anchor_where_its_issuer_is_not_given(void)
{
	struct cert inter = cert_of("inter");

	setup();
	add("inter");
	CHECK(trust_anchor_of(t, &inter) != NULL);
	add("root");
	CHECK(trust_anchor_of(t, &inter) == NULL);
}

static void bundles_are_taken_as_far_as_they_go(void)
{
	size_t added, skipped;
	struct buf text;

	setup();
	buf_init(&text, 1 << 16);
	buf_span(&text, test_file("certs/root.pem"));
	buf_span(&text, test_file("certs/odd-cut-at-300.pem"));
	buf_span(&text, test_file("certs/other-root.pem"));
	buf_span(&text, test_file("certs/root.pem"));
	CHECK(!err_is(trust_add_roots(t, buf_view(&text), &added, &skipped)));
	CHECK_EQ(added, 3);
	CHECK_EQ(skipped, 1);
	buf_done(&text);
}

/* The network can tell us of issuers, but not fill our memory with one name. */
static void one_name_has_few_known(void)
{
	struct span inter = test_cert("inter");
	uint8_t *copy = malloc(inter.n);
	size_t n = 0;

	setup();
	for (int i = 0; i < 100; i++) {
		memcpy(copy, inter.p, inter.n);
		copy[inter.n - 1] = (uint8_t)i;
		CHECK(!err_is(trust_add_known(t, span_of(copy, inter.n))));
	}
	for (const struct trusted *c = trust_first(t, cert_of("inter").subject_name); c;
	     c = trust_next(c))
		n++;
	CHECK(n > 1 && n <= 8);
	free(copy);
}

int main(void)
{
	RUN(it_begins_empty);
	RUN(roots_are_found_by_name);
	RUN(the_epoch_tells_news_only);
	RUN(known_then_believed);
	RUN(twins_stand_in_one_list_the_given_first);
	RUN(an_intermediate_is_an_anchor_where_its_issuer_is_not_given);
	RUN(bundles_are_taken_as_far_as_they_go);
	RUN(one_name_has_few_known);
	trust_free(t);
	trust_free(NULL);
	return test_done();
}
