/*
 * addr.c: one address type for both families. IPv4 lives in ::ffff:0:0/96 (RFC 4291 2.5.5.2), so no
 * code above asks for the family unless it speaks to the kernel or to a person. Text is RFC 5952.
 */
#include "inet/addr.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>

static const uint8_t mapped[12] = {[10] = 0xff, [11] = 0xff};

bool addr_is_v4(const struct addr *a)
{
	return memcmp(a->b, mapped, sizeof(mapped)) == 0;
}

uint32_t addr_v4(const struct addr *a)
{
	return (uint32_t)a->b[12] << 24 | (uint32_t)a->b[13] << 16 | (uint32_t)a->b[14] << 8 |
	       a->b[15];
}

struct addr addr_from_v4(uint32_t host_order)
{
	struct addr a = {.b = {[10] = 0xff, [11] = 0xff}};

	a.b[12] = (uint8_t)(host_order >> 24);
	a.b[13] = (uint8_t)(host_order >> 16);
	a.b[14] = (uint8_t)(host_order >> 8);
	a.b[15] = (uint8_t)host_order;
	return a;
}

bool addr_eq(const struct addr *a, const struct addr *b)
{
	return addr_cmp(a, b) == 0;
}

int addr_cmp(const struct addr *a, const struct addr *b)
{
	int order = memcmp(a->b, b->b, sizeof(a->b));

	return order ? order : (a->zone > b->zone) - (a->zone < b->zone);
}

struct addr addr_add(struct addr a, uint64_t n)
{
	unsigned carry = 0;

	for (int i = 15; i >= 0; i--) {
		unsigned sum = a.b[i] + (unsigned)(n & 0xff) + carry;

		a.b[i] = (uint8_t)sum;
		carry = sum >> 8;
		n >>= 8;
	}
	return a;
}

bool addr_is_link_local(const struct addr *a)
{
	return a->b[0] == 0xfe && (a->b[1] & 0xc0) == 0x80;
}

static bool zone_parse(struct span digits, uint32_t *ret_zone)
{
	uint64_t zone = 0;

	for (size_t i = 0; i < digits.n; i++) {
		if (digits.p[i] < '0' || digits.p[i] > '9')
			return false;
		zone = zone * 10 + (unsigned)(digits.p[i] - '0');
		if (zone > INT32_MAX) /* the kernel's interface index is an int */
			return false;
	}
	*ret_zone = (uint32_t)zone;
	return zone != 0;
}

struct err addr_parse(struct span text, struct addr *ret_addr)
{
	const uint8_t *percent = text.n ? memchr(text.p, '%', text.n) : NULL;
	size_t n = percent ? (size_t)(percent - text.p) : text.n;
	struct addr a = {0};
	struct in_addr v4;
	char plain[INET6_ADDRSTRLEN];

	if (n == 0 || n >= sizeof(plain) || memchr(text.p, 0, n))
		return err_input(0, "not an IP address");
	memcpy(plain, text.p, n);
	plain[n] = 0;
	if (inet_pton(AF_INET, plain, &v4) == 1)
		a = addr_from_v4(ntohl(v4.s_addr));
	else if (inet_pton(AF_INET6, plain, a.b) != 1)
		return err_input(0, "not an IP address");
	if (percent) {
		if (!addr_is_link_local(&a))
			return err_input(n, "only a link-local address has a zone");
		if (!zone_parse(span_of(percent + 1, text.n - n - 1), &a.zone))
			return err_input(n + 1, "not an interface number");
	}
	*ret_addr = a;
	return OK;
}

const char *addr_text(const struct addr *a, char text[ADDR_TEXT_MAX])
{
	if (addr_is_v4(a))
		inet_ntop(AF_INET, a->b + 12, text, ADDR_TEXT_MAX);
	else
		inet_ntop(AF_INET6, a->b, text, ADDR_TEXT_MAX);
	if (a->zone) {
		size_t n = strlen(text);

		snprintf(text + n, ADDR_TEXT_MAX - n, "%%%u", a->zone);
	}
	return text;
}

