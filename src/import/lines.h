/*
 * lines.h: lines out of chunks, numbered as an editor does.
 */
#pragma once

#include "base/buf.h"

struct lines {
	struct buf part; /* of a line whose end has not come yet */
	size_t number; /* of the line given last, from 1 */
	bool given; /* `part` holds the line given last: dropped at the next call */
	bool skipping; /* within a line that is too long */
};

void lines_init(struct lines *l);
void lines_done(struct lines *l);
/* The next whole line, without its end, taken from the front of `in`; false when `in` is used up. A
 * line longer than IMPORT_TOKEN_MAX is given once as a bad span. Valid until the next call. */
bool lines_next(struct lines *l, struct span *in, struct span *ret_line);
/* The last line, where the file did not end with LF. */
bool lines_last(struct lines *l, struct span *ret_line);
