/*
 * In a network namespace with a router at the end of a virtual cable and every kind of route that
 * there is. What a route is said to be is written down here; and for thousands of addresses at the
 * edges of all prefixes the table must say what the kernel says when it is asked about each.
 */
#include "net/route.h"

#include "inet/targets.h"
#include "net/cuts.h"
#include "net/netlink.h"
#include "net/route_ask.h"

#include "lib/netns.h"
#include "lib/test.h"

enum { SECOND_US = 1000000 };

static bool have_network;

static const char here[] =
    "ip addr add 10.9.0.1/24 dev va; ip addr add 10.9.0.7/24 dev va; "
    "ip addr add fd09::1/64 dev va nodad; ip link add quiet type veth peer name quiet2; "
    "ip link set quiet arp off up; ip addr add 10.8.0.1/24 dev quiet; "
    "ip route add default via 10.9.0.254; ip route add 10.20.0.0/16 via 10.9.0.2; "
    "ip route add 10.20.5.0/24 via 10.9.0.254; ip route add 10.20.5.7 dev va; "
    "ip route add blackhole 10.30.0.0/16; ip route add unreachable 10.31.0.0/16; "
    "ip route add prohibit 10.32.0.0/16; "
    "ip route add 10.40.0.0/16 nexthop via 10.9.0.2 nexthop via 10.9.0.254; "
    "ip rule add to 10.50.0.0/16 lookup 100; ip route add default via 10.9.0.2 table 100; "
    "ip route add 10.51.0.0/16 via 10.9.0.2 table 101; " /* which no rule leads to */
    "ip route add 10.60.0.0/16 via 10.9.0.2 src 10.9.0.7; "
    "ip route add 10.70.0.0/16 via inet6 fe80::2 dev va; "
    "ip route add 10.80.0.0/16 via 10.9.0.99; " /* nobody is there */
    "ip -6 route add default via fe80::2 dev va; ip -6 route add fd0a::/48 via fd09::2; "
    "ip -6 route add blackhole fd0b::/48; ip -6 route add unreachable fd0c::/48";

static const char there[] = "ip addr add 10.9.0.2/24 dev vb; ip addr add 10.9.0.254/24 dev vb; "
			    "ip addr add fd09::2/64 dev vb nodad";

static struct addr addr_of(const char *text)
{
	struct addr a = {0};

	CHECK(!err_is(addr_parse(span_str(text), &a)));
	return a;
}

static struct routes *fresh(void)
{
	struct routes *r = NULL;

	CHECK(!err_is(routes_new(&r)));
	return r;
}

static int va(void)
{
	return (int)if_nametoindex("va");
}

struct expected {
	const char *to;
	enum route_kind kind;
	const char *from, *gateway, *why;
};

static void check_way(const struct routes *r, const struct expected *x)
{
	struct addr to = addr_of(x->to);
	const struct route *way = routes_find(r, &to);
	char from[ADDR_TEXT_MAX], gateway[ADDR_TEXT_MAX], wanted[ADDR_TEXT_MAX];

	printf("# %s\n", x->to);
	CHECK_EQ(way->kind, x->kind);
	if (x->why)
		CHECK_STR(way->why, x->why);
	else
		CHECK(!way->why);
	if (x->from)
		CHECK_STR(addr_text(&way->from, from), x->from);
	if (x->from)
		CHECK_EQ(way->link, va());
	if (!x->gateway)
		return;
	snprintf(wanted, sizeof(wanted), "%s", x->gateway);
	if (strncmp(wanted, "fe80", 4) == 0)
		snprintf(wanted, sizeof(wanted), "%s%%%d", x->gateway, va());
	CHECK_STR(addr_text(&way->gateway, gateway), wanted);
}

