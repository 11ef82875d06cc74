/*
 * scans.c: fork and exec. A scan gets a session of its own, so that Ctrl-C at the terminal ends the
 * service, which then ends its scans, in that order; and if the warden is killed, the kernel asks
 * them to stop. What a scan tells on stderr is kept in memory: its last line is the reason if it
 * fails.
 */
#include "app/scans.h"

#include "app/scan_order.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

enum { STATUS_FAILURE = 3 };

void scans_init(struct scans *s, const struct scan_common *common, int channel)
{
	*s = (struct scans){.common = *common, .channel = channel};
}

static void end_tell(struct scans *s, int64_t job, int32_t status, const char *message)
{
	struct scan_end end;

	memset(&end, 0, sizeof(end)); /* padding, too: it goes to another process */
	end.job = job;
	end.status = status;
	snprintf(end.message, sizeof(end.message), "%s", message);
	(void)!send(s->channel, &end, sizeof(end), MSG_NOSIGNAL);
}

/* The rest of the child; it never comes back. */
static _Noreturn void become(const char *const *argv, int told)
{
	int nothing = open("/dev/null", O_RDWR | O_CLOEXEC);
	sigset_t none;

	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	setsid();
	prctl(PR_SET_PDEATHSIG, SIGTERM);
	if (nothing >= 0 && dup2(nothing, STDIN_FILENO) >= 0 && dup2(nothing, STDOUT_FILENO) >= 0 &&
	    dup2(told, STDERR_FILENO) >= 0)
		execv("/proc/self/exe", (char *const *)argv);
	_exit(STATUS_FAILURE);
}

static struct scan_process *process_free(struct scans *s)
{
	for (size_t i = 0; i < SCANS_AT_ONCE_MAX; i++)
		if (s->v[i].pid == 0)
			return &s->v[i];
	return NULL;
}

static struct err process_start(
    struct scans *s, const struct scan_order *order, struct scan_process *p)
{
	const char *const *argv;
	struct arena arena;
	struct err e;
	int told = memfd_create("scan", MFD_CLOEXEC);
	pid_t pid;

	if (told < 0)
		return err_io(errno, "cannot begin a scan");
	arena_init(&arena, SCAN_ARGV_BYTES_MAX);
	e = scan_order_argv(order, &s->common, &arena, &argv);
	pid = err_is(e) ? -1 : fork();
	if (pid == 0)
		become(argv, told);
	if (pid < 0 && !err_is(e))
		e = err_io(errno, "cannot begin a scan");
	arena_done(&arena);
	if (err_is(e)) {
		close(told);
		return e;
	}
	*p = (struct scan_process){.pid = pid, .job = order->job, .told = told};
	return OK;
}

static void start(struct scans *s, const struct scan_order *order)
{
	struct scan_process *p = process_free(s);
	struct err e = p ? process_start(s, order, p) : err_limit("too many scans at once");
	char text[SCAN_MESSAGE_MAX];

	if (err_is(e))
		end_tell(s, order->job, STATUS_FAILURE, err_text(e, text, sizeof(text)));
}

static void stop(struct scans *s, int64_t job)
{
	for (size_t i = 0; i < SCANS_AT_ONCE_MAX; i++)
		if (s->v[i].pid && s->v[i].job == job)
			kill(s->v[i].pid, SIGTERM);
}

void scans_obey(struct scans *s)
{
	static uint8_t message[SCAN_ORDER_BYTES_MAX];
	ssize_t n = recv(s->channel, message, sizeof(message), MSG_DONTWAIT);
	struct scan_order order;

	if (n <= 0 || err_is(scan_order_read(span_of(message, (size_t)n), &order)))
		return;
	if (order.op == SCAN_START)
		start(s, &order);
	else
		stop(s, order.job);
}

/* The last line that says something, without the program's name. */
static void last_line(int told, char text[SCAN_MESSAGE_MAX])
{
	static const char name[] = "certscape: ";
	char end[SCAN_MESSAGE_MAX];
	off_t size = lseek(told, 0, SEEK_END),
	      at = size > (off_t)sizeof(end) - 1 ? size - (off_t)sizeof(end) + 1 : 0;
	ssize_t n = pread(told, end, sizeof(end) - 1, at);
	const char *line;

	while (n > 0 && (end[n - 1] == '\n' || end[n - 1] == ' '))
		n--;
	end[n > 0 ? n : 0] = 0;
	line = strrchr(end, '\n');
	line = line ? line + 1 : end;
	if (strncmp(line, name, sizeof(name) - 1) == 0)
		line += sizeof(name) - 1;
	snprintf(text, SCAN_MESSAGE_MAX, "%s", line);
}

void scans_reaped(struct scans *s, pid_t pid, int wait_status)
{
	char text[SCAN_MESSAGE_MAX];

	for (size_t i = 0; i < SCANS_AT_ONCE_MAX; i++) {
		struct scan_process *p = &s->v[i];

		if (p->pid != pid)
			continue;
		last_line(p->told, text);
		close(p->told);
		p->pid = 0;
		end_tell(s, p->job,
		    WIFEXITED(wait_status) ? WEXITSTATUS(wait_status) : -WTERMSIG(wait_status),
		    text);
	}
}

void scans_end(struct scans *s)
{
	int status;

	for (size_t i = 0; i < SCANS_AT_ONCE_MAX; i++)
		if (s->v[i].pid)
			kill(s->v[i].pid, SIGTERM);
	for (size_t i = 0; i < SCANS_AT_ONCE_MAX; i++) {
		if (s->v[i].pid == 0)
			continue;
		while (waitpid(s->v[i].pid, &status, 0) < 0 && errno == EINTR)
			;
		close(s->v[i].told);
		s->v[i].pid = 0;
	}
}
