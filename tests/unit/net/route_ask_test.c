/*
 * Edges that net/route_test has not, for its machine has default routes: one question each, in a
 * network namespace without.
 */
#include "net/route_ask.h"

#include "net/netlink.h"

#include "lib/netns.h"
#include "lib/test.h"

static bool have_network;

static struct route asked(const char *to, const char *zone)
{
	struct route way = {.why = "not asked"};
	struct links links = {0};
	struct addr a = {0};
	int netlink = -1;

	CHECK(!err_is(addr_parse(span_str(to), &a)));
	if (zone)
		a.zone = if_nametoindex(zone);
	CHECK(!err_is(netlink_open(&netlink)));
	CHECK(!err_is(links_read(netlink, &links)));
	CHECK(!err_is(route_ask(netlink, &links, getuid(), &a, &way)));
	links_done(&links);
	close(netlink);
	return way;
}

/* why NULL: frames of ours go there, over va, with no gateway. */
static const struct way {
	const char *to, *zone, *why;
	enum route_kind kind;
} ways[] = {
    {"8.8.8.8", NULL, "no route", ROUTE_NONE},
    {"2001:db8::1", NULL, "no route", ROUTE_NONE},
    {"10.90.0.1", NULL, "no route", ROUTE_NONE}, /* throw */
    {"10.8.0.9", NULL, "no route", ROUTE_NONE}, /* its link is down */
    {"fe80::77", "lo", "no route", ROUTE_NONE},
    {"fd32::1", NULL, "a prohibit route", ROUTE_NONE},
    {"10.94.0.1", NULL, "this machine itself", ROUTE_CONNECT}, /* a route over lo */
    {"fd09::", NULL, "this machine itself", ROUTE_CONNECT}, /* RFC 4291 2.6.1: all its routers */
    {"10.91.0.1", NULL, NULL, ROUTE_ON_LINK}, /* who is his own gateway is none */
    {"fd91::1", NULL, NULL, ROUTE_ON_LINK},
    {"fe80::77", "va", NULL, ROUTE_ON_LINK},
};

static void check_way(const struct way *w)
{
	struct route way = asked(w->to, w->zone);
	struct addr none = {0};

	printf("# %s\n", w->to);
	CHECK_EQ(way.kind, w->kind);
	if (w->why) {
		CHECK_STR(way.why, w->why);
		return;
	}
	CHECK(!way.why);
	CHECK_EQ(way.link, if_nametoindex("va"));
	CHECK(addr_eq(&way.gateway, &none));
	CHECK(!addr_eq(&way.from, &none));
}

static void edges(void)
{
	if (!have_network)
		SKIP(NO_NETWORK);
	for (size_t i = 0; i < sizeof(ways) / sizeof(ways[0]); i++)
		check_way(&ways[i]);
}

/* As TCP finds it: the address of ours is chosen first, then the way from there; IPv6 asks with an
 * address only where it finds nothing without. */
static void rules_and_routes_by_source_and_protocol(void)
{
	static const struct {
		const char *to, *gateway;
	} table[] = {
	    {"10.95.0.1", "10.9.0.3"},
	    {"10.96.0.1", "10.9.0.4"},
	    {"10.97.0.1", "10.9.0.2"}, /* of UDP alone */
	    {"fd96::1", "fd09::4"},
	    {"fd98::1", "fd09::3"},
	};
	char text[ADDR_TEXT_MAX];

	if (!have_network)
		SKIP(NO_NETWORK);
	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		struct route way = asked(table[i].to, NULL);

		CHECK_EQ(way.kind, ROUTE_GATEWAY);
		CHECK_STR(addr_text(&way.gateway, text), table[i].gateway);
		CHECK_STR(
		    addr_text(&way.from, text), addr_is_v4(&way.gateway) ? "10.9.0.1" : "fd09::1");
	}
}

/* Who has no address has none to send from. Afterwards this machine has none. */
static void a_route_without_an_address_of_ours(void)
{
	struct route way;

	if (!have_network)
		SKIP(NO_NETWORK);
	CHECK(netns_shell("for link in va lo quiet; do ip addr flush dev $link; done; "
			  "ip route add 10.92.0.0/16 dev va"));
	way = asked("10.92.0.1", NULL);
	CHECK_EQ(way.kind, ROUTE_CONNECT);
	CHECK_STR(way.why, "no address of ours");
}

int main(void)
{
	have_network = netns_pair(
	    "ip addr add 10.9.0.1/24 dev va; ip addr add fd09::1/64 dev va nodad; "
	    "sysctl -qw net.ipv6.conf.va.forwarding=1; "
	    "ip link add quiet type veth peer name quiet2; ip addr add 10.8.0.1/24 dev quiet; "
	    "ip route add throw 10.90.0.0/16; ip -6 route add prohibit fd32::/48; "
	    "ip route add 10.94.0.0/16 dev lo; ip route add 10.91.0.1 via 10.91.0.1 dev va onlink; "
	    "ip -6 route add fd91::1 via fd91::1 dev va onlink; "
	    "for n in 95 96 97; do ip route add 10.$n.0.0/16 via 10.9.0.2; done; "
	    "ip route add default via 10.9.0.3 table 100; "
	    "ip route add default via 10.9.0.4 table 101; "
	    "ip -6 route add default via fd09::4 table 101; ip -6 route add fd96::/48 via fd09::2; "
	    "ip rule add from 10.9.0.1 to 10.95.0.0/16 lookup 100; "
	    "ip rule add ipproto tcp to 10.96.0.0/16 lookup 101; "
	    "ip -6 rule add ipproto tcp to fd96::/48 lookup 101; "
	    "ip rule add ipproto udp to 10.97.0.0/16 lookup 101; "
	    "ip -6 route add fd98::/48 from fd09::/64 via fd09::3",
	    "");
	RUN(edges);
	RUN(rules_and_routes_by_source_and_protocol);
	RUN(a_route_without_an_address_of_ours);
	return test_done();
}
