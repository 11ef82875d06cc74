#include "inet/ip_packet.h"

#include "inet/checksum.h"
#include "inet/limits.h"
#include "making.h"

#include <netinet/in.h>

static void content(const char *text)
{
	make(text, strlen(text));
}

static void ip(const char *from, const char *to, uint8_t protocol)
{
	make_ip(from, to, protocol, 63);
}

/* IPv6's of n times 8 bytes. */
static void extension(uint8_t next, uint8_t n)
{
	uint8_t *h = made_push((size_t)n * 8);

	h[0] = next;
	h[1] = (uint8_t)(n - 1);
}

/* IPv4's checksum after the header was changed. */
static void sum_again(void)
{
	uint8_t *h = made + made_begin;
	uint16_t sum;

	h[10] = h[11] = 0;
	sum = checksum_end(checksum_add(0, h, (size_t)(h[0] & 15) * 4));
	h[10] = (uint8_t)(sum >> 8);
	h[11] = (uint8_t)sum;
}

/* So many bytes of the packet were captured. */
static bool read_cut(uint16_t type, size_t cut, struct ip_packet *ret)
{
	struct ether ether = {
	    type, span_of(made + made_begin, made_end - made_begin - cut), (uint32_t)cut};

	return ip_packet_read(&ether, ret);
}

static bool read(struct ip_packet *ret)
{
	return read_cut(made[made_begin] >> 4 == 6 ? ETHER_IPV6 : ETHER_IPV4, 0, ret);
}

static void check(const char *from, const char *to, uint8_t protocol, const char *text)
{
	struct addr from_addr = addr_of(from), to_addr = addr_of(to);
	struct ip_packet p;

	CHECK(read(&p));
	CHECK(addr_eq(&p.from, &from_addr));
	CHECK(addr_eq(&p.to, &to_addr));
	CHECK_EQ(p.protocol, protocol);
	CHECK_EQ(p.hops, 63);
	CHECK(p.whole);
	CHECK(span_is(p.content, text));
}

static void reads_what_it_writes(void)
{
	content("hello");
	ip("10.0.0.1", "192.0.2.77", IPPROTO_TCP);
	CHECK_EQ(slow_sum(0, made + made_begin, 20), 0xffff);
	check("10.0.0.1", "192.0.2.77", IPPROTO_TCP, "hello");
	memset(made + made_end, 0xaa, 8); /* what pads a frame is not content */
	made_end += 8;
	check("10.0.0.1", "192.0.2.77", IPPROTO_TCP, "hello");
	content("hello");
	ip("2001:db8::1", "2001:db8::2", IPPROTO_ICMPV6);
	made_end += 8;
	check("2001:db8::1", "2001:db8::2", IPPROTO_ICMPV6, "hello");
}

static void passes_options_and_extension_headers(void)
{
	static const uint8_t router_alert[4] = {0x94, 4, 0, 0};
	uint8_t *h;

	content("hello");
	memcpy(made_push(4), router_alert, 4);
	ip("10.0.0.1", "192.0.2.77", IPPROTO_TCP);
	made[made_begin] = 0x46;
	sum_again();
	check("10.0.0.1", "192.0.2.77", IPPROTO_TCP, "hello");

	content("hello");
	extension(IPPROTO_TCP, 1);
	h = made_push(8); /* a fragment that is all of it */
	h[0] = IPPROTO_DSTOPTS;
	h[7] = 9;
	extension(IPPROTO_FRAGMENT, 2);
	extension(IPPROTO_ROUTING, 3);
	ip("2001:db8::1", "2001:db8::2", IPPROTO_HOPOPTS);
	check("2001:db8::1", "2001:db8::2", IPPROTO_TCP, "hello");
}

static void refuses_fragments(void)
{
	struct ip_packet p;

	for (unsigned bit = 0; bit < 14; bit++) { /* the offset's, and "more" */
		content("hello");
		ip("10.0.0.1", "192.0.2.77", IPPROTO_TCP);
		made[made_begin + 6] = (uint8_t)((1u << bit) >> 8);
		made[made_begin + 7] = (uint8_t)(1u << bit);
		sum_again();
		CHECK(!read(&p));
	}
	for (unsigned bit = 0; bit < 16; bit++) {
		bool reserved = bit == 1 || bit == 2;
		uint8_t *h;

		content("hello");
		h = made_push(8);
		h[0] = IPPROTO_TCP;
		h[2] = (uint8_t)((1u << bit) >> 8);
		h[3] = (uint8_t)(1u << bit);
		ip("2001:db8::1", "2001:db8::2", IPPROTO_FRAGMENT);
		CHECK_EQ(read(&p), reserved);
	}
}

