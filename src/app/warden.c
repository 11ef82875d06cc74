/*
 * warden.c: forks, signals, waits. A terminal sends Ctrl-C to every process of the group: the
 * others ignore it, the warden asks the keeper to stop, and a later Ctrl-C ends it at once. If the
 * warden itself is killed the keeper gets a SIGTERM from the kernel and stops in good order; if the
 * keeper is, the workers read the end of their channel.
 */
#include "app/warden.h"

#include "app/importer.h"
#include "app/keeper.h"
#include "app/sandbox.h"
#include "app/watcher.h"
#include "app/worker.h"
#include "net/clock.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

enum { STATUS_FAILURE = 3, SAME_MOMENT_US = 300 * 1000 };

struct pair {
	int keeper, worker;
};

static int complain_of(const struct keeper_trouble *trouble, struct err e)
{
	const char *at = trouble->at, *detail = trouble->detail;
	char text[256];

	fprintf(stderr, "certscape: %s%s%s%s%s\n", at, *at ? ": " : "",
	    err_text(e, text, sizeof(text)), *detail ? ": " : "", detail);
	return STATUS_FAILURE;
}

static int complain(struct err e)
{
	return complain_of(&(struct keeper_trouble){.at = ""}, e);
}

static struct err pairs_open(struct pair *pairs, uint32_t n)
{
	for (uint32_t i = 0; i < n; i++) {
		int fds[2];

		if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, fds) < 0)
			return err_io(errno, "cannot make a channel between the processes");
		pairs[i] = (struct pair){fds[0], fds[1]};
	}
	return OK;
}

/* What every child does first. SIGTERM reaches only the keeper's signalfd; a worker is told by its
 * channel. */
static void child_begin(const char *name, int death_signal)
{
	prctl(PR_SET_NAME, name);
	prctl(PR_SET_PDEATHSIG, death_signal);
	signal(SIGINT, SIG_IGN);
}

/* Descriptor that tells the signals a and b (0: none), which are blocked from here on. */
static int signals_open(int a, int b)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, a);
	if (b)
		sigaddset(&set, b);
	sigprocmask(SIG_BLOCK, &set, NULL);
	return signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
}

/* The roles. */

static void stop_asked(struct watch *w, unsigned events)
{
	struct signalfd_siginfo info;

	(void)events;
	if (read(w->fd, &info, sizeof(info)) != sizeof(info))
		return;
	if (info.ssi_signo == SIGHUP)
		keeper_reopen(w->context);
	else
		keeper_stop(w->context);
}

/* Runs the loop with the keeper on it (and whatever else is) to its end. */
static int keeper_serve(struct loop *loop, struct keeper *keeper, int signal_fd)
{
	struct watch signals = {
	    .fd = signal_fd, .events = LOOP_READ, .ready = stop_asked, .context = keeper};
	struct err e = watch_add(loop, &signals);

	if (!err_is(e))
		e = loop_run(loop);
	watch_remove(&signals);
	return err_is(e) ? complain(e) : keeper_status(keeper);
}

static int keeper_role(const struct scan_plan *plan, const int *fds, int signal_fd)
{
	struct loop *loop = NULL;
	struct keeper *keeper = NULL;
	struct keeper_trouble trouble = {.at = ""};
	struct err e = loop_new(&loop);
	int status;

	if (!err_is(e))
		e = keeper_new(loop, plan, fds, &keeper, &trouble);
	status = err_is(e) ? complain_of(&trouble, e) : keeper_serve(loop, keeper, signal_fd);
	keeper_free(keeper);
	loop_free(loop);
	return status;
}

/* Names are answered from files read before the sandbox closes. */
static struct err enter_sandbox(const struct scan_plan *plan)
{
	bool active;

	return plan->sandbox
		   ? sandbox_enter(plan->targets ? SANDBOX_SCANNER : SANDBOX_READER, &active)
		   : OK;
}

static struct err role_error(
    const struct worker *worker, const struct watcher *watcher, const struct importer *importer)
{
	if (worker)
		return worker_error(worker);
	return watcher ? watcher_error(watcher) : importer_error(importer);
}

/* Descriptors that the warden opened for another process than this one. */

static void close_fd(int fd)
{
	if (fd > STDERR_FILENO)
		close(fd);
}

