#include "observe/chain.h"

#include <strings.h>

#include "lib/test.h"

/* printf abc | sha256sum, and sha256sum over two such digests. */
static void ids_are_sha256(void)
{
	static const uint8_t abc[] = {0xba, 0x78, 0x16, 0xbf, 0x8f, 0x01, 0xcf, 0xea};
	static const uint8_t twice[] = {0x3b, 0x77, 0x1c, 0xa9, 0x7e, 0x3c, 0x17, 0x69};
	struct digest256 ids[2] = {cert_id_of(span_str("abc")), cert_id_of(span_str("abc"))};
	struct digest256 chain = chain_id_of(ids, 2);

	CHECK_MEM(ids[0].b, abc, sizeof(abc));
	CHECK_MEM(chain.b, twice, sizeof(twice));
}

static void the_order_of_a_chain_counts(void)
{
	struct digest256 ab[2] = {cert_id_of(span_str("a")), cert_id_of(span_str("b"))};
	struct digest256 ba[2] = {ab[1], ab[0]};
	struct digest256 one = chain_id_of(ab, 2), other = chain_id_of(ba, 2);

	CHECK(!digest256_eq(&one, &other));
}

static void no_certificates_give_zero(void)
{
	struct digest256 none = chain_id_of(NULL, 0);
	struct digest256 ab = cert_id_of(span_str("a"));

	CHECK(digest256_is_zero(&none));
	CHECK(!digest256_is_zero(&ab));
}

static void a_digest_reads_as_it_is_written(void)
{
	static const char upper[] =
	    "00AB000000000000000000000000000000000000000000000000000000000Ff9";
	struct digest256 d = {{7}};
	char text[DIGEST256_TEXT_MAX];

	CHECK(!digest256_parse(span_of(upper, 63), &d));
	CHECK(!digest256_parse(span_of(upper, 65), &d));
	CHECK(!digest256_parse(span_of("g0", 2), &d));
	CHECK_EQ(d.b[0], 7);
	CHECK(digest256_parse(span_of(upper, 64), &d));
	CHECK_EQ(d.b[1], 0xab);
	CHECK_EQ(d.b[31], 0xf9);
	CHECK(strcasecmp(digest256_text(&d, text), upper) == 0);
	CHECK_EQ(text[2], 'a');
}

int main(void)
{
	RUN(a_digest_reads_as_it_is_written);
	RUN(ids_are_sha256);
	RUN(the_order_of_a_chain_counts);
	RUN(no_certificates_give_zero);
	return test_done();
}
