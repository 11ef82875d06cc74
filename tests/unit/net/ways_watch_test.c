/*
 * What happens to a machine while it scans, in a network namespace of the test's own; whether it
 * matters depends on the targets.
 */
#include "net/ways_watch.h"

#include "inet/targets.h"

#include "lib/netns.h"
#include "lib/test.h"

enum { MOMENT_US = 400 * 1000, GUARD_US = 20 * 1000 * 1000 };

static bool have_network;

static struct {
	struct loop *loop;
	struct routes *routes;
	struct targets *targets;
	struct ways_watch *watch;
	struct loop_timer guard;
	unsigned troubles, last, wanted;
	char text[512];
} lab;

static void trouble(void *context, const char *text, bool is_last)
{
	CHECK(context == &lab);
	lab.troubles++;
	lab.last += is_last;
	snprintf(lab.text, sizeof(lab.text), "%s", text);
	printf("# %s\n", text);
	if (lab.troubles == lab.wanted)
		loop_stop(lab.loop);
}

static void guard_fired(struct loop_timer *t)
{
	(void)t;
	loop_stop(lab.loop);
}

static void begin(const char *const *words, size_t n)
{
	struct ports ports = {0};

	memset(&lab, 0, sizeof(lab));
	lab.guard.fire = guard_fired;
	CHECK(!err_is(ports_parse(&ports, span_str("443"))));
	CHECK(!err_is(targets_new(&lab.targets)));
	for (size_t i = 0; i < n; i++)
		CHECK(!err_is(targets_add(lab.targets, span_str(words[i]))));
	CHECK(!err_is(targets_set_ports(lab.targets, &ports)));
	CHECK(!err_is(targets_seal(lab.targets)));
	CHECK(!err_is(routes_new(&lab.routes)));
	CHECK(!err_is(routes_resolve(lab.routes, 0)));
	CHECK(!err_is(loop_new(&lab.loop)));
	CHECK(
	    !err_is(ways_watch_new(lab.loop, lab.routes, lab.targets, trouble, &lab, &lab.watch)));
}

static void end(void)
{
	ways_watch_free(lab.watch);
	loop_free(lab.loop);
	routes_free(lab.routes);
	targets_free(lab.targets);
}

static void run_for(uint64_t us)
{
	loop_timer_arm(lab.loop, &lab.guard, us);
	CHECK(!err_is(loop_run(lab.loop)));
	loop_timer_cancel(lab.loop, &lab.guard);
}

static void after(const char *commands, uint64_t us)
{
	printf("# %s\n", commands);
	CHECK(netns_shell(commands));
	run_for(us);
}

static void until_troubles(const char *commands, unsigned n)
{
	lab.wanted = n;
	after(commands, GUARD_US);
	CHECK_EQ(lab.troubles, n);
}

static void until_mac(const char *commands, const struct route *way, const uint8_t mac[6])
{
	after(commands, 0);
	for (unsigned i = 0; i < 100 && memcmp(way->mac, mac, 6) != 0; i++)
		run_for(MOMENT_US / 8);
	CHECK_MEM(way->mac, mac, 6);
}

static const char *const far_targets[] = {"10.77.0.0/24", "fd77::/120"};

static void a_routers_new_mac_is_taken_over(void)
{
	static const uint8_t first[6] = {2, 0, 0, 0, 0, 2}, second[6] = {2, 0, 0, 0, 0, 9};
	struct addr to;
	const struct route *way;

	if (!have_network)
		SKIP(NO_NETWORK);
	begin(far_targets, 2);
	CHECK(!err_is(addr_parse(span_str("10.77.0.1"), &to)));
	way = routes_find(lab.routes, &to);
	CHECK_MEM(way->mac, first, sizeof(first));
	until_mac("ip neigh replace 10.9.0.2 lladdr 02:00:00:00:00:09 dev va", way, second);
	until_mac("ip neigh replace 10.9.0.2 lladdr 02:00:00:00:00:02 dev va", way, first);
	CHECK_EQ(lab.troubles, 0);
	end();
}

static void what_is_not_for_the_targets_is_no_trouble(void)
{
	if (!have_network)
		SKIP(NO_NETWORK);
	begin(far_targets, 2);
	after("ip route add 10.78.0.0/24 via 10.9.0.3; ip link add dummy0 type veth peer name "
	      "dummy1; "
	      "ip link set dummy0 up; ip rule add to 10.79.0.0/24 lookup 100",
	    MOMENT_US);
	/* The same way by another prefix; another address of ours while the old one is there. */
	after("ip route add 10.77.0.0/25 via 10.9.0.2; ip addr add 10.9.0.7/24 dev va; "
	      "ip route replace default via 10.9.0.2 src 10.9.0.7",
	    MOMENT_US);
	after("ip route replace default via 10.9.0.2; ip addr del 10.9.0.7/24 dev va; "
	      "ip link del dummy0",
	    MOMENT_US);
	CHECK_EQ(lab.troubles, 0);
	CHECK(!ways_watch_moved(lab.watch));
	end();
}