/* Sources but those of the worker of this index; UINT32_MAX: all. */
static void close_sources(const struct scan_plan *plan, uint32_t index)
{
	const struct watch_plan *watch = plan->watch;

	for (size_t i = 0; watch && i < watch->n_captures; i++)
		if (i % plan->workers != index)
			close_fd(watch->captures[i].fd);
	for (size_t i = 0; watch && i < watch->n_rings * plan->workers; i++)
		if (i / watch->n_rings != index)
			caplive_close(watch->rings[i]);
	for (uint32_t i = 0; plan->raw && i < plan->workers; i++)
		if (i != index)
			raw_links_close(plan->raw->links[i]);
	for (const struct import_file *f = plan->files; f && f->path && index == UINT32_MAX; f++)
		close_fd(f->fd);
}

/* Who meets hostile bytes writes no output and runs no commands. */
static void close_sinks(const struct scan_plan *plan)
{
	close_fd(plan->out);
	if (!plan->watch)
		return;
	close_fd(plan->watch->stats);
	close_fd(plan->watch->runner);
}

/* One of the three that meet hostile bytes. */
static int any_role(const struct scan_plan *plan, uint32_t index, int fd)
{
	struct loop *loop = NULL;
	struct worker *worker = NULL;
	struct watcher *watcher = NULL;
	struct importer *importer = NULL;
	struct err e = loop_new(&loop);

	close_sources(plan, index);
	close_sinks(plan);
	if (!err_is(e) && plan->targets)
		e = worker_new(loop, plan, index, fd, &worker);
	else if (!err_is(e) && plan->watch)
		e = watcher_new(loop, plan, index, fd, &watcher);
	else if (!err_is(e))
		e = importer_new(loop, plan, fd, &importer);
	if (!err_is(e))
		e = enter_sandbox(plan);
	if (!err_is(e))
		e = loop_run(loop);
	if (!err_is(e))
		e = role_error(worker, watcher, importer);
	worker_free(worker);
	watcher_free(watcher);
	importer_free(importer);
	loop_free(loop);
	return err_is(e) ? complain(e) : 0;
}

/* Processes. */

struct family {
	const struct scan_plan *plan;
	struct pair pairs[RUN_WORKERS_MAX];
	pid_t keeper, workers[RUN_WORKERS_MAX];
	unsigned asked; /* how often to stop */
	uint64_t asked_us;
};

/* Every end but the child's own: an end left open here would hide that another process has gone. */
static void close_others(struct family *f, bool keep_keeper_ends, uint32_t keep_worker)
{
	for (uint32_t i = 0; i < f->plan->workers; i++) {
		if (!keep_keeper_ends)
			close(f->pairs[i].keeper);
		if (i != keep_worker)
			close(f->pairs[i].worker);
	}
}

static pid_t fork_worker(struct family *f, uint32_t index)
{
	pid_t pid = fork();

	if (pid)
		return pid;
	child_begin("cs-worker", SIGKILL);
	close_others(f, false, index);
	exit(any_role(f->plan, index, f->pairs[index].worker));
}

static pid_t fork_keeper(struct family *f)
{
	int fds[RUN_WORKERS_MAX];
	pid_t pid = fork();
	struct err e;

	if (pid)
		return pid;
	child_begin("cs-keeper", SIGTERM);
	close_others(f, true, UINT32_MAX);
	close_sources(f->plan, UINT32_MAX);
	e = sandbox_keep_capabilities(KEEP_FILES);
	if (err_is(e))
		exit(complain(e));
	for (uint32_t i = 0; i < f->plan->workers; i++)
		fds[i] = f->pairs[i].keeper;
	exit(keeper_role(f->plan, fds, signals_open(SIGTERM, f->plan->watch ? SIGHUP : 0)));
}

static struct err family_fork(struct family *f)
{
	struct err e = pairs_open(f->pairs, f->plan->workers);

	if (err_is(e))
		return e;
	/* What is in a stdio buffer now would be written by every child once more. */
	fflush(NULL);
	for (uint32_t i = 0; i < f->plan->workers && !err_is(e); i++) {
		f->workers[i] = fork_worker(f, i);
		if (f->workers[i] < 0)
			e = err_io(errno, "cannot start a worker");
	}
	f->keeper = err_is(e) ? -1 : fork_keeper(f);
	if (f->keeper < 0 && !err_is(e))
		e = err_io(errno, "cannot start the keeper");
	/* On a failure the workers read the end of their channels, and go. */
	close_others(f, false, UINT32_MAX);
	return err_is(e) ? e : sandbox_keep_capabilities(KEEP_KILL);
}