static void every_kind_of_route(void)
{
	static const struct expected table[] = {
	    {"10.9.0.200", ROUTE_ON_LINK, "10.9.0.1", NULL, NULL},
	    {"10.9.0.2", ROUTE_ON_LINK, "10.9.0.1", NULL, NULL},
	    {"10.9.0.1", ROUTE_CONNECT, NULL, NULL, "this machine itself"},
	    {"10.9.0.7", ROUTE_CONNECT, NULL, NULL, "this machine itself"},
	    {"10.9.0.255", ROUTE_NONE, NULL, NULL, "a broadcast address"},
	    {"127.0.0.1", ROUTE_CONNECT, NULL, NULL, "this machine itself"},
	    {"127.255.0.9", ROUTE_CONNECT, NULL, NULL, "this machine itself"},
	    {"10.8.0.9", ROUTE_CONNECT, NULL, NULL, "a link without Ethernet addresses"},
	    {"8.8.8.8", ROUTE_GATEWAY, "10.9.0.1", "10.9.0.254", NULL},
	    {"0.0.0.1", ROUTE_GATEWAY, "10.9.0.1", "10.9.0.254", NULL},
	    {"223.255.255.255", ROUTE_GATEWAY, "10.9.0.1", "10.9.0.254", NULL},
	    {"10.20.0.0", ROUTE_GATEWAY, "10.9.0.1", "10.9.0.2", NULL},
	    {"10.20.255.255", ROUTE_GATEWAY, "10.9.0.1", "10.9.0.2", NULL},
	    {"10.20.5.0", ROUTE_GATEWAY, "10.9.0.1", "10.9.0.254", NULL},
	    {"10.20.5.7", ROUTE_ON_LINK, "10.9.0.1", NULL, NULL},
	    {"10.20.5.8", ROUTE_GATEWAY, "10.9.0.1", "10.9.0.254", NULL},
	    {"10.20.6.0", ROUTE_GATEWAY, "10.9.0.1", "10.9.0.2", NULL},
	    {"10.30.1.1", ROUTE_NONE, NULL, NULL, "a blackhole route"},
	    {"10.31.1.1", ROUTE_NONE, NULL, NULL, "an unreachable route"},
	    {"10.32.1.1", ROUTE_NONE, NULL, NULL, "a prohibit route"},
	    {"10.50.1.1", ROUTE_GATEWAY, "10.9.0.1", "10.9.0.2", NULL},
	    {"10.51.1.1", ROUTE_GATEWAY, "10.9.0.1", "10.9.0.254", NULL},
	    {"10.60.1.1", ROUTE_GATEWAY, "10.9.0.7", "10.9.0.2", NULL},
	    {"10.70.1.1", ROUTE_GATEWAY, "10.9.0.1", "fe80::2", NULL},
	    {"224.0.0.1", ROUTE_NONE, NULL, NULL, "a multicast address"},
	    {"fd09::77", ROUTE_ON_LINK, "fd09::1", NULL, NULL},
	    {"fd09::1", ROUTE_CONNECT, NULL, NULL, "this machine itself"},
	    {"::1", ROUTE_CONNECT, NULL, NULL, "this machine itself"},
	    {"2001:db8::1", ROUTE_GATEWAY, "fd09::1", "fe80::2", NULL},
	    {"fd0a::5", ROUTE_GATEWAY, "fd09::1", "fd09::2", NULL},
	    {"fd0b::5", ROUTE_NONE, NULL, NULL, "a blackhole route"},
	    {"fd0c::5", ROUTE_NONE, NULL, NULL, "an unreachable route"},
	    {"fe80::5", ROUTE_NONE, NULL, NULL, "a link-local address without its interface"},
	    {"ff02::1", ROUTE_NONE, NULL, NULL, "a multicast address"},
	};
	struct routes *r;

	if (!have_network)
		SKIP(NO_NETWORK);
	r = fresh();
	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++)
		check_way(r, &table[i]);
	routes_free(r);
}

static void several_routers_are_one_of_them(void)
{
	struct addr to = addr_of("10.40.1.1"), a = addr_of("10.9.0.2"), b = addr_of("10.9.0.254");
	const struct route *way;
	struct routes *r;

	if (!have_network)
		SKIP(NO_NETWORK);
	r = fresh();
	way = routes_find(r, &to);
	CHECK_EQ(way->kind, ROUTE_GATEWAY);
	CHECK(addr_eq(&way->gateway, &a) || addr_eq(&way->gateway, &b));
	routes_free(r);
}

static void link_local_addresses_go_by_their_interface(void)
{
	struct addr to = addr_of("fe80::77"), own = addr_of("fe80::1");
	const struct route *way;
	struct routes *r;

	if (!have_network)
		SKIP(NO_NETWORK);
	r = fresh();
	to.zone = own.zone = (uint32_t)va();
	way = routes_find(r, &to);
	CHECK_EQ(way->kind, ROUTE_ON_LINK);
	CHECK_EQ(way->link, va());
	CHECK(addr_eq(&way->from, &own));
	CHECK_EQ(routes_find(r, &own)->kind, ROUTE_CONNECT);
	to.zone = 9999;
	CHECK_EQ(routes_find(r, &to)->kind, ROUTE_NONE);
	routes_free(r);
}

