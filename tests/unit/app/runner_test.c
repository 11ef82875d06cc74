#include "app/runner.h"

#include "lib/test.h"

#include <signal.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

static char folder[32], command[128], made[64];

/* Which makes a file when it has waited for so long. */
static struct runner begin(const char *wait_s)
{
	struct runner r = {.pid = 0};

	snprintf(folder, sizeof(folder), "/tmp/certscape-XXXXXX");
	CHECK(mkdtemp(folder));
	snprintf(made, sizeof(made), "%s/made", folder);
	snprintf(command, sizeof(command), "sleep %s; cat > %s", wait_s, made);
	CHECK(!err_is(runner_start(command, &r)));
	CHECK_EQ(send(r.fd, "alert\n", 6, 0), 6);
	return r;
}

static bool was_run(void)
{
	struct stat st;

	return stat(made, &st) == 0 && st.st_size == 6;
}

static void end(void)
{
	unlink(made);
	rmdir(folder);
}

static int64_t now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/* As the warden leaves them. */
static void ask(int signal_number)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, signal_number);
	sigprocmask(SIG_BLOCK, &set, NULL);
	raise(signal_number);
}

static void what_was_sent_is_run(void)
{
	struct runner r = begin("0.3");

	runner_end(&r);
	CHECK(was_run());
	end();
}

static void who_asks_once_waits_a_while(void)
{
	struct runner r = begin("0.3");

	ask(SIGTERM);
	runner_end(&r);
	CHECK(was_run());
	end();
}

static void but_not_for_ever(void)
{
	struct runner r = begin("30");
	int64_t since_ms = now_ms();

	ask(SIGTERM);
	runner_end(&r);
	CHECK(now_ms() - since_ms < 15000);
	CHECK(!was_run());
	end();
}

static void who_asks_twice_does_not_wait(void)
{
	struct runner r = begin("30");
	int64_t since_ms = now_ms();

	ask(SIGTERM);
	ask(SIGINT);
	runner_end(&r);
	CHECK(now_ms() - since_ms < 4000);
	CHECK(!was_run());
	end();
}

int main(void)
{
	RUN(what_was_sent_is_run);
	RUN(who_asks_once_waits_a_while);
	RUN(but_not_for_ever);
	RUN(who_asks_twice_does_not_wait);
	return test_done();
}
