#include "http/value.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* What is found lies inside of the header. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct span header = span_of(data, size), value;
	struct cidr proxies[1];
	struct addr a;

	if (err_is(cidr_parse(span_str("10.0.0.0/8"), &proxies[0])))
		abort();
	if (value_cookie(header, "session", &value) &&
	    (value.p < data || value.p + value.n > data + size))
		abort();
	(void)value_matches_etag(header, "W/\"7\"");
	(void)value_takes_coding(header, "gzip");
	(void)value_forwarded_https(header);
	(void)value_forwarded_for(header, proxies, 1, &a);
	return 0;
}
