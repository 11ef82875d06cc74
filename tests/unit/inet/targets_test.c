#include "inet/targets.h"

#include "lib/test.h"

static struct targets *of_ports(const char *text)
{
	struct targets *t = NULL;
	struct ports ports;

	ports_clear(&ports);
	CHECK(!err_is(ports_parse(&ports, span_str(text))));
	CHECK(!err_is(targets_new(&t)));
	CHECK(!err_is(targets_set_ports(t, &ports)));
	return t;
}

static void add(struct targets *t, const char *text)
{
	CHECK(!err_is(targets_add(t, span_str(text))));
}

static void exclude(struct targets *t, const char *text)
{
	CHECK(!err_is(targets_exclude(t, span_str(text))));
}

static struct addr addr_of(const char *text)
{
	struct addr a = {0};

	CHECK(!err_is(addr_parse(span_str(text), &a)));
	return a;
}

static void add_name(struct targets *t, const char *address, const char *name)
{
	struct addr a = addr_of(address);

	CHECK(!err_is(targets_add_name(t, &a, name)));
}

static void add_pair(struct targets *t, const char *address, uint16_t port, const char *name)
{
	struct addr a = addr_of(address);

	CHECK(!err_is(targets_add_pair(t, &a, port, name)));
}

static void seal(struct targets *t)
{
	CHECK(!err_is(targets_seal(t)));
}

/* "10.0.0.1:443/name" of target k. */
static const char *text_at(const struct targets *t, uint64_t k)
{
	static char text[400];
	char where[ADDR_TEXT_MAX + 8];
	struct target target = targets_at(t, k);

	snprintf(text, sizeof(text), "%s%s%s", addr_port_text(&target.addr, target.port, where),
	    *target.name ? "/" : "", target.name);
	return text;
}

static unsigned times(const struct targets *t, const char *text)
{
	unsigned n = 0;

	for (uint64_t k = 0; k < targets_count(t); k++)
		n += strcmp(text_at(t, k), text) == 0;
	return n;
}

static void ranges_times_ports_are_numbered_without_a_gap(void)
{
	struct targets *t = of_ports("443,8443");

	add(t, "10.0.0.0/30");
	add(t, "10.0.1.7");
	add(t, "10.0.0.2-5");
	seal(t);
	CHECK_EQ(targets_hosts(t), 7);
	CHECK_EQ(targets_count(t), 14);
	CHECK_STR(text_at(t, 0), "10.0.0.0:443");
	CHECK_STR(text_at(t, 1), "10.0.0.0:8443");
	CHECK_STR(text_at(t, 11), "10.0.0.5:8443");
	CHECK_STR(text_at(t, 12), "10.0.1.7:443");
	CHECK_STR(text_at(t, 13), "10.0.1.7:8443");
	targets_free(t);
}

static void a_whole_slash_8_times_1000_ports(void)
{
	struct targets *t = of_ports("1-1000");

	add(t, "10.0.0.0/8");
	seal(t);
	CHECK_EQ(targets_count(t), (uint64_t)(1 << 24) * 1000);
	CHECK_STR(text_at(t, targets_count(t) - 1), "10.255.255.255:1000");
	targets_free(t);
}

static void names_are_hosts_of_their_own_questions(void)
{
	struct targets *t = of_ports("443");
	struct target plain, named, other;

	add(t, "10.0.0.1");
	add_name(t, "10.0.0.1", "a.example");
	add_name(t, "10.0.0.1", "a.example");
	add_name(t, "192.0.2.1", "a.example");
	seal(t);
	CHECK_EQ(targets_count(t), 3);
	CHECK_EQ(targets_hosts(t), 2);
	CHECK_EQ(times(t, "10.0.0.1:443"), 1);
	CHECK_EQ(times(t, "10.0.0.1:443/a.example"), 1);
	CHECK_EQ(times(t, "192.0.2.1:443/a.example"), 1);
	plain = targets_at(t, 0);
	named = targets_at(t, 1);
	other = targets_at(t, 2);
	CHECK_EQ(plain.host, named.host); /* one machine, one worker, one per-host limit */
	CHECK(other.host != named.host && other.host < targets_hosts(t));
	targets_free(t);
}

