/*
 * field.h: the one list of fields. What is called `not_after` here is called so in NDJSON, in the
 * header of a CSV file, in a search and in the API. format/ knows how to get each from a row,
 * store/ knows where each lies in the tables; tests hold both against this list.
 */
#pragma once

#include "base/span.h"

enum value_type {
	VALUE_TEXT,
	VALUE_NUMBER,
	VALUE_BOOL,
	VALUE_TIME, /* seconds since the epoch; RFC 3339 in UTC where it is text */
	VALUE_ADDRESS, /* struct addr */
	VALUE_LIST, /* texts */
	VALUE_FINDINGS, /* compared by the finding's name, as of a time */
	VALUE_CHAIN, /* the certificates as presented; compared by SHA-256 */
};

/* In the order in which they are printed. */
enum field_id {
	FIELD_NONE,
	/* The flat eight, which older dashboards and rules know by these names. */
	FIELD_TIMESTAMP,
	FIELD_IP,
	FIELD_HOSTNAME,
	FIELD_PORT,
	FIELD_NOTVALIDAFTER,
	FIELD_SUBJECT,
	FIELD_ISSUER,
	FIELD_SANS,
	/* Of the endpoint. */
	FIELD_SNI,
	FIELD_TRANSPORT,
	FIELD_SERVICE,
	FIELD_STARTTLS,
	FIELD_SOURCE,
	FIELD_OUTCOME,
	FIELD_ERROR,
	FIELD_FIRST_SEEN,
	FIELD_LAST_SEEN,
	FIELD_CONNECTIONS,
	/* Of the sensor. */
	FIELD_CLIENTS,
	FIELD_INFERRED,
	FIELD_INFERRED_SUBJECT,
	FIELD_INFERRED_CONTRADICTED,
	/* Of the handshake. */
	FIELD_VERSION,
	FIELD_VERSION_ID,
	FIELD_CIPHER,
	FIELD_CIPHER_ID,
	FIELD_GROUP,
	FIELD_GROUP_ID,
	FIELD_ALPN,
	FIELD_ALERT,
	FIELD_ALERT_ID,
	FIELD_CLIENT_CERT_ASKED,
	FIELD_OCSP_STAPLED,
	FIELD_CHAIN_CUT,
	/* Of the leaf certificate. */
	FIELD_SHA256,
	FIELD_SERIAL,
	FIELD_SUBJECT_DN,
	FIELD_ISSUER_DN,
	FIELD_NOT_BEFORE,
	FIELD_NOT_AFTER,
	FIELD_KEY,
	FIELD_KEY_BITS,
	FIELD_SIG_ALG,
	FIELD_SPKI_SHA256,
	FIELD_IS_CA,
	FIELD_SELF_SIGNED,
	/* What the judge says. */
	FIELD_SEVERITY,
	FIELD_FINDINGS,
	FIELD_CHAIN_ID,
	FIELD_CHAIN,
	/* What people say of it. */
	FIELD_OWNER,
	FIELD_TAGS,
	FIELD_NOTE,
	FIELD_MUTED,
	FIELD_MAX,
	/* In searches only, and in no list: any field that has FIELD_FREE. */
	FIELD_ANY = FIELD_MAX,
};

enum field_flag {
	FIELD_SEARCH = 1 << 0, /* can be asked for */
	FIELD_FACET = 1 << 1, /* its values are worth counting */
	FIELD_SORT = 1 << 2,
	FIELD_DEFAULT = 1 << 3, /* a column where none is chosen */
	FIELD_FREE = 1 << 4, /* a word alone is looked for in it */
	FIELD_WORD = 1 << 5, /* text, one of a set of words: `:` asks for the whole of it */
	FIELD_ORDERED = 1 << 6, /* a word that can be more or less than another */
	FIELD_HEX = 1 << 7, /* hexadecimal digits: `:` asks for their beginning */
};

struct field {
	enum field_id id;
	const char *name;
	enum value_type type;
	unsigned flags; /* enum field_flag */
	const char *aliases; /* other names in searches, with blanks between; "" none */
	const char *help; /* one line, for people */
};

/* FIELD_MAX - 1 rows, in the order of their ids. */
const struct field *field_table(size_t *ret_n);
const struct field *field_by_id(enum field_id id); /* NULL: none such */
/* By its name or an alias, whatever the case; NULL: none such. */
const struct field *field_by_name(const char *name);
/* The k-th other name of a field as a span; bad after the last. */
struct span field_alias(const struct field *field, size_t k);
const char *value_type_text(enum value_type type); /* "number" */
