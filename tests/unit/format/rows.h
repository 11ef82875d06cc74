/*
 * rows.h: rows of an inventory to be written down: one with a certificate and findings of every
 * time, one that refused.
 */
#pragma once

#include "observe/row.h"
#include "verdict/table.h"

#include "lib/test.h"

enum { NOW_S = 1780000000 }; /* 2026-05-28T20:26:40Z */

static const char *const row_sans[] = {"www.example.com", "10.0.0.1"};

static const struct cert_facts row_ca = {
    .id = {{0xca}},
    .spki = {{0xcb}},
    .not_before_s = 1700000000,
    .not_after_s = 2000000000,
    .subject = "CN=Lab CA,O=Lab",
    .subject_cn = "Lab CA",
    .issuer = "CN=Lab CA,O=Lab",
    .issuer_cn = "Lab CA",
    .serial = "01",
    .sig_alg = "ecdsa-with-SHA256",
    .key_text = "P-256",
    .key_kind = KEY_EC,
    .key_bits = 256,
    .is_ca = true,
    .self_issued = true,
    .self_signed = true,
};

static const struct cert_facts row_leaf_facts = {
    .id = {{0x1e, 0xaf}},
    .spki = {{0x5b}},
    .not_before_s = 1770000000, /* 2026-02-02T02:40:00Z */
    .not_after_s = NOW_S + 12 * 86400, /* 2026-06-09T20:26:40Z */
    .subject = "CN=www.example.com,O=\"Ex, Inc\"",
    .subject_cn = "www.example.com",
    .issuer = "CN=Lab CA,O=Lab",
    .issuer_cn = "Lab CA",
    .serial = "0abc",
    .sig_alg = "ecdsa-with-SHA256",
    .key_text = "RSA 2048",
    .key_kind = KEY_RSA,
    .key_bits = 2048,
    .n_sans = 2,
    .sans = row_sans,
};

static const struct chain_verdict row_chain = {
    .id = {{0xc4}},
    .n_certs = 2,
    .facts = {&row_leaf_facts, &row_ca},
    .n_findings = 3,
    .findings =
	{
	    {FINDING_EXPIRED, SEVERITY_CRITICAL, NOW_S + 12 * 86400, INT64_MAX, "2026-06-09"},
	    {FINDING_EXPIRING, SEVERITY_MEDIUM, NOW_S - 86400, NOW_S + 12 * 86400, "12 d left"},
	    {FINDING_NOT_YET_VALID, SEVERITY_HIGH, INT64_MIN, 1770000000, ""},
	},
};

static inline struct observation row_seen(void)
{
	struct observation seen = {
	    .endpoint = {.addr = addr_from_v4(0x0a000001), .port = 443, .transport = TRANSPORT_TCP},
	    .hostname = "web.example.com",
	    .first_ms = 1779000000000,
	    .last_ms = 1779999999123,
	    .flags = OBS_CLIENT_CERT_ASKED,
	    .version = 0x0304,
	    .cipher = 0x1301,
	    .group = 29,
	    .evidence = EVIDENCE_SCAN,
	    .outcome = OUTCOME_CERTIFICATE,
	    .connections = 2,
	    .clients = 4,
	    .alpn = "h2",
	    .n_findings = 1,
	    .findings = {{FINDING_NAME_MISMATCH, SEVERITY_HIGH, INT64_MIN, INT64_MAX,
		"not for \"a.test\""}},
	};

	snprintf(seen.endpoint.name, sizeof(seen.endpoint.name), "a.test");
	return seen;
}

static inline struct inventory_row row_of(const struct observation *seen)
{
	return (struct inventory_row){.seen = seen,
	    .chain = &row_chain,
	    .first_seen_ms = 1778000000000,
	    .last_seen_ms = 1779999999123};
}

static inline struct observation row_refused(void)
{
	return (struct observation){
	    .endpoint = {.addr = addr_from_v4(0x0a000002), .port = 993, .transport = TRANSPORT_TCP},
	    .last_ms = 1779999999000,
	    .os_error = 111,
	    .evidence = EVIDENCE_SCAN,
	    .outcome = OUTCOME_REFUSED,
	    .connections = 1,
	};
}
