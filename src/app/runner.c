/*
 * runner.c: one command at a time, each with a time limit: a flood of alerts cannot become a flood
 * of processes. What does not fit into the socket meanwhile, the keeper drops and counts.
 *
 * The runner and what it runs are a process group of their own: the terminal's Ctrl-C does not
 * reach it, and one signal ends all of it.
 */
#include "app/runner.h"

#include "app/sandbox.h"
#include "format/alert_line.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

enum { COMMAND_TIME_S = 60, GRACE_TICKS = 50, TICK_NS = 100 * 1000 * 1000 };

static void command_exec(const char *command, int input)
{
	sigset_t none;

	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	signal(SIGINT, SIG_DFL);
	signal(SIGTERM, SIG_DFL);
	signal(SIGPIPE, SIG_DFL);
	alarm(COMMAND_TIME_S); /* lives through exec */
	if (dup2(input, STDIN_FILENO) >= 0 && dup2(STDERR_FILENO, STDOUT_FILENO) >= 0)
		execl("/bin/sh", "sh", "-c", command, (char *)NULL);
	_exit(127);
}

static void command_run(const char *command, const char *line, size_t n)
{
	int fds[2], status;
	pid_t pid;

	if (pipe2(fds, 0) < 0)
		return;
	pid = fork();
	if (pid == 0) {
		close(fds[1]);
		command_exec(command, fds[0]);
	}
	close(fds[0]);
	/* A line is shorter than a pipe is long: this cannot block. */
	if (pid > 0 && write(fds[1], line, n) != (ssize_t)n)
		fputs("certscape: the command for alerts reads no input\n", stderr);
	close(fds[1]);
	while (pid > 0 && waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
}

static void serve(const char *command, int fd)
{
	char line[ALERT_LINE_MAX];
	ssize_t n;

	if (err_is(sandbox_keep_capabilities(KEEP_NONE)))
		_exit(1);
	setpgid(0, 0);
	prctl(PR_SET_NAME, "cs-runner");
	signal(SIGINT, SIG_IGN);
	signal(SIGTERM, SIG_IGN);
	signal(SIGPIPE, SIG_IGN);
	while ((n = recv(fd, line, sizeof(line), 0)) > 0)
		command_run(command, line, (size_t)n);
	exit(0);
}

struct err runner_start(const char *command, struct runner *ret_runner)
{
	int fds[2], size = 1 << 20;
	pid_t pid;

	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, fds) < 0)
		return err_io(errno, "cannot make a channel to the runner");
	setsockopt(fds[0], SOL_SOCKET, SO_SNDBUF, &size, sizeof(size));
	fflush(NULL);
	pid = fork();
	if (pid == 0) {
		close(fds[0]);
		serve(command, fds[1]);
	}
	close(fds[1]);
	if (pid < 0) {
		close(fds[0]);
		return err_io(errno, "cannot start the runner");
	}
	setpgid(pid, pid); /* whoever of the two comes first */
	*ret_runner = (struct runner){.pid = pid, .fd = fds[0]};
	return OK;
}

/* A tick, or until a signal comes that is waited for: is it one that asks us to stop? */
static bool stop_asked(void)
{
	const struct timespec tick = {.tv_nsec = TICK_NS};
	sigset_t set;
	int got;

	sigemptyset(&set);
	sigaddset(&set, SIGCHLD);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGTERM);
	sigprocmask(SIG_BLOCK, &set, NULL);
	got = sigtimedwait(&set, NULL, &tick);
	return got == SIGINT || got == SIGTERM;
}

void runner_end(struct runner *r)
{
	int status, asked = 0, ticks = 0;

	if (r->pid <= 0)
		return;
	close(r->fd);
	while (waitpid(r->pid, &status, WNOHANG) == 0) {
		asked += stop_asked();
		ticks += asked != 0;
		if (asked > 1 || ticks > GRACE_TICKS)
			kill(-r->pid, SIGKILL);
	}
	r->pid = 0;
}
