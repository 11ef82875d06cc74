#include "app/sandbox.h"

#include "lib/test.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

enum { NOT_ACTIVE = 77 };

/* Runs fn in a child behind the filter; its wait status. */
static int behind(enum sandbox which, int (*fn)(void))
{
	pid_t pid = fork();
	int status = 0;

	if (pid == 0) {
		bool active = false;

		if (err_is(sandbox_enter(which, &active)))
			_exit(99);
		_exit(active ? fn() : NOT_ACTIVE);
	}
	waitpid(pid, &status, 0);
	return status;
}

static int behind_filter(int (*fn)(void))
{
	return behind(SANDBOX_SCANNER, fn);
}

static int open_a_file(void)
{
	return open("/etc/passwd", O_RDONLY) < 0 && errno == EPERM ? 0 : 1;
}

static int make_a_socket(void)
{
	return socket(AF_INET, SOCK_STREAM, 0) >= 0 ? 0 : 1;
}

static int run_a_program(void)
{
	execl("/bin/true", "true", (char *)NULL);
	return 1;
}

static int be_root(void)
{
	return geteuid() == 0;
}

static bool inactive(int status)
{
	return WIFEXITED(status) && WEXITSTATUS(status) == NOT_ACTIVE;
}

static void opens_no_file(void)
{
	int status = behind_filter(open_a_file);

	if (inactive(status))
		SKIP("a sanitizer build has no sandbox");
	CHECK(WIFEXITED(status) && WEXITSTATUS(status) == 0);
}

static void makes_sockets(void)
{
	int status = behind_filter(make_a_socket);

	if (inactive(status))
		SKIP("a sanitizer build has no sandbox");
	CHECK(WIFEXITED(status) && WEXITSTATUS(status) == 0);
}

static void a_reader_makes_none(void)
{
	int status = behind(SANDBOX_READER, make_a_socket);

	if (inactive(status))
		SKIP("a sanitizer build has no sandbox");
	CHECK(WIFEXITED(status) && WEXITSTATUS(status) == 1);
}

/* Whether all that the sets of this process name is in `most`: exit status 0. */
static int has_at_most(const char *program, const char *most)
{
	char script[256];

	snprintf(script, sizeof(script),
	    "while read k v; do case $k in CapInh:|CapPrm:|CapEff:|CapAmb:)"
	    " [ $((0x$v & ~%s)) -eq 0 ] || exit 1;; esac; done < /proc/%s/status",
	    most, program);
	return system(script) == 0 ? 0 : 1;
}

static int keep_two(void)
{
	char self[16];

	snprintf(self, sizeof(self), "%d", (int)getpid());
	if (err_is(sandbox_keep_capabilities(1 << CAP_KILL | 1 << CAP_CHOWN)))
		return 99;
	/* This process has two, the shell that it runs none: not even root's. */
	return has_at_most(self, "0x21") || has_at_most("self", "0");
}

static void capabilities_are_given_up(void)
{
	pid_t pid = fork();
	int status = 0;

	if (pid == 0)
		_exit(keep_two());
	waitpid(pid, &status, 0);
	CHECK(WIFEXITED(status) && WEXITSTATUS(status) == 0);
}

static void is_nobody_if_it_was_root(void)
{
	int status = behind_filter(be_root);

	if (inactive(status))
		SKIP("a sanitizer build has no sandbox");
	CHECK(WIFEXITED(status) && WEXITSTATUS(status) == 0);
}

static void dies_rather_than_run_a_program(void)
{
	int status = behind_filter(run_a_program);

	if (inactive(status))
		SKIP("a sanitizer build has no sandbox");
	CHECK(WIFSIGNALED(status) && WTERMSIG(status) == SIGSYS);
}

static void *nothing(void *context)
{
	return context;
}

static int serve(void)
{
	char path[] = "/tmp/sandbox-XXXXXX";
	int fd = mkstemp(path), fds[2];
	pthread_t thread;
	bool good = fd >= 0 && write(fd, path, 1) == 1 && fsync(fd) == 0 && unlink(path) == 0;

	good = good && pthread_create(&thread, NULL, nothing, NULL) == 0;
	good = good && pthread_join(thread, NULL) == 0;
	good = good && socket(AF_INET6, SOCK_STREAM | SOCK_CLOEXEC, 0) >= 0;
	good = good && socketpair(AF_UNIX, SOCK_STREAM, 0, fds) == 0;
	return !(good && kill(getpid(), 0) == 0);
}

/* Files, threads, connections and itself, and nothing beside. */
static void a_service_has_what_it_needs(void)
{
	int status = behind(SANDBOX_SERVICE, serve);

	if (inactive(status))
		SKIP("a sanitizer build has no sandbox");
	CHECK(WIFEXITED(status) && WEXITSTATUS(status) == 0);
}

static int overstep(void)
{
	return fork() >= 0 || errno != EPERM || socket(AF_PACKET, SOCK_RAW, 0) >= 0 ||
	       errno != EPERM || kill(getppid(), 0) == 0 || errno != EPERM ||
	       unshare(CLONE_NEWUSER) == 0 || errno != EPERM || prctl(PR_SET_DUMPABLE, 1) == 0 ||
	       errno != EPERM;
}

static void a_service_has_no_more(void)
{
	int status = behind(SANDBOX_SERVICE, overstep);

	if (inactive(status))
		SKIP("a sanitizer build has no sandbox");
	CHECK(WIFEXITED(status) && WEXITSTATUS(status) == 0);
	status = behind(SANDBOX_SERVICE, run_a_program);
	CHECK(WIFSIGNALED(status) && WTERMSIG(status) == SIGSYS);
}

static int signal_its_parent(void)
{
	return kill(getppid(), 0) == 0 || errno != EPERM || kill(getpid(), 0) != 0;
}

static void nobody_signals_others(void)
{
	int status = behind(SANDBOX_READER, signal_its_parent);

	if (inactive(status))
		SKIP("a sanitizer build has no sandbox");
	CHECK(WIFEXITED(status) && WEXITSTATUS(status) == 0);
}

int main(void)
{
	RUN(opens_no_file);
	RUN(makes_sockets);
	RUN(a_reader_makes_none);
	RUN(capabilities_are_given_up);
	RUN(is_nobody_if_it_was_root);
	RUN(dies_rather_than_run_a_program);
	RUN(a_service_has_what_it_needs);
	RUN(a_service_has_no_more);
	RUN(nobody_signals_others);
	return test_done();
}
