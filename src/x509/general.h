/*
 * general.h: GeneralName, the choice that subjectAltName, nameConstraints and authorityInfoAccess
 * are made of. Source: RFC 5280 4.2.1.6.
 */
#pragma once

#include "base/buf.h"
#include "base/span.h"
#include "inet/addr.h"

/* The numbers are the context tags of the syntax. */
enum general_kind {
	GENERAL_OTHER = 0,
	GENERAL_EMAIL = 1,
	GENERAL_DNS = 2,
	GENERAL_X400 = 3,
	GENERAL_DIRECTORY = 4,
	GENERAL_EDI = 5,
	GENERAL_URI = 6,
	GENERAL_IP = 7,
	GENERAL_RID = 8,
};

struct general {
	uint8_t kind; /* enum general_kind */
	struct span value; /* content octets; of a directory name the whole Name */
};

/* The next name of the content of a GeneralNames; false at the end or where it is malformed
 * (names->bad). */
bool general_next(struct span *names, struct general *ret_name);
/* As it is listed: "www.example", "10.0.0.1", "mail:a@b", "uri:...", "dir:CN=...", "other:1.2.3",
 * "rid:1.2.3". A DNS name that looks like one of the others, or like an address, is told apart:
 * "dns:10.0.0.1". */
void general_text(const struct general *name, struct buf *out);
/* An iPAddress of 4 or 16 bytes. */
bool general_addr(const struct general *name, struct addr *ret_addr);
