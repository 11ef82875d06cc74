/*
 * unreachable.c: by type and code, of either family (RFC 792, RFC 1812 5.2.7.1, RFC 4443 3). A
 * firewall that says what it is says more than connect() tells.
 */
#include "scan/unreachable.h"

#include "scan/engine.h"

#include <errno.h>
#include <linux/icmp.h>
#include <linux/icmpv6.h>

static int of_code(bool v4, uint8_t code)
{
	static const struct {
		bool v4;
		uint8_t code;
		int os_error;
	} codes[] = {
	    {true, ICMP_NET_UNREACH, ENETUNREACH},
	    {true, ICMP_PROT_UNREACH, ECONNREFUSED},
	    {true, ICMP_PORT_UNREACH, ECONNREFUSED},
	    {true, ICMP_NET_ANO, ENGINE_PROHIBITED},
	    {true, ICMP_HOST_ANO, ENGINE_PROHIBITED},
	    {true, ICMP_PKT_FILTERED, ENGINE_PROHIBITED},
	    {false, ICMPV6_NOROUTE, ENETUNREACH},
	    {false, ICMPV6_ADM_PROHIBITED, ENGINE_PROHIBITED},
	    {false, ICMPV6_PORT_UNREACH, ECONNREFUSED},
	    {false, ICMPV6_POLICY_FAIL, ENGINE_PROHIBITED},
	    {false, ICMPV6_REJECT_ROUTE, ENGINE_PROHIBITED},
	};

	for (size_t i = 0; i < sizeof(codes) / sizeof(codes[0]); i++)
		if (codes[i].v4 == v4 && codes[i].code == code)
			return codes[i].os_error;
	return EHOSTUNREACH;
}

int unreachable_errno(const struct answer *a)
{
	bool v4 = addr_is_v4(&a->from);

	if (a->icmp_type == (v4 ? ICMP_DEST_UNREACH : ICMPV6_DEST_UNREACH))
		return of_code(v4, a->icmp_code);
	return a->icmp_type == (v4 ? ICMP_TIME_EXCEEDED : ICMPV6_TIME_EXCEED) ? ENGINE_EXPIRED
									      : EPROTO;
}

bool unreachable_for_good(int os_error)
{
	return os_error != EHOSTUNREACH && os_error != ENETUNREACH && os_error != ENGINE_EXPIRED;
}

int unreachable_route(const struct route *route)
{
	return route->os_error ? route->os_error : ENGINE_BROADCAST;
}
