/*
 * In a network namespace of its own, on both ends of a virtual cable: frames are sent raw at va and
 * must come in at vb as they were.
 */
#include "link/caplive.h"

#include "base/buf.h"
#include "link/limits.h"
#include "net/clock.h"

#include "cable.h"
#include "lib/test.h"

#include <arpa/inet.h>
#include <linux/if_ether.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

enum { WAIT_MS = 1000, QUIET_MS = 100, MEMBERS_MAX = 4, SMALL_RING = 4 << 20 };

static bool own_network;
static int cable; /* a raw socket at va */

/* What came to a member, a line a frame, as hexadecimal digits behind the link type. */
struct heard {
	struct buf log;
	size_t frames;
	struct frame last; /* but for its bytes */
};

static void hear(void *context, const struct frame *frame)
{
	struct heard *h = context;

	h->frames++;
	h->last = *frame;
	buf_printf(&h->log, "%u ", frame->link);
	buf_hex(&h->log, frame->bytes);
	buf_str(&h->log, "\n");
}

static struct caplive *opened(struct caplive_config config)
{
	struct caplive *l = NULL;
	const char *problem = NULL;
	struct err e;

	config.ring_bytes = config.ring_bytes ? config.ring_bytes : SMALL_RING;
	e = caplive_open(&config, &l, &problem);
	CHECK(!err_is(e));
	if (err_is(e))
		printf("# %s (%u): %s\n", e.what, err_detail(e), problem ? problem : "");
	return l;
}

/* Until so many frames came, and then a little longer: more would be wrong, too. */
static void listen_to(struct caplive *const *l, size_t n, size_t expected, struct heard *heard)
{
	uint64_t until = clock_mono_us() + WAIT_MS * 1000;
	struct pollfd fds[MEMBERS_MAX];
	size_t frames = 0;

	for (size_t i = 0; i < n; i++) {
		fds[i] = (struct pollfd){.fd = caplive_fd(l[i]), .events = POLLIN};
		buf_init(&heard[i].log, 4 << 20);
	}
	while (clock_mono_us() < until) {
		if (frames >= expected && until > clock_mono_us() + QUIET_MS * 1000)
			until = clock_mono_us() + QUIET_MS * 1000;
		poll(fds, n, 20);
		for (size_t i = 0; i < n; i++)
			frames += caplive_read(l[i], hear, &heard[i]);
	}
	CHECK_EQ(frames, expected);
}

static void send_frame(const struct buf *frame)
{
	CHECK_EQ(send(cable, frame->p, frame->n, 0), frame->n);
}

/* Addresses, then tags of these ethertypes; the type of what follows is left to the caller. */
static void put_ethernet(struct buf *b, const uint16_t *tags, size_t n)
{
	buf_init(b, 4096);
	buf_put(b, "\x02\0\0\0\0\x0b\x02\0\0\0\0\x0a", 12);
	for (size_t i = 0; i < n; i++) {
		buf_be(b, tags[i], 2);
		buf_be(b, 0x6064 + i, 2);
	}
}

static void put_ipv4(struct buf *b, uint32_t from, uint32_t to, uint16_t port)
{
	buf_be(b, ETH_P_IP, 2);
	buf_be(b, 0x45000020, 4);
	buf_be(b, 0, 4);
	buf_be(b, 0x40110000, 4); /* UDP */
	buf_be(b, from, 4);
	buf_be(b, to, 4);
	buf_be(b, 1024, 2);
	buf_be(b, port, 2);
	buf_be(b, 12, 2);
	buf_be(b, 0, 2);
	buf_be(b, 0xc0ffee00, 4);
	buf_fill(b, 0, b->n < 60 ? 60 - b->n : 0);
}

static void put_ipv6(struct buf *b, uint32_t from, uint32_t to)
{
	buf_be(b, ETH_P_IPV6, 2);
	buf_be(b, 0x60000000, 4);
	buf_be(b, 0x000c1140, 4);
	for (int way = 0; way < 2; way++) {
		buf_be(b, 0x20010db8, 4);
		buf_be(b, way ? to : from, 4);
		buf_fill(b, 0, 7);
		buf_be(b, way ? 1 : 2, 1);
	}
	buf_be(b, 0x04000035000c0000, 8);
	buf_be(b, 0xc0ffee00, 4);
}

static void expect_line(const struct heard *h, unsigned link, const struct buf *frame)
{
	struct buf line;

	buf_init(&line, 1 << 16);
	buf_printf(&line, "%u ", link);
	buf_hex(&line, buf_view(frame));
	buf_str(&line, "\n");
	CHECK_STR(buf_text((struct buf *)(uintptr_t)&h->log), buf_text(&line));
	buf_done(&line);
}

