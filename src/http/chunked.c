/*
 * chunked.c: a state a byte, except inside of the data. Extensions and trailers are read over:
 * nobody here gives them a meaning, and their length is bounded. Sizes of more than seven digits
 * are larger than any body that is taken, so a number never overflows.
 */
#include "http/chunked.h"

#include "base/text.h"
#include "http/limits.h"

static const struct refusal malformed = {400, "the chunks are not well-formed"};
static const struct refusal too_large = {413, "the body is too large"};

enum { SIZE_MAX_VALUE = 0xfffffff };

static struct refusal size_byte(struct chunked *c, uint8_t byte)
{
	static const char digits[] = "0123456789abcdef";
	const char *digit = byte ? strchr(digits, text_lower(byte)) : NULL;

	if (digit) {
		c->has_digit = true;
		c->left = c->left << 4 | (uint64_t)(digit - digits);
		return c->left > SIZE_MAX_VALUE ? too_large : FINE;
	}
	if (!c->has_digit || !(byte == '\r' || byte == ';' || byte == ' ' || byte == '\t'))
		return malformed;
	c->part = byte == '\r' ? CHUNKED_SIZE_LF : CHUNKED_EXTENSION;
	return FINE;
}

/* Inside a line that is read over. */
static struct refusal line_byte(struct chunked *c, uint8_t byte, size_t max, enum chunked_part then)
{
	if (byte == '\r')
		c->part = then;
	else if ((byte < ' ' && byte != '\t') || ++c->line > max)
		return malformed;
	return FINE;
}

static struct refusal expect(
    struct chunked *c, uint8_t byte, uint8_t expected, enum chunked_part then)
{
	if (byte != expected)
		return malformed;
	c->part = then;
	return FINE;
}

static void begin_chunk(struct chunked *c)
{
	c->left = 0;
	c->line = 0;
	c->has_digit = false;
}

static struct refusal take_byte(struct chunked *c, uint8_t byte)
{
	struct refusal r = FINE;

	switch (c->part) {
	case CHUNKED_SIZE:
		return size_byte(c, byte);
	case CHUNKED_EXTENSION:
		return line_byte(c, byte, HTTP_CHUNK_LINE_MAX, CHUNKED_SIZE_LF);
	case CHUNKED_SIZE_LF:
		c->line = 0;
		return expect(c, byte, '\n', c->left ? CHUNKED_DATA : CHUNKED_TRAILER);
	case CHUNKED_DATA_CR:
		return expect(c, byte, '\r', CHUNKED_DATA_LF);
	case CHUNKED_DATA_LF:
		r = expect(c, byte, '\n', CHUNKED_SIZE);
		begin_chunk(c);
		return r;
	case CHUNKED_TRAILER:
		c->part = CHUNKED_TRAILER_REST;
		return line_byte(c, byte, HTTP_TRAILERS_MAX, CHUNKED_LAST_LF);
	case CHUNKED_TRAILER_REST:
		return line_byte(c, byte, HTTP_TRAILERS_MAX, CHUNKED_TRAILER_LF);
	case CHUNKED_TRAILER_LF:
		return expect(c, byte, '\n', CHUNKED_TRAILER);
	case CHUNKED_LAST_LF:
		return expect(c, byte, '\n', CHUNKED_DONE);
	case CHUNKED_DATA:
	case CHUNKED_DONE:
		break;
	}
	return FINE;
}

struct refusal chunked_push(struct chunked *c, struct span *in, struct buf *body)
{
	struct refusal r = FINE;

	while (!refusal_is(r) && in->n && c->part != CHUNKED_DONE) {
		if (c->part == CHUNKED_DATA) {
			struct span data = span_take(in, c->left < in->n ? (size_t)c->left : in->n);

			buf_span(body, data);
			c->left -= data.n;
			if (c->left == 0)
				c->part = CHUNKED_DATA_CR;
			r = body->full ? too_large : FINE;
		} else {
			r = take_byte(c, span_u8(in));
		}
	}
	return r;
}
