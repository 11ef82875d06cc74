/*
 * finding.h: one thing that is wrong, and when. A finding is the interval in which it holds: a
 * certificate that expires next May has its `expired` today, beginning next May. So the judge needs
 * no "now", a stored finding never rots, and "what is wrong at t" is since <= t < until.
 * What an id means stands in verdict/table.h.
 */
#pragma once

#include <stdint.h>

enum severity {
	SEVERITY_NONE,
	SEVERITY_INFO,
	SEVERITY_LOW,
	SEVERITY_MEDIUM,
	SEVERITY_HIGH,
	SEVERITY_CRITICAL,
	SEVERITY_MAX,
};

enum { EVIDENCE_MAX = 160 };

static const int64_t FOREVER_S = INT64_MAX;
static const int64_t ALWAYS_S = INT64_MIN;

struct finding {
	uint16_t id; /* enum finding_id of verdict/table.h; stable numbers */
	uint8_t severity; /* enum severity */
	int64_t since_s; /* seconds since the epoch, ALWAYS_S: whenever it is seen */
	int64_t until_s; /* exclusive; FOREVER_S */
	char evidence[EVIDENCE_MAX]; /* the fact in words: "RSA 1024 bits", "SHA-1" */
};
