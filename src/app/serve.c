/*
 * serve.c: what the user starts, and what lives on beside the keeper, with the rights that it was
 * started with: a terminal's Ctrl-C reaches every process of the group, the keeper ignores it and
 * is told to end by its warden. If the warden is killed the kernel tells the keeper.
 */
#include "app/serve.h"

#include "app/scans.h"
#include "app/service.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

enum { STATUS_FAILURE = 3 };

struct served {
	pid_t keeper;
	int to_keeper;
	int signals;
	struct scans scans;
};

static int complain(const char *what, struct err e)
{
	char text[256];

	fprintf(stderr, "certscape: %s: %s\n", what, err_text(e, text, sizeof(text)));
	return STATUS_FAILURE;
}

/* Two services on one store would run every schedule twice and tell everything twice. The lock goes
 * with the process; the file stays, it is empty. */
static int only_one(const char *store, int *ret_lock)
{
	char path[PATH_TEXT_MAX + 16];
	int fd;

	snprintf(path, sizeof(path), "%s-serve", store);
	fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (fd < 0)
		return complain(path, err_io(errno, "cannot open"));
	if (flock(fd, LOCK_EX | LOCK_NB) < 0) {
		close(fd);
		fprintf(
		    stderr, "certscape: %s: another `certscape serve` serves this store\n", store);
		return STATUS_FAILURE;
	}
	*ret_lock = fd;
	return 0;
}

static int signals_open(void)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGHUP);
	sigaddset(&set, SIGCHLD);
	sigprocmask(SIG_BLOCK, &set, NULL);
	return signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
}

/* Waits for SIGTERM in the keeper as well: it came while it was being made. */
static _Noreturn void keeper_main(const struct serve_plan *plan, int fd)
{
	int status;

	prctl(PR_SET_NAME, "cs-keeper");
	prctl(PR_SET_PDEATHSIG, SIGTERM);
	signal(SIGINT, SIG_IGN);
	status = service_run(plan, fd);
	fflush(NULL);
	_exit(status);
}

static struct err keeper_start(const struct serve_plan *plan, struct served *s)
{
	int fds[2];

	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, fds) < 0)
		return err_io(errno, "cannot make a channel between the processes");
	s->keeper = fork();
	if (s->keeper < 0)
		return err_io(errno, "cannot start the keeper");
	if (s->keeper == 0) {
		close(fds[0]);
		close(s->signals);
		keeper_main(plan, fds[1]);
	}
	close(fds[1]);
	s->to_keeper = fds[0];
	return OK;
}

static int status_of(int status)
{
	if (WIFEXITED(status))
		return WEXITSTATUS(status);
	fprintf(stderr, "certscape: the keeper died of signal %d\n", WTERMSIG(status));
	return STATUS_FAILURE;
}

/* true: the keeper is gone, and how. */
static bool children_reap(struct served *s, int *ret_status)
{
	bool ended = false;
	int status;
	pid_t pid;

	while ((pid = waitpid(-1, &status, WNOHANG)) > 0)
		if (pid == s->keeper) {
			*ret_status = status_of(status);
			ended = true;
		} else {
			scans_reaped(&s->scans, pid, status);
		}
	return ended;
}

/* true: the keeper is gone. */
static bool signal_take(struct served *s, int *ret_status)
{
	struct signalfd_siginfo info;

	if (read(s->signals, &info, sizeof(info)) != sizeof(info))
		return false;
	if (info.ssi_signo == SIGCHLD)
		return children_reap(s, ret_status);
	kill(s->keeper, info.ssi_signo == SIGHUP ? SIGHUP : SIGTERM);
	return false;
}

static int keeper_watch(struct served *s)
{
	struct pollfd fds[] = {
	    {.fd = s->signals, .events = POLLIN},
	    {.fd = s->to_keeper, .events = POLLIN},
	};
	int status = STATUS_FAILURE;

	for (;;) {
		if (poll(fds, 2, -1) < 0 && errno != EINTR)
			return complain("serve", err_io(errno, "cannot wait"));
		if ((fds[0].revents & POLLIN) && signal_take(s, &status))
			return status;
		if (fds[1].revents & POLLIN)
			scans_obey(&s->scans);
		if (fds[1].revents & (POLLHUP | POLLERR))
			fds[1].fd = -1; /* the keeper is ending: a signal tells how */
	}
}

int serve_run(const struct serve_plan *plan)
{
	const struct scan_common common = {plan->store, plan->permitted};
	struct served s = {.to_keeper = -1};
	int lock, status = only_one(plan->store, &lock);
	struct err e;

	if (status)
		return status;
	s.signals = signals_open();
	e = keeper_start(plan, &s);
	close(plan->listen);
	scans_init(&s.scans, &common, s.to_keeper);
	status = err_is(e) ? complain("serve", e) : keeper_watch(&s);
	scans_end(&s.scans);
	close(s.signals);
	if (s.to_keeper >= 0)
		close(s.to_keeper);
	close(lock);
	return status;
}
