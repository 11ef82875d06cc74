/*
 * transfer.h: what a webhook and a mail have in common: one transfer of libcurl, guarded, with
 * deadlines, and an end that says whether to try again.
 */
#pragma once

#include "base/buf.h"
#include "http/delivery.h"
#include "http/guard.h"

#include <curl/curl.h>

struct transfer {
	CURL *curl;
	const struct guard *guard;
	char refused[HTTP_WHY_MAX]; /* by the guard: "10.0.0.1 is private: ..." */
	bool opened; /* some address was allowed */
	char error[CURL_ERROR_SIZE];
};

/* For one of the schemes ("http,https"). timeout_ms 0: HTTP_DELIVERY_MS. false: no memory. */
bool transfer_init(
    struct transfer *t, const char *schemes, unsigned timeout_ms, const struct guard *guard);
void transfer_done(struct transfer *t);
/* Certificates: verified or not; ca_file NULL: the system's. */
void transfer_trust(struct transfer *t, bool verified, const char *ca_file);
/* Runs it. CURLE_OK: an answer came, which the caller judges; else *ret says all. */
CURLcode transfer_run(struct transfer *t, struct delivery *ret);

/* Fills in `ret`; why is cleaned of what a terminal or a log would obey, and cut. */
void delivery_end(struct delivery *ret, enum delivery_end end, unsigned status, const char *why);
