/* A time that is read is written so that it reads as itself. */
#include "base/time.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char text[TIME_TEXT_MAX];
	int64_t ms, again;

	if (err_is(time_parse(span_of(data, size), &ms)))
		return 0;
	if (ms < -62167219200000 || ms > 253402300799999)
		return 0; /* a zone pushed it out of the years of four digits */
	if (err_is(time_parse(span_str(time_text_ms(ms, text)), &again)) || again != ms)
		abort();
	return 0;
}
