/* A place that is read is written so that it reads as itself. */
#include "inet/place.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct addr addr, again;
	uint16_t port, port_again;
	char text[ADDR_TEXT_MAX + 8];

	if (err_is(place_parse(span_of(data, size), &addr, &port)) || port == 0)
		return 0;
	addr_port_text(&addr, port, text);
	if (err_is(place_parse(span_str(text), &again, &port_again)))
		abort();
	if (!addr_eq(&addr, &again) || port != port_again)
		abort();
	return 0;
}
