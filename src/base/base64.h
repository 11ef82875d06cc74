/*
 * base64.h: the standard alphabet (RFC 4648 4), as PEM and other scanners' files carry
 * certificates.
 */
#pragma once

#include "base/buf.h"
#include "base/err.h"

/* With padding, in one line. */
void base64_encode(struct buf *b, struct span bytes);

/* Appends the bytes of text; blanks and line ends are skipped. A text that stops inside its last
 * group, cut short or without its padding, is no error: what its characters say for certain is
 * appended and *ret_cut is true. ERR_INPUT with the offset of a character that does not belong
 * there, ERR_LIMIT when b is full; b then holds what came before. */
must_use struct err base64_decode(struct buf *b, struct span text, bool *ret_cut);
