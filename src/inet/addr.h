/*
 * addr.h: one IP address of either family. IPv4 is held in its mapped form (::ffff:a.b.c.d), so
 * that 16 bytes compare, sort, hash and store the same way for both.
 */
#pragma once

#include "base/err.h"
#include "base/span.h"

#include <sys/socket.h>

enum { ADDR_TEXT_MAX = 64 }; /* longest text with a zone, terminated */

struct addr {
	uint8_t b[16];
	uint32_t zone; /* interface index of a link-local IPv6 address, else 0 */
};

bool addr_is_v4(const struct addr *a);
/* The last 32 bits as a number: the whole IPv4 address. */
uint32_t addr_v4(const struct addr *a);
struct addr addr_from_v4(uint32_t host_order);
bool addr_eq(const struct addr *a, const struct addr *b);
int addr_cmp(const struct addr *a, const struct addr *b);
/* a + n; wraps at the end of the 128 bits. */
struct addr addr_add(struct addr a, uint64_t n);

/* "10.0.0.1", "2001:db8::1", "fe80::1%3" (a numeric zone; app/sources knows names). Strict: no
 * octal, no short forms. */
must_use struct err addr_parse(struct span text, struct addr *ret_addr);
/* RFC 5952 text, without brackets. Returns text. */
const char *addr_text(const struct addr *a, char text[ADDR_TEXT_MAX]);
/* "10.0.0.1:443", "[2001:db8::1]:443". */
const char *addr_port_text(const struct addr *a, uint16_t port, char text[ADDR_TEXT_MAX + 8]);

socklen_t addr_to_sockaddr(const struct addr *a, uint16_t port, struct sockaddr_storage *ret_sa);
/* false where the family is neither of the two. */
bool addr_from_sockaddr(const struct sockaddr *sa, struct addr *ret_addr, uint16_t *ret_port);

bool addr_is_link_local(const struct addr *a); /* fe80::/10: only these have zones */
bool addr_is_loopback(const struct addr *a);
bool addr_is_any(const struct addr *a); /* 0.0.0.0 or :: */
/* RFC 1918, RFC 4193, loopback, link-local, RFC 6598: not the public Internet. */
bool addr_is_private(const struct addr *a);