static void a_pair_that_is_asked_already_counts_once(void)
{
	struct targets *t = of_ports("443");

	add(t, "10.0.0.0/24");
	add_name(t, "10.0.0.2", "b.example");
	add_pair(t, "10.0.0.1", 443, "");
	add_pair(t, "10.0.0.1", 8443, "");
	add_pair(t, "10.0.0.1", 8443, "");
	add_pair(t, "10.0.0.1", 443, "a.example");
	add_pair(t, "10.0.0.2", 443, "b.example");
	add_pair(t, "192.0.2.1", 9100, "");
	seal(t);
	CHECK_EQ(targets_count(t), 256 + 1 + 3);
	CHECK_EQ(targets_hosts(t), 257);
	CHECK_EQ(times(t, "10.0.0.1:443"), 1);
	CHECK_EQ(times(t, "10.0.0.1:443/a.example"), 1);
	CHECK_EQ(times(t, "10.0.0.1:8443"), 1);
	CHECK_EQ(times(t, "192.0.2.1:9100"), 1);
	targets_free(t);
}

static void excludes_win_over_everything(void)
{
	struct targets *t = of_ports("443");

	add(t, "10.0.0.0/24");
	add_name(t, "10.0.0.9", "a.example");
	add_name(t, "192.0.2.9", "a.example");
	add_pair(t, "192.0.2.1", 8443, "");
	add_pair(t, "198.51.100.1", 8443, "");
	exclude(t, "10.0.0.0/25");
	exclude(t, "192.0.2.0/24");
	seal(t);
	CHECK_EQ(targets_count(t), 128 + 1);
	CHECK_STR(text_at(t, 0), "10.0.0.128:443");
	CHECK_STR(text_at(t, 128), "198.51.100.1:8443");
	targets_free(t);
}

static void only_a_port_written_alone_is_alone(void)
{
	struct targets *t = of_ports("9100,9101-9103");

	add(t, "10.0.0.1");
	add_pair(t, "10.0.0.2", 9100, "");
	add_pair(t, "10.0.0.2", 515, "");
	seal(t);
	for (uint64_t k = 0; k < targets_count(t); k++)
		CHECK_EQ(targets_at(t, k).alone, targets_at(t, k).port == 9100);
	targets_free(t);
}

static void coverage_is_what_was_to_be_scanned(void)
{
	struct targets *t = of_ports("443");
	static const struct {
		const char *address;
		uint16_t port;
		bool covered;
	} cases[] = {{"10.0.0.0", 443, true}, {"10.0.0.255", 443, true}, {"10.0.0.5", 443, false},
	    {"10.0.0.6", 444, false}, {"10.0.1.0", 443, false}, {"192.0.2.1", 443, true},
	    {"192.0.2.1", 80, false}, {"192.0.2.2", 993, true}, {"192.0.2.2", 443, false},
	    {"2001:db8::1", 443, false}};

	add(t, "10.0.0.0/24");
	exclude(t, "10.0.0.5");
	add_name(t, "192.0.2.1", "a.example");
	add_pair(t, "192.0.2.2", 993, "");
	seal(t);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct addr a = addr_of(cases[i].address);

		CHECK_EQ(targets_covers(t, &a, cases[i].port), cases[i].covered);
	}
	targets_free(t);
}

/* Where numbers go, of which no more than `max` are wanted. */
struct list {
	uint64_t *k;
	size_t n, max;
};

static bool list_add(void *context, uint64_t k)
{
	struct list *list = context;

	CHECK(list->n < list->max);
	list->k[list->n++] = k;
	return list->n < list->max;
}

static size_t find(const struct targets *t, const char *address, uint16_t port, uint64_t k[4])
{
	struct addr a = addr_of(address);
	struct list list = {k, 0, 4};

	return targets_find(t, &a, port, list_add, &list);
}

static void names_that_share_an_address_are_all_found(void)
{
	struct targets *t = of_ports("443,8443");
	uint64_t k[4];

	add(t, "10.0.0.0/24");
	add_name(t, "10.0.0.7", "a.example");
	add_name(t, "10.0.0.7", "b.example");
	add_pair(t, "10.0.0.7", 8443, "c.example");
	add_pair(t, "10.0.0.7", 993, "a.example");
	add_pair(t, "10.0.0.7", 993, "");
	seal(t);
	CHECK_EQ(find(t, "10.0.0.7", 443, k), 3);
	CHECK_STR(text_at(t, k[0]), "10.0.0.7:443");
	CHECK_STR(text_at(t, k[1]), "10.0.0.7:443/a.example");
	CHECK_STR(text_at(t, k[2]), "10.0.0.7:443/b.example");
	CHECK_EQ(find(t, "10.0.0.7", 8443, k), 4);
	CHECK_STR(text_at(t, k[3]), "10.0.0.7:8443/c.example");
	CHECK_EQ(find(t, "10.0.0.7", 993, k), 2);
	CHECK_STR(text_at(t, k[0]), "10.0.0.7:993");
	CHECK_STR(text_at(t, k[1]), "10.0.0.7:993/a.example");
	CHECK_EQ(find(t, "10.0.0.7", 80, k), 0);
	CHECK_EQ(find(t, "10.0.1.7", 443, k), 0);
	CHECK_EQ(find(t, "fe80::7%1", 443, k), 0);
	targets_free(t);
}

