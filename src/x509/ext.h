/*
 * ext.h: the extensions of a certificate that decide anything: each read into a field, the others
 * only counted. Spans point into the certificate. Source: RFC 5280 4.2.
 */
#pragma once

#include "x509/general.h"

/* Bits of key_usage: RFC 5280 4.2.1.3. */
enum key_usage {
	USAGE_DIGITAL_SIGNATURE = 1 << 0,
	USAGE_KEY_ENCIPHERMENT = 1 << 2,
	USAGE_KEY_AGREEMENT = 1 << 4,
	USAGE_CERT_SIGN = 1 << 5,
	USAGE_CRL_SIGN = 1 << 6,
};

/* Bits of purposes: RFC 5280 4.2.1.12. */
enum purpose {
	PURPOSE_SERVER = 1 << 0,
	PURPOSE_CLIENT = 1 << 1,
	PURPOSE_ANY = 1 << 2,
	PURPOSE_OTHER = 1 << 3,
};

enum { PATH_LEN_NONE = -1 };

/* One extension as it stands. */
struct ext {
	struct span oid; /* its content */
	bool critical;
	struct span value; /* the content of extnValue */
};

struct extensions {
	struct span all; /* as ext_parse() was given them: ext_next() */
	uint16_t n;
	bool has_basic;
	bool is_ca;
	int path_len; /* PATH_LEN_NONE: no limit */
	bool has_key_usage;
	uint16_t key_usage; /* enum key_usage */
	bool has_purposes;
	uint8_t purposes; /* enum purpose */
	bool has_san;
	struct span san; /* the content of its GeneralNames: general_next() */
	struct span key_id; /* subjectKeyIdentifier; empty: none */
	struct span issuer_key_id; /* authorityKeyIdentifier's keyIdentifier; empty: none */
	bool has_constraints;
	struct span constraints; /* the content of NameConstraints */
	struct span aia; /* the content of AuthorityInfoAccess: aia_uri() */
	bool has_scts;
	bool must_staple;
	struct span unknown; /* OID of the first critical extension we do not know; empty: none */
};

enum aia_method { AIA_ISSUER, AIA_OCSP };

/* The next of the content of Extensions; false at the end or where it is malformed (list->bad). */
bool ext_next(struct span *list, struct ext *ret_ext);
/* Reads the content of Extensions (a SEQUENCE OF Extension). An extension that is malformed inside,
 * or there twice, is skipped; its OID is *ret_bad, empty where all were good. False where the list
 * itself ends early. */
bool ext_parse(struct span list, struct extensions *ret_ext, struct span *ret_bad);
/* The first http(s) or ldap URI of a method; false where there is none. */
bool aia_uri(struct span aia, enum aia_method method, struct span *ret_uri);
