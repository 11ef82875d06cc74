/*
 * outline.h: of a certificate in DER only its extent and its two names.
 */
#pragma once

#include "base/span.h"

enum outline {
	OUTLINE_NONE, /* no certificate */
	OUTLINE_CUT, /* it says it is longer than what is there */
	OUTLINE_WHOLE, /* n bytes; there may be others behind it */
};

enum outline outline_extent(struct span der, size_t *ret_n);
/* Issuer and subject as they are encoded; false where the bytes end before, or are no
 * certificate. */
bool outline_names(struct span der, struct span *ret_issuer, struct span *ret_subject);
