/*
 * sandbox.c: the seccomp filters: of a worker, which reads hostile bytes for a living, and of the
 * service's keeper, which strangers talk to. Whatever is not in the lists fails with EPERM, so that
 * a library which tries to open a file takes its other path; what only an intruder would call ends
 * the process.
 */
#include "app/sandbox.h"

#include <errno.h>
#include <grp.h>
#include <linux/bpf.h>
#include <linux/capability.h>
#include <sched.h>
#include <seccomp.h>
#include <signal.h>
#include <stddef.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

/* Of a scanner. */
static const int sockets[] = {
    SCMP_SYS(recvfrom),
    SCMP_SYS(recvmsg),
    SCMP_SYS(sendto),
    SCMP_SYS(sendmsg),
    SCMP_SYS(sendmmsg),
    SCMP_SYS(socket),
    SCMP_SYS(connect),
    SCMP_SYS(bind),
    SCMP_SYS(shutdown),
    SCMP_SYS(setsockopt),
    SCMP_SYS(getsockname),
    SCMP_SYS(getpeername),
};

static const int allowed[] = {
    /* descriptors that it has */
    SCMP_SYS(read),
    SCMP_SYS(write),
    SCMP_SYS(readv),
    SCMP_SYS(writev),
    SCMP_SYS(close),
    SCMP_SYS(getsockopt),
    SCMP_SYS(fcntl),
    SCMP_SYS(ioctl),
    SCMP_SYS(pread64),
    SCMP_SYS(lseek),
    SCMP_SYS(fstat),
    SCMP_SYS(epoll_create1),
    SCMP_SYS(epoll_ctl),
    SCMP_SYS(epoll_wait),
    SCMP_SYS(epoll_pwait),
    SCMP_SYS(poll),
    SCMP_SYS(ppoll),
    SCMP_SYS(select),
    SCMP_SYS(pselect6),
    /* memory */
    SCMP_SYS(brk),
    SCMP_SYS(mmap),
    SCMP_SYS(munmap),
    SCMP_SYS(mremap),
    SCMP_SYS(madvise),
    /* time, randomness, threads' locks, signals, the end */
    SCMP_SYS(clock_gettime),
    SCMP_SYS(gettimeofday),
    SCMP_SYS(time),
    SCMP_SYS(nanosleep),
    SCMP_SYS(clock_nanosleep),
    SCMP_SYS(getrandom),
    SCMP_SYS(futex),
    SCMP_SYS(sched_yield),
    SCMP_SYS(rt_sigaction),
    SCMP_SYS(rt_sigprocmask),
    SCMP_SYS(rt_sigreturn),
    SCMP_SYS(getpid),
    SCMP_SYS(gettid),
    SCMP_SYS(getrusage),
    SCMP_SYS(restart_syscall),
    SCMP_SYS(exit),
    SCMP_SYS(exit_group),
};

/* Of a service beside all of the above but `socket`: the store's files, threads, connections. */
static const int services[] = {
    /* files */
    SCMP_SYS(open),
    SCMP_SYS(openat),
    SCMP_SYS(stat),
    SCMP_SYS(lstat),
    SCMP_SYS(newfstatat),
    SCMP_SYS(statx),
    SCMP_SYS(access),
    SCMP_SYS(faccessat),
    SCMP_SYS(faccessat2),
    SCMP_SYS(readlink),
    SCMP_SYS(readlinkat),
    SCMP_SYS(getcwd),
    SCMP_SYS(getdents64),
    SCMP_SYS(unlink),
    SCMP_SYS(unlinkat),
    SCMP_SYS(rename),
    SCMP_SYS(renameat),
    SCMP_SYS(renameat2),
    SCMP_SYS(pwrite64),
    SCMP_SYS(fsync),
    SCMP_SYS(fdatasync),
    SCMP_SYS(ftruncate),
    SCMP_SYS(fallocate),
    SCMP_SYS(fadvise64),
    SCMP_SYS(flock),
    SCMP_SYS(chmod),
    SCMP_SYS(fchmod),
    SCMP_SYS(fchmodat),
    SCMP_SYS(fchown),
    SCMP_SYS(fchownat),
    SCMP_SYS(umask),
    SCMP_SYS(dup),
    SCMP_SYS(pipe2),
    SCMP_SYS(eventfd2),
    SCMP_SYS(sendfile),
    /* threads */
    SCMP_SYS(mprotect),
    SCMP_SYS(set_robust_list),
    SCMP_SYS(rseq),
    SCMP_SYS(sched_getaffinity),
    SCMP_SYS(rt_sigtimedwait),
    SCMP_SYS(sigaltstack),
    SCMP_SYS(wait4),
    /* connections */
    SCMP_SYS(accept),
    SCMP_SYS(accept4),
    SCMP_SYS(listen),
    SCMP_SYS(recvmmsg),
    SCMP_SYS(epoll_pwait2),
    /* who and where it is */
    SCMP_SYS(getppid),
    SCMP_SYS(getuid),
    SCMP_SYS(geteuid),
    SCMP_SYS(getgid),
    SCMP_SYS(getegid),
    SCMP_SYS(clock_getres),
    SCMP_SYS(sysinfo),
    SCMP_SYS(uname),
    SCMP_SYS(prlimit64),
    SCMP_SYS(getrlimit),
};

