/* A range never ends before it begins, and its ends are addresses that read as themselves. */
#include "inet/range.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct range range;
	struct addr first;

	if (err_is(range_parse(span_of(data, size), &range)))
		return 0;
	first = addr_of_number(range.first);
	if (range.last < range.first || addr_number(&first) != range.first)
		abort();
	return 0;
}
