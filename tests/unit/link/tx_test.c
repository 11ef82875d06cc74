/*
 * In a network namespace of its own: what each kind of sender is given at va comes in at vb as it
 * was and in its order, from a process without any right. A TAP device that nobody reads is a link
 * whose queue is full.
 */
#include "link/tx.h"

#include "link/limits.h"
#include "link/tx_back.h"
#include "net/clock.h"

#include "cable.h"
#include "lib/test.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <linux/if_ether.h>
#include <linux/if_tun.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#define NO_TAP "no network namespace or TAP device"

enum { MARK = 0x88b6, WAIT_MS = 1000, FRAME_MIN = 60, PIECE = 48, TAP_QUEUE = 20 };

static const struct kind {
	enum tx_kind kind;
	const char *name;
} kinds[] = {
    {TX_MMSG, "sendmmsg"},
    {TX_XDP, "AF_XDP"},
    {TX_LIVE, "live frames"},
};

enum { KINDS = sizeof(kinds) / sizeof(*kinds) };

static bool own_network;

static struct tx *opened(enum tx_kind kind, const char *link)
{
	const struct tx_config config = {.link = (int)if_nametoindex(link), .kind = kind};
	struct tx *t = NULL;
	struct err e = tx_open(&config, &t);

	CHECK(!err_is(e));
	if (err_is(e))
		printf("# %s (%u)\n", e.what, err_detail(e));
	return t;
}

/* Frame number i, of the length that is its own; the number stands at 14. */
static size_t write_frame(uint8_t *frame, uint32_t i)
{
	size_t n = FRAME_MIN + i % (TX_FRAME_MAX - FRAME_MIN + 1);

	memset(frame, (int)(i & 0xff), n);
	memcpy(frame, "\x02\0\0\0\0\x0b\x02\0\0\0\0\x0a\x88\xb6", 14);
	memcpy(frame + 14, &i, sizeof(i));
	return n;
}

/* Frames first to first + n - 1, and as many more flushes as they need. */
static bool send_frames(struct tx *t, uint32_t first, uint32_t n)
{
	uint64_t until = clock_mono_us() + WAIT_MS * 1000;

	for (uint32_t i = first; i < first + n && clock_mono_us() < until;) {
		uint8_t *frame = tx_frame(t);

		if (frame)
			tx_put(t, write_frame(frame, i++));
		else if (err_is(tx_flush(t)))
			return false;
	}
	while (clock_mono_us() < until && tx_counts(t).sent + tx_counts(t).dropped < first + n)
		if (err_is(tx_flush(t)))
			return false;
	return tx_counts(t).sent == first + n;
}

static bool arrives(int fd, uint32_t i)
{
	struct pollfd p = {.fd = fd, .events = POLLIN};
	uint8_t heard[2 * TX_FRAME_MAX], sent[TX_FRAME_MAX];
	size_t n = write_frame(sent, i);

	return poll(&p, 1, WAIT_MS) == 1 &&
	       recv(fd, heard, sizeof(heard), MSG_DONTWAIT) == (ssize_t)n &&
	       memcmp(heard, sent, n) == 0;
}

/* Sent and heard in pieces that fit every queue on the way. */
static void frames_pass(struct tx *t, int far, uint32_t first, uint32_t n)
{
	bool well = t != NULL;

	for (uint32_t i = first; well && i < first + n; i += PIECE) {
		well = send_frames(t, i, PIECE);
		for (uint32_t k = 0; well && k < PIECE; k++)
			well = arrives(far, i + k);
	}
	CHECK(well);
}

static bool without_rights(void)
{
	struct __user_cap_header_struct head = {.version = _LINUX_CAPABILITY_VERSION_3};
	struct __user_cap_data_struct none[2] = {0};

	return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 &&
	       syscall(SYS_capset, &head, none) == 0 && socket(AF_PACKET, SOCK_RAW, 0) < 0;
}

static void as_a_worker(struct tx *t, int far)
{
	int status = -1;
	pid_t pid = fork();

	if (pid == 0) {
		CHECK(without_rights());
		frames_pass(t, far, 0, 20 * PIECE);
		_exit(test_failed);
	}
	CHECK(pid > 0 && waitpid(pid, &status, 0) == pid && status == 0);
}

static void every_frame_as_it_was_sent_by_a_process_without_rights(void)
{
	if (!own_network)
		SKIP(NO_NETWORK);
	for (size_t i = 0; i < KINDS; i++) {
		int far = cable_end("vb", htons(MARK));
		struct tx *t = opened(kinds[i].kind, "va");

		if (t) {
			CHECK_STR(tx_name(t), kinds[i].name);
			as_a_worker(t, far);
		}
		tx_close(t);
		close(far);
	}
}

/* Far more than all places: what is put is lent no more before it has left. */
static void more_frames_than_places(void)
{
	const uint32_t n = 20000;

	if (!own_network)
		SKIP(NO_NETWORK);
	for (size_t i = 0; i < KINDS; i++) {
		struct tx *t = opened(kinds[i].kind, "va");

		CHECK(t && send_frames(t, 0, n));
		CHECK(t && tx_counts(t).dropped == 0);
		tx_close(t);
	}
}

