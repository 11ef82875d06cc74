/*
 * deliveries.h: empties the outbox. One thread asks the store what is due, and marks what became of
 * it; a few others carry, one message of a lane at a time, so that a server that hangs holds up
 * nobody but itself. A lane whose last try failed waits as a whole, longer each time.
 *
 * The store belongs to the caller's thread: deliveries_tick and deliveries_end are called by it
 * alone. Carriers call `wake` when one has come back.
 */
#pragma once

#include "alert/courier.h"

/* courier_carry, or what a test puts there. Called from the carriers' threads. */
typedef void carry_fn(void *context, const struct parcel *p, struct delivery *ret);
typedef void deliveries_wake_fn(void *context);
/* After each message that was marked, from the thread of the tick. */
typedef void deliveries_told_fn(void *context, uint64_t message, enum message_state state);

struct deliveries_config {
	const char *host; /* this machine's name */
	unsigned carriers; /* threads; at most CARRIERS_MAX */
	int64_t give_up_ms; /* after so long a message is dead; 0: two days */
	carry_fn *carry;
	deliveries_wake_fn *wake;
	deliveries_told_fn *told; /* NULL: nobody listens */
	void *context;
};

struct deliveries;

must_use struct err deliveries_new(
    const struct deliveries_config *config, struct deliveries **ret_deliveries);
/* Marks what has come back, sends out what is due. *ret_next_ms: when to be called again, unless
 * woken; INT64_MAX: not before. */
must_use struct err deliveries_tick(
    struct deliveries *d, struct store *store, int64_t now_ms, int64_t *ret_next_ms);
/* Waits for those on their way, at most so long, and marks them. What is still out then is sent
 * again after the next start. */
must_use struct err deliveries_end(
    struct deliveries *d, struct store *store, int64_t now_ms, unsigned wait_ms);
/* NULL-safe. Waits for those on their way. */
void deliveries_free(struct deliveries *d);
