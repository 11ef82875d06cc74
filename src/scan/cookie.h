/*
 * cookie.h: the sequence number of a probe, by which its answer is known without remembering that
 * it was sent: nobody who has not seen the probe can tell it.
 */
#pragma once

#include "base/siphash.h"
#include "inet/addr.h"

/* The zone of an address does not count: an answer's frame has none. */
uint32_t cookie_of(const struct siphash_key *key, const struct addr *from, const struct addr *to,
    uint16_t from_port, uint16_t to_port);
