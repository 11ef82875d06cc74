/*
 * stun.c: RFC 8489 5 and 14, RFC 8656 12.
 */
#include "wire/stun.h"

enum {
	HEADER = 20,
	COOKIE = 0x2112a442,
	SEND_INDICATION = 0x0016,
	DATA_INDICATION = 0x0017,
	ATTRIBUTE_DATA = 0x0013,
	CHANNEL_FIRST = 64,
	CHANNEL_LAST = 79,
};

/* Leaves the attributes. */
static bool take_header(struct span *s, uint16_t *ret_type)
{
	uint16_t type = span_u16(s), n = span_u16(s);
	uint32_t cookie = span_u32(s);

	span_take(s, HEADER - 8);
	if (s->bad || type >> 14 || n % 4 || cookie != COOKIE || s->n != n)
		return false;
	*ret_type = type;
	return true;
}

bool stun_looks(struct span datagram)
{
	uint16_t type;

	return take_header(&datagram, &type);
}

static struct span data_of(struct span attributes)
{
	while (attributes.n && !attributes.bad) {
		uint16_t type = span_u16(&attributes);
		struct span value = span_vec(&attributes, 2);

		if (type == ATTRIBUTE_DATA && !value.bad)
			return value;
		span_take(&attributes, -value.n & 3);
	}
	return span_of(NULL, 0);
}

struct span stun_inside(struct span datagram)
{
	struct span rest = datagram, data;
	uint16_t type;

	if (rest.n && rest.p[0] >= CHANNEL_FIRST && rest.p[0] <= CHANNEL_LAST) {
		span_u16(&rest);
		data = span_vec(&rest, 2);
		return data.bad ? datagram : data;
	}
	if (!take_header(&rest, &type) || (type != SEND_INDICATION && type != DATA_INDICATION))
		return datagram;
	data = data_of(rest);
	return data.n ? data : datagram;
}
