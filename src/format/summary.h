/*
 * summary.h: what a person wants to know when a scan has ended.
 */
#pragma once

#include "base/buf.h"
#include "format/style.h"
#include "inet/addr.h"

#include <stddef.h>

enum {
	SCAN_TOP_MAX = 10,
	SCAN_REASONS_MAX = 24,
	SCAN_FINDINGS_MAX = 64, /* more than the table of findings has */
	SCAN_TEXT_MAX = 128,
};

struct scan_finding {
	uint16_t id;
	uint8_t severity; /* the worst it was found with */
	uint64_t endpoints;
};

struct scan_expiry {
	struct addr addr;
	uint16_t port;
	int64_t not_after_s;
	char name[SCAN_TEXT_MAX]; /* server name, or the subject's */
	uint64_t endpoints; /* that serve this certificate */
};

struct scan_count {
	char text[SCAN_TEXT_MAX];
	uint64_t n;
};

/* Zero is a good beginning. Counts are of this run. */
struct scan_summary {
	uint64_t targets, done; /* address:port pairs */
	uint64_t hosts;
	uint64_t open;
	uint64_t endpoints; /* with a certificate */
	uint64_t certificates; /* distinct leaves */
	uint64_t new_certificates; /* of them never seen before this run */
	uint64_t changes; /* in the history */
	uint64_t connections;
	uint64_t elapsed_ms;
	/* Of a scan by raw packets. */
	uint64_t probes; /* 0: it was none */
	uint64_t probed, answered; /* targets that they went to, and of these */
	unsigned passes;
	double coverage; /* of open ports, by estimate; 0 to 1, below 0: nothing to tell it by */
	bool trust_unknown; /* no trust bundle: nothing is said about issuers */

	size_t n_findings;
	struct scan_finding findings[SCAN_FINDINGS_MAX]; /* any order */
	size_t n_expiries;
	struct scan_expiry expiries[SCAN_TOP_MAX]; /* soonest first */
	size_t n_issuers;
	struct scan_count issuers[SCAN_TOP_MAX]; /* most first */
	/* Not reached, or reached and no certificate: "connection refused", "no TLS (SSH)", ... */
	size_t n_reasons;
	struct scan_count reasons[SCAN_REASONS_MAX]; /* any order */

	const char *store; /* path; NULL: not said */
	const char *resume; /* how to go on where the scan did not end by itself; NULL: it did */
};

void scan_summary_print(const struct scan_summary *s, const struct style *style, struct buf *out);
/* Adds n (nothing, if 0) to the reason of that text, or as a new one; the last slot is "other". */
void scan_summary_reason(struct scan_summary *s, const char *text, uint64_t n);
