#include "app/settings.h"

#include "lib/test.h"

#include <sys/stat.h>
#include <unistd.h>

static void the_store_follows_xdg(void)
{
	char path[PATH_TEXT_MAX];

	setenv("XDG_STATE_HOME", "/tmp/state", 1);
	CHECK(!err_is(settings_store_path(path)));
	CHECK_STR(path, "/tmp/state/certscape/certscape.db");
	setenv("XDG_STATE_HOME", "relative", 1);
	setenv("HOME", "/home/u", 1);
	CHECK(!err_is(settings_store_path(path)));
	CHECK_STR(path, "/home/u/.local/state/certscape/certscape.db");
	unsetenv("HOME");
	CHECK(err_is(settings_store_path(path)));
}

/* As long as may be is not too long. */
static void a_file_may_fill_its_buffer(void)
{
	char path[] = "/tmp/settings-XXXXXX", bytes[100] = {0};
	struct buf text;
	int fd = mkstemp(path);

	CHECK(write(fd, bytes, sizeof(bytes)) == (ssize_t)sizeof(bytes));
	close(fd);
	for (size_t max = sizeof(bytes) - 1; max <= sizeof(bytes) + 1; max++) {
		struct err e;

		buf_init(&text, max);
		e = settings_read_file(path, &text);
		CHECK_EQ(err_class(e), max < sizeof(bytes) ? ERR_LIMIT : 0);
		CHECK(err_is(e) || text.n == sizeof(bytes));
		buf_done(&text);
	}
	unlink(path);
}

static void a_folder_is_read_file_by_file(void)
{
	char folder[] = "/tmp/settings-XXXXXX", path[256];
	struct buf text;
	FILE *f;

	CHECK(mkdtemp(folder) != NULL);
	for (int i = 0; i < 2; i++) {
		snprintf(path, sizeof(path), "%s/%d", folder, i);
		f = fopen(path, "w");
		fprintf(f, "part%d", i);
		fclose(f);
	}
	buf_init(&text, 1 << 20);
	CHECK(!err_is(settings_read_all(folder, &text)));
	CHECK(strstr(buf_text(&text), "part0") && strstr(buf_text(&text), "part1"));
	buf_done(&text);
	for (int i = 0; i < 2; i++) {
		snprintf(path, sizeof(path), "%s/%d", folder, i);
		unlink(path);
	}
	rmdir(folder);
	CHECK_EQ(err_class(settings_read_all(folder, &text)), ERR_IO);
}

static void folders_are_made(void)
{
	char folder[] = "/tmp/settings-XXXXXX", path[256];
	struct stat st;

	CHECK(mkdtemp(folder) != NULL);
	snprintf(path, sizeof(path), "%s/a/b/x.db", folder);
	CHECK(!err_is(settings_make_folder(path)));
	snprintf(path, sizeof(path), "%s/a/b", folder);
	CHECK(stat(path, &st) == 0 && (st.st_mode & 0777) == 0750);
	rmdir(path);
	snprintf(path, sizeof(path), "%s/a", folder);
	rmdir(path);
	rmdir(folder);
}

int main(void)
{
	RUN(the_store_follows_xdg);
	RUN(a_file_may_fill_its_buffer);
	RUN(a_folder_is_read_file_by_file);
	RUN(folders_are_made);
	return test_done();
}
