#include "http/visitors.h"

#include "lib/test.h"

static const struct siphash_key key = {{1, 2}};

static struct addr v6(uint8_t net, uint8_t host)
{
	return (struct addr){.b = {0x20, 1, 0xd, 0xb8, [7] = net, [15] = host}};
}

static void an_address_has_so_many_and_no_more(void)
{
	struct visitors v;
	struct addr a = addr_from_v4(0x7f000001), b = addr_from_v4(0x7f000002);
	struct visitor *first, *second;

	visitors_init(&v, &key, 10);
	first = visitors_enter(&v, &a, 2);
	second = visitors_enter(&v, &a, 2);
	CHECK(first && first == second);
	CHECK(!visitors_enter(&v, &a, 2));
	CHECK_EQ(first->n, 2);
	CHECK(visitors_enter(&v, &b, 2) != NULL);
	visitors_leave(&v, first);
	CHECK(visitors_enter(&v, &a, 2) == first);
	visitors_leave(&v, NULL);
	visitors_done(&v);
}

/* A customer has a whole /64 of IPv6, and IPv4 counts by address. */
static void ipv6_counts_by_network(void)
{
	struct visitors v;
	struct addr one = v6(1, 1), beside = v6(1, 2), other = v6(2, 1);
	struct addr four = addr_from_v4(0x01020304), next = addr_from_v4(0x01020305);

	visitors_init(&v, &key, 10);
	CHECK(visitors_enter(&v, &one, 1) != NULL);
	CHECK(!visitors_enter(&v, &beside, 1));
	CHECK(visitors_enter(&v, &other, 1) != NULL);
	CHECK(visitors_enter(&v, &four, 1) != NULL);
	CHECK(visitors_enter(&v, &next, 1) != NULL);
	visitors_done(&v);
}

/* Who has left takes no room: the table never grows beyond those who are here. */
static void who_has_gone_is_forgotten(void)
{
	struct visitors v;

	visitors_init(&v, &key, 2);
	for (uint32_t i = 0; i < 100; i++) {
		struct addr a = addr_from_v4(i), b = addr_from_v4(i + 1), c = addr_from_v4(i + 2);
		struct visitor *x = visitors_enter(&v, &a, 1), *y = visitors_enter(&v, &b, 1);

		CHECK(x && y);
		CHECK(!visitors_enter(&v, &c, 1));
		visitors_leave(&v, x);
		visitors_leave(&v, y);
	}
	visitors_done(&v);
}

int main(void)
{
	RUN(an_address_has_so_many_and_no_more);
	RUN(ipv6_counts_by_network);
	RUN(who_has_gone_is_forgotten);
	return test_done();
}
