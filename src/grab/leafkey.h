/*
 * leafkey.h: which family of keys a certificate belongs to: all that has to be known of it to ask
 * for its sibling. Judging certificates is x509's; this reads as far as one object identifier.
 */
#pragma once

#include "base/span.h"
#include "wire/hello.h"

/* HELLO_RSA, HELLO_ECDSA (EdDSA too); HELLO_ANY_KEY where it is neither, or cannot be read. */
enum hello_keys leafkey_family(struct span der);
