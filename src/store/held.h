/*
 * held.h: the findings of chains that hold at a time. Most intervals begin in the future; they are
 * not looked at.
 */
#pragma once

#include "store/feed.h"

/* Chain, finding, severity; by finding. The same finding may be there twice for one chain. */
must_use struct err held_feed(struct store *s, int64_t at_s, feed_fn *take, void *context);
/* The worst severity, by chain, of chains below n; the caller frees it. */
must_use struct err held_worst(struct store *s, int64_t at_s, size_t n, uint8_t **ret_worst);
/* " AND f.since_s <= ... AND f.until_s > ..." */
void held_say(struct sql *q, int64_t at_s);
