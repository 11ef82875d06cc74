#include "crypto/hmac.h"

#include "lib/hex.h"

static struct hmac h;

static void check_hmac(
    enum digest_alg alg, const char *key_hex, const char *data_hex, const char *expected)
{
	struct span key = unhex(key_hex), data = unhex(data_hex);
	uint8_t out[DIGEST_SIZE_MAX];

	hmac_once(&h, alg, key, data, out);
	CHECK_STR(hex(out, digest_size(alg)), expected);
	unhex_free(key);
	unhex_free(data);
}

/* RFC 4231, case 2. */
static void hmac_with_a_short_key(void)
{
	check_hmac(DIGEST_SHA256, "4a656665",
	    "7768617420646f2079612077616e7420666f72206e6f7468696e673f",
	    "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
	check_hmac(DIGEST_SHA384, "4a656665",
	    "7768617420646f2079612077616e7420666f72206e6f7468696e673f",
	    "af45d2e376484031617f78d2b58a6b1b9c7ef464f5a01b47e42ec3736322445e"
	    "8e2240ca5e69e2c78b3239ecfab21649");
}

/* RFC 4231, case 6: a key longer than a block is hashed first. */
static void hmac_with_a_long_key(void)
{
	uint8_t key[131], out[32];

	memset(key, 0xaa, sizeof(key));
	hmac_once(&h, DIGEST_SHA256, span_of(key, sizeof(key)),
	    span_str("Test Using Larger Than Block-Size Key - Hash Key First"), out);
	CHECK_STR(hex(out, 32), "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
}

static void check_hkdf(const char *ikm_hex, const char *salt_hex, const char *info_hex,
    const char *prk_expected, const char *okm_expected)
{
	struct span ikm = unhex(ikm_hex), salt = unhex(salt_hex), info = unhex(info_hex);
	uint8_t prk[32], okm[128];
	size_t n = strlen(okm_expected) / 2;

	hkdf_extract(&h, DIGEST_SHA256, salt, ikm, prk);
	CHECK_STR(hex(prk, 32), prk_expected);
	CHECK(!err_is(hkdf_expand(&h, DIGEST_SHA256, span_of(prk, 32), info, okm, n)));
	CHECK_STR(hex(okm, n), okm_expected);
	unhex_free(ikm);
	unhex_free(salt);
	unhex_free(info);
}

/* RFC 5869 A.1 and A.3. */
static void hkdf_of_the_rfc(void)
{
	check_hkdf("0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b", "000102030405060708090a0b0c",
	    "f0f1f2f3f4f5f6f7f8f9",
	    "077709362c2e32df0ddc3f0dc47bba6390b6c73bb50f9c3122ec844ad7c2b3e5",
	    "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf"
	    "34007208d5b887185865");
	check_hkdf("0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b", "", "",
	    "19ef24a32c717b167f33a91d6f648bdf96596776afdb6377ac434c1c293ccb04",
	    "8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d"
	    "9d201395faa4b61a96c8");
}

static void hkdf_refuses_more_than_255_blocks(void)
{
	uint8_t prk[32] = {0}, okm[1];

	CHECK(err_is(
	    hkdf_expand(&h, DIGEST_SHA256, span_of(prk, 32), span_of(NULL, 0), okm, 255 * 32 + 1)));
}

int main(void)
{
	RUN(hmac_with_a_short_key);
	RUN(hmac_with_a_long_key);
	RUN(hkdf_of_the_rfc);
	RUN(hkdf_refuses_more_than_255_blocks);
	hmac_done(&h);
	return test_done();
}
