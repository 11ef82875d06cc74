#include "inet/ether.h"

#include "lib/hex.h"

static struct ether ether;

static bool reads(uint16_t link, const char *text)
{
	static uint8_t bytes[256];
	struct span s = unhex(text);
	struct frame frame = {.link = link, .wire_n = (uint32_t)s.n + 3};

	memcpy(bytes, s.p, s.n);
	frame.bytes = span_of(bytes, s.n);
	unhex_free(s);
	return ether_read(&frame, &ether);
}

#define MACS "020000000002 020000000001 "

static void reads_each_kind_of_link(void)
{
	static const struct {
		uint16_t link;
		const char *text;
		uint16_t type;
	} cases[] = {
	    {LINK_ETHERNET, MACS "0806 4711", ETHER_ARP},
	    {LINK_ETHERNET, MACS "8100 2005 0800 4711", ETHER_IPV4},
	    {LINK_ETHERNET, MACS "88a8 0007 8100 2005 86dd 4711", ETHER_IPV6},
	    {LINK_SLL, "0000 0001 0006 020000000001 0000 0800 4711", ETHER_IPV4},
	    {LINK_SLL2, "86dd 0000 00000003 0001 00 06 020000000001 0000 4711", ETHER_IPV6},
	    {LINK_RAW, "4711", ETHER_IPV4},
	    {LINK_RAW_BSD, "6711", ETHER_IPV6},
	    {LINK_IPV4, "4711", ETHER_IPV4},
	    {LINK_IPV6, "6711", ETHER_IPV6},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		ether = (struct ether){0};
		CHECK(reads(cases[i].link, cases[i].text));
		CHECK_EQ(ether.type, cases[i].type);
		CHECK_EQ(ether.content.n, 2);
		CHECK_EQ(ether.content.p[1], 0x11);
		CHECK_EQ(ether.cut, 3);
	}
}

static void refuses_what_nobody_sent_us(void)
{
	CHECK(!reads(LINK_SLL, "0004 0001 0006 020000000001 0000 0800 4711"));
	CHECK(!reads(LINK_SLL2, "86dd 0000 00000003 0001 04 06 020000000001 0000 6711"));
	CHECK(!reads(LINK_PPP, "0021 4711"));
	CHECK(!reads(LINK_RAW, "5711"));
	CHECK(!reads(LINK_RAW, ""));
	CHECK(!reads(LINK_ETHERNET, MACS "08"));
	CHECK(!reads(LINK_ETHERNET, MACS "8100 2005 08"));
	CHECK(!reads(LINK_ETHERNET, MACS "8100 0001 8100 0002 8100 0003 0800 4711"));
	CHECK(!reads(LINK_SLL, "0000 0001 0006 020000000001 0000 08"));
	CHECK(!reads(LINK_SLL2, "86dd 0000 00000003 0001 00 06 0200000000"));
}

static void a_station_is_one_card(void)
{
	static const struct {
		uint8_t mac[6];
		bool is;
	} cases[] = {
	    {{2, 0, 0, 0, 0, 1}, true},
	    {{0, 0, 0, 0, 0, 1}, true},
	    {{0, 0, 0, 0, 0, 0}, false},
	    {{0xff, 0xff, 0xff, 0xff, 0xff, 0xff}, false},
	    {{0x33, 0x33, 0, 0, 0, 1}, false},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		CHECK_EQ(ether_is_station(cases[i].mac), cases[i].is);
}

static void reads_what_it_writes(void)
{
	uint8_t bytes[ETHER_SHORTEST];

	for (uint16_t vlan = 0; vlan < 2; vlan++) {
		size_t n = ether_write(bytes, (const uint8_t *)"\2\0\0\0\0\1",
		    (const uint8_t *)"\2\0\0\0\0\2", vlan, ETHER_IPV6);
		struct frame frame = {.link = LINK_ETHERNET};

		CHECK_EQ(n, vlan ? 18 : 14);
		CHECK_EQ(ether_pad(bytes, n), ETHER_SHORTEST);
		frame.bytes = span_of(bytes, sizeof(bytes));
		frame.wire_n = sizeof(bytes);
		CHECK(ether_read(&frame, &ether));
		CHECK_EQ(ether.type, ETHER_IPV6);
		CHECK_MEM(bytes, "\2\0\0\0\0\2\2\0\0\0\0\1", 12);
		for (size_t i = 0; i < ether.content.n; i++)
			CHECK_EQ(ether.content.p[i], 0);
	}
	CHECK_EQ(ether_pad(bytes, 61), 61);
}

int main(void)
{
	RUN(reads_each_kind_of_link);
	RUN(refuses_what_nobody_sent_us);
	RUN(a_station_is_one_card);
	RUN(reads_what_it_writes);
	return test_done();
}
