#include "x509/name.h"
#include "x509/path.h"

#include "lib/certs.h"

enum { PRESENTED_MAX = 40 };

static struct trust *t;
static struct cert presented[PRESENTED_MAX];
static struct path path;

static void believe(const char *name)
{
	size_t added, skipped;

	CHECK(!err_is(trust_add_roots(t, test_cert(name), &added, &skipped)));
}

static void setup(const char *root)
{
	trust_free(t);
	t = NULL;
	CHECK(!err_is(trust_new(&t)));
	if (root)
		believe(root);
}

/* The names of a path from the leaf up, after looking for it; presented is a list with blanks. */
static const char *climb(const char *names, bool use_known)
{
	static struct buf out;
	char list[1024], *word;
	size_t n = 0;

	snprintf(list, sizeof(list), "%s", names);
	for (word = strtok(list, " "); word && n < PRESENTED_MAX; word = strtok(NULL, " "))
		cert_parse(test_cert(word), &presented[n++]);
	path_find(presented, n, t, use_known, &path);
	buf_done(&out);
	buf_init(&out, 4096);
	for (size_t i = 0; i < path.n; i++) {
		buf_str(&out, i ? " < " : "");
		name_cn(path.links[i].cert->subject, &out);
	}
	return buf_text(&out);
}

static void to_a_root_that_was_not_sent(void)
{
	setup("root");
	CHECK_STR(climb("leaf inter", false), "www.example < Test Intermediate < Test Root");
	CHECK_EQ(path.end, PATH_TRUSTED);
	CHECK(path.links[1].presented && !path.links[1].anchor);
	CHECK(!path.links[2].presented && path.links[2].anchor);
}

static void order_and_strangers_do_not_matter(void)
{
	setup("root");
	CHECK_STR(climb("deep-leaf other-root root leaf deep other-inter inter", false),
	    "www.example < Deep Intermediate < Test Intermediate < Test Root");
	CHECK_EQ(path.end, PATH_TRUSTED);
}

static void a_dead_end_is_left_again(void)
{
	setup("root");
	CHECK_STR(climb("twin-leaf twin-by-other other-root twin-by-root", false),
	    "www.example < Twin < Test Root");
	CHECK_EQ(path.end, PATH_TRUSTED);
	CHECK(path.links[1].cert == &presented[3]);
}

static void the_longer_lived_way_is_taken(void)
{
	setup("old-root");
	believe("new-root");
	CHECK_STR(climb("new-leaf new-inter new-root-by-old", false),
	    "www.example < New Intermediate < New Root");
	CHECK(path.links[2].anchor);
	CHECK(path.links[2].cert->not_after_s > presented[2].not_after_s);
}

static void known_ones_only_on_request(void)
{
	setup("root");
	CHECK(!err_is(trust_add_known(t, test_cert("inter"))));
	CHECK_STR(climb("leaf", false), "www.example");
	CHECK_EQ(path.end, PATH_OPEN);
	CHECK_STR(climb("leaf", true), "www.example < Test Intermediate < Test Root");
	CHECK_EQ(path.end, PATH_TRUSTED);
	CHECK(!path.links[1].presented && !path.links[1].anchor);
}

static void ends_that_nobody_believes(void)
{
	setup("root");
	CHECK_STR(climb("other-leaf other-inter other-root", false),
	    "www.example < Other Intermediate < Other Root");
	CHECK_EQ(path.end, PATH_SELF_SIGNED);
	CHECK_STR(climb("other-leaf other-inter", false), "www.example < Other Intermediate");
	CHECK_EQ(path.end, PATH_OPEN);
	climb("self-signed", false);
	CHECK_EQ(path.end, PATH_SELF_SIGNED);
	climb("self-issued", false);
	CHECK_EQ(path.end, PATH_OPEN);
}

static void who_may_not_sign_is_named(void)
{
	setup("root");
	CHECK_STR(climb("under-sub sub-of-path-len-0 ca-path-len-0", false), "www.example < Sub");
	CHECK_EQ(path.end, PATH_OPEN);
	CHECK(path.refused == &presented[2]);
	CHECK_STR(path.refused_why, "allows fewer CAs below it (pathLen)");
	climb("under-path-len-0 ca-path-len-0", false);
	CHECK_EQ(path.end, PATH_TRUSTED);
}

static void a_leaf_alone_can_be_an_anchor(void)
{
	setup("self-signed");
	CHECK_STR(climb("self-signed", false), "www.example");
	CHECK_EQ(path.end, PATH_TRUSTED);
}

/* Forty CAs of one name, each the issuer of each: what a hostile server would send. All have one
 * key, with another byte behind it each, so that the loop check takes them for forty. */
static void a_knot_ends_at_the_limits(void)
{
	static struct cert knot[PRESENTED_MAX];
	static uint8_t keys[PRESENTED_MAX][256];
	uint64_t before;

	setup("root");
	for (size_t i = 0; i < PRESENTED_MAX; i++) {
		cert_parse(test_cert("other-root"), &knot[i]);
		memcpy(keys[i], knot[i].key.spki.p, knot[i].key.spki.n);
		keys[i][knot[i].key.spki.n] = (uint8_t)i;
		knot[i].key.spki = span_of(keys[i], knot[i].key.spki.n + 1);
		memset(knot[i].id, (int)i, sizeof(knot[i].id));
		memset(knot[i].key_id, (int)i, sizeof(knot[i].key_id));
	}
	before = verifier_operations(trust_verifier(t));
	path_find(knot, PRESENTED_MAX, t, true, &path);
	CHECK(path.end != PATH_TRUSTED);
	CHECK(path.n > 10); /* it was a knot */
	CHECK(verifier_operations(trust_verifier(t)) - before <= PATH_OPERATIONS_MAX + 1);
}

int main(void)
{
	RUN(to_a_root_that_was_not_sent);
	RUN(order_and_strangers_do_not_matter);
	RUN(a_dead_end_is_left_again);
	RUN(the_longer_lived_way_is_taken);
	RUN(known_ones_only_on_request);
	RUN(ends_that_nobody_believes);
	RUN(who_may_not_sign_is_named);
	RUN(a_leaf_alone_can_be_an_anchor);
	RUN(a_knot_ends_at_the_limits);
	trust_free(t);
	return test_done();
}
