/*
 * Virtual cables take redirected frames only where the far end gathers what it receives (GRO);
 * without, they vanish in silence, which must be noticed whatever else the link has to do.
 */
#include "link/tx_selftest.h"

#include "net/clock.h"

#include "cable.h"
#include "lib/test.h"

#include <errno.h>
#include <linux/capability.h>
#include <signal.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

enum { NO_QUEUE = 77 };

static bool own_network;

static struct tx_config config_of(enum tx_kind kind)
{
	return (struct tx_config){.link = (int)if_nametoindex("va"), .kind = kind};
}

static bool opens(struct tx_config config, const char *name)
{
	struct tx *t = NULL;
	struct err e = tx_open(&config, &t);
	bool ok = !err_is(e) && strcmp(tx_name(t), name) == 0 && tx_counts(t).sent == 0;

	if (!ok)
		printf("# %s\n", t ? tx_name(t) : e.what);
	tx_close(t);
	return ok;
}

static void auto_takes_the_best_that_works(void)
{
	struct tx_config config = config_of(TX_AUTO);

	if (!own_network)
		SKIP(NO_NETWORK);
	CHECK(cable_redirects("vb", true));
	CHECK(opens(config, "live frames"));
	CHECK(cable_redirects("vb", false));
	CHECK(opens(config, "AF_XDP"));
	config.queue = NO_QUEUE;
	CHECK(opens(config, "sendmmsg"));
	CHECK(cable_redirects("vb", true));
	CHECK(opens(config, "live frames"));
}

static void what_vanishes_is_noticed(void)
{
	struct tx_config config = config_of(TX_LIVE);
	struct tx *t = NULL;

	if (!own_network)
		SKIP(NO_NETWORK);
	CHECK(cable_redirects("vb", false));
	CHECK(err_class(tx_open(&config, &t)) == ERR_LIMIT && t == NULL);
}

/* Another sender has tried: who trusts it does not try again, nor what it had tried in vain. */
static void what_was_proved_is_not_tried_again(void)
{
	struct tx_config config = config_of(TX_AUTO);

	if (!own_network)
		SKIP(NO_NETWORK);
	CHECK(cable_redirects("vb", false));
	config.proven = TX_LIVE;
	CHECK(opens(config, "live frames"));
	CHECK(cable_redirects("vb", true));
	config.proven = TX_XDP;
	CHECK(opens(config, "AF_XDP"));
	config.queue = NO_QUEUE;
	CHECK(opens(config, "sendmmsg"));
	config.proven = TX_MMSG;
	CHECK(opens(config, "sendmmsg"));
}

/* Every so many microseconds a frame of somebody else. */
static void make_noise(unsigned pause_us)
{
	const uint8_t frame[60] = "\x02\0\0\0\0\x0b\x02\0\0\0\0\x0a\x88\xb6";
	uint64_t next = clock_mono_us();
	int fd = cable_end("va", 0);

	for (;; next += pause_us) {
		if (send(fd, frame, sizeof(frame), 0) < 0)
			_exit(1);
		while (clock_mono_us() < next)
			usleep(1);
	}
}

/* Opens live frames some times while others send. How often it could. */
static int opened_beside_others(unsigned pause_us, int times)
{
	struct tx_config config = config_of(TX_LIVE);
	pid_t pid = fork();
	int n = 0;

	if (pid == 0)
		make_noise(pause_us);
	for (int i = 0; i < times; i++) {
		struct tx *t = NULL;

		n += !err_is(tx_open(&config, &t));
		tx_close(t);
	}
	CHECK(waitpid(pid, NULL, WNOHANG) == 0);
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
	return n;
}

static void others_frames_do_not_deceive_it(void)
{
	if (!own_network)
		SKIP(NO_NETWORK);
	CHECK(cable_redirects("vb", false));
	CHECK_EQ(opened_beside_others(1000, 3), 0);
	CHECK_EQ(opened_beside_others(20, 3), 0);
	CHECK(cable_redirects("vb", true));
	CHECK(opened_beside_others(1000, 3) > 0);
}

static bool keep_only(int capability)
{
	struct __user_cap_header_struct head = {.version = _LINUX_CAPABILITY_VERSION_3};
	struct __user_cap_data_struct kept[2] = {0};

	kept[0].effective = kept[0].permitted = 1u << capability;
	return syscall(SYS_capset, &head, kept) == 0;
}

/* What `setcap cap_net_raw` gives. */
static void the_right_to_raw_sockets_is_enough(void)
{
	int status = -1;
	pid_t pid;

	if (!own_network)
		SKIP(NO_NETWORK);
	CHECK(cable_redirects("vb", true));
	pid = fork();
	if (pid == 0) {
		struct tx_config config = config_of(TX_LIVE);
		struct tx *t = NULL;

		CHECK(keep_only(CAP_NET_RAW));
		CHECK(err_detail(tx_open(&config, &t)) == EPERM && t == NULL);
		CHECK(opens(config_of(TX_AUTO), "AF_XDP"));
		CHECK(opens(config_of(TX_MMSG), "sendmmsg"));
		_exit(test_failed);
	}
	CHECK(waitpid(pid, &status, 0) == pid && status == 0);
}

int main(void)
{
	own_network = cable_lay();
	RUN(auto_takes_the_best_that_works);
	RUN(what_vanishes_is_noticed);
	RUN(what_was_proved_is_not_tried_again);
	RUN(others_frames_do_not_deceive_it);
	RUN(the_right_to_raw_sockets_is_enough);
	return test_done();
}
