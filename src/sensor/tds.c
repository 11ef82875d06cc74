/*
 * tds.c: takes the headers out. A direction is TDS if it begins with a packet of PRELOGIN (0x12) or
 * an answer to one (0x04), and is none from the first packet on that is neither: no TLS record
 * begins with these bytes.
 */
#include "sensor/tds.h"

enum { TDS_ANSWER = 0x04, TDS_PRELOGIN = 0x12 };
enum state { HEADER, BODY, OVER };

/* As much of a header as is there. */
static bool is_header(const struct tds *t)
{
	if (t->n >= 1 && t->head[0] != TDS_ANSWER && t->head[0] != TDS_PRELOGIN)
		return false;
	if (t->n >= 2 && t->head[1] > 1) /* status: the last packet of a message, or not */
		return false;
	if (t->n >= 4 && (t->head[2] << 8 | t->head[3]) <= TDS_HEADER)
		return false;
	return t->n < TDS_HEADER || t->head[7] == 0;
}

static struct span header(struct tds *t, struct span *in)
{
	struct span held = {0};

	while (in->n > 0 && t->n < TDS_HEADER && is_header(t))
		t->head[t->n++] = span_u8(in);
	if (!is_header(t)) {
		t->state = OVER;
		held = span_of(t->head, t->n);
	} else if (t->n == TDS_HEADER) {
		t->state = BODY;
		t->left = (uint32_t)(t->head[2] << 8 | t->head[3]) - TDS_HEADER;
		t->n = 0;
	}
	return held;
}

static struct span body(struct tds *t, struct span *in)
{
	size_t n = t->left < in->n ? t->left : in->n;

	t->left -= (uint32_t)n;
	if (t->left == 0)
		t->state = HEADER;
	return span_take(in, n);
}

struct span tds_next(struct tds *t, struct span *in)
{
	struct span next = span_of(NULL, 0);

	while (in->n > 0 && next.n == 0) {
		if (t->state == OVER)
			return span_take(in, in->n);
		next = t->state == HEADER ? header(t, in) : body(t, in);
	}
	return next;
}

uint32_t tds_gap(struct tds *t, uint32_t n)
{
	if (t->state == OVER)
		return n;
	if (t->state == HEADER || n == 0 || n > t->left) {
		t->state = OVER;
		return 0;
	}
	t->left -= n;
	if (t->left == 0)
		t->state = HEADER;
	return n;
}
