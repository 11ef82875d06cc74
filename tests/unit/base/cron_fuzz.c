/* What is read has a next time that is later, on a minute, or never has one. */
#include "base/cron.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	int64_t s = 1775000000, next;
	struct cron c;

	if (err_is(cron_parse(span_of(data, size), &c)))
		return 0;
	for (int i = 0; i < 3 && cron_next(&c, NULL, s, &next); i++, s = next)
		if (next <= s || next % 60)
			abort();
	return 0;
}
