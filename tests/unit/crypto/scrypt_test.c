#include "crypto/scrypt.h"

#include "lib/test.h"

#include <time.h>

static const uint8_t salt[SCRYPT_SALT] = {1, 2, 3};

static bool same(const char *password, const char *text)
{
	bool is = true;

	CHECK(!err_is(scrypt_check(span_str(password), text, &is)));
	return is;
}

static void a_password_is_its_own_text_s(void)
{
	char text[SCRYPT_TEXT_MAX] = "", other[SCRYPT_TEXT_MAX] = "";
	uint8_t other_salt[SCRYPT_SALT] = {9};

	CHECK(!err_is(scrypt_text(span_str("correct horse"), salt, text)));
	CHECK(!err_is(scrypt_text(span_str("correct horse"), other_salt, other)));
	CHECK(strncmp(text, "$scrypt$ln=15,r=8,p=3$AQIDAAAA", 30) == 0);
	CHECK(strcmp(text, other) != 0);
	CHECK(same("correct horse", text));
	CHECK(same("correct horse", other));
	CHECK(!same("correct hors", text));
	CHECK(!same("", text));
	CHECK(!scrypt_is_old(text));
}

/* Made with Python's hashlib.scrypt: its password, its salt, n=2**ln. */
static void others_write_the_same(void)
{
	static const char text[] = "$scrypt$ln=4,r=8,p=1$AAECAwQFBgcICQoLDA0ODw$"
				   "9OEgt90iOhk8tqLa37uXzDOkiujUqBKYRmNZOBq4noE";

	CHECK(same("p\xc3\xa4ss", text));
	CHECK(scrypt_is_old(text));
}

static void what_is_no_text_is_nobody_s(void)
{
	static const char *const texts[] = {
	    "",
	    "secret",
	    "$scrypt$",
	    "$scrypt$ln=4,r=8,p=1$AAECAwQFBgcICQoLDA0ODw",
	    "$scrypt$ln=4,r=8,p=1$AAECAwQFBgcICQoLDA0ODw$",
	    "$scrypt$ln=4,r=8,p=1$AAEC$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
	    "$scrypt$ln=30,r=8,p=1$AAECAwQFBgcICQoLDA0ODw$"
	    "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
	    "$scrypt$ln=4,r=0,p=1$AAECAwQFBgcICQoLDA0ODw$"
	    "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
	    "$scrypt$ln=4,r=8,p=1$AAECAwQFBgcICQoLDA0ODw$"
	    "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA$",
	};

	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		CHECK(!same("", texts[i]));
		CHECK(!scrypt_is_old(texts[i]));
	}
}

static int64_t now_us(void)
{
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

/* Whether there is such a user must not be told by a clock. */
static void nobody_takes_as_long_as_somebody(void)
{
	char text[SCRYPT_TEXT_MAX] = "";
	int64_t start, somebody, nobody;

	CHECK(!err_is(scrypt_text(span_str("p"), salt, text)));
	start = now_us();
	CHECK(!same("q", text));
	somebody = now_us() - start;
	start = now_us();
	CHECK(!same("q", ""));
	nobody = now_us() - start;
	printf("# %lld us, %lld us\n", (long long)somebody, (long long)nobody);
	CHECK(nobody * 2 > somebody && somebody * 2 > nobody);
}

int main(void)
{
	RUN(a_password_is_its_own_text_s);
	RUN(others_write_the_same);
	RUN(what_is_no_text_is_nobody_s);
	RUN(nobody_takes_as_long_as_somebody);
	return test_done();
}
