#include "import/outline.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_within(struct span s, const uint8_t *data, size_t size)
{
	if (s.n && (s.p < data || s.p + s.n > data + size))
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct span issuer = {0}, subject = {0};
	size_t n = 0;

	if (outline_extent(span_of(data, size), &n) == OUTLINE_WHOLE && n > size)
		abort();
	if (outline_names(span_of(data, size), &issuer, &subject)) {
		check_within(issuer, data, size);
		check_within(subject, data, size);
	}
	return 0;
}
