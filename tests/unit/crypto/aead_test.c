#include "crypto/aead.h"

#include "lib/hex.h"

struct vector {
	enum aead_alg alg;
	const char *key, *nonce, *aad, *plain, *sealed;
};

static const struct vector vectors[] = {
    /* McGrew and Viega, test case 4 (GCM), with AES-128 */
    {AEAD_AES_128_GCM, "feffe9928665731c6d6a8f9467308308", "cafebabefacedbaddecaf888",
	"feedfacedeadbeeffeedfacedeadbeefabaddad2",
	"d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a72"
	"1c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b39",
	"42831ec2217774244b7221b784d0d49ce3aa212f2c02a4e035c17e2329aca12e"
	"21d514b25466931c7d8f6a5aac84aa051ba30b396a0aac973d58e091"
	"5bc94fbc3221a5db94fae95ae7121a47"},
    /* test case 16, with AES-256 */
    {AEAD_AES_256_GCM, "feffe9928665731c6d6a8f9467308308feffe9928665731c6d6a8f9467308308",
	"cafebabefacedbaddecaf888", "feedfacedeadbeeffeedfacedeadbeefabaddad2",
	"d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a72"
	"1c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b39",
	"522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa"
	"8cb08e48590dbb3da7b08b1056828838c5f61e6393ba7a0abcc9f662"
	"76fc6ece0f4e1768cddf8853bb2d551b"},
    /* RFC 8439 2.8.2 */
    {AEAD_CHACHA20_POLY1305, "808182838485868788898a8b8c8d8e8f909192939495969798999a9b9c9d9e9f",
	"070000004041424344454647", "50515253c0c1c2c3c4c5c6c7",
	"4c616469657320616e642047656e746c656d656e206f662074686520636c6173"
	"73206f66202739393a204966204920636f756c64206f6666657220796f75206f"
	"6e6c79206f6e652074697020666f7220746865206675747572652c2073756e73"
	"637265656e20776f756c642062652069742e",
	"d31a8d34648e60db7b86afbc53ef7ec2a4aded51296e08fea9e2b5a736ee62d6"
	"3dbea45e8ca9671282fafb69da92728b1a71de0a9e060b2905d6a5b67ecd3b36"
	"92ddbd7f2d778b8c9803aee328091b58fab324e4fad675945585808b4831d7bc"
	"3ff4def08e4b7a9de576d26586cec64b61161ae10b594f09e26a7e902ecbd0600691"},
    /* SP 800-38C, example 3 */
    {AEAD_AES_128_CCM_8, "404142434445464748494a4b4c4d4e4f", "101112131415161718191a1b",
	"000102030405060708090a0b0c0d0e0f10111213",
	"202122232425262728292a2b2c2d2e2f3031323334353637",
	"e3b201a9f5b71a7a9b1ceaeccd97e70b6176aad9a4428aa5484392fbc1b09951"},
};

static void check_vector(const struct vector *v)
{
	struct span key = unhex(v->key), nonce = unhex(v->nonce), aad = unhex(v->aad);
	struct span plain = unhex(v->plain), sealed = unhex(v->sealed);
	struct aead a = {0};
	uint8_t out[256];

	CHECK_EQ(key.n, aead_key_size(v->alg));
	CHECK(!err_is(aead_init(&a, v->alg, AEAD_SEAL, key.p)));
	CHECK(aead_seal(&a, nonce.p, aad, plain, out));
	CHECK_STR(hex(out, sealed.n), v->sealed);
	aead_done(&a);
	CHECK(!err_is(aead_init(&a, v->alg, AEAD_OPEN, key.p)));
	for (int again = 0; again < 2; again++) {
		CHECK(aead_open(&a, nonce.p, aad, sealed, out));
		CHECK(memcmp(out, plain.p, plain.n) == 0);
	}
	aead_done(&a);
	unhex_free(key);
	unhex_free(nonce);
	unhex_free(aad);
	unhex_free(plain);
	unhex_free(sealed);
}

static void vectors_of_the_standards(void)
{
	for (size_t i = 0; i < sizeof(vectors) / sizeof(vectors[0]); i++)
		check_vector(&vectors[i]);
}

/* Seals n bytes and opens them in place; a bit turned anywhere must be noticed. */
static void check_round(enum aead_alg alg, size_t n)
{
	static const uint8_t key[AEAD_KEY_MAX] = {1, 2, 3}, nonce[AEAD_NONCE] = {9};
	struct aead seal = {0}, open = {0};
	uint8_t text[64] = "some text that nobody may read or change", sealed[96], out[96];
	size_t whole = n + aead_tag_size(alg);

	CHECK(!err_is(aead_init(&seal, alg, AEAD_SEAL, key)));
	CHECK(!err_is(aead_init(&open, alg, AEAD_OPEN, key)));
	CHECK(aead_seal(&seal, nonce, span_str("aad"), span_of(text, n), sealed));
	for (size_t i = 0; i < whole; i++) {
		sealed[i] ^= 1;
		CHECK(!aead_open(&open, nonce, span_str("aad"), span_of(sealed, whole), out));
		sealed[i] ^= 1;
	}
	CHECK(!aead_open(&open, nonce, span_str("axd"), span_of(sealed, whole), out));
	CHECK(!aead_open(
	    &open, nonce, span_str("aad"), span_of(sealed, aead_tag_size(alg) - 1), out));
	CHECK(aead_open(&open, nonce, span_str("aad"), span_of(sealed, whole), sealed));
	CHECK(memcmp(sealed, text, n) == 0);
	aead_done(&seal);
	aead_done(&open);
}

static void every_cipher_notices_every_bit(void)
{
	for (int alg = 0; alg < AEAD_ALGS; alg++) {
		check_round(alg, 0);
		check_round(alg, 1);
		check_round(alg, 40);
	}
}

int main(void)
{
	RUN(vectors_of_the_standards);
	RUN(every_cipher_notices_every_bit);
	return test_done();
}
