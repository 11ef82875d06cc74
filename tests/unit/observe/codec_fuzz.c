/* A record that is accepted has one encoding only: writing it again gives the same bytes. */
#include "observe/codec.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void same_again(const struct record *record, struct span before)
{
	struct buf out;

	buf_init(&out, RECORD_MAX);
	if (err_is(codec_write(record, &out)) || !span_eq(buf_view(&out), before))
		abort();
	buf_done(&out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct span in = span_of(data, size);
	struct arena arena;
	struct record record;
	bool whole = true;

	arena_init(&arena, 1 << 20);
	while (whole && in.n) {
		struct span before = in;

		if (err_is(codec_read(&in, &arena, &record, &whole)))
			break;
		if (whole)
			same_again(&record, span_of(before.p, before.n - in.n));
		arena_reset(&arena);
	}
	arena_done(&arena);
	return 0;
}
