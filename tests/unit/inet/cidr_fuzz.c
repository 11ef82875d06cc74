/* A prefix that is read is written so that it reads as itself, and holds its own ends. */
#include "inet/cidr.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct cidr c;
	struct addr last;
	char text[ADDR_TEXT_MAX + 8];

	if (err_is(cidr_parse(span_of(data, size), &c)))
		return 0;
	last = cidr_last(&c);
	if (!cidr_contains(&c, &c.addr) || !cidr_contains(&c, &last) ||
	    addr_cmp(&c.addr, &last) > 0)
		abort();
	cidr_text(&c, text);
	return 0;
}
