/*
 * name.h: a distinguished name, as text for people (RFC 4514, most specific first), and as the
 * normal form by which issuers find subjects (RFC 5280 7.1, simplified: letters folded, spaces
 * collapsed, the string's type forgotten). A name is given as its whole Name, SEQUENCE header
 * included.
 */
#pragma once

#include "base/buf.h"
#include "base/span.h"

/* "CN=www.example,O=Acme,C=DE"; nothing for the empty name. What is malformed is shown up to there,
 * then "?". */
void name_text(struct span name, struct buf *out);
/* The last commonName as UTF-8, control characters escaped as in RFC 4514; false where there is
 * none. */
bool name_cn(struct span name, struct buf *out);
/* No attribute at all. */
bool name_is_empty(struct span name);

/* Every attribute of it is well-formed. */
bool name_is_readable(struct span name);

/* Two names are the same where their normal forms are. */
/* out is empty before. */
void name_normal(struct span name, struct buf *out);
bool name_eq(struct span a, struct span b);
/* The first 8 bytes of the SHA-256 of the normal form: for finding, never for deciding. */
uint64_t name_key(struct span name);
