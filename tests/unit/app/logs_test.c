#include "app/logs.h"

#include "lib/test.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

static char folder[32];

static void folder_new(void)
{
	snprintf(folder, sizeof(folder), "/tmp/certscape-XXXXXX");
	CHECK(mkdtemp(folder));
}

static size_t folder_end(void)
{
	DIR *dir = opendir(folder);
	struct dirent *entry;
	size_t n = 0;

	while (dir && (entry = readdir(dir))) {
		char path[512];

		if (entry->d_name[0] == '.')
			continue;
		snprintf(path, sizeof(path), "%s/%s", folder, entry->d_name);
		unlink(path);
		n++;
	}
	if (dir)
		closedir(dir);
	rmdir(folder);
	return n;
}

static const char *path_of(const char *name)
{
	static char path[128];

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	return path;
}

static const char *content(const char *name)
{
	static char text[8192];
	size_t n;
	FILE *f = fopen(path_of(name), "r");

	if (!f)
		return NULL;
	n = fread(text, 1, sizeof(text) - 1, f);
	text[n] = 0;
	fclose(f);
	return text;
}

static struct log_line line_at(int64_t s, const char *text)
{
	struct log_line line = {.log = ZEEK_SSL, .time_us = s * 1000000, .text = text};

	return line;
}

static void put(struct logs *l, int64_t s, const char *text)
{
	struct log_line line = line_at(s, text);

	logs_line(l, &line);
}

static const struct zeek_plan json = {.folder = folder, .options = {.json = true}};

static void a_file_for_what_there_is(void)
{
	struct logs *l;

	folder_new();
	CHECK(!err_is(logs_new(&json, &l)));
	put(l, 100, "one");
	put(l, 101, "two");
	logs_flush(l);
	CHECK_STR(content("ssl.log"), "one\ntwo\n");
	CHECK(!content("x509.log"));
	logs_free(l);
	CHECK_EQ(folder_end(), 1);
}

static void doubles_are_dropped_while_their_key_holds(void)
{
	struct log_line line = line_at(100, "cert");
	struct logs *l;

	folder_new();
	CHECK(!err_is(logs_new(&json, &l)));
	line.key[3] = 9;
	line.hold_s = 60;
	logs_line(l, &line);
	line.time_us += 59000000;
	logs_line(l, &line);
	line.time_us += 2000000;
	logs_line(l, &line);
	line.hold_s = 0; /* its key means nothing */
	logs_line(l, &line);
	logs_free(l);
	CHECK_STR(content("ssl.log"), "cert\ncert\ncert\n");
	folder_end();
}

/* 86400 is a multiple of the interval. A line out of order stays in the file that is open. */
static void intervals_are_files(void)
{
	struct zeek_plan plan = json;
	struct logs *l;

	plan.rotate_s = 3600;
	folder_new();
	CHECK(!err_is(logs_new(&plan, &l)));
	put(l, 86400 + 10, "a");
	put(l, 86400 + 3599, "b");
	put(l, 86400 + 3600, "c");
	put(l, 86400 + 3598, "late");
	put(l, 86400 + 3 * 3600, "d");
	logs_free(l);
	CHECK_STR(content("ssl.1970-01-02-00-00-00.log"), "a\nb\n");
	CHECK_STR(content("ssl.1970-01-02-01-00-00.log"), "c\nlate\n");
	CHECK_STR(content("ssl.log"), "d\n");
	CHECK_EQ(folder_end(), 3);
}

static void no_file_is_overwritten(void)
{
	struct zeek_plan plan = json;
	struct logs *l;

	plan.rotate_s = 3600;
	folder_new();
	for (int i = 0; i < 3; i++) {
		CHECK(!err_is(logs_new(&plan, &l)));
		put(l, 86400 + 10, i == 0 ? "first" : i == 1 ? "second" : "third");
		put(l, 86400 + 3600, "next");
		logs_reopen(l); /* and whoever asked for it moved it away */
		CHECK(unlinkat(AT_FDCWD, path_of("ssl.log"), 0) == 0);
		logs_free(l);
	}
	CHECK_STR(content("ssl.1970-01-02-00-00-00.log"), "first\n");
	CHECK_STR(content("ssl.1970-01-02-00-00-00.1.log"), "second\n");
	CHECK_STR(content("ssl.1970-01-02-00-00-00.2.log"), "third\n");
	CHECK_EQ(folder_end(), 3);
}

static void what_was_left_is_a_file_of_its_own(void)
{
	const struct timespec then[2] = {{.tv_sec = 86400 + 5000}, {.tv_sec = 86400 + 5000}};
	struct zeek_plan plan = json;
	struct logs *l;

	folder_new();
	for (int i = 0; i < 3; i++) {
		plan.rotate_s = i == 1 ? 3600 : 0;
		CHECK(!err_is(logs_new(&plan, &l)));
		put(l, 200000, i == 0 ? "first" : i == 1 ? "second" : "third");
		logs_free(l);
		CHECK(utimensat(AT_FDCWD, path_of("ssl.log"), then, 0) == 0);
	}
	CHECK_STR(content("ssl.1970-01-02-01-00-00.log"), "first\n");
	CHECK_STR(content("ssl.1970-01-02-01-23-20.log"), "second\n");
	CHECK_STR(content("ssl.log"), "third\n");
	CHECK_EQ(folder_end(), 3);
}

static void with_tabs_a_file_has_a_head_and_an_end(void)
{
	struct zeek_plan plan = {.folder = folder};
	struct logs *l;
	const char *text;

	folder_new();
	CHECK(!err_is(logs_new(&plan, &l)));
	put(l, 100, "row");
	logs_reopen(l);
	text = content("ssl.log");
	CHECK(text && strncmp(text, "#separator \\x09\n", 16) == 0);
	CHECK(text && strstr(text, "\nrow\n#close\t1970-01-01-00-01-40\n"));
	logs_free(l);
	CHECK_EQ(folder_end(), 1);
}

static void what_cannot_be_written_is_counted(void)
{
	struct logs *l;

	folder_new();
	CHECK(!err_is(logs_new(&json, &l)));
	folder_end();
	fclose(stderr); /* it tells, once */
	put(l, 100, "one");
	put(l, 100, "two");
	CHECK_EQ(logs_lost(l), 2);
	logs_free(l);
	CHECK_EQ(err_class(logs_new(&json, &l)), ERR_IO);
}

int main(void)
{
	RUN(a_file_for_what_there_is);
	RUN(doubles_are_dropped_while_their_key_holds);
	RUN(intervals_are_files);
	RUN(no_file_is_overwritten);
	RUN(what_was_left_is_a_file_of_its_own);
	RUN(with_tabs_a_file_has_a_head_and_an_end);
	RUN(what_cannot_be_written_is_counted);
	return test_done();
}
