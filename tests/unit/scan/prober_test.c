/*
 * At one end of a virtual cable the prober, at the other a socket that hears what has left: frames
 * are read there byte by byte, by the figures of the RFCs, and their sums the slow way.
 */
#include "scan/prober.h"

#include "base/buf.h"

#include "lib/far_end.h"
#include "lib/sums.h"
#include "lib/test.h"

#include <poll.h>

enum { WAIT_MS = 1000, FIRST = 20001, PORTS = 16, HALF = PORTS / 2, FRAME_MAX = 128 };

static const struct siphash_key key = {{11, 13}};
static const uint8_t near_mac[6] = {2, 0, 0, 0, 0, 1}, far_mac[6] = {2, 0, 0, 0, 0, 2};
static bool have_network;

/* A prober of va, and the far end of the cable. */
static struct lab {
	struct targets *targets;
	struct routes *routes;
	struct raw_links *links;
	struct sweep *sweep;
	struct prober prober;
	int far;
} lab;

static bool no_send(void *context, int link, const uint8_t *frame, size_t n)
{
	(void)context;
	(void)link;
	(void)frame;
	(void)n;
	return true;
}

static void make_targets(void)
{
	static const char *const words[] = {"10.9.0.0/24", "10.77.0.0/24", "fd77::/120"};
	struct ports ports;

	ports_clear(&ports);
	ports_add(&ports, 443, true);
	CHECK(!err_is(targets_new(&lab.targets)));
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		CHECK(!err_is(targets_add(lab.targets, span_str(words[i]))));
	CHECK(!err_is(targets_set_ports(lab.targets, &ports)));
	CHECK(!err_is(targets_seal(lab.targets)));
}

static void begin_with(uint16_t ports)
{
	const int va = (int)if_nametoindex("va");
	struct raw_links_config config = {
	    .links = &va, .n_links = 1, .tx = TX_MMSG, .ports = {FIRST, ports}};
	struct sweep_config sweep = {.send = no_send, .share = {0, 1, 0, 1}, .key = key};
	const char *problem;

	memset(&lab, 0, sizeof(lab));
	make_targets();
	CHECK(!err_is(routes_new(&lab.routes)));
	CHECK(!err_is(routes_resolve(lab.routes, 0)));
	config.routes = lab.routes;
	sweep.routes = lab.routes;
	sweep.targets = lab.targets;
	CHECK(!err_is(raw_links_open(&config, &lab.links, &problem)));
	CHECK(!err_is(sweep_new(&sweep, &lab.sweep)));
	prober_init(&lab.prober, lab.links, lab.sweep, &key);
	lab.far = netns_far_socket();
}

static void begin(void)
{
	begin_with(PORTS);
}

static void end(void)
{
	close(lab.far);
	sweep_free(lab.sweep);
	raw_links_close(lab.links);
	routes_free(lab.routes);
	targets_free(lab.targets);
}

static enum probed probe(const char *to, uint16_t port, const struct probe_way *way)
{
	struct target t = {.addr = far_addr(to), .port = port, .name = ""};

	return prober_send(&lab.prober, &t, way);
}

/* The next TCP segment at the far end; 0: none came. */
static size_t arrived(uint8_t frame[FRAME_MAX])
{
	struct pollfd p = {.fd = lab.far, .events = POLLIN};
	ssize_t n;

	while (poll(&p, 1, WAIT_MS) == 1) {
		n = recv(lab.far, frame, FRAME_MAX, 0);
		if (n > 54 && ((frame[12] == 8 && frame[13] == 0 && frame[23] == IPPROTO_TCP) ||
				  (frame[12] == 0x86 && frame[20] == IPPROTO_TCP)))
			return (size_t)n;
	}
	return 0;
}

/* Sends one, and gives it back as it came in. */
static size_t sent(
    const char *to, uint16_t port, const struct probe_way *way, uint8_t frame[FRAME_MAX])
{
	CHECK_EQ(probe(to, port, way), PROBE_SENT);
	CHECK(!err_is(prober_flush(&lab.prober)));
	return arrived(frame);
}

