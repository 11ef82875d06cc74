/*
 * counts.h: answers of the listing that are read from counters instead of from rows: of what is
 * served now, all of it. The counters are kept by triggers (schema_counts.h), in the transaction
 * that changes what they count.
 */
#pragma once

#include "store/listing.h"

/* The day of a time in seconds, from 1970-01-01, rounded down before it too; SQL. */
#define SERVED_DAY(time_s) "(" time_s " - (" time_s " % 86400 + 86400) % 86400) / 86400"