static void nothing_put_nothing_sent(void)
{
	if (!own_network)
		SKIP(NO_NETWORK);
	for (size_t i = 0; i < KINDS; i++) {
		struct tx *t = opened(kinds[i].kind, "va");

		CHECK(t && !err_is(tx_flush(t)) && tx_frame(t) == tx_frame(t));
		CHECK(t && tx_counts(t).sent == 0 && tx_counts(t).dropped == 0);
		tx_close(t);
	}
	tx_close(NULL);
}

static void links_that_are_not_there(void)
{
	struct tx_config config = {.link = 12345};
	struct tx *t = NULL;

	if (!own_network)
		SKIP(NO_NETWORK);
	for (size_t i = 0; i < KINDS; i++) {
		config.kind = kinds[i].kind;
		CHECK(err_is(tx_open(&config, &t)) && t == NULL);
	}
}

/* Down, with ten frames put, and up again with one more. Both times what a flush says. */
static void go_down_and_up(struct tx *t, struct err *ret_down, struct err *ret_up)
{
	CHECK(shell("ip link set va down"));
	for (uint32_t i = 0; i < 10; i++)
		tx_put(t, write_frame(tx_frame(t), i));
	*ret_down = tx_flush(t);
	CHECK(tx_counts(t).sent == 0);
	CHECK(shell("ip link set va up"));
	tx_put(t, write_frame(tx_frame(t), 0));
	*ret_up = tx_flush(t);
}

/* It says so, and afterwards sends what was put meanwhile, too. */
static void a_link_that_goes_down(void)
{
	static const enum tx_kind say_so[] = {TX_MMSG, TX_XDP};

	if (!own_network)
		SKIP(NO_NETWORK);
	for (size_t i = 0; i < sizeof(say_so) / sizeof(*say_so); i++) {
		struct tx *t = opened(say_so[i], "va");
		struct err down = OK, up = OK;

		if (!t)
			continue;
		go_down_and_up(t, &down, &up);
		CHECK(err_class(down) == ERR_IO && err_detail(down) == ENETDOWN);
		CHECK(!err_is(up));
		CHECK_EQ(tx_counts(t).sent, 11);
		CHECK_EQ(tx_counts(t).dropped, 0);
		tx_close(t);
	}
}

/* Where the far end ceases to take redirected frames, nobody says so, but the link's counter stands
 * still. */
static void frames_that_vanish_are_counted(void)
{
	const uint32_t n = 10 * TX_LIVE_LAG;
	struct tx_counts counts;
	struct tx *t;

	if (!own_network)
		SKIP(NO_NETWORK);
	t = opened(TX_LIVE, "va");
	if (!t)
		return;
	CHECK(send_frames(t, 0, n));
	CHECK_EQ(tx_counts(t).sent, n);
	CHECK(cable_redirects("vb", false));
	send_frames(t, n, n - 1);
	usleep(TX_LIVE_LOOK_US);
	CHECK(!send_frames(t, 2 * n - 1, 1));
	counts = tx_counts(t);
	CHECK_EQ(counts.sent + counts.dropped, 2 * n);
	CHECK_EQ(counts.dropped, n - TX_LIVE_LAG);
	CHECK(cable_redirects("vb", true));
	tx_close(t);
}

static int tap(void)
{
	struct ifreq ifr = {.ifr_name = "full", .ifr_flags = IFF_TAP | IFF_NO_PI};
	int fd = open("/dev/net/tun", O_RDWR);

	if (fd < 0 || ioctl(fd, TUNSETIFF, &ifr) < 0 ||
	    !shell("sysctl -qw net.ipv6.conf.full.disable_ipv6=1; "
		   "ip link set full txqueuelen 20 up"))
		return -1;
	return fd;
}

/* Nobody reads it while this one fills it. */
static void fill(struct tx *t)
{
	uint64_t begun = clock_mono_us();
	uint32_t n = 0;

	for (uint8_t *frame; (frame = tx_frame(t)); n++)
		tx_put(t, write_frame(frame, n));
	CHECK(!err_is(tx_flush(t)));
	CHECK_EQ(tx_counts(t).sent, TAP_QUEUE);
	CHECK_EQ(tx_counts(t).dropped, n - TAP_QUEUE);
	CHECK(clock_mono_us() - begun < WAIT_MS * 1000);
	CHECK(tx_frame(t) != NULL);
}

/* A TAP device counts what is read, so nobody can prove there that frames leave. */
static void a_full_queue_is_counted_and_not_waited_for(void)
{
	static const struct tx_back *const say_so[] = {&tx_mmsg, &tx_xdp};

	for (size_t i = 0; i < sizeof(say_so) / sizeof(*say_so); i++) {
		int fd = own_network ? tap() : -1;
		const struct tx_config config = {.link = (int)if_nametoindex("full")};
		struct tx *t = NULL;

		if (fd < 0)
			SKIP(NO_TAP);
		CHECK(!err_is(say_so[i]->open(&config, &t)));
		if (t)
			fill(t);
		tx_close(t);
		close(fd);
	}
}

int main(void)
{
	own_network = cable_lay() && cable_redirects("vb", true);
	RUN(every_frame_as_it_was_sent_by_a_process_without_rights);
	RUN(more_frames_than_places);
	RUN(nothing_put_nothing_sent);
	RUN(links_that_are_not_there);
	RUN(a_link_that_goes_down);
	RUN(frames_that_vanish_are_counted);
	RUN(a_full_queue_is_counted_and_not_waited_for);
	return test_done();
}
