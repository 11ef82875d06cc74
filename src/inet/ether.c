/*
 * ether.c: Ethernet II with its tags, the cooked captures of Linux (which links without a header
 * of their own, and "any", come as), and links that begin with IP. What came from ourselves is told
 * by cooked captures only, so nothing may rest on that.
 */
#include "inet/ether.h"

#include "base/buf.h"
#include "inet/limits.h"

enum { PACKET_OUTGOING = 4 }; /* of SLL: sent by the host itself */

static bool ethernet_read(struct span *s, uint16_t *ret_type)
{
	unsigned tags = 0;

	span_take(s, 12);
	*ret_type = span_u16(s);
	while (*ret_type == ETHER_VLAN || *ret_type == ETHER_SERVICE_VLAN) {
		if (tags++ >= ETHER_TAGS_MAX)
			return false;
		span_take(s, 2);
		*ret_type = span_u16(s);
	}
	return true;
}

/* tcpdump.org/linktypes/LINKTYPE_LINUX_SLL.html */
static bool sll_read(struct span *s, uint16_t *ret_type)
{
	uint16_t direction = span_u16(s);

	span_take(s, 12);
	*ret_type = span_u16(s);
	return direction != PACKET_OUTGOING;
}

static bool sll2_read(struct span *s, uint16_t *ret_type)
{
	uint8_t direction;

	*ret_type = span_u16(s);
	span_take(s, 8);
	direction = span_u8(s);
	span_take(s, 9);
	return direction != PACKET_OUTGOING;
}

static bool bare_read(struct span *s, uint16_t *ret_type)
{
	unsigned version = s->n ? s->p[0] >> 4 : 0;

	*ret_type = version == 6 ? ETHER_IPV6 : ETHER_IPV4;
	return version == 4 || version == 6;
}

static const struct {
	uint16_t link; /* enum link_type */
	bool (*read)(struct span *s, uint16_t *ret_type);
} links[] = {
    {LINK_ETHERNET, ethernet_read},
    {LINK_SLL, sll_read},
    {LINK_SLL2, sll2_read},
    {LINK_RAW, bare_read},
    {LINK_RAW_BSD, bare_read},
    {LINK_IPV4, bare_read},
    {LINK_IPV6, bare_read},
};

bool ether_read(const struct frame *frame, struct ether *ret)
{
	struct span s = frame->bytes;
	uint16_t type = 0;

	for (size_t i = 0; i < sizeof(links) / sizeof(links[0]); i++) {
		if (links[i].link != frame->link)
			continue;
		if (!links[i].read(&s, &type) || s.bad)
			return false;
		*ret = (struct ether){type, s, frame->wire_n - (uint32_t)frame->bytes.n};
		return true;
	}
	return false;
}

bool ether_is_station(const uint8_t mac[6])
{
	static const uint8_t nobody[6];

	return !(mac[0] & 1) && memcmp(mac, nobody, sizeof(nobody)) != 0;
}

size_t ether_write(
    uint8_t *frame, const uint8_t from[6], const uint8_t to[6], uint16_t vlan, uint16_t type)
{
	size_t n = 12;

	memcpy(frame, to, 6);
	memcpy(frame + 6, from, 6);
	if (vlan) {
		buf_store_be(frame + n, (uint64_t)ETHER_VLAN << 16 | vlan, 4);
		n += 4;
	}
	buf_store_be(frame + n, type, 2);
	return n + 2;
}

size_t ether_pad(uint8_t *frame, size_t n)
{
	if (n >= ETHER_SHORTEST)
		return n;
	memset(frame + n, 0, ETHER_SHORTEST - n);
	return ETHER_SHORTEST;
}
