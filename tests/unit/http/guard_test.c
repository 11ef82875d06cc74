#include "http/guard.h"

#include "lib/test.h"

static struct addr address(const char *text)
{
	struct addr a = {0};

	CHECK(!err_is(addr_parse(span_str(text), &a)));
	return a;
}

static const char *refuses(const char *text, const char *allowed)
{
	struct cidr c;
	struct guard guard = {&c, allowed ? 1 : 0};
	struct addr a = address(text);

	if (allowed)
		CHECK(!err_is(cidr_parse(span_str(allowed), &c)));
	return guard_refuses(&guard, &a);
}

static void lets_the_internet_pass(void)
{
	static const char *const addrs[] = {"93.184.216.34", "1.1.1.1", "172.32.0.1", "192.169.0.1",
	    "100.128.0.1", "11.0.0.1", "223.255.255.254", "2606:4700::1111", "2a00::1",
	    "64:ff9b::101:101", "2002:101:101::1"};

	for (size_t i = 0; i < sizeof(addrs) / sizeof(addrs[0]); i++) {
		const char *why = refuses(addrs[i], NULL);

		if (why)
			printf("# %s %s\n", addrs[i], why);
		CHECK(!why);
	}
}

static void keeps_the_inside_unless_allowed(void)
{
	static const struct {
		const char *addr, *allow;
	} rows[] = {
	    {"127.0.0.1", "127.0.0.0/8"},
	    {"127.255.0.9", "127.0.0.0/8"},
	    {"::1", "::1"},
	    {"::ffff:127.0.0.1", "127.0.0.0/8"},
	    {"10.1.2.3", "10.0.0.0/8"},
	    {"172.16.0.1", "172.16.0.0/12"},
	    {"172.31.255.255", "172.16.0.0/12"},
	    {"192.168.1.1", "192.168.1.0/24"},
	    {"100.64.0.1", "100.64.0.0/10"},
	    {"198.19.0.1", "198.18.0.0/15"},
	    {"169.254.1.1", "169.254.0.0/16"},
	    {"fe80::1", "fe80::/10"},
	    {"fd12:3456::1", "fd12::/16"},
	    {"64:ff9b::a00:1", "10.0.0.0/8"}, /* 10.0.0.1 behind NAT64 */
	    {"64:ff9b:1::7f00:1", "127.0.0.0/8"},
	    {"2002:7f00:1::", "127.0.0.0/8"}, /* 127.0.0.1 by 6to4 */
	    {"::10.0.0.1", "10.0.0.0/8"},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const char *why = refuses(rows[i].addr, NULL);

		if (!why || refuses(rows[i].addr, rows[i].allow))
			printf("# %s\n", rows[i].addr);
		CHECK(why && strstr(why, "may allow"));
		CHECK(!refuses(rows[i].addr, rows[i].allow));
		CHECK(refuses(rows[i].addr, "203.0.113.0/24"));
	}
}

static void never_opens_what_is_nobodys_receiver(void)
{
	static const char *const addrs[] = {"169.254.169.254", "169.254.170.2", "168.63.129.16",
	    "100.100.100.200", "fd00:ec2::254", "fd20:ce::254", "0.0.0.0", "0.1.2.3", "224.0.0.1",
	    "255.255.255.255", "240.0.0.1", "::", "ff02::1", "64:ff9b::a9fe:a9fe",
	    "2002:a9fe:a9fe::1"};

	for (size_t i = 0; i < sizeof(addrs) / sizeof(addrs[0]); i++) {
		if (!refuses(addrs[i], "0.0.0.0/0") || !refuses(addrs[i], "::/0"))
			printf("# %s\n", addrs[i]);
		CHECK(refuses(addrs[i], "0.0.0.0/0"));
		CHECK(refuses(addrs[i], "::/0"));
	}
}

int main(void)
{
	RUN(lets_the_internet_pass);
	RUN(keeps_the_inside_unless_allowed);
	RUN(never_opens_what_is_nobodys_receiver);
	return test_done();
}