/* Allowed to a service where an argument is that. */
static const struct condition {
	int call;
	struct scmp_arg_cmp arg;
} conditions[] = {
    {SCMP_SYS(clone), SCMP_CMP(0, SCMP_CMP_MASKED_EQ, CLONE_THREAD, CLONE_THREAD)},
    {SCMP_SYS(prctl), SCMP_CMP(0, SCMP_CMP_EQ, PR_SET_NAME)},
    {SCMP_SYS(socket), SCMP_CMP(0, SCMP_CMP_EQ, AF_UNIX)},
    {SCMP_SYS(socket), SCMP_CMP(0, SCMP_CMP_EQ, AF_INET)},
    {SCMP_SYS(socket), SCMP_CMP(0, SCMP_CMP_EQ, AF_INET6)},
    /* which addresses this host has, to resolve a name */
    {SCMP_SYS(socket), SCMP_CMP(0, SCMP_CMP_EQ, AF_NETLINK)},
    {SCMP_SYS(socketpair), SCMP_CMP(0, SCMP_CMP_EQ, AF_UNIX)},
};

static const int deadly[] = {
    SCMP_SYS(execve),
    SCMP_SYS(execveat),
    SCMP_SYS(ptrace),
    SCMP_SYS(fork),
    SCMP_SYS(vfork),
    SCMP_SYS(process_vm_writev),
    SCMP_SYS(setuid),
    SCMP_SYS(mount),
};

/* A scanner's sender may be a program of the kernel's (link/tx_live.c), which was loaded before. */
static int bpf_add(scmp_filter_ctx filter, enum sandbox which)
{
	const struct scmp_arg_cmp run = SCMP_CMP(0, SCMP_CMP_EQ, BPF_PROG_TEST_RUN);
	const struct scmp_arg_cmp other = SCMP_CMP(0, SCMP_CMP_NE, BPF_PROG_TEST_RUN);
	int rc;

	if (which != SANDBOX_SCANNER)
		return seccomp_rule_add(filter, SCMP_ACT_KILL_PROCESS, SCMP_SYS(bpf), 0);
	rc = seccomp_rule_add_array(filter, SCMP_ACT_ALLOW, SCMP_SYS(bpf), 1, &run);
	return rc ? rc
		  : seccomp_rule_add_array(filter, SCMP_ACT_KILL_PROCESS, SCMP_SYS(bpf), 1, &other);
}

static int rules_add(scmp_filter_ctx filter, uint32_t action, const int *calls, size_t n)
{
	int rc = 0;

	for (size_t i = 0; i < n && rc == 0; i++)
		rc = seccomp_rule_add(filter, action, calls[i], 0);
	return rc;
}

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

/* Signals are for the process itself: abort() is one. */
static int signals_add(scmp_filter_ctx filter)
{
	static const int calls[] = {SCMP_SYS(kill), SCMP_SYS(tgkill)};
	const struct scmp_arg_cmp itself = SCMP_CMP(0, SCMP_CMP_EQ, (scmp_datum_t)getpid());
	int rc = 0;

	for (size_t i = 0; i < COUNT(calls) && rc == 0; i++)
		rc = seccomp_rule_add_array(filter, SCMP_ACT_ALLOW, calls[i], 1, &itself);
	return rc;
}