static void no_more_are_told_than_are_wanted(void)
{
	struct targets *t = of_ports("443");
	uint64_t k[4] = {9, 9, 9, 9};
	struct addr a = addr_of("10.0.0.7");
	struct list list = {k, 0, 1};

	add_name(t, "10.0.0.7", "a.example");
	add_name(t, "10.0.0.7", "b.example");
	add_pair(t, "10.0.0.7", 443, "c.example");
	seal(t);
	CHECK_EQ(targets_find(t, &a, 443, list_add, &list), 1);
	CHECK_EQ(k[0], 0);
	CHECK_EQ(k[1], 9);
	targets_free(t);
}

static void nobodys_address_is_refused_with_a_reason(void)
{
	static const char *const texts[] = {"255.255.255.255", "0.0.0.0", "224.0.0.1",
	    "239.0.0.0/8", "::", "ff02::1", "[ff00::/8]", "fe80::1"};
	struct targets *t = of_ports("443");

	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		struct err e = targets_add(t, span_str(texts[i]));

		CHECK_EQ(err_class(e), ERR_INPUT);
		CHECK(e.what && strlen(e.what) > 20);
	}
	add(t, "fe80::1%2");
	seal(t);
	CHECK_EQ(targets_count(t), 1);
	CHECK_STR(text_at(t, 0), "[fe80::1%2]:443");
	targets_free(t);
}

static void and_never_met_within_a_larger_range(void)
{
	struct targets *t = of_ports("443");
	struct addr multicast = addr_of("224.0.0.1");

	add(t, "0.0.0.0/0");
	seal(t);
	CHECK(!targets_covers(t, &multicast, 443));
	CHECK_STR(text_at(t, 0), "1.0.0.0:443");
	CHECK_STR(text_at(t, targets_count(t) - 1), "223.255.255.255:443");
	targets_free(t);
}

static void an_ipv6_prefix_too_large_says_so(void)
{
	static const char *const texts[] = {
	    "::/0", "2001:db8::/32", "2001:db8::/64", "2001:db8::/66", "2001:db8::/95"};

	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		struct targets *t = of_ports("443");

		CHECK_EQ(err_class(targets_add(t, span_str(texts[i]))), ERR_INPUT);
		targets_free(t);
	}
	struct targets *t = of_ports("443");
	add(t, "2001:db8::/96");
	seal(t);
	CHECK_EQ(targets_count(t), 1LL << 32);
	targets_free(t);
	t = of_ports("443");
	add(t, "2001:db8::/96");
	add(t, "2001:db8::1:0:0/96");
	CHECK_EQ(err_class(targets_seal(t)), ERR_LIMIT);
	targets_free(t);
}

static void no_ports_and_no_targets_are_nothing(void)
{
	struct targets *t = NULL;

	CHECK(!err_is(targets_new(&t)));
	add(t, "10.0.0.0/8");
	seal(t);
	CHECK_EQ(targets_count(t), 0);
	targets_free(t);
	targets_free(NULL);
}

static bool is_found(const struct targets *t, uint64_t k)
{
	struct target target = targets_at(t, k);
	uint64_t found[64];
	struct list list = {found, 0, 64};
	size_t n = targets_find(t, &target.addr, target.port, list_add, &list);
	unsigned times = 0;

	for (size_t i = 0; i < n; i++) {
		struct target other = targets_at(t, found[i]);

		if (i > 0 && found[i] <= found[i - 1])
			return false;
		if (!addr_eq(&other.addr, &target.addr) || other.port != target.port)
			return false;
		times += found[i] == k;
	}
	return times == 1;
}

/* Every number is another question, each question's host is the same for the same address. */
static void a_mixed_set_is_consistent(void)
{
	struct targets *t = of_ports("443,993,8443");
	struct addr first_of_host[64];
	bool known[64] = {false};

	add(t, "10.0.0.0/28");
	add(t, "2001:db8::/124");
	for (unsigned i = 0; i < 40; i++) {
		char address[32];

		snprintf(address, sizeof(address), "10.0.0.%u", i * 7 % 40);
		add_name(t, address, i % 2 ? "odd.example" : "even.example");
		add_pair(t, address, (uint16_t)(440 + i % 9), i % 3 ? "" : "odd.example");
	}
	exclude(t, "10.0.0.20-25");
	seal(t);
	CHECK(targets_hosts(t) <= 64);
	for (uint64_t k = 0; k < targets_count(t); k++) {
		struct target target = targets_at(t, k);
		char text[400];

		snprintf(text, sizeof(text), "%s", text_at(t, k));
		CHECK_EQ(times(t, text), 1);
		CHECK(target.host < targets_hosts(t));
		CHECK(targets_covers(t, &target.addr, target.port));
		CHECK(is_found(t, k));
		if (known[target.host])
			CHECK(addr_eq(&first_of_host[target.host], &target.addr));
		known[target.host] = true;
		first_of_host[target.host] = target.addr;
	}
	for (uint64_t host = 0; host < targets_hosts(t); host++)
		CHECK(known[host]);
	targets_free(t);
}

