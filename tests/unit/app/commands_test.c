#include "app/commands.h"

#include "app/limits.h"
#include "base/buf.h"
#include "lib/test.h"

#include <pthread.h>
#include <signal.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

static char top[64], folder[96], beside[96];
static struct commands commands;

static void program(const char *where, const char *name, const char *text)
{
	char path[160];
	FILE *f;

	snprintf(path, sizeof(path), "%s/%s", where, name);
	f = fopen(path, "w");
	if (!f)
		exit(1);
	fprintf(f, "#!/bin/sh\n%s\n", text);
	fclose(f);
	chmod(path, 0755);
}

/* A folder of programs, and one beside it whose name begins with that of the first. */
static void begin(void)
{
	char link[160], to[160];

	snprintf(top, sizeof(top), "/tmp/commands-XXXXXX");
	if (!mkdtemp(top))
		exit(1);
	snprintf(folder, sizeof(folder), "%s/may", top);
	snprintf(beside, sizeof(beside), "%s/maybe", top);
	mkdir(folder, 0755);
	mkdir(beside, 0755);
	program(folder, "tell", "{ printf '%s|' \"$@\"; cat; env; } > \"$0\".heard");
	program(folder, "size", "exit $(($(wc -c) == $1 ? 0 : 1))");
	program(folder, "status", "exit $1");
	program(folder, "slow", "sleep 2");
	program(folder, "deaf", "exec <&-; exit 0");
	program(folder, "dies", "kill -9 $$");
	program(beside, "other", "exit 0");
	snprintf(to, sizeof(to), "%s/other", beside);
	snprintf(link, sizeof(link), "%s/link", folder);
	CHECK(symlink(to, link) == 0);
	CHECK(!err_is(commands_start(folder, &commands)));
}

static void end(void)
{
	char remove[160];

	commands_end(&commands);
	CHECK_EQ(commands.pid, 0);
	commands_end(&commands);
	snprintf(remove, sizeof(remove), "rm -r %s", top);
	CHECK(system(remove) == 0);
}

static enum delivery_end run(
    const char *where, const char *name, const char *word, struct span input, char *why)
{
	char path[160];
	const char *const argv[] = {path, word, NULL};
	struct delivery d;

	snprintf(path, sizeof(path), "%s/%s", where, name);
	commands_run(&commands, argv, input, &d);
	snprintf(why, HTTP_WHY_MAX, "%s", d.why);
	return d.end;
}

static void words_and_input_arrive_and_no_environment(void)
{
	char why[HTTP_WHY_MAX], text[1024], path[160];
	FILE *f;

	begin();
	setenv("SECRET", "s3cret", 1);
	CHECK_EQ(run(folder, "tell", "a b; $(id)", span_str("the message"), why), DELIVERY_DONE);
	CHECK_STR(why, "");
	snprintf(path, sizeof(path), "%s/tell.heard", folder);
	f = fopen(path, "r");
	CHECK(f != NULL);
	text[f ? fread(text, 1, sizeof(text) - 1, f) : 0] = 0;
	if (f)
		fclose(f);
	CHECK(strncmp(text, "a b; $(id)|the message", 22) == 0);
	CHECK(!strstr(text, "s3cret"));
	end();
}

static void its_status_says_whether_to_try_again(void)
{
	char why[HTTP_WHY_MAX];

	begin();
	CHECK_EQ(run(folder, "status", "0", span_str(""), why), DELIVERY_DONE);
	CHECK_EQ(run(folder, "status", "75", span_str(""), why), DELIVERY_RETRY);
	CHECK_STR(why, "it ended with status 75");
	CHECK_EQ(run(folder, "status", "1", span_str(""), why), DELIVERY_REFUSED);
	CHECK_STR(why, "it ended with status 1");
	CHECK_EQ(run(folder, "dies", "", span_str(""), why), DELIVERY_REFUSED);
	CHECK_STR(why, "it died of signal 9");
	end();
}

/* Where it really lies is what counts. */
static void only_what_lies_in_the_folder_is_run(void)
{
	char why[HTTP_WHY_MAX];

	begin();
	CHECK_EQ(run(beside, "other", "", span_str(""), why), DELIVERY_REFUSED);
	CHECK(strstr(why, "--commands"));
	CHECK_EQ(run(folder, "../maybe/other", "", span_str(""), why), DELIVERY_REFUSED);
	CHECK_EQ(run(folder, "link", "", span_str(""), why), DELIVERY_REFUSED);
	CHECK_EQ(run(folder, "nothing", "", span_str(""), why), DELIVERY_REFUSED);
	CHECK_EQ(run("/bin", "true", "", span_str(""), why), DELIVERY_REFUSED);
	end();
}

static void a_long_message_arrives_whole_or_is_refused(void)
{
	static const size_t sizes[] = {0, 100000, COMMAND_BYTES_MAX - 4096, COMMAND_BYTES_MAX + 1};
	char why[HTTP_WHY_MAX], number[24];

	begin();
	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		uint8_t *much = calloc(1, sizes[i] + 1);
		struct span input = span_of(much, sizes[i]);

		snprintf(number, sizeof(number), "%zu", sizes[i]);
		CHECK_EQ(run(folder, "size", number, input, why),
		    sizes[i] < COMMAND_BYTES_MAX ? DELIVERY_DONE : DELIVERY_REFUSED);
		CHECK_EQ(run(folder, "deaf", "", input, why), /* which does not read it */
		    sizes[i] < COMMAND_BYTES_MAX ? DELIVERY_DONE : DELIVERY_REFUSED);
		free(much);
	}
	end();
}

static void *slow_main(void *context)
{
	char why[HTTP_WHY_MAX];

	(void)context;
	CHECK_EQ(run(folder, "slow", "", span_str(""), why), DELIVERY_DONE);
	return NULL;
}

static void one_that_is_slow_holds_up_no_other(void)
{
	struct timespec began, now;
	char why[HTTP_WHY_MAX];
	pthread_t thread;

	begin();
	clock_gettime(CLOCK_MONOTONIC, &began);
	CHECK(pthread_create(&thread, NULL, slow_main, NULL) == 0);
	for (int i = 0; i < 5; i++)
		CHECK_EQ(run(folder, "status", "0", span_str(""), why), DELIVERY_DONE);
	clock_gettime(CLOCK_MONOTONIC, &now);
	CHECK(now.tv_sec - began.tv_sec < 2);
	pthread_join(thread, NULL);
	end();
}

/* The message stays in the outbox. */
static void a_helper_that_died_is_tried_again(void)
{
	char why[HTTP_WHY_MAX];

	begin();
	kill(commands.pid, SIGKILL);
	usleep(50 * 1000);
	CHECK_EQ(run(folder, "status", "0", span_str(""), why), DELIVERY_RETRY);
	CHECK(*why);
	end();
}

int main(void)
{
	signal(SIGPIPE, SIG_IGN); /* as in the service */
	RUN(words_and_input_arrive_and_no_environment);
	RUN(its_status_says_whether_to_try_again);
	RUN(only_what_lies_in_the_folder_is_run);
	RUN(a_long_message_arrives_whole_or_is_refused);
	RUN(one_that_is_slow_holds_up_no_other);
	RUN(a_helper_that_died_is_tried_again);
	return test_done();
}
