/*
 * ext_text.h: every extension of a certificate in words, those that decide nothing too: for the
 * page of one certificate. ext.h is what the judge reads.
 */
#pragma once

#include "x509/ext.h"

struct ext_text {
	const char *name; /* "Key usage"; NULL: not one that we know */
	bool partial; /* it is malformed, or very long: the values are those before that */
	struct span values; /* a line each, in the order of the extension */
};

/* Replaces what values holds; ret_text points into it. One that we do not know has its bytes as
 * its value, in hexadecimal. values was made with EXT_TEXT_MAX. */
void ext_text(const struct ext *ext, struct buf *values, struct ext_text *ret_text);

typedef void ext_text_fn(void *context, const struct ext *ext, const struct ext_text *text);

/* All of a certificate (DER), in its order. False where the list of them ends early. */
bool ext_text_each(struct span der, ext_text_fn *each, void *context);
