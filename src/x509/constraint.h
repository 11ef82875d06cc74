/*
 * constraint.h: nameConstraints: which names a CA may certify. Source: RFC 5280 4.2.1.10.
 */
#pragma once

#include "x509/cert.h"

/*
 * Whether issuer's constraints allow every name of c: its subject and its subjectAltName. DNS
 * names, addresses and directory names are compared; a name of any other kind that is constrained
 * at all is not allowed, and neither is anything under constraints that are malformed.
 */
bool constraint_allows(const struct cert *issuer, const struct cert *c);
