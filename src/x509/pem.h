/*
 * pem.h: the certificates of a bundle: PEM, many in one, with any text around them (RFC 7468), or
 * DER, one after the other.
 */
#pragma once

#include "base/buf.h"
#include "base/span.h"

enum pem_found {
	PEM_END,
	PEM_CERT, /* its DER is in the buffer */
	PEM_BAD, /* a certificate was meant, and what stands there is none */
};

/* The bytes of the next block that calls itself a certificate, whatever they are; false: no more,
 * or no base64. */
bool pem_decode(struct span *text, struct buf *der);

/* Takes the next certificate from the front of the bundle; der is emptied first. */
enum pem_found pem_next(struct span *bundle, struct buf *der);

/* The bytes as one block, in lines of 64 characters. */
void pem_put(struct buf *out, struct span der);
