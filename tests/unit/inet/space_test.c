#include "inet/space.h"

#include "inet/cidr.h"

#include "lib/test.h"

static void blocks_are_in_order(void)
{
	size_t n;
	const struct space *s = spaces(&n);

	CHECK(n > 20);
	for (size_t i = 0; i < n; i++) {
		CHECK(s[i].range.first <= s[i].range.last);
		CHECK(i == 0 || s[i].range.first > s[i - 1].range.last);
		CHECK(s[i].kind != SPACE_PUBLIC && s[i].what);
	}
}

/* The kind of both ends of a block as a person writes it, and of what is around it. */
static void check_block(const char *text, enum space_kind kind)
{
	size_t n, found = 0;
	const struct space *s = spaces(&n);
	struct cidr c = {0};
	struct addr last;

	CHECK(!err_is(cidr_parse(span_str(text), &c)));
	last = cidr_last(&c);
	for (size_t i = 0; i < n; i++)
		found += s[i].kind == kind && s[i].range.first == addr_number(&c.addr) &&
			 s[i].range.last == addr_number(&last);
	printf("# %s\n", text);
	CHECK_EQ(found, 1);
}

static void blocks_are_those_of_the_registries(void)
{
	static const char *const reserved[] = {"::1/128", "127.0.0.0/8", "169.254.0.0/16",
	    "192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24", "198.18.0.0/15", "198.51.100.0/24",
	    "203.0.113.0/24", "64:ff9b:1::/48", "100::/64", "2001:2::/48", "2001:db8::/32",
	    "3fff::/20", "5f00::/16"};
	static const char *const private[] = {
	    "10.0.0.0/8", "100.64.0.0/10", "172.16.0.0/12", "192.168.0.0/16", "fc00::/7"};
	static const char *const never[] = {
	    "::/128", "0.0.0.0/8", "224.0.0.0/4", "255.255.255.255/32", "ff00::/8"};

	for (size_t i = 0; i < sizeof(reserved) / sizeof(reserved[0]); i++)
		check_block(reserved[i], SPACE_RESERVED);
	for (size_t i = 0; i < sizeof(private) / sizeof(private[0]); i++)
		check_block(private[i], SPACE_PRIVATE);
	for (size_t i = 0; i < sizeof(never) / sizeof(never[0]); i++)
		check_block(never[i], SPACE_NEVER);
}

/* Their numbers have the zone in the middle. */
static void link_local_addresses_of_any_interface_are_private(void)
{
	static const char *const texts[] = {"fe80::", "fe80::ffff:ffff:ffff:ffff%2147483647"};
	size_t n;
	const struct space *s = spaces(&n);

	for (size_t i = 0; i < 2; i++) {
		struct addr a = {0};
		size_t block = 0;

		CHECK(!err_is(addr_parse(span_str(texts[i]), &a)));
		while (block < n && s[block].range.last < addr_number(&a))
			block++;
		CHECK(block < n && s[block].range.first <= addr_number(&a) &&
		      s[block].kind == SPACE_PRIVATE);
	}
}

int main(void)
{
	RUN(blocks_are_in_order);
	RUN(blocks_are_those_of_the_registries);
	RUN(link_local_addresses_of_any_interface_are_private);
	return test_done();
}
