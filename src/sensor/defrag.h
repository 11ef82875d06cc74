/*
 * defrag.h: fragments of IP datagrams, of both families, on their way to be whole: in any order,
 * doubled, overlapping (the first copy of a byte counts). What does not come together within
 * DEFRAG_WAIT_US of packet time, or before DEFRAG_DATAGRAMS_MAX and DEFRAG_BYTES_MAX push it out,
 * is given up and counted.
 */
#pragma once

#include "base/err.h"
#include "base/siphash.h"
#include "inet/addr.h"

struct defrag;

struct fragment {
	struct addr src, dst;
	int64_t time_us;
	uint32_t id;
	uint8_t v6; /* 1: of IPv6 */
	uint8_t protocol; /* what the datagram carries; of IPv6, only the first fragment knows */
	bool more; /* it is not the last */
	uint16_t offset; /* in bytes, a multiple of 8 */
	struct span bytes;
};

struct datagram {
	uint8_t protocol;
	struct span bytes; /* the defragmenter's, until its next use */
};

/* The key is for its table: of the sensor's configuration. */
must_use struct err defrag_new(const struct siphash_key *key, struct defrag **ret_defrag);
void defrag_free(struct defrag *d);

/* true: this fragment made a datagram whole. Its bytes may be those of the datagram that was given
 * last (a tunnel's fragments within fragments). */
bool defrag_push(struct defrag *d, const struct fragment *fragment, struct datagram *ret_datagram);

/* Fragments that were given up so far. */
uint64_t defrag_lost(const struct defrag *d);
/* Bytes held for datagrams that are not whole. */
size_t defrag_held(const struct defrag *d);