/* What clone3 is to do stands in memory, where no filter can look: libc takes clone instead. */
static int service_add(scmp_filter_ctx filter)
{
	int rc = rules_add(filter, SCMP_ACT_ALLOW, services, COUNT(services));

	for (size_t i = 0; i < COUNT(sockets) && rc == 0; i++)
		if (sockets[i] != SCMP_SYS(socket))
			rc = seccomp_rule_add(filter, SCMP_ACT_ALLOW, sockets[i], 0);
	for (size_t i = 0; i < COUNT(conditions) && rc == 0; i++)
		rc = seccomp_rule_add_array(
		    filter, SCMP_ACT_ALLOW, conditions[i].call, 1, &conditions[i].arg);
	return rc ? rc : seccomp_rule_add(filter, SCMP_ACT_ERRNO(ENOSYS), SCMP_SYS(clone3), 0);
}

static int filter_fill(scmp_filter_ctx filter, enum sandbox which)
{
	int rc = rules_add(filter, SCMP_ACT_ALLOW, allowed, COUNT(allowed));

	if (rc == 0)
		rc = signals_add(filter);
	if (rc == 0 && which == SANDBOX_SCANNER)
		rc = rules_add(filter, SCMP_ACT_ALLOW, sockets, COUNT(sockets));
	if (rc == 0 && which == SANDBOX_SERVICE)
		rc = service_add(filter);
	if (rc == 0)
		rc = bpf_add(filter, which);
	return rc ? rc : rules_add(filter, SCMP_ACT_KILL_PROCESS, deadly, COUNT(deadly));
}

static struct err filter_load(enum sandbox which)
{
	scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ERRNO(EPERM));
	int rc;

	if (!filter)
		return err_io(ENOMEM, "cannot set up the sandbox");
	rc = filter_fill(filter, which);
	if (rc == 0)
		rc = seccomp_load(filter);
	seccomp_release(filter);
	return rc == 0 ? OK : err_io(-rc, "cannot enter the sandbox");
}

enum { NOBODY = 65534 }; /* by convention on every Linux */

/* A user namespace may have no such user, a container may have taken the right to change: root of
 * such a one has little left to give up. */
static struct err become_nobody(void)
{
	if (geteuid() != 0)
		return OK;
	if (setgroups(0, NULL) == 0 && setresgid(NOBODY, NOBODY, NOBODY) == 0 &&
	    setresuid(NOBODY, NOBODY, NOBODY) == 0)
		return OK;
	return errno == EINVAL || errno == EPERM ? OK : err_io(errno, "cannot give up being root");
}

/* Only who has CAP_SETPCAP may; nobody else gains by running a program. */
static void bounding_set_clear(void)
{
	for (unsigned long cap = 0; prctl(PR_CAPBSET_READ, cap, 0, 0, 0) >= 0; cap++)
		prctl(PR_CAPBSET_DROP, cap, 0, 0, 0);
}

/* Not libcap: two structs and two system calls. */
struct err sandbox_keep_capabilities(uint32_t keep)
{
	struct __user_cap_header_struct head = {.version = _LINUX_CAPABILITY_VERSION_3};
	struct __user_cap_data_struct had[_LINUX_CAPABILITY_U32S_3] = {0};
	struct __user_cap_data_struct left[_LINUX_CAPABILITY_U32S_3] = {0};

	prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0);
	bounding_set_clear();
	if (syscall(SYS_capget, &head, had) < 0)
		return err_io(errno, "cannot give up capabilities");
	left[0].permitted = left[0].effective = geteuid() == 0 ? had[0].permitted & keep : 0;
	if (syscall(SYS_capset, &head, left) < 0)
		return err_io(errno, "cannot give up capabilities");
	return OK;
}

struct err sandbox_filter(enum sandbox which, bool *ret_active)
{
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
	(void)which;
	*ret_active = false;
	return OK;
#else
	struct err e;

	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0)
		return err_io(errno, "cannot give up new privileges");
	e = filter_load(which);
	*ret_active = !err_is(e);
	return e;
#endif
}

struct err sandbox_enter(enum sandbox which, bool *ret_active)
{
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
	return sandbox_filter(which, ret_active);
#else
	struct err e = become_nobody();

	if (!err_is(e))
		e = sandbox_keep_capabilities(KEEP_NONE);
	if (err_is(e))
		return e;
	/* Changing the user has cleared what the warden's death would do to us. */
	if (prctl(PR_SET_PDEATHSIG, SIGKILL) < 0)
		return err_io(errno, "cannot end with the warden");
	return sandbox_filter(which, ret_active);
#endif
}
