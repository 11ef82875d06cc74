/*
 * match.h: does a name in a certificate cover the name that was asked for. Source: RFC 9525 6.3,
 * and what the browsers add to it: a wildcard stands above at least two labels.
 */
#pragma once

#include "base/span.h"

/* pattern: a dNSName, "www.example" or "*.example.org"; host: the name that was asked for, a
 * trailing dot allowed. */
bool match_dns(struct span pattern, struct span host);
