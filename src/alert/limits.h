/*
 * limits.h: the maxima of alerts, each with its reason.
 */
#pragma once

enum {
	/* A replacement field of a rule's text: wider than any line of a mail. */
	FORMAT_WIDTH_MAX = 1000,
	/* Digits after the point; a double has 17 that mean something. */
	FORMAT_PRECISION_MAX = 99,
	FORMAT_ARGS_MAX = 999,
	/* Into a list of names: a certificate may have thousands. */
	FORMAT_INDEX_MAX = 99999,
	/* One value as text. */
	FORMAT_TEXT_MAX = 256 * 1024,
	/* Endpoints listed in a message: a mail of 200 rows is read, one of 2,000 is not. */
	PLACES_LISTED_MAX = 250,
	/* Certificates listed in a digest. */
	DIGEST_ROWS_MAX = 50,
	/* The facts of one message: a subject and an issuer of 4 KiB each, and a note. */
	NEWS_FACTS_BYTES_MAX = 64 * 1024,
	/* One body: 250 rows of HTML with the longest names. */
	NEWS_BYTES_MAX = 1 << 20,
	/* News of one pass; what is more is told by the next one. */
	GATHER_MAX = 100 * 1000,
	/* Their texts: a few hundred bytes each. */
	GATHER_BYTES_MAX = 64 << 20,
};
