/*
 * table.h: every finding there is: its id, its severity, what it means, and what Chrome, Firefox
 * and OpenSSL call it. One row a finding (table.c).
 */
#pragma once

#include "observe/finding.h"

#include <stdbool.h>
#include <stddef.h>

/* Stable numbers: they are stored. */
enum finding_id {
	FINDING_NONE,
	FINDING_EXPIRED = 1,
	FINDING_NOT_YET_VALID = 2,
	FINDING_EXPIRING = 3,
	FINDING_SELF_SIGNED = 4,
	FINDING_SELF_SIGNED_ROOT_IN_CHAIN = 5,
	FINDING_UNKNOWN_ISSUER = 6,
	FINDING_INCOMPLETE_CHAIN = 7,
	FINDING_NAME_MISMATCH = 8,
	FINDING_WEAK_KEY = 9,
	FINDING_WEAK_SIGNATURE = 10,
	FINDING_CA_AS_LEAF = 11,
	FINDING_NO_SAN = 12,
	FINDING_UNPARSABLE = 13,
	FINDING_OLD_PROTOCOL = 14,
	FINDING_WEAK_CIPHER = 15,
	FINDING_CLIENT_REJECTED = 16,
	FINDING_CLIENT_LEFT = 17,
};

struct finding_row {
	uint16_t id;
	uint8_t severity; /* the usual one; a finding may carry another (expiring) */
	const char *name; /* "self-signed": the stable name in every output */
	const char *title; /* a line for people */
	const char *chrome; /* "NET::ERR_CERT_AUTHORITY_INVALID", "" where it is content */
	const char *firefox; /* "MOZILLA_PKIX_ERROR_SELF_SIGNED_CERT" */
	const char *openssl; /* "18 self-signed certificate" */
};

const struct finding_row *finding_table(size_t *ret_n);
const struct finding_row *finding_by_id(uint16_t id); /* NULL: none such */
const struct finding_row *finding_by_name(const char *name);
/* That one is missing: what nobody can say of a chain that was cut. */
bool finding_is_about_issuers(uint16_t id);
const char *severity_text(uint8_t severity); /* "critical" */
uint8_t severity_by_name(const char *name); /* SEVERITY_NONE: none such */
