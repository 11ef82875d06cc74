#include "crypto/digest.h"

#include "lib/hex.h"

static const char *digest_of(enum digest_alg alg, const char *text)
{
	static uint8_t out[DIGEST_SIZE_MAX];

	digest_once(alg, span_str(text), out);
	return hex(out, digest_size(alg));
}

/* FIPS 180-4 and RFC 1321. */
static void knows_abc(void)
{
	CHECK_STR(digest_of(DIGEST_SHA1, "abc"), "a9993e364706816aba3e25717850c26c9cd0d89d");
	CHECK_STR(digest_of(DIGEST_SHA256, "abc"),
	    "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
	CHECK_STR(digest_of(DIGEST_SHA384, "abc"),
	    "cb00753f45a35e8bb5a03d699ac65007272c32ab0eded1631a8b605a43ff5bed"
	    "8086072ba1e7cc2358baeca134c825a7");
	if (digest_has(DIGEST_MD5))
		CHECK_STR(digest_of(DIGEST_MD5, "abc"), "900150983cd24fb0d6963f7d28e17f72");
}

static void knows_the_empty_message(void)
{
	uint8_t out[32];

	digest_sha256(span_of(NULL, 0), out);
	CHECK_STR(hex(out, 32), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
}

static void runs_in_pieces_and_may_be_peeked_at(void)
{
	struct digest d = {0};
	uint8_t out[32], whole[32];

	digest_init(&d, DIGEST_SHA256);
	digest_add(&d, span_str("ab"));
	digest_peek(&d, out);
	digest_sha256(span_str("ab"), whole);
	CHECK_MEM(out, whole, 32);
	digest_add(&d, span_str("c"));
	digest_end(&d, out);
	digest_sha256(span_str("abc"), whole);
	CHECK_MEM(out, whole, 32);
	digest_init(&d, DIGEST_SHA1);
	digest_add(&d, span_str("abc"));
	digest_end(&d, out);
	CHECK_STR(hex(out, 20), "a9993e364706816aba3e25717850c26c9cd0d89d");
	digest_done(&d);
}

static void copies_go_their_own_way(void)
{
	struct digest a = {0}, b = {0};
	uint8_t x[32], y[32];

	digest_init(&a, DIGEST_SHA256);
	digest_add(&a, span_str("a"));
	digest_copy(&b, &a);
	digest_add(&b, span_str("b"));
	digest_end(&a, x);
	digest_end(&b, y);
	CHECK_STR(hex(x, 32), digest_of(DIGEST_SHA256, "a"));
	CHECK(memcmp(x, y, 32) != 0);
	digest_done(&a);
	digest_done(&b);
}

int main(void)
{
	RUN(knows_abc);
	RUN(knows_the_empty_message);
	RUN(runs_in_pieces_and_may_be_peeked_at);
	RUN(copies_go_their_own_way);
	return test_done();
}
