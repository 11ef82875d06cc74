#include "grab/leafkey.h"

#include "lib/test.h"

/* The corpus holds a certificate of each kind, made by openssl; its files are named by what is in
 * them. */
static size_t load(const char *name, uint8_t *bytes, size_t size)
{
	char path[128];
	FILE *f;
	size_t n = 0;

	snprintf(path, sizeof(path), "fuzz/corpus/leafkey/%s.der", name);
	f = fopen(test_path(path), "rb");
	if (f) {
		n = fread(bytes, 1, size, f);
		fclose(f);
	}
	CHECK(n > 0);
	return n;
}

static const struct {
	const char *name;
	enum hello_keys family;
} certs[] = {
    {"rsa", HELLO_RSA},
    {"rsapss", HELLO_RSA},
    {"p256", HELLO_ECDSA},
    {"ed25519", HELLO_ECDSA},
    {"ed448", HELLO_ECDSA},
    {"dsa", HELLO_ANY_KEY},
    {"v1", HELLO_RSA},
};

static void tells_the_family(void)
{
	uint8_t der[8192];

	for (size_t i = 0; i < sizeof(certs) / sizeof(certs[0]); i++) {
		size_t n = load(certs[i].name, der, sizeof(der));

		if (leafkey_family(span_of(der, n)) != certs[i].family)
			printf("# %s:\n", certs[i].name);
		CHECK_EQ(leafkey_family(span_of(der, n)), certs[i].family);
	}
}

/* However it is cut, it is read as far as the key or not at all. */
static void a_cut_certificate_has_no_family(void)
{
	uint8_t der[8192];
	size_t n = load("rsa", der, sizeof(der));

	for (size_t i = 0; i < n; i++)
		CHECK_EQ(leafkey_family(span_of(der, i)), HELLO_ANY_KEY);
	der[4] ^= 0x10;
	CHECK_EQ(leafkey_family(span_of(der, n)), HELLO_ANY_KEY);
}

int main(void)
{
	RUN(tells_the_family);
	RUN(a_cut_certificate_has_no_family);
	return test_done();
}