static uint64_t number(const uint8_t *p, size_t n)
{
	struct span s = span_of(p, n);

	return span_be(&s, n);
}

/* Who lives there speaks. */
static void speak(const char *who, const uint8_t mac[6])
{
	uint8_t bytes[ARP_FRAME_MAX];
	struct addr from = far_addr(who);
	struct frame f = {.link = LINK_ETHERNET};

	f.bytes = span_of(bytes, arp_write_request(bytes, mac, &from, &from));
	f.wire_n = (uint32_t)f.bytes.n;
	sweep_heard(lab.sweep, (int)if_nametoindex("va"), &f);
}

static void check_tcp(const uint8_t *tcp, const char *from, const char *to, uint16_t port)
{
	struct addr a = far_addr(from), b = far_addr(to);
	uint16_t our_port = (uint16_t)number(tcp, 2);

	CHECK(our_port >= FIRST && our_port < FIRST + HALF);
	CHECK_EQ(number(tcp + 2, 2), port);
	CHECK_EQ(number(tcp + 4, 4), cookie_of(&key, &a, &b, our_port, port));
	CHECK_EQ(number(tcp + 8, 4), 0);
	CHECK_EQ(number(tcp + 12, 2), 8 << 12 | TCP_SYN);
	CHECK_EQ(number(tcp + 18, 2), 0);
}

static void a_probe_of_ipv4_on_the_wire(void)
{
	static const uint8_t addresses[] = {10, 9, 0, 1, 10, 77, 0, 5};
	const struct probe_way way = {.pass = 1};
	uint8_t f[FRAME_MAX];

	if (!have_network)
		SKIP(NO_NETWORK);
	begin();
	CHECK_EQ(sent("10.77.0.5", 443, &way, f), 14 + 20 + 32);
	CHECK_MEM(f, far_mac, 6);
	CHECK_MEM(f + 6, near_mac, 6);
	CHECK_EQ(number(f + 12, 2), 0x0800);
	CHECK_EQ(number(f + 14, 4), 0x45000034);
	CHECK_EQ(number(f + 20, 2), 0x4000); /* not to be fragmented */
	CHECK_EQ(number(f + 22, 2), 128 << 8 | IPPROTO_TCP);
	CHECK_MEM(f + 26, addresses, sizeof(addresses));
	CHECK(sums_are_right(f));
	check_tcp(f + 34, "10.9.0.1", "10.77.0.5", 443);
	end();
}

static void a_probe_of_ipv6_on_the_wire(void)
{
	struct addr from = far_addr("fd09::1"), to = far_addr("fd77::5");
	const struct probe_way way = {.pass = 1};
	uint8_t f[FRAME_MAX];

	if (!have_network)
		SKIP(NO_NETWORK);
	begin();
	CHECK_EQ(sent("fd77::5", 8443, &way, f), 14 + 40 + 32);
	CHECK_MEM(f, far_mac, 6);
	CHECK_MEM(f + 6, near_mac, 6);
	CHECK_EQ(number(f + 12, 2), 0x86dd);
	CHECK_EQ(number(f + 14, 8), 0x6000000000200000 | IPPROTO_TCP << 8 | 128);
	CHECK_MEM(f + 22, from.b, 16);
	CHECK_MEM(f + 38, to.b, 16);
	CHECK(sums_are_right(f));
	check_tcp(f + 54, "fd09::1", "fd77::5", 8443);
	end();
}

/* Local hosts have MACs of their own, and whoever has not spoken is not there. */
static void local_hosts_are_sent_to_by_their_macs(void)
{
	static const uint8_t macs[2][6] = {{2, 0, 0, 0, 9, 20}, {2, 0, 0, 0, 9, 21}};
	const struct probe_way way = {.pass = 1};
	uint8_t f[FRAME_MAX];

	if (!have_network)
		SKIP(NO_NETWORK);
	begin();
	CHECK_EQ(probe("10.9.0.20", 443, &way), PROBE_ABSENT);
	speak("10.9.0.20", macs[0]);
	speak("10.9.0.21", macs[1]);
	for (unsigned i = 0; i < 4; i++) {
		CHECK(sent(i % 2 ? "10.9.0.21" : "10.9.0.20", 443, &way, f));
		CHECK_MEM(f, macs[i % 2], 6);
		CHECK_EQ(f[33], 20 + i % 2);
		CHECK(sums_are_right(f));
	}
	CHECK_EQ(probe("10.9.0.22", 443, &way), PROBE_ABSENT);
	CHECK_EQ(prober_counts(&lab.prober).sent, 4);
	end();
}

