/*
 * making.h: frames made from the inside out, as the other side would: content, then header before
 * header. Every checksum is right, by ip_packet_write and by the slow sum.
 */
#pragma once

#include "inet/ip_packet.h"
#include "lib/hex.h"
#include "lib/sums.h"

static uint8_t made[2048];
static size_t made_begin, made_end;

static inline struct addr addr_of(const char *text)
{
	struct addr a = {0};

	CHECK(!err_is(addr_parse(span_str(text), &a)));
	return a;
}

static inline uint8_t *made_push(size_t n)
{
	made_begin -= n;
	return memset(made + made_begin, 0, n);
}

static inline void make(const void *content, size_t n)
{
	made_begin = made_end = sizeof(made) / 2;
	memcpy(made + made_begin, content, n);
	made_end += n;
}

static inline void make_hex(const char *content)
{
	struct span s = unhex(content);

	make(s.p, s.n);
	unhex_free(s);
}

static inline void make_ip(const char *from, const char *to, uint8_t protocol, uint8_t hops)
{
	struct ip_packet head = {
	    .from = addr_of(from), .to = addr_of(to), .protocol = protocol, .hops = hops};
	size_t n = made_end - made_begin;

	ip_packet_write(made_push(addr_is_v4(&head.from) ? 20 : 40), &head, n);
}

static inline void make_ether(void)
{
	bool v6 = made[made_begin] >> 4 == 6;
	static const uint8_t us[6] = {2, 0, 0, 0, 0, 1}, them[6] = {2, 0, 0, 0, 0, 2};

	ether_write(made_push(14), them, us, 0, v6 ? ETHER_IPV6 : ETHER_IPV4);
}

/* Over ICMP or ICMPv6 in the IP packet that begins at `ip`. */
static inline void make_icmp_sum(uint8_t *ip)
{
	bool v6 = ip[0] >> 4 == 6;
	uint8_t *icmp = ip + (v6 ? 40 : 20);
	size_t n = (size_t)(made + made_end - icmp);
	uint8_t tail[4] = {(uint8_t)(n >> 8), (uint8_t)n, 0, 58};
	uint16_t sum = v6 ? slow_sum(slow_sum(0, ip + 8, 32), tail, 4) : 0;

	icmp[2] = icmp[3] = 0;
	sum = (uint16_t)~slow_sum(sum, icmp, n);
	icmp[2] = (uint8_t)(sum >> 8);
	icmp[3] = (uint8_t)sum;
}

/* On Ethernet, but for `cut` bytes that the capture has not. */
static inline struct frame made_frame(size_t cut)
{
	size_t n = made_end - made_begin;

	return (struct frame){
	    .link = LINK_ETHERNET,
	    .wire_n = (uint32_t)n,
	    .bytes = span_of(made + made_begin, n - cut),
	};
}
