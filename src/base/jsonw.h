/*
 * jsonw.h: writes JSON (RFC 8259) into a buffer as it comes: no tree, no allocation of its own.
 * Commas are its business, nesting is the caller's. Strings may be any bytes: what is not UTF-8
 * becomes U+FFFD, and control characters of both kinds are escaped, so that a line is always one
 * line.
 *
 *	jsonw_object(&w);
 *	jsonw_key(&w, "port");
 *	jsonw_u64(&w, 443);
 *	jsonw_end_object(&w);
 */
#pragma once

#include "base/buf.h"

struct jsonw {
	struct buf *b; /* its `full` is the only error */
	bool comma; /* what comes next needs one before it */
};

void jsonw_init(struct jsonw *w, struct buf *b);

void jsonw_object(struct jsonw *w);
void jsonw_end_object(struct jsonw *w);
void jsonw_array(struct jsonw *w);
void jsonw_end_array(struct jsonw *w);
/* Keys are our own: they are not escaped. */
void jsonw_key(struct jsonw *w, const char *key);
/* One that is not ours. */
void jsonw_key_text(struct jsonw *w, const char *key);

void jsonw_str(struct jsonw *w, const char *text);
void jsonw_span(struct jsonw *w, struct span text);
void jsonw_i64(struct jsonw *w, int64_t value);
void jsonw_u64(struct jsonw *w, uint64_t value);
void jsonw_bool(struct jsonw *w, bool value);
void jsonw_null(struct jsonw *w);
/* JSON as it stands: a number, an object that was written elsewhere. */
void jsonw_raw(struct jsonw *w, struct span json);
/* A string of lower-case hex digits. */
void jsonw_hex(struct jsonw *w, struct span bytes);