const char *addr_port_text(const struct addr *a, uint16_t port, char text[ADDR_TEXT_MAX + 8])
{
	char plain[ADDR_TEXT_MAX];

	addr_text(a, plain);
	if (addr_is_v4(a))
		snprintf(text, ADDR_TEXT_MAX + 8, "%s:%u", plain, port);
	else
		snprintf(text, ADDR_TEXT_MAX + 8, "[%s]:%u", plain, port);
	return text;
}

socklen_t addr_to_sockaddr(const struct addr *a, uint16_t port, struct sockaddr_storage *ret_sa)
{
	memset(ret_sa, 0, sizeof(*ret_sa));
	if (addr_is_v4(a)) {
		struct sockaddr_in *in = (struct sockaddr_in *)ret_sa;

		in->sin_family = AF_INET;
		in->sin_port = htons(port);
		in->sin_addr.s_addr = htonl(addr_v4(a));
		return sizeof(*in);
	}
	struct sockaddr_in6 *in6 = (struct sockaddr_in6 *)ret_sa;

	in6->sin6_family = AF_INET6;
	in6->sin6_port = htons(port);
	in6->sin6_scope_id = a->zone;
	memcpy(&in6->sin6_addr, a->b, sizeof(a->b));
	return sizeof(*in6);
}

bool addr_from_sockaddr(const struct sockaddr *sa, struct addr *ret_addr, uint16_t *ret_port)
{
	struct sockaddr_in in;
	struct sockaddr_in6 in6;

	switch (sa->sa_family) {
	case AF_INET:
		memcpy(&in, sa, sizeof(in));
		*ret_addr = addr_from_v4(ntohl(in.sin_addr.s_addr));
		*ret_port = ntohs(in.sin_port);
		return true;
	case AF_INET6:
		memcpy(&in6, sa, sizeof(in6));
		memcpy(ret_addr->b, &in6.sin6_addr, sizeof(ret_addr->b));
		ret_addr->zone = addr_is_link_local(ret_addr) ? in6.sin6_scope_id : 0;
		*ret_port = ntohs(in6.sin6_port);
		return true;
	default:
		return false;
	}
}

static bool v4_is_private(uint32_t v4)
{
	static const struct {
		uint32_t net;
		unsigned bits;
	} nets[] = {
	    {0x0a000000, 8}, /* RFC 1918 */
	    {0xac100000, 12}, /* RFC 1918 */
	    {0xc0a80000, 16}, /* RFC 1918 */
	    {0x7f000000, 8}, /* loopback, RFC 1122 3.2.1.3 */
	    {0xa9fe0000, 16}, /* link-local, RFC 3927 */
	    {0x64400000, 10}, /* carrier NAT, RFC 6598 */
	};

	for (size_t i = 0; i < sizeof(nets) / sizeof(nets[0]); i++)
		if ((v4 ^ nets[i].net) >> (32 - nets[i].bits) == 0)
			return true;
	return false;
}

bool addr_is_loopback(const struct addr *a)
{
	static const uint8_t loopback[16] = {[15] = 1};

	if (addr_is_v4(a))
		return addr_v4(a) >> 24 == 127;
	return memcmp(a->b, loopback, sizeof(loopback)) == 0;
}

bool addr_is_any(const struct addr *a)
{
	static const uint8_t zeros[16];

	return memcmp(a->b, zeros, sizeof(zeros)) == 0 || (addr_is_v4(a) && addr_v4(a) == 0);
}

bool addr_is_private(const struct addr *a)
{
	if (addr_is_v4(a))
		return v4_is_private(addr_v4(a));
	return addr_is_link_local(a) || (a->b[0] & 0xfe) == 0xfc || addr_is_loopback(a);
}
