/*
 * commands.c: each command has a child of the helper and a socket of its own, so that one that
 * hangs holds up no other. The frame: how many words (4 bytes), each with its length before it,
 * then the input up to the end of what is sent. The answer is one line: "0", "75 why", "1 why".
 */
#include "app/commands.h"

#include "app/limits.h"
#include "app/sandbox.h"
#include "app/settings.h"
#include "base/buf.h"

#include <errno.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <sysexits.h>
#include <unistd.h>

enum { STATUS_NOT_FOUND = 127 };

/* The socket of one command, over to the helper. */
union control {
	struct cmsghdr head;
	char bytes[CMSG_SPACE(sizeof(int))];
};

static bool fd_send(int over, int fd)
{
	char byte = 0;
	union control control = {.head = {0}};
	struct iovec iov = {&byte, 1};
	struct msghdr m = {.msg_iov = &iov,
	    .msg_iovlen = 1,
	    .msg_control = control.bytes,
	    .msg_controllen = sizeof(control.bytes)};
	struct cmsghdr *c = CMSG_FIRSTHDR(&m);

	c->cmsg_level = SOL_SOCKET;
	c->cmsg_type = SCM_RIGHTS;
	c->cmsg_len = CMSG_LEN(sizeof(int));
	memcpy(CMSG_DATA(c), &fd, sizeof(fd));
	return sendmsg(over, &m, MSG_NOSIGNAL) == 1;
}

/* -1: the keeper is gone. */
static int fd_receive(int over)
{
	char byte;
	union control control;
	struct iovec iov = {&byte, 1};
	struct msghdr m = {.msg_iov = &iov,
	    .msg_iovlen = 1,
	    .msg_control = control.bytes,
	    .msg_controllen = sizeof(control.bytes)};
	ssize_t n;
	int fd = -1;

	do
		n = recvmsg(over, &m, MSG_CMSG_CLOEXEC);
	while (n < 0 && errno == EINTR);
	if (n == 1 && CMSG_FIRSTHDR(&m))
		memcpy(&fd, CMSG_DATA(CMSG_FIRSTHDR(&m)), sizeof(fd));
	return fd;
}

/* The helper's child. */

static void write_all(int fd, struct span s)
{
	while (s.n) {
		ssize_t n = write(fd, s.p, s.n);

		if (n > 0)
			span_take(&s, (size_t)n);
		else if (errno != EINTR)
			return;
	}
}

/* The words, terminated in place: the length of the next one is overwritten by the end of this. */
static bool words_read(struct span *frame, char **words, size_t max)
{
	size_t n = (size_t)span_be(frame, 4);

	if (n == 0 || n > max)
		return false;
	for (size_t i = 0; i < n; i++) {
		struct span word = span_vec(frame, 4);

		if (word.bad)
			return false;
		words[i] = strndup((const char *)word.p, word.n);
		if (!words[i])
			return false;
	}
	return true;
}

/* Links are followed first: what counts is where the program really lies. */
static bool is_in_folder(const char *folder, const char *program)
{
	char place[PATH_MAX], real[PATH_MAX];
	size_t n;

	if (!realpath(folder, place) || !realpath(program, real))
		return false;
	n = strlen(place);
	return !strncmp(real, place, n) && real[n] == '/';
}

static void program_exec(char **words, int input)
{
	static const char *const environment[] = {
	    "PATH=/usr/local/bin:/usr/bin:/bin", "LANG=C.UTF-8", NULL};
	sigset_t none;

	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	signal(SIGPIPE, SIG_DFL);
	signal(SIGINT, SIG_DFL);
	signal(SIGTERM, SIG_DFL);
	alarm(COMMAND_TIME_S); /* lives through exec */
	if (dup2(input, STDIN_FILENO) >= 0 && dup2(STDERR_FILENO, STDOUT_FILENO) >= 0)
		execve(words[0], words, (char *const *)environment);
	_exit(STATUS_NOT_FOUND);
}

