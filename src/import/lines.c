/*
 * lines.c: most lines lie whole within a chunk and are given where they lie; only one that crosses
 * from a chunk to the next is copied.
 */
#include "import/lines.h"

#include "import/limits.h"

void lines_init(struct lines *l)
{
	*l = (struct lines){0};
	buf_init(&l->part, IMPORT_TOKEN_MAX);
}

void lines_done(struct lines *l)
{
	buf_done(&l->part);
}

static struct span without_cr(struct span line)
{
	if (line.n && line.p[line.n - 1] == '\r')
		line.n--;
	return line;
}

/* Ends the line that `part` holds the beginning of. */
static struct span line_of_part(struct lines *l)
{
	struct span line = without_cr(buf_view(&l->part));

	line.bad = l->part.full || l->skipping;
	if (line.bad)
		line.n = 0;
	l->given = true;
	l->skipping = false;
	l->number++;
	return line;
}

static void keep(struct lines *l, struct span s)
{
	if (!l->skipping)
		buf_span(&l->part, s);
	if (l->part.full) {
		l->skipping = true;
		buf_reset(&l->part);
	}
}

bool lines_next(struct lines *l, struct span *in, struct span *ret_line)
{
	struct span line;

	if (l->given) {
		buf_reset(&l->part);
		l->given = false;
	}
	if (!l->part.n && !l->skipping && span_line(in, &line)) {
		line.bad = line.n > IMPORT_TOKEN_MAX;
		l->number++;
		*ret_line = line;
		return true;
	}
	if (!span_line(in, &line)) {
		keep(l, span_take(in, in->n));
		return false;
	}
	keep(l, line);
	*ret_line = line_of_part(l);
	return true;
}

bool lines_last(struct lines *l, struct span *ret_line)
{
	if (l->given || (!l->part.n && !l->skipping))
		return false;
	*ret_line = line_of_part(l);
	return true;
}