static void refuses_a_header_that_is_damaged(void)
{
	struct ip_packet p;

	content("hello");
	ip("10.0.0.1", "192.0.2.77", IPPROTO_TCP);
	for (unsigned bit = 0; bit < 160; bit++) { /* the checksum sees each one */
		made[made_begin + bit / 8] ^= (uint8_t)(1 << bit % 8);
		CHECK(!read_cut(ETHER_IPV4, 0, &p));
		made[made_begin + bit / 8] ^= (uint8_t)(1 << bit % 8);
	}
	CHECK(read(&p));
	made[made_begin + 3]++; /* longer than the frame */
	sum_again();
	CHECK(!read(&p));
	made[made_begin + 3] = 19; /* shorter than its header */
	sum_again();
	CHECK(!read(&p));
}

static void refuses_ipv6_that_no_stack_takes(void)
{
	struct ip_packet p;

	content("hello");
	ip("2001:db8::1", "2001:db8::2", IPPROTO_TCP);
	CHECK(read(&p));
	made[made_begin + 5]++; /* longer than the frame */
	CHECK(!read(&p));
	made[made_begin + 5] = 0; /* a jumbogram */
	CHECK(!read(&p));
	CHECK(!read_cut(ETHER_IPV4, 0, &p));
	made[made_begin + 5] = 5;
	memcpy(made + made_begin + 8, "\0\0\0\0\0\0\0\0\0\0\xff\xff\n\0\0\1", 16); /* mapped */
	CHECK(!read(&p));

	content("hello");
	extension(IPPROTO_TCP, 1);
	extension(IPPROTO_HOPOPTS, 1); /* not the first */
	ip("2001:db8::1", "2001:db8::2", IPPROTO_DSTOPTS);
	CHECK(!read(&p));
	content("hello");
	for (unsigned i = 0; i < EXTENSIONS_MAX; i++)
		extension(i ? IPPROTO_DSTOPTS : IPPROTO_TCP, 1);
	ip("2001:db8::1", "2001:db8::2", IPPROTO_DSTOPTS);
	CHECK(!read(&p));
}

static void every_prefix_is_short(void)
{
	struct ip_packet p;

	for (int v6 = 0; v6 < 2; v6++) {
		content("hello");
		if (v6) {
			extension(IPPROTO_TCP, 2);
			ip("2001:db8::1", "2001:db8::2", IPPROTO_DSTOPTS);
		} else {
			ip("10.0.0.1", "192.0.2.77", IPPROTO_TCP);
		}
		for (size_t n = made_end - made_begin; n > 5; n--) {
			made_end--;
			CHECK(!read_cut(v6 ? ETHER_IPV6 : ETHER_IPV4, 0, &p));
		}
	}
}

static void what_the_capture_cut_may_be_missing(void)
{
	struct ip_packet p;

	content("hello");
	ip("10.0.0.1", "192.0.2.77", IPPROTO_TCP);
	CHECK(read_cut(ETHER_IPV4, 2, &p));
	CHECK(!p.whole);
	CHECK(span_is(p.content, "hel"));
	CHECK(read_cut(ETHER_IPV4, 5, &p));
	CHECK_EQ(p.content.n, 0);
	CHECK(!read_cut(ETHER_IPV4, 6, &p));
	CHECK(!read_cut(ETHER_ARP, 0, &p));
}

int main(void)
{
	RUN(reads_what_it_writes);
	RUN(passes_options_and_extension_headers);
	RUN(refuses_fragments);
	RUN(refuses_a_header_that_is_damaged);
	RUN(refuses_ipv6_that_no_stack_takes);
	RUN(every_prefix_is_short);
	RUN(what_the_capture_cut_may_be_missing);
	return test_done();
}
