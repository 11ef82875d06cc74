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
};