/* Each is told with both ways, and undone. */
static void each_change_of_a_way_is_told(void)
{
	static const struct {
		const char *what, *back, *text;
	} table[] = {
	    {"ip route add 10.77.0.8/32 via 10.9.0.3", "ip route del 10.77.0.8/32",
		"the way to 10.77.0.8 was va by 10.9.0.2 from 10.9.0.1, and is now va by 10.9.0.3 "
		"from 10.9.0.1: the scan waits"},
	    {"ip -6 route add blackhole fd77::/64", "ip -6 route del blackhole fd77::/64",
		"the way to fd77:: was va by fd09::2 from fd09::1, and is now a blackhole route: "
		"the scan waits"},
	    {"ip rule add to 10.77.0.128/25 lookup 100; ip route add default dev va table 100",
		"ip rule del to 10.77.0.128/25 lookup 100; ip route del default table 100",
		"the way to 10.77.0.128 was va by 10.9.0.2 from 10.9.0.1, and is now va from "
		"10.9.0.1: the scan waits"},
	    {"ip link add tun0 type veth peer name tun1; ip link set tun1 up; ip link set tun0 arp "
	     "off up; ip addr add 10.66.0.1/24 dev tun0; "
	     "ip route add 10.77.0.0/16 dev tun0",
		"ip link del tun0",
		"the way to 10.77.0.128 was va by 10.9.0.2 from 10.9.0.1, and is now a link "
		"without "
		"Ethernet addresses: the scan waits"},
	    {"ip link set va address 02:00:00:00:00:0a", "ip link set va address 02:00:00:00:00:01",
		"the way to 10.77.0.0 was va by 10.9.0.2 from 10.9.0.1, and is now the same with "
		"another MAC of ours: the scan waits"},
	};

	if (!have_network)
		SKIP(NO_NETWORK);
	begin(far_targets, 2);
	for (unsigned i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		until_troubles(table[i].what, 2 * i + 1);
		CHECK(ways_watch_moved(lab.watch));
		CHECK_STR(lab.text, table[i].text);
		until_troubles(table[i].back, 2 * i + 2);
		CHECK_STR(lab.text, "the ways are as they were: the scan goes on");
		CHECK(!ways_watch_moved(lab.watch));
	}
	CHECK_EQ(lab.last, 0);
	end();
}

static void a_link_that_loses_its_carrier_is_waited_for(void)
{
	static const char *const words[] = {"10.88.0.0/24"};

	if (!have_network)
		SKIP(NO_NETWORK);
	CHECK(netns_shell("for i in $(seq 150); do ip -o link show quiet | grep -q 'state UP' && "
			  "break; sleep 0.02; done"));
	begin(words, 1);
	until_troubles("ip link set quiet2 down", 1);
	CHECK_STR(lab.text, "the way to 10.88.0.0 was quiet by 10.8.0.2 from 10.8.0.1, and is now "
			    "the same without a carrier: the scan waits");
	until_troubles("ip link set quiet2 up", 2);
	CHECK_EQ(lab.last, 0);
	CHECK(!ways_watch_moved(lab.watch));
	end();
}

/* Last, for it stays so. */
static void what_stays_changed_is_the_end(void)
{
	if (!have_network)
		SKIP(NO_NETWORK);
	begin(far_targets, 2);
	until_troubles("ip addr del 10.9.0.1/24 dev va; ip addr add 10.9.0.8/24 dev va; "
		       "ip route replace default via 10.9.0.2",
	    1);
	run_for(2 * MOMENT_US);
	ways_watch_later(lab.watch);
	until_troubles("true", 2);
	CHECK_EQ(lab.last, 1);
	CHECK(ways_watch_moved(lab.watch));
	CHECK_STR(lab.text,
	    "the way to 10.77.0.0 was va by 10.9.0.2 from 10.9.0.1, and is now va "
	    "by 10.9.0.2 from 10.9.0.8: the scan stops, for it began the other way");
	run_for(3 * MOMENT_US);
	CHECK_EQ(lab.troubles, 2);
	end();
}

int main(void)
{
	have_network =
	    netns_pair("ip addr add 10.9.0.1/24 dev va; ip addr add fd09::1/64 dev va nodad; "
		       "ip link add quiet type veth peer name quiet2; ip link set quiet2 up; "
		       "ip link set quiet up; ip addr add 10.8.0.1/24 dev quiet; "
		       "ip route add 10.88.0.0/16 via 10.8.0.2; "
		       "ip neigh add 10.9.0.2 lladdr 02:00:00:00:00:02 dev va; "
		       "ip route add default via 10.9.0.2; ip route add default via fd09::2",
		"");
	RUN(a_routers_new_mac_is_taken_over);
	RUN(what_is_not_for_the_targets_is_no_trouble);
	RUN(each_change_of_a_way_is_told);
	RUN(a_link_that_loses_its_carrier_is_waited_for);
	RUN(what_stays_changed_is_the_end);
	return test_done();
}