/* Against a walk over all hosts, for every pair of edges. */
static void finds_the_hosts_of_a_range(void)
{
	static const char *const edges[] = {"0.0.0.0", "10.0.0.0", "10.0.0.3", "10.0.0.15",
	    "10.0.0.16", "10.0.0.99", "10.0.1.7", "10.0.1.8", "255.255.255.255",
	    "2001:db8::", "2001:db8::4", "ffff::"};
	enum { EDGES = sizeof(edges) / sizeof(edges[0]) };
	struct targets *t = of_ports("443,8443");

	add(t, "10.0.0.0/28");
	add(t, "10.0.1.4-10.0.1.7");
	add(t, "2001:db8::/125");
	exclude(t, "10.0.0.5");
	add_name(t, "10.0.0.99", "a.example");
	add_pair(t, "10.0.0.16", 25, "");
	add_pair(t, "2001:db8::9", 25, "");
	seal(t);
	CHECK_EQ(targets_hosts(t), 15 + 4 + 8 + 3);
	for (size_t i = 0; i < EDGES * EDGES; i++) {
		struct addr first = addr_of(edges[i % EDGES]), last = addr_of(edges[i / EDGES]);
		struct range range = {addr_number(&first), addr_number(&last)};
		struct stretch hosts[2];
		uint64_t n = 0;

		if (range.first > range.last)
			continue;
		targets_hosts_in(t, range, hosts);
		for (uint64_t host = 0; host < targets_hosts(t); host++) {
			struct addr a = targets_host(t, host);
			bool in = addr_number(&a) >= range.first && addr_number(&a) <= range.last;

			n += in;
			CHECK_EQ(in, host - hosts[0].first < hosts[0].n ||
					 host - hosts[1].first < hosts[1].n);
		}
		CHECK_EQ(n, hosts[0].n + hosts[1].n);
	}
	targets_free(t);
}

static void a_host_s_number_gives_its_address(void)
{
	struct targets *t = of_ports("443,8443");

	add(t, "10.0.0.0/28");
	add_pair(t, "10.0.1.1", 25, "");
	add_name(t, "2001:db8::9", "a.example");
	seal(t);
	for (uint64_t k = 0; k < targets_count(t); k++) {
		struct target target = targets_at(t, k);
		struct addr a = targets_host(t, target.host);

		CHECK(addr_eq(&a, &target.addr));
	}
	targets_free(t);
}

static uint64_t hosts_of(const char *range)
{
	struct targets *t = of_ports("443");
	uint64_t n;

	add(t, range);
	seal(t);
	n = targets_hosts(t);
	targets_free(t);
	return n;
}

static void reserved_space_is_left_out_of_larger_ranges(void)
{
	CHECK_EQ(hosts_of("192.0.2.0/24"), 256);
	CHECK_EQ(hosts_of("192.0.2.7"), 1);
	CHECK_EQ(hosts_of("192.0.2.0/23"), 256);
	CHECK_EQ(hosts_of("192.0.0.0/22"), 1024 - 2 * 256);
	CHECK_EQ(hosts_of("192.0.1.250-192.0.2.9"), 6);
	CHECK_EQ(hosts_of("192.0.2.250-192.0.3.9"), 10);
	CHECK_EQ(hosts_of("127.0.0.0/8"), 1 << 24);
	CHECK_EQ(hosts_of("126.0.0.0/7"), 1 << 24);
	CHECK_EQ(hosts_of("8.0.0.0/6"), 1 << 26); /* RFC 1918 stays */
	CHECK_EQ(hosts_of("::fffe:ffff:fff8/125"), 8);
	/* 2^32 but for 0/8, 127/8, 224/3, 169.254/16, 198.18/15 and five /24. */
	CHECK_EQ(hosts_of("0.0.0.0/0"),
	    (1LL << 32) - (1 << 25) - (1 << 29) - (1 << 16) - (1 << 17) - 5 * 256);
}

