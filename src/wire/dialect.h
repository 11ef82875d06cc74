/*
 * dialect.h: a STARTTLS dialect: what is said in clear before TLS begins. One file and one row each
 * (wire/starttls/, dialect.c). Sans-I/O and resumable at every byte.
 */
#pragma once

#include "base/buf.h"
#include "wire/want.h"

/* Stable numbers: they are stored. 0 is TLS from the first byte. */
enum dialect_id {
	DIALECT_NONE,
	DIALECT_SMTP = 1,
	DIALECT_IMAP = 2,
	DIALECT_POP3 = 3,
	DIALECT_LDAP = 4,
	DIALECT_POSTGRES = 5,
	DIALECT_MYSQL = 6,
	DIALECT_FTP = 7,
	DIALECT_RDP = 8,
	DIALECT_MAX = 64,
};

enum { DIALECT_CONTEXT_MAX = 256, DIALECT_BYTES_MAX = 65536 };

struct dialect {
	uint8_t id;
	const char *name; /* "smtp" */
	bool server_first; /* it greets before the client speaks */
	size_t context_size; /* zeroed before start, at most DIALECT_CONTEXT_MAX */
	/* name: the server name to mention where the protocol has a place for one, or "". */
	enum want (*start)(void *context, const char *name, struct buf *out);
	/* Takes from `in` what it understood and leaves the rest (a part of a line) for the next
	 * call. After WANT_DONE the stream is TLS. `in` holds at most DIALECT_BYTES_MAX. */
	enum want (*step)(void *context, struct span *in, struct buf *out);
	/* Can these first bytes of an answer (64 at most) be this protocol's? */
	bool (*spoken)(struct span first);
};

const struct dialect *dialect_by_id(uint8_t id); /* NULL: none such */
const struct dialect *dialect_by_name(const char *name);
/* Which dialect do the first bytes of an answer belong to (a greeting)? NULL: none that is
 * known. */
const struct dialect *dialect_sniff(struct span first);
