#include "alert/login.h"

#include "alert/limits.h"

#include "lib/test.h"

#include <sys/stat.h>
#include <unistd.h>

static char path[] = "/tmp/login_test.XXXXXX";
static struct arena arena;
static char why[LOGIN_WHY_MAX];

static struct err read_text(const char *text, struct login *ret)
{
	FILE *f = fopen(path, "w");

	CHECK(f && fputs(text, f) >= 0);
	if (f)
		fclose(f);
	return login_read(path, &arena, ret, why);
}

static void user_and_password(void)
{
	struct login login = {0};

	CHECK(!err_is(read_text("user: ops\npassword: \"s3: cret\"\n", &login)));
	CHECK_STR(login.user, "ops");
	CHECK_STR(login.password, "s3: cret");
	/* YAML takes this for a number */
	CHECK(!err_is(read_text("password: 0123\nuser: ops\n", &login)));
	CHECK_STR(login.password, "0123");
}

/* What a reason says is shown to more people than the file. */
static void a_wrong_one_is_told_without_its_words(void)
{
	static const char *const texts[] = {
	    "", "s3cret\n", "user: ops\n", "user: s3cret\npassword: [s3cret]\n", "{s3cret: ]\n"};
	struct login login;

	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		CHECK_EQ(err_class(read_text(texts[i], &login)), ERR_INPUT);
		CHECK(strstr(why, path) && !strstr(why, "s3cret"));
	}
}

static void one_that_cannot_be_read(void)
{
	char text[LOGIN_BYTES_MAX + 16];
	struct login login;

	CHECK_EQ(err_class(login_read("/nowhere/login.yaml", &arena, &login, why)), ERR_IO);
	CHECK_STR(
	    why, "smtp_auth_file /nowhere/login.yaml: cannot open: No such file or directory");
	CHECK_EQ(err_class(login_read("/tmp", &arena, &login, why)), ERR_IO);
	memset(text, '#', sizeof(text));
	text[sizeof(text) - 1] = 0;
	CHECK_EQ(err_class(read_text(text, &login)), ERR_INPUT);
	CHECK(strstr(why, "too large"));
}

int main(void)
{
	int fd = mkstemp(path);

	arena_init(&arena, 1 << 20);
	close(fd);
	RUN(user_and_password);
	RUN(a_wrong_one_is_told_without_its_words);
	RUN(one_that_cannot_be_read);
	unlink(path);
	arena_done(&arena);
	return test_done();
}