static bool same(const struct route *a, const struct route *b)
{
	return a->kind == b->kind && a->link == b->link && addr_eq(&a->from, &b->from) &&
	       addr_eq(&a->gateway, &b->gateway);
}

/* Several routers are chosen from by a hash of the address; the unspecified addresses mean
 * something else to the kernel; a link-local address has 54 zeros and its interface (RFC 4291
 * 2.5.6). */
static bool is_ambiguous(unsigned __int128 number, const struct addr *a)
{
	static const uint8_t zeros[6];

	if (addr_is_any(a) || (number >> 16) == (unsigned __int128)0xffff0a28)
		return true;
	return a->b[0] == 0xfe && (a->b[1] & 0xc0) == 0x80 &&
	       (!a->zone || a->b[1] != 0x80 || memcmp(a->b + 2, zeros, sizeof(zeros)) != 0);
}

static void check_with_kernel(
    const struct routes *r, int netlink, const struct links *links, unsigned __int128 number)
{
	struct addr to = addr_of_number(number);
	struct route asked = {0};
	char text[ADDR_TEXT_MAX];

	if (is_ambiguous(number, &to))
		return;
	CHECK(!err_is(route_ask(netlink, links, getuid(), &to, &asked)));
	if (same(&asked, routes_find(r, &to)))
		return;
	CHECK_STR(addr_text(&to, text), "an address that goes the way that the table says");
}

static void says_what_the_kernel_says_at_every_edge(void)
{
	const struct kernel_only others = {0};
	struct links links = {0};
	struct cuts cuts = {0};
	struct routes *r;
	int netlink = -1;

	if (!have_network)
		SKIP(NO_NETWORK);
	r = fresh();
	CHECK(!err_is(netlink_open(&netlink)));
	CHECK(!err_is(links_read(netlink, &links)));
	CHECK(!err_is(cuts_read(netlink, &links, &others, &cuts)));
	CHECK(cuts.n > 60);
	for (size_t i = 0; i < cuts.n; i++) {
		unsigned __int128 next = i + 1 < cuts.n ? cuts.v[i + 1] : 0;

		check_with_kernel(r, netlink, &links, cuts.v[i]);
		check_with_kernel(r, netlink, &links, cuts.v[i] + (next - cuts.v[i]) / 2);
		check_with_kernel(r, netlink, &links, next - 1);
	}
	cuts_done(&cuts);
	links_done(&links);
	close(netlink);
	routes_free(r);
}

static const struct route *way_to(const struct routes *r, const char *to)
{
	struct addr a = addr_of(to);

	return routes_find(r, &a);
}

static void finds_the_routers_macs(void)
{
	static const uint8_t far[6] = {2, 0, 0, 0, 0, 2};
	static const char *const tos[] = {"10.20.0.1", "8.8.8.8", "10.70.0.1", "2001:db8::1"};
	struct routes *r;

	if (!have_network)
		SKIP(NO_NETWORK);
	r = fresh();
	CHECK(!way_to(r, tos[0])->has_mac);
	CHECK(!err_is(routes_resolve(r, SECOND_US / 2)));
	for (size_t i = 0; i < sizeof(tos) / sizeof(tos[0]); i++) {
		CHECK(way_to(r, tos[i])->has_mac);
		CHECK_MEM(way_to(r, tos[i])->mac, far, sizeof(far));
	}
	CHECK(!way_to(r, "10.80.0.1")->has_mac);
	routes_free(r);
}

static void a_new_mac_is_seen_and_a_lost_one_kept(void)
{
	static const uint8_t first[6] = {2, 0, 0, 0, 0, 2}, second[6] = {2, 0, 0, 0, 0, 9};
	struct routes *r;

	if (!have_network)
		SKIP(NO_NETWORK);
	r = fresh();
	CHECK(!err_is(routes_resolve(r, SECOND_US / 2)));
	CHECK_MEM(way_to(r, "10.20.0.1")->mac, first, sizeof(first));
	CHECK(netns_shell("ip neigh replace 10.9.0.2 lladdr 02:00:00:00:00:09 dev va"));
	CHECK(!err_is(routes_refresh(r)));
	CHECK_MEM(way_to(r, "10.20.0.1")->mac, second, sizeof(second));
	CHECK(netns_shell("ip neigh del 10.9.0.2 dev va"));
	CHECK(!err_is(routes_refresh(r)));
	CHECK(way_to(r, "10.20.0.1")->has_mac);
	CHECK_MEM(way_to(r, "10.20.0.1")->mac, second, sizeof(second));
	routes_free(r);
}

