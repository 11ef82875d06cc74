/*
 * tx_selftest.h: do frames leave? Where a driver does not take what a sender gives it, they vanish,
 * and no call says so.
 */
#pragma once

#include "link/tx.h"

/* Sends some hundred frames to the link itself, which every network drops, and watches the link's
 * counters. OK, or what is wrong; a link with so much traffic that nothing can be told proves
 * nothing. Takes a tenth of a second. */
must_use struct err tx_selftest(struct tx *t, int link);