/* This machine, a router that nobody knows the MAC of, a link that is not ours. */
static void what_packets_do_not_reach_is_elsewhere(void)
{
	static const char *const tos[] = {"127.0.0.1", "10.9.0.1", "10.80.0.1", "10.8.0.9", "::1"};
	const struct probe_way way = {.pass = 1};

	if (!have_network)
		SKIP(NO_NETWORK);
	begin();
	for (size_t i = 0; i < sizeof(tos) / sizeof(tos[0]); i++) {
		printf("# %s\n", tos[i]);
		CHECK_EQ(probe(tos[i], 443, &way), PROBE_ELSEWHERE);
	}
	CHECK(!err_is(prober_flush(&lab.prober)));
	CHECK_EQ(prober_counts(&lab.prober).sent, 0);
	end();
}

static void where_no_route_leads_nothing_is_sent(void)
{
	static const char *const tos[] = {"10.30.0.1", "10.9.0.255", "fd0b::1"};
	const struct probe_way way = {.pass = 1};

	if (!have_network)
		SKIP(NO_NETWORK);
	begin();
	for (size_t i = 0; i < sizeof(tos) / sizeof(tos[0]); i++)
		CHECK_EQ(probe(tos[i], 443, &way), PROBE_NO_WAY);
	end();
}

static void full_until_it_is_flushed(void)
{
	const struct probe_way way = {.pass = 1};
	unsigned n = 0;

	if (!have_network)
		SKIP(NO_NETWORK);
	begin();
	while (n < 100000 && probe("10.77.0.5", 443, &way) == PROBE_SENT)
		n++;
	CHECK(n >= 16 && n < 100000);
	CHECK_EQ(probe("10.77.0.6", 443, &way), PROBE_FULL);
	CHECK_EQ(prober_counts(&lab.prober).sent, 0);
	CHECK(!err_is(prober_flush(&lab.prober)));
	CHECK_EQ(probe("10.77.0.6", 443, &way), PROBE_SENT);
	CHECK(!err_is(prober_flush(&lab.prober)));
	CHECK_EQ(prober_counts(&lab.prober).sent + prober_counts(&lab.prober).dropped, n + 1);
	end();
}

/* What an answer to this SYN says. */
static struct answer answer_to(const uint8_t *syn, bool v6)
{
	const uint8_t *tcp = syn + (v6 ? 54 : 34);
	struct answer a = {.kind = ANSWER_OPEN, .from = addr_from_v4(0), .to = addr_from_v4(0)};

	memcpy(a.to.b + (v6 ? 0 : 12), syn + (v6 ? 22 : 26), v6 ? 16 : 4);
	memcpy(a.from.b + (v6 ? 0 : 12), syn + (v6 ? 38 : 30), v6 ? 16 : 4);
	a.our_port = (uint16_t)number(tcp, 2);
	a.port = (uint16_t)number(tcp + 2, 2);
	a.cookie = (uint32_t)number(tcp + 4, 4);
	return a;
}

static void check_way(const struct probe_way *way)
{
	uint8_t f[FRAME_MAX];
	struct probe_way told;
	struct answer a;

	CHECK(sent("10.77.0.5", 443, way, f));
	a = answer_to(f, false);
	told = prober_way(&lab.prober, &a, way->step);
	CHECK_EQ(told.step, way->step);
	CHECK_EQ(told.pass, way->pass);
	CHECK_EQ(told.second, way->second);
}

static void the_port_tells_which_probe_it_is_for(void)
{
	static const uint64_t steps[] = {0, 1, 6, 7, 8, 1000003, UINT64_MAX >> 1};

	if (!have_network)
		SKIP(NO_NETWORK);
	begin();
	for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]); i++)
		for (unsigned k = 0; k < 2 * PASSES_MAX; k++)
			check_way(&(struct probe_way){steps[i], 1 + k / 2, k % 2});
	end();
}

