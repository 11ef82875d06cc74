/*
 * record.c: the record header. The version is where implementations differ most (a server answers
 * 0300 in one record and 0303 in the next), so only its major number is held to: 3, for ever.
 */
#include "wire/record.h"

enum record_look record_look(struct span s, struct record_header *ret)
{
	struct record_header r;

	if (s.n >= 1 && (s.p[0] < CONTENT_CCS || s.p[0] > CONTENT_HEARTBEAT))
		return RECORD_FOREIGN;
	if (s.n >= 2 && s.p[1] != 3)
		return RECORD_FOREIGN;
	if (s.n >= 3 && s.p[2] > 4)
		return RECORD_FOREIGN;
	if (s.n < RECORD_HEADER)
		return RECORD_SHORT;
	r.type = span_u8(&s);
	r.version = span_u16(&s);
	r.length = span_u16(&s);
	if (r.length > RECORD_BODY_MAX)
		return RECORD_LONG;
	*ret = r;
	return RECORD_GOOD;
}

void record_write(struct buf *out, enum content_type type, uint16_t version, struct span body)
{
	do {
		size_t n = body.n < RECORD_PLAIN_MAX ? body.n : RECORD_PLAIN_MAX;

		buf_be(out, type, 1);
		buf_be(out, version, 2);
		buf_be(out, n, 2);
		buf_span(out, span_take(&body, n));
	} while (body.n > 0);
}
