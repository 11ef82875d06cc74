/* What is decoded and encoded again decodes to the same bytes. */
#include "base/base64.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct buf bytes, text, again;
	bool cut;

	buf_init(&bytes, size + 1);
	buf_init(&text, 2 * size + 8);
	buf_init(&again, size + 1);
	if (!err_is(base64_decode(&bytes, span_of(data, size), &cut))) {
		base64_encode(&text, buf_view(&bytes));
		if (err_is(base64_decode(&again, buf_view(&text), &cut)) || cut)
			abort();
		if (!span_eq(buf_view(&bytes), buf_view(&again)))
			abort();
	}
	buf_done(&bytes);
	buf_done(&text);
	buf_done(&again);
	return 0;
}