/* One for first probes, one for those that the sample repeats. */
static void two_ports_tell_the_sample_from_the_rest(void)
{
	if (!have_network)
		SKIP(NO_NETWORK);
	begin_with(2);
	for (uint64_t step = 0; step < 4; step++) {
		check_way(&(struct probe_way){step, 1, false});
		check_way(&(struct probe_way){step, 1, true});
	}
	end();
}

/* A filter on the way may forget one port, and then not another. */
static void each_pass_comes_from_another_port(void)
{
	bool seen[PORTS] = {false};
	uint8_t f[FRAME_MAX];

	if (!have_network)
		SKIP(NO_NETWORK);
	begin();
	for (unsigned i = 0; i < PORTS; i++) {
		const struct probe_way way = {12345, 1 + i % HALF, i >= HALF};
		unsigned at;

		CHECK(sent("10.77.0.5", 443, &way, f));
		at = (unsigned)number(f + 34, 2) - FIRST;
		CHECK(at < PORTS && !seen[at]);
		seen[at % PORTS] = true;
	}
	end();
}

static void only_answers_to_probes_are_known(void)
{
	static const char *const tos[] = {"10.77.0.5", "fd77::5"};
	const struct probe_way way = {.pass = 1};
	uint8_t f[FRAME_MAX];

	if (!have_network)
		SKIP(NO_NETWORK);
	begin();
	for (size_t v6 = 0; v6 < 2; v6++) {
		struct answer true_one, a;

		CHECK(sent(tos[v6], 443, &way, f));
		a = true_one = answer_to(f, v6);
		CHECK(prober_knows(&lab.prober, &a));
		for (unsigned bit = 0; bit < 32; bit++) {
			a.cookie = true_one.cookie ^ 1u << bit;
			CHECK(!prober_knows(&lab.prober, &a));
		}
		a = true_one, a.port++;
		CHECK(!prober_knows(&lab.prober, &a));
		a = true_one, a.our_port++;
		CHECK(!prober_knows(&lab.prober, &a));
		a = true_one, a.from.b[15] ^= 1;
		CHECK(!prober_knows(&lab.prober, &a));
		a = true_one, a.to.b[15] ^= 1;
		CHECK(!prober_knows(&lab.prober, &a));
		a = true_one, a.from.zone = 7; /* a frame has none */
		CHECK(prober_knows(&lab.prober, &a));
	}
	end();
}

/* Right in every number, but to a port of another worker's. */
static void ports_of_others_are_not_known(void)
{
	struct answer a = {
	    .kind = ANSWER_OPEN, .from = far_addr("10.77.0.5"), .to = far_addr("10.9.0.1")};
	unsigned known = 0;

	if (!have_network)
		SKIP(NO_NETWORK);
	begin();
	for (unsigned port = FIRST - 5; port < FIRST + PORTS + 5; port++) {
		a.our_port = (uint16_t)port;
		a.port = 443;
		a.cookie = cookie_of(&key, &a.to, &a.from, a.our_port, a.port);
		CHECK_EQ(prober_knows(&lab.prober, &a), port >= FIRST && port < FIRST + PORTS);
		known += prober_knows(&lab.prober, &a);
	}
	CHECK_EQ(known, PORTS);
	end();
}

/* RFC 9293 3.10.7.3: its sequence number is what the SYN-ACK acknowledged. */
static void a_reset_on_the_wire(void)
{
	static const char *const tos[] = {"10.77.0.5", "fd77::5"};
	const struct probe_way way = {.pass = 3};
	uint8_t syn[FRAME_MAX], f[FRAME_MAX];

	if (!have_network)
		SKIP(NO_NETWORK);
	begin();
	for (size_t v6 = 0; v6 < 2; v6++) {
		size_t ip_n = v6 ? 40 : 20;
		const uint8_t *tcp = f + 14 + ip_n;
		struct answer a;

		CHECK(sent(tos[v6], 443, &way, syn));
		a = answer_to(syn, v6);
		CHECK(prober_reset(&lab.prober, &a));
		CHECK(!err_is(prober_flush(&lab.prober)));
		CHECK_EQ(arrived(f), v6 ? 14 + 40 + 20 : 60);
		CHECK_MEM(f, far_mac, 6);
		CHECK_MEM(f + (v6 ? 22 : 26), syn + (v6 ? 22 : 26), v6 ? 32 : 8);
		CHECK_MEM(tcp, syn + 14 + ip_n, 4);
		CHECK_EQ(number(tcp + 4, 4), a.cookie + 1);
		CHECK_EQ(number(tcp + 12, 2), 5 << 12 | TCP_RST);
		CHECK(sums_are_right(f));
	}
	end();
}

