/*
 * own.h: telling our own scanner from everybody else. Its traffic passes the sensor too, and what
 * it finds it reports itself: a session is ours if it comes from an address of this machine and its
 * ClientHello is one that we send, by JA4.
 */
#pragma once

#include "base/err.h"
#include "observe/session.h"

struct own;

/* The addresses are borrowed. */
must_use struct err own_new(const struct addr *addrs, size_t n, struct own **ret_own);
/* NULL-safe. */
void own_free(struct own *o);
bool own_is(const struct own *o, const struct session *s);

/* The addresses of this machine as of now; the caller frees. */
must_use struct err own_addrs(struct addr **ret_addrs, size_t *ret_n);
