/*
 * oid.h: what an OID is called: purposes of keys, policies, places, statements, kinds of templates.
 * Whatever is not in the list is its dotted number.
 */
#pragma once

#include "base/buf.h"
#include "base/span.h"

/* NULL where we have no word for it. dotted: "1.3.6.1.5.5.7.3.1". */
const char *oid_word(const char *dotted);
/* The word, or the dotted number: content is that of an OBJECT IDENTIFIER. */
void oid_put(struct span content, struct buf *out);
