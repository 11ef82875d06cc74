/* In network namespaces with a host at the end of a virtual cable, another for each case. */
#include "net/neighbours.h"

#include "lib/netns.h"
#include "lib/test.h"

#include <errno.h>
#include <net/if.h>

enum { WAIT_US = 400000, FOUND_MAX = 16 };

#define SILENT "sysctl -qw net.ipv6.icmp.echo_ignore_multicast=1"

static bool have_network;

struct found {
	size_t n;
	char text[FOUND_MAX][ADDR_TEXT_MAX];
};

static void on_found(void *context, const struct addr *a)
{
	struct found *f = context;

	if (f->n < FOUND_MAX)
		addr_text(a, f->text[f->n++]);
}

static struct found search(void)
{
	struct found f = {0};

	CHECK(!err_is(neighbours_find(0x12345678, WAIT_US, on_found, &f)));
	return f;
}

static void a_host_without_more_is_found_by_its_link_local_address(void)
{
	char expected[ADDR_TEXT_MAX];
	struct found f;

	have_network = netns_pair("true", "true");
	if (!have_network)
		SKIP(NO_NETWORK);
	snprintf(expected, sizeof(expected), "fe80::2%%%u", if_nametoindex("va"));
	f = search();
	CHECK_EQ(f.n, 1);
	CHECK_STR(f.text[0], expected);
}

static void a_host_with_more_is_found_by_that(void)
{
	struct found f;

	if (!have_network)
		SKIP(NO_NETWORK);
	netns_pair("ip addr add fd09::1/64 dev va nodad; ip addr add 2001:db8::1/64 dev va nodad",
	    "ip addr add fd09::2/64 dev vb nodad; ip addr add 2001:db8::2/64 dev vb nodad");
	f = search();
	CHECK_EQ(f.n, 2);
	CHECK_STR(f.text[0], "2001:db8::2");
	CHECK_STR(f.text[1], "fd09::2");
}

static void who_answers_no_echo_is_found_by_a_complaint(void)
{
	struct found f;

	if (!have_network)
		SKIP(NO_NETWORK);
	netns_pair(
	    "ip addr add fd09::1/64 dev va nodad", "ip addr add fd09::2/64 dev vb nodad; " SILENT);
	f = search();
	CHECK_EQ(f.n, 1);
	CHECK_STR(f.text[0], "fd09::2");
}

/* The far host answers from an address that is not of this link: as if it had us scan another. */
static void addresses_of_elsewhere_are_not_believed(void)
{
	struct found f;

	if (!have_network)
		SKIP(NO_NETWORK);
	netns_pair(
	    "ip addr add fd09::1/64 dev va nodad; ip -6 route add default via fe80::2 dev va",
	    "ip addr add fd77::2/64 dev vb nodad; ip addr del fe80::2/64 dev vb; "
	    "ip -6 route add fd09::/64 dev vb src fd77::2; ip -6 route add fe80::/64 dev vb");
	f = search();
	CHECK_EQ(f.n, 0);
}

static void a_network_of_nobody_is_empty(void)
{
	if (!have_network)
		SKIP(NO_NETWORK);
	netns_pair("ip addr add fd09::1/64 dev va nodad", "ip link set vb down");
	CHECK_EQ(search().n, 0);
	CHECK(netns_shell("ip link set va down"));
	CHECK_EQ(search().n, 0);
}

static void without_the_right_to_it_it_says_so(void)
{
	struct found f = {0};
	struct err e;

	if (geteuid() != 0)
		SKIP(NO_NETWORK);
	CHECK(seteuid(65534) == 0);
	e = neighbours_find(1, WAIT_US, on_found, &f);
	CHECK(seteuid(0) == 0);
	CHECK_EQ(err_class(e), ERR_IO);
	CHECK_EQ(err_detail(e), EPERM);
}

int main(void)
{
	RUN(a_host_without_more_is_found_by_its_link_local_address);
	RUN(a_host_with_more_is_found_by_that);
	RUN(who_answers_no_echo_is_found_by_a_complaint);
	RUN(addresses_of_elsewhere_are_not_believed);
	RUN(a_network_of_nobody_is_empty);
	RUN(without_the_right_to_it_it_says_so);
	return test_done();
}
