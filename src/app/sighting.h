/*
 * sighting.h: from a session that the sensor tells of to the observation that it is evidence for.
 * Pure: the time is that of the packet.
 */
#pragma once

#include "app/watch_plan.h"
#include "observe/observation.h"
#include "observe/session.h"

/* Server, name (as DNS compares them: lower case, no dot at the end), time, handshake, client and
 * direction; count 1. The outcome is the event's. */
struct observation sighting_of(
    const struct watch_plan *plan, enum session_event event, const struct session *s);
/* The first two of these alone. */
struct endpoint sighting_endpoint(const struct session *s);
/* What the certificate must name: the server name that was sent or, where the ClientHello was seen
 * whole and has none, the address that the client connected to. "": that is not known, or nothing
 * that could be a name. Points into obs, or to text. */
const char *sighting_name(
    const struct session *s, const struct observation *obs, char text[ADDR_TEXT_MAX]);
bool watch_is_local(const struct watch_plan *plan, const struct addr *a);
