/*
 * operation.h: findings of an observation instead of a chain: how the two speak to each other, and
 * what the clients think of it. At most one finding of each kind; where the observation has no room
 * for more, nothing is added.
 */
#pragma once

#include "observe/observation.h"
#include "verdict/policy.h"

/* old-protocol and weak-cipher (of cipher and group), by obs's numbers alone. policy NULL: the
 * default. */
void judge_numbers(struct observation *obs, const struct policy *policy);
/* client-rejected-certificate where that is the outcome, with obs->alert as the reason. */
void judge_rejection(struct observation *obs);
/* client-left-after-handshake, by the length of a streak (observe/departures.h); none while it is
 * too short to tell. */
void judge_departure(struct observation *obs, uint32_t streak);