static void a_reset_that_cannot_be_sent(void)
{
	static const char *const tos[] = {"127.0.0.1", "10.9.0.99", "10.30.0.1"};
	const struct probe_way way = {.pass = 1};
	struct answer a = {.kind = ANSWER_OPEN, .to = far_addr("10.9.0.1"), .port = 443};

	if (!have_network)
		SKIP(NO_NETWORK);
	begin();
	a.our_port = FIRST;
	for (size_t i = 0; i < sizeof(tos) / sizeof(tos[0]); i++) {
		a.from = far_addr(tos[i]);
		CHECK(!prober_reset(&lab.prober, &a));
	}
	a.from = far_addr("10.77.0.5");
	while (probe("10.77.0.5", 443, &way) == PROBE_SENT)
		;
	CHECK(!prober_reset(&lab.prober, &a));
	CHECK(!err_is(prober_flush(&lab.prober)));
	CHECK(prober_reset(&lab.prober, &a));
	end();
}

/* More next hops than frames are kept ready for: each still gets its own, in any order. */
static void more_next_hops_than_are_kept_ready(void)
{
	enum { ROUTERS = HOPS_MAX + 20 };
	const struct probe_way way = {.pass = 1};
	uint8_t f[FRAME_MAX];

	if (!have_network)
		SKIP(NO_NETWORK);
	CHECK(netns_shell("for i in $(seq 100 183); do "
			  "ip neigh add 10.9.0.$i lladdr 02:00:00:00:01:$(printf %x $i) dev va; "
			  "ip route add 10.60.$i.0/24 via 10.9.0.$i; done"));
	begin();
	for (unsigned i = 0; i < 3 * ROUTERS; i++) {
		unsigned router = 100 + (i < ROUTERS ? i : i * 7 % ROUTERS);
		const uint8_t mac[6] = {2, 0, 0, 0, 1, (uint8_t)router};
		char to[32];

		snprintf(to, sizeof(to), "10.60.%u.1", router);
		CHECK(sent(to, 443, &way, f));
		CHECK_MEM(f, mac, 6);
		CHECK_EQ(f[32], router);
		CHECK(sums_are_right(f));
	}
	end();
}

int main(void)
{
	have_network = netns_pair(NETNS_ROUTER
	    "ip route add blackhole 10.30.0.0/16; ip route add blackhole fd0b::/48; "
	    "ip route add 10.80.0.0/16 via 10.9.0.99; "
	    "ip link add quiet type veth peer name quiet2; ip link set quiet up; "
	    "ip addr add 10.8.0.1/24 dev quiet",
	    NETNS_QUIET);
	RUN(a_probe_of_ipv4_on_the_wire);
	RUN(a_probe_of_ipv6_on_the_wire);
	RUN(local_hosts_are_sent_to_by_their_macs);
	RUN(what_packets_do_not_reach_is_elsewhere);
	RUN(where_no_route_leads_nothing_is_sent);
	RUN(full_until_it_is_flushed);
	RUN(the_port_tells_which_probe_it_is_for);
	RUN(two_ports_tell_the_sample_from_the_rest);
	RUN(each_pass_comes_from_another_port);
	RUN(only_answers_to_probes_are_known);
	RUN(ports_of_others_are_not_known);
	RUN(a_reset_on_the_wire);
	RUN(a_reset_that_cannot_be_sent);
	RUN(more_next_hops_than_are_kept_ready);
	return test_done();
}
