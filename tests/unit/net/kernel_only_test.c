/*
 * Rules and policies as a machine may have them, in a network namespace of the test's own; there it
 * may configure IPsec, so it is told of it.
 */
#include "net/kernel_only.h"

#include "net/netlink.h"
#include "net/route.h"

#include "lib/netns.h"
#include "lib/test.h"

#include <linux/capability.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#define PORTS "a routing rule looks at ports"
#define IPSEC "a policy of IPsec"

static bool have_network;

static struct addr addr_of(const char *text)
{
	struct addr a = {0};

	CHECK(!err_is(addr_parse(span_str(text), &a)));
	return a;
}

static struct kernel_only read_all(void)
{
	struct kernel_only k = {0};
	int netlink = -1;

	CHECK(!err_is(netlink_open(&netlink)));
	CHECK(!err_is(kernel_only_read(netlink, &k)));
	close(netlink);
	return k;
}

static void check_why(
    const struct kernel_only *k, const char *from, const char *to, const char *why)
{
	const struct addr a = addr_of(from), b = addr_of(to);
	const char *got = kernel_only_why(k, &a, &b);

	printf("# %s\n", to);
	if (why)
		CHECK_STR(got, why);
	else
		CHECK(!got);
}

static void each_kind_of_rule_and_policy(void)
{
	static const struct {
		const char *from, *to, *why;
	} table[] = {
	    {"10.9.0.1", "10.20.255.255", PORTS},
	    {"10.9.0.1", "10.19.255.255", NULL},
	    {"10.9.0.1", "10.21.0.0", NULL}, /* of UDP */
	    {"10.9.0.1", "10.22.0.1", PORTS}, /* of any protocol, from a port */
	    {"10.9.0.1", "10.23.0.1", NULL}, /* of what comes in */
	    {"10.9.0.1", "10.30.0.1", IPSEC},
	    {"10.9.0.2", "10.30.0.1", NULL}, /* not from there */
	    {"10.9.0.1", "10.31.0.1", NULL}, /* of UDP */
	    {"10.9.0.1", "10.32.0.1", NULL}, /* what comes in */
	    {"10.9.0.1", "10.33.0.1", NULL}, /* left in the clear */
	    {"10.9.0.1", "10.34.0.1", NULL}, /* with a mark */
	    {"10.9.0.1", "10.35.0.1", NULL}, /* of an interface of its own */
	    {"10.9.0.1", "10.36.0.1", IPSEC}, /* forbidden */
	    {"fd09::1", "fd20::1", PORTS},
	    {"fd09::1", "fd30::1", IPSEC},
	    {"fd09::1", "fd40::1", NULL},
	};
	struct kernel_only k;

	if (!have_network)
		SKIP(NO_NETWORK);
	k = read_all();
	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++)
		check_why(&k, table[i].from, table[i].to, table[i].why);
	kernel_only_done(&k);
	CHECK(!k.v);
}

/* They cut addresses that no route tells apart. */
static void routes_go_by_them(void)
{
	static const struct {
		const char *to;
		enum route_kind kind;
	} table[] = {
	    {"10.20.0.1", ROUTE_CONNECT},
	    {"10.29.255.255", ROUTE_GATEWAY},
	    {"10.30.0.0", ROUTE_CONNECT},
	    {"10.30.255.255", ROUTE_CONNECT},
	    {"10.31.0.0", ROUTE_GATEWAY},
	    {"fd30::ffff", ROUTE_CONNECT},
	};
	struct routes *r = NULL;

	if (!have_network)
		SKIP(NO_NETWORK);
	CHECK(!err_is(routes_new(&r)));
	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		struct addr a = addr_of(table[i].to);

		CHECK_EQ(routes_find(r, &a)->kind, table[i].kind);
	}
	routes_free(r);
}

static void who_may_not_know_the_policies_knows_the_rules(void)
{
	struct __user_cap_header_struct head = {.version = _LINUX_CAPABILITY_VERSION_3};
	struct __user_cap_data_struct none[2] = {0};
	int status = -1;
	pid_t pid;

	if (!have_network)
		SKIP(NO_NETWORK);
	pid = fork();
	if (pid == 0) {
		struct kernel_only k;

		CHECK(syscall(SYS_capset, &head, none) == 0);
		k = read_all();
		check_why(&k, "10.9.0.1", "10.20.0.1", PORTS);
		check_why(&k, "10.9.0.1", "10.30.0.1", NULL);
		kernel_only_done(&k);
		fflush(stdout);
		_exit(test_failed);
	}
	CHECK(waitpid(pid, &status, 0) == pid && status == 0);
}

/* A rule for what is not somewhere is for anywhere. All of IPv6 is not IPv4. */
static void rules_without_a_prefix(void)
{
	struct kernel_only k;

	if (!have_network)
		SKIP(NO_NETWORK);
	CHECK(netns_shell("ip -6 rule add ipproto tcp dport 25 lookup 100"));
	k = read_all();
	check_why(&k, "fd09::1", "2001:db8::1", PORTS);
	check_why(&k, "10.9.0.1", "10.50.0.1", NULL);
	kernel_only_done(&k);
	CHECK(netns_shell("ip rule add not to 10.0.0.0/8 dport 25 lookup 100"));
	k = read_all();
	check_why(&k, "10.9.0.1", "10.50.0.1", PORTS);
	kernel_only_done(&k);
}

#define POLICY(what, rest)                                                                         \
	"ip xfrm policy add src 10.9.0.1/32 dst 10." what " dir out " rest                         \
	" tmpl src 10.9.0.1 dst 10.9.0.2 proto esp mode tunnel; "

int main(void)
{
	have_network = netns_pair(
	    "ip addr add 10.9.0.1/24 dev va; ip addr add fd09::1/64 dev va nodad; "
	    "ip route add default via 10.9.0.2; ip -6 route add default via fd09::2; "
	    "ip rule add to 10.20.0.0/16 ipproto tcp dport 443-500 lookup 100; "
	    "ip rule add to 10.21.0.0/16 ipproto udp dport 53 lookup 100; "
	    "ip rule add to 10.22.0.0/16 sport 7 lookup 100; "
	    "ip rule add to 10.23.0.0/16 iif va dport 80 lookup 100; "
	    "ip -6 rule add to fd20::/48 ipproto tcp dport 443 lookup 100; " POLICY("30.0.0/16", "")
		POLICY("34.0.0/16", "mark 7") POLICY("35.0.0/16",
		    "if_id 7") "ip xfrm policy add src 10.9.0.1/32 dst 10.31.0.0/16 proto udp dir "
			       "out tmpl src 10.9.0.1 "
			       "dst 10.9.0.2 proto esp mode tunnel; "
			       "ip xfrm policy add src 10.32.0.0/16 dst 10.9.0.1/32 dir in tmpl "
			       "src 10.9.0.2 "
			       "dst 10.9.0.1 proto esp mode tunnel; "
			       "ip xfrm policy add src 10.9.0.1/32 dst 10.33.0.0/16 dir out; "
			       "ip xfrm policy add src 10.9.0.0/24 dst 10.36.0.0/16 dir out action "
			       "block; "
			       "ip xfrm policy add src ::/0 dst fd30::/48 dir out tmpl src fd09::1 "
			       "dst fd09::2 "
			       "proto esp mode tunnel",
	    "");
	RUN(each_kind_of_rule_and_policy);
	RUN(routes_go_by_them);
	RUN(who_may_not_know_the_policies_knows_the_rules);
	RUN(rules_without_a_prefix);
	return test_done();
}
