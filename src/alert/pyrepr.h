/*
 * pyrepr.h: a value as Python's str() and repr() write it: ElastAlert2's texts are made of those,
 * and a rule that was written for it shows `['a.example', 'b.example']`, `True` and `None`.
 */
#pragma once

#include "base/buf.h"
#include "doc/doc.h"

/* repr(): texts in quotes, with escapes. NULL is None. */
void pyrepr_put(struct buf *out, const struct doc *value);
/* str(): a text as it is, all else as repr(). */
void pystr_put(struct buf *out, const struct doc *value);
/* ascii(): as repr(), with escapes for all that is not ASCII. */
void pyascii_put(struct buf *out, const struct doc *value);
/* What an `if` of Python takes for true: not None, False, 0, "", an empty list or dict. */
bool pytrue(const struct doc *value);