static void family_kill(const struct family *f)
{
	kill(f->keeper, SIGKILL);
	for (uint32_t i = 0; i < f->plan->workers; i++)
		kill(f->workers[i], SIGKILL);
}

/* The second time ends it, but for what is said twice in one moment: timeout(1) signals us, and
 * then the group that we are in. */
static void family_stop(struct family *f)
{
	uint64_t now = clock_mono_us();

	if (f->asked && now - f->asked_us < SAME_MOMENT_US)
		return;
	f->asked_us = now;
	if (f->asked++)
		family_kill(f);
	else
		kill(f->keeper, SIGTERM);
}

/* Until the keeper has ended; its wait status. */
static int family_watch(struct family *f, int signal_fd)
{
	int status = 0;

	while (waitpid(f->keeper, &status, WNOHANG) == 0) {
		struct pollfd poll_fd = {.fd = signal_fd, .events = POLLIN};
		struct signalfd_siginfo info;

		/* A child that ends is a signal too; the time-out only guards against a lost
		 * one. */
		if (poll(&poll_fd, 1, 1000) <= 0 ||
		    read(signal_fd, &info, sizeof(info)) != sizeof(info) ||
		    info.ssi_signo == SIGCHLD)
			continue;
		if (info.ssi_signo == SIGHUP)
			kill(f->keeper, SIGHUP);
		else
			family_stop(f);
	}
	return status;
}

static void family_reap(const struct family *f)
{
	for (uint32_t i = 0; i < f->plan->workers; i++) {
		int status = 0;

		if (f->workers[i] > 0 && waitpid(f->workers[i], &status, 0) > 0 &&
		    WIFSIGNALED(status))
			fprintf(stderr, "certscape: worker %u was killed by signal %d\n", i,
			    WTERMSIG(status));
	}
}

static int status_of(int wait_status)
{
	if (WIFEXITED(wait_status))
		return WEXITSTATUS(wait_status);
	fprintf(stderr,
	    "certscape: the keeper was killed by signal %d; what was printed is stored\n",
	    WTERMSIG(wait_status));
	return STATUS_FAILURE;
}

static int run_family(const struct scan_plan *plan)
{
	struct family family = {.plan = plan};
	sigset_t all;
	int signal_fd, status;
	struct err e;

	sigemptyset(&all);
	sigaddset(&all, SIGCHLD);
	sigaddset(&all, SIGINT);
	sigaddset(&all, SIGTERM);
	if (plan->watch)
		sigaddset(&all, SIGHUP);
	sigprocmask(SIG_BLOCK, &all, NULL);
	signal_fd = signalfd(-1, &all, SFD_CLOEXEC | SFD_NONBLOCK);
	e = signal_fd < 0 ? err_io(errno, "cannot wait for signals") : family_fork(&family);
	if (err_is(e)) {
		family_reap(&family);
		return complain(e);
	}
	status = family_watch(&family, signal_fd);
	family_reap(&family);
	close(signal_fd);
	if (family.asked)
		raise(SIGTERM);
	if (family.asked > 1)
		raise(SIGINT);
	return status_of(status);
}

/* For debuggers: every role on one loop, without a sandbox. */
static int run_single(const struct scan_plan *plan)
{
	struct loop *loop = NULL;
	struct keeper *keeper = NULL;
	struct worker *worker = NULL;
	struct pair pair;
	struct keeper_trouble trouble = {.at = ""};
	struct err e = pairs_open(&pair, 1);
	int status;

	if (!err_is(e))
		e = loop_new(&loop);
	if (!err_is(e))
		e = worker_new(loop, plan, 0, pair.worker, &worker);
	if (!err_is(e))
		e = keeper_new(loop, plan, &pair.keeper, &keeper, &trouble);
	status = err_is(e) ? complain_of(&trouble, e)
			   : keeper_serve(loop, keeper, signals_open(SIGINT, SIGTERM));
	worker_free(worker);
	keeper_free(keeper);
	loop_free(loop);
	return status;
}

int warden_run(const struct scan_plan *plan)
{
	signal(SIGPIPE, SIG_IGN);
	return plan->single_process && plan->targets ? run_single(plan) : run_family(plan);
}