static uint64_t public_of(const char *range)
{
	struct targets *t = of_ports("443,8443");
	uint64_t n;

	add(t, range);
	add_name(t, "8.8.8.8", "dns.example");
	seal(t);
	n = targets_public(t);
	targets_free(t);
	return n;
}

static void counts_public_addresses_of_ranges(void)
{
	CHECK_EQ(public_of("10.0.0.0/8"), 0);
	CHECK_EQ(public_of("172.16.0.0/12"), 0);
	CHECK_EQ(public_of("100.64.0.0/10"), 0);
	CHECK_EQ(public_of("127.0.0.0/8"), 0);
	CHECK_EQ(public_of("192.0.2.0/24"), 0);
	CHECK_EQ(public_of("fd00::/120"), 0);
	CHECK_EQ(public_of("8.8.8.0/24"), 256);
	CHECK_EQ(public_of("10.255.255.0-11.0.0.9"), 10);
	CHECK_EQ(public_of("172.32.0.0/16"), 1 << 16);
	CHECK_EQ(public_of("2600::/120"), 256);
}

/* An address counts once: whatever its ports, and in a range, too. */
static void counts_public_addresses_of_pairs(void)
{
	struct targets *t = of_ports("443");

	add(t, "9.9.9.0/30");
	add_pair(t, "8.8.8.8", 443, "");
	add_pair(t, "8.8.4.4", 8443, "");
	add_pair(t, "8.8.8.8", 993, "");
	add_pair(t, "8.8.8.8", 994, "dns.example");
	add_pair(t, "8.8.8.8", 995, "");
	add_pair(t, "9.9.9.1", 8443, "");
	add_pair(t, "10.0.0.1", 8443, "");
	add_pair(t, "127.0.0.1", 8443, "");
	add_pair(t, "7.7.7.7", 8443, "named.example");
	add_pair(t, "6.6.6.6", 8443, "");
	exclude(t, "6.6.6.6");
	seal(t);
	CHECK_EQ(targets_public(t), 4 + 2);
	targets_free(t);
}

enum { MARKED = 8 };

/* Of networks and names that differ little; which: 0 is the same as MARKED - 1, told otherwise. */
static uint64_t mark_of(int which)
{
	struct targets *t = of_ports(which == 1 ? "443,8444" : "443,8443");
	struct addr a = addr_of("10.0.2.1");
	uint64_t mark;

	if (which == MARKED - 1)
		add_name(t, "10.0.1.1", "a.example");
	add(t, which == 2 ? "10.0.0.0/25" : "10.0.0.0/24");
	if (which == MARKED - 1)
		add(t, "10.0.0.7");
	if (which == 3)
		exclude(t, "10.0.0.9");
	if (which != MARKED - 1)
		add_name(t, "10.0.1.1", which == 4 ? "b.example" : "a.example");
	CHECK(!err_is(targets_add_pair(t, &a, which == 5 ? 26 : 25, "")));
	if (which == 6)
		CHECK(!err_is(targets_add_pair(t, &a, 27, "")));
	CHECK(!err_is(targets_seal(t)));
	mark = targets_mark(t);
	targets_free(t);
	return mark;
}

static void a_mark_tells_targets_that_have_changed(void)
{
	CHECK_EQ(mark_of(0), mark_of(MARKED - 1));
	for (int i = 0; i < MARKED - 1; i++)
		for (int k = 0; k < i; k++)
			CHECK(mark_of(i) != mark_of(k));
}

int main(void)
{
	RUN(ranges_times_ports_are_numbered_without_a_gap);
	RUN(a_whole_slash_8_times_1000_ports);
	RUN(names_are_hosts_of_their_own_questions);
	RUN(a_pair_that_is_asked_already_counts_once);
	RUN(excludes_win_over_everything);
	RUN(only_a_port_written_alone_is_alone);
	RUN(coverage_is_what_was_to_be_scanned);
	RUN(names_that_share_an_address_are_all_found);
	RUN(no_more_are_told_than_are_wanted);
	RUN(nobodys_address_is_refused_with_a_reason);
	RUN(and_never_met_within_a_larger_range);
	RUN(an_ipv6_prefix_too_large_says_so);
	RUN(no_ports_and_no_targets_are_nothing);
	RUN(a_mixed_set_is_consistent);
	RUN(finds_the_hosts_of_a_range);
	RUN(a_host_s_number_gives_its_address);
	RUN(reserved_space_is_left_out_of_larger_ranges);
	RUN(counts_public_addresses_of_ranges);
	RUN(counts_public_addresses_of_pairs);
	RUN(a_mark_tells_targets_that_have_changed);
	return test_done();
}
