/*
 * guard.c: a table of what is not the public Internet (RFC 6890 and the registries it began), and
 * of where clouds keep the credentials of this machine. The first row that fits decides. IPv6
 * addresses that a gateway turns into IPv4 are looked at as that (RFC 6052, RFC 3056).
 */
#include "http/guard.h"

#include "http/value.h"

static const char allow_text[] = "is private: an administrator may allow webhooks to it";

static const struct {
	const char *prefix;
	const char *why;
	bool may_be_allowed;
} table[] = {
    {"169.254.169.254", "is the cloud's metadata service", false},
    {"169.254.170.2", "is the cloud's metadata service", false},
    {"168.63.129.16", "is the cloud's metadata service", false},
    {"100.100.100.200", "is the cloud's metadata service", false},
    {"192.0.0.192", "is the cloud's metadata service", false},
    {"fd00:ec2::/32", "is the cloud's metadata service", false},
    {"fd20:ce::254", "is the cloud's metadata service", false},
    {"0.0.0.0/8", "is no address of a server", false},
    {"224.0.0.0/3", "is no address of a server", false}, /* multicast, reserved, broadcast */
    {"::", "is no address of a server", false},
    {"ff00::/8", "is no address of a server", false},
    {"127.0.0.0/8", "is this machine itself: an administrator may allow webhooks to it", true},
    {"::1", "is this machine itself: an administrator may allow webhooks to it", true},
    {"169.254.0.0/16", "is link-local: an administrator may allow webhooks to it", true},
    {"fe80::/10", "is link-local: an administrator may allow webhooks to it", true},
    {"10.0.0.0/8", allow_text, true},
    {"100.64.0.0/10", allow_text, true},
    {"172.16.0.0/12", allow_text, true},
    {"192.0.0.0/24", allow_text, true},
    {"192.168.0.0/16", allow_text, true},
    {"198.18.0.0/15", allow_text, true},
    {"fc00::/7", allow_text, true},
    {"fec0::/10", allow_text, true},
};

/* Where the IPv4 address lies in such an IPv6 address. */
static const struct {
	const char *prefix;
	size_t at;
} embedded[] = {
    {"64:ff9b::/96", 12}, /* NAT64 */
    {"64:ff9b:1::/48", 12}, /* NAT64 of a network's own, in its longest form */
    {"2002::/16", 2}, /* 6to4 */
    {"::/96", 12}, /* IPv4-compatible, long gone */
};

static bool is_below(const char *prefix, const struct addr *a)
{
	struct cidr c;

	return !err_is(cidr_parse(span_str(prefix), &c)) && cidr_contains(&c, a);
}

static struct addr unwrap(const struct addr *a)
{
	static const struct addr any, loopback = {.b = {[15] = 1}};

	if (addr_eq(a, &any) || addr_eq(a, &loopback))
		return *a;
	for (size_t i = 0; i < sizeof(embedded) / sizeof(embedded[0]); i++)
		if (is_below(embedded[i].prefix, a)) {
			struct span v4 = span_of(a->b + embedded[i].at, 4);

			return addr_from_v4(span_u32(&v4));
		}
	return *a;
}

const char *guard_refuses(const struct guard *guard, const struct addr *a)
{
	struct addr bare = *a, inner;

	bare.zone = 0;
	inner = unwrap(&bare);
	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		if (!is_below(table[i].prefix, &inner))
			continue;
		if (table[i].may_be_allowed &&
		    cidr_any_contains(guard->allowed, guard->n_allowed, &inner))
			return NULL;
		return table[i].why;
	}
	return NULL;
}
