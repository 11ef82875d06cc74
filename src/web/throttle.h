/*
 * throttle.h: how often somebody may try to guess. Failures are counted for the address they come
 * from and for the name they are tried on, and paid back with time; who has none left waits.
 * Nothing is counted for who is right, so nobody is locked out by being busy, or for ever.
 *
 * Names are counted whether there is such a user or not: what is slow tells nothing. Asked by one
 * thread (LANE_LOGIN); time is an argument.
 */
#pragma once

#include "base/err.h"
#include "inet/addr.h"

struct throttle;

must_use struct err throttle_new(struct throttle **ret_throttle);
void throttle_free(struct throttle *t);

/* Seconds to wait before another try from there; 0: now. */
unsigned throttle_addr_wait(struct throttle *t, const struct addr *from, int64_t now_ms);
/* Likewise on that name. */
unsigned throttle_name_wait(struct throttle *t, const char *name, int64_t now_ms);
/* It was wrong. name may be "". */
void throttle_failed(struct throttle *t, const struct addr *from, const char *name, int64_t now_ms);