static struct targets *targets_of(const char *const *words, size_t n)
{
	struct ports ports = {0};
	struct targets *t = NULL;

	CHECK(!err_is(ports_parse(&ports, span_str("443,8443"))));
	CHECK(!err_is(targets_new(&t)));
	for (size_t i = 0; i < n; i++)
		CHECK(!err_is(targets_add(t, span_str(words[i]))));
	CHECK(!err_is(targets_set_ports(t, &ports)));
	CHECK(!err_is(targets_seal(t)));
	return t;
}

static void counts_hosts_by_their_way(void)
{
	static const char *const words[] = {"10.9.0.0/24", "10.20.4.0/23", "fd09::/120"};
	struct targets *t;
	struct routes *r;
	uint64_t all = 0;
	size_t n;

	if (!have_network)
		SKIP(NO_NETWORK);
	t = targets_of(words, 3);
	r = fresh();
	routes_count(r, t);
	for (size_t i = 0; i < n; i++)
		all += routes_ways(r, &n)[i].hosts;
	CHECK_EQ(all, 256 + 512 + 256);
	CHECK_EQ(way_to(r, "10.20.4.1")->hosts, 256);
	CHECK_EQ(way_to(r, "8.8.8.8")->hosts, 255); /* 10.20.5.0/24 but for 10.20.5.7 */
	CHECK_EQ(way_to(r, "10.9.0.9")->hosts,
	    256 - 3 + 1 - (way_to(r, "10.9.0.0")->kind == ROUTE_NONE));
	CHECK_EQ(way_to(r, "10.80.0.1")->hosts, 0);
	routes_free(r);
	targets_free(t);
}

/* Nobody is waited for whom no target needs: the dead router is not asked. */
static void only_routers_of_targets_are_waited_for(void)
{
	static const char *const words[] = {"10.20.4.0/24"};
	struct targets *t;
	struct routes *r;

	if (!have_network)
		SKIP(NO_NETWORK);
	t = targets_of(words, 1);
	r = fresh();
	routes_count(r, t);
	CHECK(netns_shell("ip neigh flush dev va"));
	CHECK(!err_is(routes_resolve(r, 100 * (uint64_t)SECOND_US))); /* or the test's time is up */
	CHECK(way_to(r, "10.20.4.1")->has_mac);
	CHECK(!way_to(r, "10.80.0.1")->has_mac);
	routes_free(r);
	targets_free(t);
}

static void knows_the_links(void)
{
	static const uint8_t mac[6] = {2, 0, 0, 0, 0, 1};
	const struct link_info *l;
	struct routes *r;

	if (!have_network)
		SKIP(NO_NETWORK);
	r = fresh();
	l = routes_link(r, va());
	CHECK(l && l->ethernet && l->up && !l->loopback);
	CHECK(l && strcmp(l->name, "va") == 0 && memcmp(l->mac, mac, sizeof(mac)) == 0);
	l = routes_link(r, (int)if_nametoindex("lo"));
	CHECK(l && l->loopback && !l->ethernet);
	l = routes_link(r, (int)if_nametoindex("quiet"));
	CHECK(l && !l->loopback && !l->ethernet);
	CHECK(!routes_link(r, 9999));
	routes_free(r);
}

static void stretches_cover_everything_once(void)
{
	unsigned __int128 next = 0;
	const struct route *way;
	struct range range;
	struct routes *r;
	size_t at = 0;

	r = fresh(); /* of whatever network this machine has */
	while (routes_next(r, &at, &range, &way)) {
		CHECK(range.first == next);
		CHECK(range.last >= range.first);
		CHECK(way != NULL);
		next = range.last + 1;
	}
	CHECK(next == 0);
	routes_free(r);
}

int main(void)
{
	have_network = netns_pair(here, there);
	RUN(every_kind_of_route);
	RUN(several_routers_are_one_of_them);
	RUN(link_local_addresses_go_by_their_interface);
	RUN(says_what_the_kernel_says_at_every_edge);
	RUN(finds_the_routers_macs);
	RUN(a_new_mac_is_seen_and_a_lost_one_kept);
	RUN(counts_hosts_by_their_way);
	RUN(only_routers_of_targets_are_waited_for);
	RUN(knows_the_links);
	RUN(stretches_cover_everything_once);
	return test_done();
}
