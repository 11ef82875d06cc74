/*
 * scan_order.h: what the keeper of `certscape serve` may ask of its warden: begin this scan, end
 * that one; and what it hears back. The warden may be root and the keeper reads requests, so an
 * order has no options in it, only a wish: the warden makes the command line of it, and a word that
 * could be an option is none.
 */
#pragma once

#include "base/buf.h"
#include "base/err.h"
#include "store/schedules.h"

enum scan_op { SCAN_START = 1, SCAN_STOP = 2 };

struct scan_order {
	uint8_t op; /* enum scan_op */
	int64_t job;
	uint64_t resume; /* the run to go on with; 0: a new one */
	struct scan_wish wish; /* of a new one; texts point into the message */
};

/* One message. */
void scan_order_write(const struct scan_order *order, struct buf *message);
must_use struct err scan_order_read(struct span message, struct scan_order *ret_order);

/* What every scan of a service is begun with. */
struct scan_common {
	const char *store;
	bool permitted; /* to scan public networks larger than a /20 */
};

/* The words of the command line after `certscape`, NULL-ended; they lie in the arena. */
must_use struct err scan_order_argv(const struct scan_order *order,
    const struct scan_common *common, struct arena *arena, const char *const **ret_argv);

enum { SCAN_MESSAGE_MAX = 256 };

/* A scan has ended. */
struct scan_end {
	int64_t job;
	int32_t status; /* of exit; of a signal, minus its number */
	char message[SCAN_MESSAGE_MAX]; /* the last line that it told; "" none */
};