/* The status of wait, or -1. */
static int program_run(char **words, struct span input)
{
	int fds[2], status = -1;
	pid_t pid;

	if (pipe(fds) < 0)
		return -1;
	pid = fork();
	if (pid == 0) {
		close(fds[1]);
		program_exec(words, fds[0]);
	}
	close(fds[0]);
	if (pid > 0)
		write_all(fds[1], input);
	close(fds[1]);
	while (pid > 0 && waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	return status;
}

static void outcome(int status, char *text, size_t size)
{
	if (status == -1)
		snprintf(text, size, "%d no process could be started", EX_TEMPFAIL);
	else if (WIFSIGNALED(status) && WTERMSIG(status) == SIGALRM)
		snprintf(
		    text, size, "%d it took longer than %d seconds", EX_TEMPFAIL, COMMAND_TIME_S);
	else if (WIFSIGNALED(status))
		snprintf(text, size, "1 it died of signal %d", WTERMSIG(status));
	else if (WEXITSTATUS(status) == STATUS_NOT_FOUND)
		snprintf(text, size, "1 it could not be started");
	else if (WEXITSTATUS(status) == 0)
		snprintf(text, size, "0");
	else
		snprintf(text, size, "%d it ended with status %d",
		    WEXITSTATUS(status) == EX_TEMPFAIL ? EX_TEMPFAIL : 1, WEXITSTATUS(status));
}

static _Noreturn void serve_one(const char *folder, int fd)
{
	char *words[COMMAND_WORDS + 1] = {NULL}, text[128];
	struct span frame;
	struct buf b;

	signal(SIGCHLD, SIG_DFL);
	buf_init(&b, COMMAND_BYTES_MAX);
	if (err_is(settings_read_open(fd, &b)))
		_exit(1);
	frame = buf_view(&b);
	if (!words_read(&frame, words, COMMAND_WORDS))
		_exit(1);
	if (is_in_folder(folder, words[0]))
		outcome(program_run(words, frame), text, sizeof(text));
	else
		snprintf(text, sizeof(text), "1 it is not in the folder of commands (--commands)");
	write_all(fd, span_str(text));
	_exit(0);
}

/* The helper. */

static _Noreturn void helper_main(const char *folder, int fd)
{
	const struct sigaction no_zombies = {.sa_handler = SIG_DFL, .sa_flags = SA_NOCLDWAIT};
	int one;

	prctl(PR_SET_NAME, "cs-commands");
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (err_is(sandbox_keep_capabilities(KEEP_NONE)))
		_exit(1);
	sigaction(SIGCHLD, &no_zombies, NULL);
	signal(SIGINT, SIG_IGN);
	signal(SIGTERM, SIG_IGN);
	signal(SIGPIPE, SIG_IGN);
	while ((one = fd_receive(fd)) >= 0) {
		if (fork() == 0)
			serve_one(folder, one);
		close(one);
	}
	_exit(0);
}

struct err commands_start(const char *folder, struct commands *ret_commands)
{
	int fds[2];
	pid_t pid;

	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, fds) < 0)
		return err_io(errno, "cannot make a channel to the commands");
	fflush(NULL);
	pid = fork();
	if (pid == 0) {
		close(fds[0]);
		helper_main(folder, fds[1]);
	}
	close(fds[1]);
	if (pid < 0) {
		close(fds[0]);
		return err_io(errno, "cannot start the commands");
	}
	*ret_commands = (struct commands){.pid = pid, .fd = fds[0]};
	return OK;
}

void commands_end(struct commands *c)
{
	int status;

	if (c->pid <= 0)
		return;
	close(c->fd);
	while (waitpid(c->pid, &status, 0) < 0 && errno == EINTR)
		;
	c->pid = 0;
}

/* The keeper's side. */

static void failed(struct delivery *ret, enum delivery_end end, const char *why)
{
	*ret = (struct delivery){.end = end};
	snprintf(ret->why, sizeof(ret->why), "%s", why);
}

static void frame_put(struct buf *b, const char *const *argv, struct span input)
{
	size_t n = 0;

	while (argv[n])
		n++;
	buf_be(b, n, 4);
	for (size_t i = 0; i < n; i++) {
		buf_be(b, strlen(argv[i]), 4);
		buf_str(b, argv[i]);
	}
	buf_span(b, input);
}

static void answer_read(int fd, struct delivery *ret)
{
	char text[256];
	ssize_t n;
	char *rest = NULL;
	long status;

	do
		n = read(fd, text, sizeof(text) - 1);
	while (n < 0 && errno == EINTR);
	if (n <= 0) {
		failed(ret, DELIVERY_RETRY, "the command's process is gone");
		return;
	}
	text[n] = 0;
	status = strtol(text, &rest, 10);
	failed(ret,
	    status == 0		    ? DELIVERY_DONE
	    : status == EX_TEMPFAIL ? DELIVERY_RETRY
				    : DELIVERY_REFUSED,
	    *rest == ' ' ? rest + 1 : "");
}

void commands_run(
    struct commands *c, const char *const *argv, struct span input, struct delivery *ret)
{
	int fds[2];
	struct buf b;

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds) < 0) {
		failed(ret, DELIVERY_RETRY, "no socket for a command");
		return;
	}
	buf_init(&b, COMMAND_BYTES_MAX);
	frame_put(&b, argv, input);
	if (b.full) {
		failed(ret, DELIVERY_REFUSED, "the message is too long for a command");
	} else if (!fd_send(c->fd, fds[1])) {
		failed(ret, DELIVERY_RETRY, "the process of the commands is gone");
	} else {
		close(fds[1]);
		fds[1] = -1;
		write_all(fds[0], buf_view(&b));
		shutdown(fds[0], SHUT_WR);
		answer_read(fds[0], ret);
	}
	buf_done(&b);
	close(fds[0]);
	if (fds[1] >= 0)
		close(fds[1]);
}
