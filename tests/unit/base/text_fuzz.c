/* What is made safe is UTF-8 without a control character, and the same when it is taken apart and
 * put together; a cell is as wide as it was asked to be. */
#include "base/text.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(struct span s)
{
	if (!text_is_utf8(s))
		abort();
	while (s.n)
		if (text_is_control(text_next(&s)))
			abort();
}

static void check_again(struct span safe)
{
	struct span rest = safe;
	struct buf again;

	buf_init(&again, safe.n + 1);
	while (rest.n)
		text_put(&again, text_next(&rest));
	if (!text_same(buf_view(&again), safe) || !span_eq(buf_view(&again), safe))
		abort();
	buf_done(&again);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct buf b;

	buf_init(&b, 4 * size + 64);
	text_safe(&b, span_of(data, size));
	check(buf_view(&b));
	check_again(buf_view(&b));
	buf_reset(&b);
	text_cell(&b, span_of(data, size), 20);
	check(buf_view(&b));
	if (text_width(buf_view(&b)) != 20)
		abort();
	buf_done(&b);
	return 0;
}
