/*
 * der.h: ASN.1 DER over a span, in the shape of the syntax it reads: every take consumes one value
 * from the front, and an error sticks to the span (base/span.h), so a SEQUENCE is read field by
 * field and asked once. Lengths longer than needed are forgiven, as libcrypto does; indefinite
 * lengths and tags above 30 are not. Source: ITU-T X.690; RFC 5280 for the times.
 */
#pragma once

#include "base/buf.h"
#include "base/span.h"

enum der_tag {
	DER_NONE = 0, /* der_peek: nothing there */
	DER_BOOLEAN = 0x01,
	DER_INTEGER = 0x02,
	DER_BIT_STRING = 0x03,
	DER_OCTET_STRING = 0x04,
	DER_NULL = 0x05,
	DER_OID = 0x06,
	DER_UTF8 = 0x0c,
	DER_NUMERIC = 0x12,
	DER_PRINTABLE = 0x13,
	DER_T61 = 0x14,
	DER_IA5 = 0x16,
	DER_UTC_TIME = 0x17,
	DER_GENERALIZED_TIME = 0x18,
	DER_VISIBLE = 0x1a,
	DER_UNIVERSAL = 0x1c,
	DER_BMP = 0x1e,
	DER_SEQUENCE = 0x30,
	DER_SET = 0x31,
	DER_CONTEXT = 0x80, /* [n] of a primitive: DER_CONTEXT | n */
	DER_CONSTRUCTED = 0xa0, /* [n] of a structure, or EXPLICIT */
};

/* The tag of the next value; DER_NONE at the end or where the span is bad. */
uint8_t der_peek(const struct span *s);
/* The next value's content, whatever it is. */
struct span der_any(struct span *s, uint8_t *ret_tag);
/* The next value's content if it has this tag; else the span is bad. */
struct span der_take(struct span *s, uint8_t tag);
/* As der_take, with tag and length bytes: what a signature or a digest is made over. */
struct span der_whole(struct span *s, uint8_t tag);
/* OPTIONAL: false, and nothing taken, where the next value has another tag. */
bool der_optional(struct span *s, uint8_t tag, struct span *ret_body);

bool der_bool(struct span *s);
/* An INTEGER that fits 32 bits and is not negative; else the span is bad. */
uint32_t der_small(struct span *s);
/* The bytes of a BIT STRING without the count of unused bits, which is 0 to 7. */
struct span der_bits(struct span *s, unsigned *ret_unused);
/* A BIT STRING of named bits: bit 0 of the syntax is bit 0 of the result, the first 16 are kept. */
uint16_t der_flags(struct span *s);
/* UTCTime or GeneralizedTime as seconds since the epoch; seconds may be missing, a zone may
 * stand. */
int64_t der_time(struct span *s);

/* The number of significant bits of an INTEGER's content, read as unsigned. */
size_t der_integer_bits(struct span content);

/* "1.2.840.113549": the text of an OID's content; a malformed one ends in "?". */
void der_oid_text(struct span oid, struct buf *out);
/* Whether a tag is one of the string types that der_string reads. */
bool der_is_string(uint8_t tag);
/* A string's content as UTF-8 (T61 read as Latin-1); what is no character becomes U+FFFD. */
void der_string(uint8_t tag, struct span content, struct buf *out);
/* The same for people: control characters and the backslash as \XX (RFC 4514 2.4), so that no
 * output need fear them. */
void der_text(uint8_t tag, struct span content, struct buf *out);
