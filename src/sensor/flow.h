/*
 * flow.h: the table of flows: who talks to whom, when last, and what is open about it. It knows no
 * protocol. A flow is one cache line; a million of them are 64 MiB and an index of 4.
 *
 * Each flow is in one of a few lists, in the order of its last packet; what the lists mean and how
 * long a flow may be idle in each is the owner's.
 */
#pragma once

#include "base/err.h"
#include "base/siphash.h"
#include "sensor/packet.h"

enum flow_list {
	FLOW_OPEN, /* something hangs on it */
	FLOW_QUIET, /* nothing more is wanted of it: a tombstone */
	FLOW_CLOSING, /* over; stragglers may come */
	FLOW_LISTS,
};

/* The same for both directions: the end that sorts first is end 0. Zeroed padding: it is hashed. */
struct flow_key {
	uint8_t addr[2][16];
	uint16_t port[2];
	uint16_t proto;
};

struct flow {
	struct flow_key key;
	uint8_t list; /* enum flow_list */
	uint8_t flags; /* the owner's */
	/* Of the table. */
	uint32_t tick; /* of the last packet: FLOW_TICK_BITS of microseconds cut off */
	uint32_t chain, newer, older;
	void *open; /* the owner's; NULL of a tombstone */
};

struct flow_table;

must_use struct err flow_table_new(
    const struct siphash_key *key, size_t flows_max, struct flow_table **ret_table);
/* What is open is the owner's to free. */
void flow_table_free(struct flow_table *t);

/* Returns which end sent it: 0 or 1. */
unsigned flow_key_of(const struct packet *packet, struct flow_key *ret_key);

/* NULL: not there. */
struct flow *flow_find(struct flow_table *t, const struct flow_key *key);
/* A new one in FLOW_OPEN; NULL where the table is full. */
struct flow *flow_add(struct flow_table *t, const struct flow_key *key, int64_t time_us);
void flow_remove(struct flow_table *t, struct flow *flow);
/* It had a packet. To the tick (an eighth of a second) exact, which makes most touches free. */
void flow_touch(struct flow_table *t, struct flow *flow, int64_t time_us);
/* To another list, as its youngest. */
void flow_move(struct flow_table *t, struct flow *flow, enum flow_list list);

size_t flow_count(const struct flow_table *t);
/* Longest without a packet in its list; NULL: none. */
struct flow *flow_oldest(const struct flow_table *t, enum flow_list list);
/* Time without a packet. Negative where the flow's last packet is younger than `time_us`. */
int64_t flow_idle_us(const struct flow *flow, int64_t time_us);
