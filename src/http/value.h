/*
 * value.h: what stands inside of the values of headers; pure.
 */
#pragma once

#include "base/span.h"
#include "inet/cidr.h"

/* One cookie of a Cookie header, as it was set. */
bool value_cookie(struct span header, const char *name, struct span *ret_value);
/* Whether If-None-Match names that entity tag; W/ makes no difference (RFC 9110 8.8.3.2). */
bool value_matches_etag(struct span if_none_match, const char *etag);
/* Whether Accept-Encoding allows that coding by name, with a weight above 0 (RFC 9110 12.5.3). */
bool value_takes_coding(struct span accept_encoding, const char *coding);
/* The last address of an X-Forwarded-For that is none of the proxies': who asked the first proxy
 * that is believed. *ret_addr is untouched where there is none; true: look no further. */
bool value_forwarded_for(
    struct span header, const struct cidr *proxies, size_t n_proxies, struct addr *ret_addr);
/* The last word of X-Forwarded-Proto is "https". */
bool value_forwarded_https(struct span header);
bool cidr_any_contains(const struct cidr *v, size_t n, const struct addr *a);
