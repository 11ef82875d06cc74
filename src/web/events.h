/*
 * events.h: the pages that listen: each is a stream of server-sent events that never ends. A page
 * that is behind is cut (HTTP_PACE_DROP) and comes back by itself, as EventSource does.
 */
#pragma once

#include "base/span.h"
#include "web/route.h"

struct events;
struct http_call;

must_use struct err events_new(struct events **ret_events);
/* Every stream must have ended. NULL-safe. */
void events_free(struct events *e);

/* Takes over the call. ERR_LIMIT: too many listen already; the call stays the caller's. */
must_use struct err events_join(struct events *e, struct http_call *call);
/* data is one line. From any thread. */
void events_tell(struct events *e, const char *event, struct span data);
/* Ends all streams, those that come later too. */
void events_end(struct events *e);
size_t events_listeners(struct events *e);
