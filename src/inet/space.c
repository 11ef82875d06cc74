/*
 * space.c: the table. Of the registries' blocks only those are here that make a difference: where
 * nobody's server is, or whose servers are nobody else's business. What a registry calls globally
 * reachable is public space like any other.
 *
 * iana.org/assignments/iana-ipv4-special-registry, .../iana-ipv6-special-registry (RFC 6890)
 */
#include "inet/space.h"

#define NUMBER(high, low) ((unsigned __int128)(high) << 64 | (low))
#define BLOCK(high, low, bits)                                                                     \
	{                                                                                          \
		NUMBER(high, low), NUMBER(high, low) | ~(unsigned __int128)0 >> (bits)             \
	}
/* An IPv4 prefix, in the mapped form that numbers have. */
#define BLOCK4(net, bits) BLOCK(0, UINT64_C(0xffff00000000) | (net), 96 + (bits))
#define ONE(high, low)                                                                             \
	{                                                                                          \
		NUMBER(high, low), NUMBER(high, low)                                               \
	}

static const struct space table[] = {
    {ONE(0, 0), SPACE_NEVER, "the unspecified address is no target"},
    {ONE(0, 1), SPACE_RESERVED, "loopback"},
    {BLOCK4(0x00000000u, 8), SPACE_NEVER, "0.0.0.0/8 is no target (RFC 1122 3.2.1.3)"},
    {BLOCK4(0x0a000000u, 8), SPACE_PRIVATE, "private (RFC 1918)"},
    {BLOCK4(0x64400000u, 10), SPACE_PRIVATE, "shared by a carrier's customers (RFC 6598)"},
    {BLOCK4(0x7f000000u, 8), SPACE_RESERVED, "loopback (RFC 1122 3.2.1.3)"},
    {BLOCK4(0xa9fe0000u, 16), SPACE_RESERVED, "link-local (RFC 3927)"},
    {BLOCK4(0xac100000u, 12), SPACE_PRIVATE, "private (RFC 1918)"},
    {BLOCK4(0xc0000000u, 24), SPACE_RESERVED, "protocol assignments (RFC 6890)"},
    {BLOCK4(0xc0000200u, 24), SPACE_RESERVED, "documentation (RFC 5737)"},
    {BLOCK4(0xc0586300u, 24), SPACE_RESERVED, "once 6to4 relays (RFC 7526)"},
    {BLOCK4(0xc0a80000u, 16), SPACE_PRIVATE, "private (RFC 1918)"},
    {BLOCK4(0xc6120000u, 15), SPACE_RESERVED, "benchmarks (RFC 2544)"},
    {BLOCK4(0xc6336400u, 24), SPACE_RESERVED, "documentation (RFC 5737)"},
    {BLOCK4(0xcb007100u, 24), SPACE_RESERVED, "documentation (RFC 5737)"},
    {BLOCK4(0xe0000000u, 4), SPACE_NEVER, "a multicast address is no target"},
    {{NUMBER(0, 0xfffff0000000), NUMBER(0, 0xfffffffffffe)}, SPACE_RESERVED,
	"reserved (RFC 1112 4)"},
    {ONE(0, 0xffffffffffff), SPACE_NEVER, "the broadcast address is no target"},
    {BLOCK(0x0064ff9b00010000, 0, 48), SPACE_RESERVED, "translation (RFC 8215)"},
    {BLOCK(0x0100000000000000, 0, 64), SPACE_RESERVED, "discarded (RFC 6666)"},
    {BLOCK(0x2001000200000000, 0, 48), SPACE_RESERVED, "benchmarks (RFC 5180)"},
    {BLOCK(0x20010db800000000, 0, 32), SPACE_RESERVED, "documentation (RFC 3849)"},
    {BLOCK(0x3fff000000000000, 0, 20), SPACE_RESERVED, "documentation (RFC 9637)"},
    {BLOCK(0x5f00000000000000, 0, 16), SPACE_RESERVED, "segment identifiers (RFC 9602)"},
    {BLOCK(0xfc00000000000000, 0, 7), SPACE_PRIVATE, "private (RFC 4193)"},
    {BLOCK(0xfe80000000000000, 0, 10), SPACE_PRIVATE, "link-local (RFC 4291 2.5.6)"},
    {BLOCK(0xff00000000000000, 0, 8), SPACE_NEVER, "a multicast address is no target"},
};

const struct space *spaces(size_t *ret_n)
{
	*ret_n = sizeof(table) / sizeof(table[0]);
	return table;
}
