/*
 * limits.h: what a question may be.
 */
#pragma once

enum {
	/* What a person types or a saved view holds; a list of 500 names is about this long. */
	QUERY_TEXT_MAX = 16 * 1024,
	/* Brackets and nots within each other: the parser, the printer and the store recurse. */
	QUERY_DEPTH_MAX = 32,
	/* Comparisons; the store binds a value for each, and has a maximum of its own. */
	QUERY_PARTS_MAX = 500,
	/* Findings that a pattern stands for: more than there are. */
	QUERY_FINDINGS_MAX = 64,
	/* One step of "now+30d", and how many of them: a million years are enough. */
	MOMENT_STEP_MAX = 1000000,
	MOMENT_STEPS_MAX = 8,
};
