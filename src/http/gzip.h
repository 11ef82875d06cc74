/*
 * gzip.h: bytes gzipped, at once or piece by piece.
 */
#pragma once

#include "base/buf.h"

struct gzip;

/* Appends the whole of `bytes` as one member; false (and b as it was) where it does not fit or
 * memory ran out. */
bool gzip_whole(struct buf *b, struct span bytes);

/* NULL: no memory. */
struct gzip *gzip_new(void);
void gzip_free(struct gzip *g);
/* Appends what comes out; `last` ends the member. false: b is full. */
bool gzip_push(struct gzip *g, struct span bytes, bool last, struct buf *b);
