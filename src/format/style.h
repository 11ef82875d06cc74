/*
 * style.h: how something is written for a person: on how wide a terminal, with colours or without,
 * and as of when. One for table, show, summary and progress.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

struct style {
	unsigned width; /* columns; 0: as wide as it needs */
	bool colour; /* ANSI colours by severity */
	int64_t now_s; /* which findings hold, and how long until a date */
};