static void frames_are_as_they_were_on_the_wire(void)
{
	static const uint16_t tags[][2] = {
	    {0, 0}, {ETH_P_8021Q, 0}, {ETH_P_8021AD, 0}, {ETH_P_8021AD, ETH_P_8021Q}};
	struct caplive *l;

	if (!own_network)
		SKIP(NO_NETWORK);
	l = opened((struct caplive_config){.interface = "vb", .promiscuous = true});
	for (size_t i = 0; i < 4 && l; i++) {
		struct heard h = {0};
		struct buf frame;
		int64_t now_us = clock_now_ms() * 1000;

		put_ethernet(&frame, tags[i], tags[i][1] ? 2 : tags[i][0] ? 1 : 0);
		put_ipv4(&frame, 0x0a000001, 0x0a000002, 53);
		send_frame(&frame);
		listen_to(&l, 1, 1, &h);
		expect_line(&h, LINK_ETHERNET, &frame);
		CHECK_EQ(h.last.wire_n, frame.n);
		CHECK(h.last.time_us >= now_us - 1000 && h.last.time_us < now_us + 2000000);
		buf_done(&frame);
		buf_done(&h.log);
	}
	caplive_close(l);
}

static void short_frames(void)
{
	struct caplive *l;
	struct heard h = {0};
	struct buf frame;

	if (!own_network)
		SKIP(NO_NETWORK);
	l = opened((struct caplive_config){.interface = "vb", .promiscuous = true});
	put_ethernet(&frame, NULL, 0);
	buf_be(&frame, 0x88b5, 2);
	send_frame(&frame);
	listen_to(&l, 1, 1, &h);
	expect_line(&h, LINK_ETHERNET, &frame);
	buf_done(&frame);
	buf_done(&h.log);
	caplive_close(l);
}

/* Both ends of the cable are of "any": one sends, the other receives. */
static void any_interface_gives_cooked_frames(void)
{
	static const uint16_t tag = ETH_P_8021Q;
	struct caplive *l;
	struct heard h = {0};
	struct buf frame;
	char *text;

	if (!own_network)
		SKIP(NO_NETWORK);
	l = opened((struct caplive_config){.interface = "any"});
	put_ethernet(&frame, &tag, 1);
	put_ipv4(&frame, 0x0a000001, 0x0a000002, 53);
	send_frame(&frame);
	listen_to(&l, 1, 2, &h);
	text = (char *)(uintptr_t)buf_text(&h.log);
	/* outgoing or for another host; Ethernet; 6 bytes of address */
	CHECK(strstr(text, "113 000400010006020000"));
	CHECK(strstr(text, "113 000300010006020000"));
	CHECK(strstr(text, "810060640800450000200000"));
	CHECK_EQ(h.last.wire_n, 16 + 4 + frame.n - 18);
	buf_done(&frame);
	buf_done(&h.log);
	caplive_close(l);
}

static void loopback_shows_a_packet_once(void)
{
	struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons(9)};
	static const char *const interfaces[] = {"lo", "any"};
	int udp = socket(AF_INET, SOCK_DGRAM, 0);

	if (!own_network)
		SKIP(NO_NETWORK);
	to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	for (size_t i = 0; i < 2; i++) {
		struct heard h = {0};
		struct caplive *l = opened((struct caplive_config){
		    .interface = interfaces[i], .filter = "udp dst port 9"});

		CHECK_EQ(sendto(udp, "x", 1, 0, (const struct sockaddr *)&to, sizeof(to)), 1);
		listen_to(&l, 1, 1, &h);
		CHECK(h.last.wire_n == 43 || h.last.wire_n == 45);
		buf_done(&h.log);
		caplive_close(l);
	}
	close(udp);
}

static void the_kernel_filters(void)
{
	struct caplive *l;
	struct heard h = {0};

	if (!own_network)
		SKIP(NO_NETWORK);
	l = opened((struct caplive_config){
	    .interface = "vb", .filter = "udp port 443 or host 10.0.0.9", .promiscuous = true});
	for (uint16_t port = 441; port < 446; port++) {
		struct buf frame;

		put_ethernet(&frame, NULL, 0);
		put_ipv4(&frame, 0x0a000001, port == 445 ? 0x0a000009 : 0x0a000002, port);
		send_frame(&frame);
		buf_done(&frame);
	}
	listen_to(&l, 1, 2, &h);
	CHECK_EQ(caplive_counts(l).received, 2);
	buf_done(&h.log);
	caplive_close(l);
}

