#include "crypto/kex.h"

#include "lib/hex.h"

static struct kex *from(enum kex_group group, const char *secret_hex)
{
	struct span secret = unhex(secret_hex);
	struct kex *k = NULL;

	CHECK(!err_is(kex_from(group, secret, &k)));
	unhex_free(secret);
	return k;
}

static const char *agreed(struct kex *k, const char *peer_hex)
{
	struct span peer = unhex(peer_hex);
	uint8_t secret[KEX_SECRET_MAX];
	size_t n = 0;
	struct err e = kex_agree(k, peer, secret, &n);

	unhex_free(peer);
	return err_is(e) ? e.what : hex(secret, n);
}

/* RFC 7748 6.1. */
static void x25519_of_the_rfc(void)
{
	struct kex *alice =
	    from(KEX_X25519, "77076d0a7318a57d3c16c17251b26645df4c2f87ebc0992ab177fba51db92c2a");

	CHECK_STR(hex(kex_public(alice).p, 32),
	    "8520f0098930a754748b7ddcb43ef75a0dbf3a0d26381af4eba4a98eaa9b4e6a");
	CHECK_STR(agreed(alice, "de9edb7d7b7dc1b4d35b61c2ece435373f8343c85b78674dadfc7e146f882b4f"),
	    "4a5d9d5ba4ce2de1728e3bf480350f25e07e21c947d19e3376f09b3c1e161742");
	kex_free(alice);
}

/* RFC 5903 8.1. */
static void p256_of_the_rfc(void)
{
	struct kex *i =
	    from(KEX_P256, "c88f01f510d9ac3f70a292daa2316de544e9aab8afe84049c62a9c57862d1433");

	CHECK_STR(hex(kex_public(i).p, 65),
	    "04dad0b65394221cf9b051e1feca5787d098dfe637fc90b9ef945d0c37725811805271a0461cdb8252d61f"
	    "1c456fa3e59ab1f45b33accf5f58389e0577b8990bb3");
	CHECK_STR(
	    agreed(i,
		"04d12dfb5289c8d4f81208b70270398c342296970a0bccb74c736fc7554494bf6356fbf3ca366cc2"
		"3e8157854c13c58d6aac23f046ada30f8353e74f33039872ab"),
	    "d6840f6b42f6edafd13116e0e12565202fef8e9ece7dce03812464d04b9442de");
	kex_free(i);
}

static void every_group_agrees_with_itself_again_and_again(void)
{
	for (int g = 0; g < KEX_GROUPS; g++) {
		struct kex *a = NULL, *b = NULL, *c = NULL;
		uint8_t x[KEX_SECRET_MAX], y[KEX_SECRET_MAX], z[KEX_SECRET_MAX];
		size_t nx = 0, ny = 0, nz = 0;

		CHECK(!err_is(kex_new(g, &a)));
		CHECK(!err_is(kex_new(g, &b)));
		CHECK(!err_is(kex_new(g, &c)));
		CHECK(!err_is(kex_agree(a, kex_public(b), x, &nx)));
		CHECK(!err_is(kex_agree(a, kex_public(c), z, &nz)));
		CHECK(nx == nz && memcmp(x, z, nx) != 0);
		CHECK(!err_is(kex_agree(b, kex_public(a), y, &ny)));
		CHECK(nx == ny && memcmp(x, y, nx) == 0);
		kex_free(a);
		kex_free(b);
		kex_free(c);
	}
}

static void refuses_what_is_no_key_and_goes_on(void)
{
	const char *refused = "the server's key share is no key of its group";
	struct kex *p = from(KEX_P256, "01"),
		   *x = from(KEX_X25519,
		       "77076d0a7318a57d3c16c17251b26645df4c2f87ebc0992ab177fba51db92c2a");
	uint8_t off_curve[65] = {4}, zeros[32] = {0};
	uint8_t out[KEX_SECRET_MAX];
	size_t n;

	CHECK_STR(agreed(p, ""), refused);
	CHECK_STR(agreed(p, "00"), refused);
	CHECK(err_class(kex_agree(p, span_of(off_curve, 65), out, &n)) == ERR_PEER);
	CHECK(err_class(kex_agree(x, span_of(zeros, 31), out, &n)) == ERR_PEER);
	CHECK(err_class(kex_agree(x, span_of(zeros, 32), out, &n)) == ERR_PEER); /* RFC 7748 6.1 */
	CHECK(!err_is(kex_agree(p, kex_public(p), out, &n)));
	CHECK(!err_is(kex_agree(x, kex_public(x), out, &n)));
	kex_free(p);
	kex_free(x);
}

static void refuses_a_secret_out_of_range(void)
{
	uint8_t big[66];
	struct kex *k = NULL;

	memset(big, 0xff, sizeof(big));
	CHECK(err_is(kex_from(KEX_P256, span_of(big, 32), &k)));
	CHECK(err_is(kex_from(KEX_P256, span_of(big, 0), &k)));
	CHECK(err_is(kex_from(KEX_X25519, span_of(big, 31), &k)));
	CHECK(k == NULL);
}

int main(void)
{
	RUN(x25519_of_the_rfc);
	RUN(p256_of_the_rfc);
	RUN(every_group_agrees_with_itself_again_and_again);
	RUN(refuses_what_is_no_key_and_goes_on);
	RUN(refuses_a_secret_out_of_range);
	return test_done();
}
