/*
 * Any bytes become one JSON string: quoted, UTF-8, without a control character or a bare quote, and
 * as long as it has to be. Then one document of every kind of value, each fed from the same bytes:
 * outside of its strings the brackets match and nothing but JSON's own letters stands.
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

/* Steps over a string whose opening quote is gone, and over its closing one. */
static void string(struct span *s)
{
	while (s->n) {
		uint32_t rune = text_next(s);

		if (rune == '"')
			return;
		if (rune == '\\')
			escape(s);
		else if (text_is_control(rune))
			abort();
	}
	abort();
}

static void check_string(struct span data)
{
	struct buf b;
	struct jsonw w;
	struct span s;

	buf_init(&b, 6 * data.n + 3);
	jsonw_init(&w, &b);
	jsonw_span(&w, data);
	s = buf_view(&b);
	if (b.full || !text_is_utf8(s) || span_u8(&s) != '"')
		abort();
	string(&s);
	if (s.n)
		abort();
	buf_done(&b);
}

static void write_document(struct jsonw *w, struct span data)
{
	struct span number = data;
	uint64_t bits = data.n < 8 ? data.n : span_be(&number, 8);

	jsonw_object(w);
	jsonw_key(w, "text");
	jsonw_span(w, data);
	jsonw_key(w, "values");
	jsonw_array(w);
	jsonw_hex(w, data);
	jsonw_i64(w, (int64_t)bits);
	jsonw_u64(w, bits);
	jsonw_bool(w, bits & 1);
	jsonw_null(w);
	jsonw_str(w, "plain");
	jsonw_raw(w, span_str("{}"));
	jsonw_end_array(w);
	jsonw_key_text(w, "a \"key\"");
	jsonw_null(w);
	jsonw_end_object(w);
}

static void check_document(struct span data)
{
	struct buf b;
	struct jsonw w;
	struct span s;
	size_t depth = 0, commas = 0;

	buf_init(&b, 8 * data.n + 256);
	jsonw_init(&w, &b);
	write_document(&w, data);
	s = buf_view(&b);
	while (s.n) {
		uint8_t c = span_u8(&s);

		if (c == '"')
			string(&s);
		else if (!strchr("{}[]:,-0123456789truefalsenull", c))
			abort();
		depth += c == '{' || c == '[';
		depth -= c == '}' || c == ']';
		commas += c == ',';
	}
	if (b.full || depth || commas != 8)
		abort();
	buf_done(&b);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	check_string(span_of(data, size));
	check_document(span_of(data, size));
	return 0;
}
