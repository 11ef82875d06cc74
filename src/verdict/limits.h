/*
 * limits.h: every maximum of this room, and why it is that. What a stranger's certificate exceeds
 * is cut, never an error: only running out of memory fails a judgement.
 */
#pragma once

enum {
	/* Names listed of one certificate: a hundred is much, badssl.com has one of 10,000. */
	FACTS_SANS_MAX = 20000,
	/* Bytes of one text: a subject, a name. Real ones stay below 500. */
	FACTS_FIELD_MAX = 4096,
	/* Bytes of a serial number that are shown: RFC 5280 allows 20. */
	FACTS_SERIAL_MAX = 64,
	/* Bytes of all texts of one certificate, give or take a name. */
	FACTS_TEXT_MAX = 1 << 20,
	/* A certificate's name inside an evidence: two fit. */
	LABEL_MAX = 72,
};
