/* The walk over anything: every value, then what is inside it; each reader on each value. */
#include "x509/der.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void read_all(struct span value)
{
	struct span copy = value, body;
	unsigned unused;

	der_small(&copy);
	copy = value;
	der_bool(&copy);
	copy = value;
	der_bits(&copy, &unused);
	copy = value;
	der_flags(&copy);
	copy = value;
	der_time(&copy);
	copy = value;
	der_whole(&copy, der_peek(&value));
	copy = value;
	der_optional(&copy, DER_SEQUENCE, &body);
	der_is_string(der_peek(&value));
}

static void walk(struct span s, struct buf *out, int depth)
{
	while (s.n && !s.bad) {
		struct span rest = s, body;
		uint8_t tag;

		read_all(s);
		body = der_any(&rest, &tag);
		if (rest.bad)
			return;
		der_integer_bits(body);
		buf_reset(out);
		der_oid_text(body, out);
		der_string(tag, body, out);
		der_text(tag, body, out);
		if (tag & 0x20 && depth < 16)
			walk(body, out, depth + 1);
		s = rest;
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct buf out;

	buf_init(&out, 1 << 20);
	walk(span_of(data, size), &out, 0);
	buf_done(&out);
	return 0;
}
