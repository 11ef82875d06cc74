/*
 * pyformat.h: Python's str.format, as far as texts of alerts need it: {0}, {}, {name}, {0[2]},
 * {name[key]}, {0!r}, {{ and }}, and the format specifications of texts and numbers ({port:>6},
 * {0:,}, {share:.1f}). What would reach into Python (attributes, nested fields) is refused, with
 * its position.
 */
#pragma once

#include "base/buf.h"
#include "doc/doc.h"

struct pyformat_args {
	size_t n;
	const char *const *names; /* NULL: they go by number */
	const struct doc *const *values; /* NULL: they are not known yet */
};

/* ERR_INPUT with the offset in `format` (static text: the caller tells where that stands). With
 * values NULL nothing is written, which is how a rule is checked beforehand. A specification that
 * does not suit its value ({0:d} of a text) is left out, and *ret_unsuited set: Python would raise
 * instead, and the alert would be lost. */
must_use struct err pyformat(
    const char *format, const struct pyformat_args *args, struct buf *out, bool *ret_unsuited);
