/* An address that is read is written so that it reads as itself, and survives the kernel's form. */
#include "inet/addr.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* What is added is larger, but for the last addresses, whose next is the first. */
static void check_order(const struct addr *a)
{
	struct addr next = addr_add(*a, 1);
	bool over = addr_cmp(&next, a) < 0;

	if (addr_eq(a, &next) || (over && !addr_is_any(&next)))
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct addr a, again;
	struct sockaddr_storage sa;
	char text[ADDR_TEXT_MAX], with_port[ADDR_TEXT_MAX + 8];
	uint16_t port;

	if (err_is(addr_parse(span_of(data, size), &a)))
		return 0;
	if (err_is(addr_parse(span_str(addr_text(&a, text)), &again)) || !addr_eq(&a, &again))
		abort();
	addr_to_sockaddr(&a, 443, &sa);
	if (!addr_from_sockaddr((struct sockaddr *)&sa, &again, &port) || !addr_eq(&a, &again))
		abort();
	addr_port_text(&a, (uint16_t)size, with_port);
	check_order(&a);
	if (addr_is_loopback(&a) && (addr_is_any(&a) || !addr_is_private(&a)))
		abort();
	return 0;
}
