/*
 * messages.h: alerts to the system's log and to the user's command, when they are committed. Both
 * may be slow or away: what they do not take at once is dropped, and told.
 */
#pragma once

#include "app/watch_plan.h"
#include "observe/alert.h"

struct messages;

must_use struct err messages_new(const struct watch_plan *plan, struct messages **ret_messages);
/* NULL-safe, all of them. */
void messages_free(struct messages *m);
void messages_add(struct messages *m, const struct alert *alert);
void messages_committed(struct messages *m);
void messages_rolled_back(struct messages *m);
/* Messages that were dropped. */
uint64_t messages_dropped(const struct messages *m);
