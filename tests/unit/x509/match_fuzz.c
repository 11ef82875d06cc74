/* A line with a pattern, a line with a host. */
#include "x509/match.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct span host = span_of(data, size), pattern;

	if (!span_line(&host, &pattern))
		return 0;
	/* A pattern without a star matches one length only. */
	if (match_dns(pattern, host) && !span_starts(pattern, "*.") && host.n != pattern.n &&
	    host.n != pattern.n + 1)
		abort();
	return 0;
}
