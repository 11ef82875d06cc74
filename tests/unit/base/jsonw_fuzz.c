/*
 * Any bytes become one JSON string: quoted, UTF-8, without a control character or a bare quote, and as
 * long as it has to be.
 */
#include "base/jsonw.h"

#include "base/text.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Steps over one escape: \x or \uXXXX. */
static void escape(struct span *s)
{
	if (span_u8(s) == 'u')
		span_take(s, 4);
	if (s->bad)
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct buf b;
	struct jsonw w;
	struct span s;

	buf_init(&b, 6 * size + 3);
	jsonw_init(&w, &b);
	jsonw_span(&w, span_of(data, size));
	s = buf_view(&b);
	if (b.full || !text_is_utf8(s) || s.n < 2 || s.p[s.n - 1] != '"' || span_u8(&s) != '"')
		abort();
	s.n--;
	while (s.n) {
		uint32_t rune = text_next(&s);

		if (rune == '\\')
			escape(&s);
		else if (rune == '"' || text_is_control(rune))
			abort();
	}
	buf_done(&b);
	return 0;
}