static void mistakes_are_told(void)
{
	static const struct {
		struct caplive_config config;
		const char *what, *problem;
	} cases[] = {
	    {{.interface = "vb", .filter = "tcp prot 443"}, "the capture filter is not understood",
		"syntax error"},
	    {{.interface = "nosuch0"}, "cannot capture", "there is no such interface"},
	    {{.interface = "a name that is too long"}, "cannot capture",
		"there is no such interface"},
	};

	if (!own_network)
		SKIP(NO_NETWORK);
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct caplive *l = NULL;
		const char *problem = NULL;
		struct err e = caplive_open(&cases[i].config, &l, &problem);

		CHECK_EQ(err_class(e), ERR_INPUT);
		CHECK_STR(e.what, cases[i].what);
		CHECK(problem && strstr(problem, cases[i].problem));
		CHECK(!l);
	}
}

enum { PAIRS = 100 };

/* Datagram number n of 2 * PAIRS: even ones go there, odd ones back. */
static void put_numbered(struct buf *b, uint32_t n, const uint16_t *tags, size_t n_tags, bool v6)
{
	uint32_t a = 0x0a000000 + n / 2, z = 0x0a000100;

	put_ethernet(b, tags, n_tags);
	if (v6)
		put_ipv6(b, n % 2 ? z : a, n % 2 ? a : z);
	else
		put_ipv4(b, n % 2 ? z : a, n % 2 ? a : z, 53);
}

static size_t count_lines(struct buf *log, const struct buf *frame)
{
	const char *text = buf_text(log);
	struct buf line;
	size_t n = 0;

	buf_init(&line, 4096);
	buf_hex(&line, buf_view(frame));
	while ((text = strstr(text, buf_text(&line)))) {
		text++;
		n++;
	}
	buf_done(&line);
	return n;
}

static void judge_shares(
    struct heard *heard, size_t members, const uint16_t *tags, size_t n_tags, bool v6)
{
	size_t wrong = 0;

	for (uint32_t n = 0; n < 2 * PAIRS; n += 2) {
		size_t there_at = members, back_at = members;
		struct buf there, back;

		put_numbered(&there, n, tags, n_tags, v6);
		put_numbered(&back, n + 1, tags, n_tags, v6);
		for (size_t m = 0; m < members; m++) {
			if (count_lines(&heard[m].log, &there))
				there_at = m;
			if (count_lines(&heard[m].log, &back))
				back_at = m;
		}
		wrong += there_at == members || there_at != back_at;
		buf_done(&there);
		buf_done(&back);
	}
	CHECK_EQ(wrong, 0);
	for (size_t m = 0; m < members; m++) /* half of a fair share, at least */
		CHECK(heard[m].frames > PAIRS / members);
}

static void check_group(size_t members, const uint16_t *tags, size_t n_tags, bool v6)
{
	struct caplive_config config = {
	    .interface = "vb", .members = (uint32_t)members, .promiscuous = true};
	struct caplive *l[MEMBERS_MAX] = {0};
	struct heard heard[MEMBERS_MAX] = {0};

	for (size_t m = 0; m < members; m++) {
		l[m] = opened(config);
		if (!l[m])
			return;
		config.group = caplive_group(l[m]);
		CHECK(config.group != 0 || m > 0);
	}
	for (uint32_t n = 0; n < 2 * PAIRS; n++) {
		struct buf frame;

		put_numbered(&frame, n, tags, n_tags, v6);
		send_frame(&frame);
		buf_done(&frame);
	}
	listen_to(l, members, 2 * PAIRS, heard);
	judge_shares(heard, members, tags, n_tags, v6);
	for (size_t m = 0; m < members; m++) {
		buf_done(&heard[m].log);
		caplive_close(l[m]);
	}
}

static void both_directions_meet_in_one_member(void)
{
	static const uint16_t tags[] = {ETH_P_8021AD, ETH_P_8021Q};

	if (!own_network)
		SKIP(NO_NETWORK);
	for (int v6 = 0; v6 < 2; v6++) {
		check_group(2, NULL, 0, v6);
		check_group(3, tags + 1, 1, v6);
		check_group(4, tags, 2, v6);
	}
}

