/*
 * masscan.h: a record of masscan, whichever of its formats it was written in.
 */
#pragma once

#include "import/report.h"

/* As in the file, escapes undone; empty where it said nothing. */
struct masscan_record {
	size_t line;
	struct span ip;
	struct span when; /* seconds since the epoch, in decimal */
	struct span port;
	struct span proto; /* "tcp"; empty is tcp too */
	struct span status; /* "open" */
	struct span service; /* "X509", "X509CA", "ssl", ... */
	struct span banner;
};

void masscan_tell(struct report *r, const struct masscan_record *record);

/* Decimal digits and nothing else, at most `max`; false and untouched otherwise. */
bool decimal_parse(struct span text, uint64_t max, uint64_t *ret_value);
