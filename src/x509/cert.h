/*
 * cert.h: one certificate, read by our own DER walk. It allocates nothing: every field is a number
 * or a span into the caller's DER, which must outlive the struct. What libcrypto refuses is still
 * read, field by field, as far as the walk comes; libcrypto is only asked to check a signature
 * (verify.h). Source: RFC 5280 4.1.
 */
#pragma once

#include "x509/ext.h"
#include "x509/key.h"

/* What could not be read; the fields that it names are empty or zero, all others are true. */
enum cert_flaw {
	FLAW_FRAME =
	    1 << 0, /* no certificate, or one that was cut: what follows the cut is missing */
	FLAW_VERSION = 1 << 1,
	FLAW_SERIAL = 1 << 2,
	FLAW_ISSUER = 1 << 3,
	FLAW_VALIDITY = 1 << 4,
	FLAW_SUBJECT = 1 << 5,
	FLAW_KEY = 1 << 6,
	FLAW_EXTENSION = 1 << 7, /* one of them is malformed inside: bad_extension */
	FLAW_EXTENSIONS = 1 << 8, /* the list of them ends early */
	FLAW_SIGNATURE = 1 << 9,
	FLAW_ALGORITHMS = 1 << 10, /* inside and outside name different ones: RFC 5280 4.1.1.2 */
};

struct cert {
	struct span der; /* as it was given */
	uint8_t id[32]; /* SHA-256 of the DER */
	uint8_t
	    key_id[32]; /* SHA-256 of the SubjectPublicKeyInfo; zero where that was not reached */
	struct span tbs; /* what is signed, header included; empty where it was cut */
	uint32_t flaws; /* enum cert_flaw; 0: whole */
	uint8_t version; /* 1, 2, 3; 0 unknown */
	struct span serial; /* the content of the INTEGER, as encoded */
	struct span signed_with; /* AlgorithmIdentifier of the signature, header included */
	struct span issuer; /* the whole Name, header included */
	struct span subject;
	uint64_t issuer_name; /* name_key() of the two: equal names have equal keys */
	uint64_t subject_name;
	int64_t not_before_s; /* seconds since the epoch */
	int64_t not_after_s; /* the last second in which it is valid */
	struct key key;
	struct extensions ext;
	struct span bad_extension; /* OID; empty: none */
	struct span signature;
};

/* Reads what there is. Never fails: flaws says what is missing. */
void cert_parse(struct span der, struct cert *ret_cert);
/* Says so itself: basicConstraints, or a version 1 certificate that names itself as issuer. */
bool cert_is_ca(const struct cert *c);
bool cert_is_self_issued(const struct cert *c);
/* "validity", "key, signature": the flaws in words; nothing where there is none. */
void cert_flaws_text(uint32_t flaws, struct buf *out);