static void groups_do_not_share_with_each_other(void)
{
	struct caplive *l[4] = {0};
	struct heard heard[4] = {0};

	if (!own_network)
		SKIP(NO_NETWORK);
	for (size_t i = 0; i < 4; i++)
		l[i] = opened((struct caplive_config){
		    .interface = "vb",
		    .members = 2,
		    .group = i % 2 ? caplive_group(l[i - 1]) : 0,
		    .promiscuous = true,
		});
	CHECK(caplive_group(l[0]) != caplive_group(l[2]));
	for (uint32_t n = 0; n < 10; n++) {
		struct buf frame;

		put_numbered(&frame, n, NULL, 0, false);
		send_frame(&frame);
		buf_done(&frame);
	}
	listen_to(l, 4, 20, heard);
	CHECK_EQ(heard[0].frames + heard[1].frames, 10);
	for (size_t i = 0; i < 4; i++) {
		buf_done(&heard[i].log);
		caplive_close(l[i]);
	}
}

static void what_has_no_room_is_counted(void)
{
	enum { SENT = 3000 };
	struct caplive *l;
	struct caplive_counts counts;
	struct heard h = {0};
	struct buf frame;

	if (!own_network)
		SKIP(NO_NETWORK);
	l = opened((struct caplive_config){
	    .interface = "vb", .ring_bytes = 2 * CAPLIVE_BLOCK_BYTES, .promiscuous = true});
	put_ethernet(&frame, NULL, 0);
	put_ipv4(&frame, 1, 2, 3);
	buf_fill(&frame, 0, 1400 - frame.n);
	for (int i = 0; i < SENT; i++)
		send_frame(&frame);
	counts = caplive_counts(l);
	CHECK_EQ(counts.received, SENT);
	CHECK(counts.dropped > 0 && counts.dropped < SENT);
	listen_to(&l, 1, (size_t)(SENT - counts.dropped), &h);
	counts = caplive_counts(l);
	CHECK_EQ(counts.received, SENT);
	buf_done(&frame);
	buf_done(&h.log);
	caplive_close(l);
}

/* Around the ring several times: no block is read twice or forgotten. */
static void around_the_ring(void)
{
	struct caplive *l;
	struct buf frame;

	if (!own_network)
		SKIP(NO_NETWORK);
	l = opened((struct caplive_config){
	    .interface = "vb", .ring_bytes = 3 * CAPLIVE_BLOCK_BYTES, .promiscuous = true});
	put_ethernet(&frame, NULL, 0);
	put_ipv4(&frame, 1, 2, 3);
	for (size_t round = 0; round < 10; round++) {
		struct heard h = {0};

		for (size_t i = 0; i < 10; i++)
			send_frame(&frame);
		listen_to(&l, 1, 10, &h);
		buf_done(&h.log);
	}
	CHECK_EQ(caplive_counts(l).dropped, 0);
	buf_done(&frame);
	caplive_close(l);
}

static void nothing(void *context, const struct frame *frame)
{
	(void)context;
	(void)frame;
}

static void an_interface_that_goes_and_comes(void)
{
	struct caplive *l;
	struct heard h = {0};
	struct buf frame;

	if (!own_network)
		SKIP(NO_NETWORK);
	l = opened((struct caplive_config){.interface = "vb", .promiscuous = true});
	CHECK(!caplive_is_down(l));
	CHECK(shell("ip link set vb down"));
	caplive_read(l, nothing, NULL);
	CHECK(caplive_is_down(l));
	CHECK(shell("ip link set vb up && sleep 0.1"));
	put_ethernet(&frame, NULL, 0);
	put_ipv4(&frame, 1, 2, 3);
	send_frame(&frame);
	listen_to(&l, 1, 1, &h);
	CHECK(!caplive_is_down(l));
	buf_done(&frame);
	buf_done(&h.log);
	caplive_close(l);
}

static void the_selftest_passes(void)
{
	struct err e;

	if (!own_network)
		SKIP(NO_NETWORK);
	e = caplive_selftest();
	CHECK_STR(e.what ? e.what : "OK", "OK");
}

static void the_selftest_fails(void)
{
	struct err e;

	if (!own_network)
		SKIP(NO_NETWORK);
	CHECK(shell("ip link set lo down"));
	e = caplive_selftest();
	CHECK(err_is(e));
	CHECK(shell("ip link set lo up"));
}

int main(void)
{
	own_network = cable_lay();
	cable = cable_end("va", 0);
	own_network = own_network && cable >= 0;
	RUN(frames_are_as_they_were_on_the_wire);
	RUN(short_frames);
	RUN(any_interface_gives_cooked_frames);
	RUN(loopback_shows_a_packet_once);
	RUN(the_kernel_filters);
	RUN(mistakes_are_told);
	RUN(both_directions_meet_in_one_member);
	RUN(groups_do_not_share_with_each_other);
	RUN(what_has_no_room_is_counted);
	RUN(around_the_ring);
	RUN(an_interface_that_goes_and_comes);
	RUN(the_selftest_passes);
	RUN(the_selftest_fails);
	return test_done();
}
