/*
 * status.h: the statuses that are answered here, and what an error is called in the API's JSON.
 */
#pragma once

struct status {
	unsigned number;
	const char *reason;
	const char *code; /* of {"error":{"code":...}}; NULL: no error */
};

/* The row of that number; one that says "Unknown" where there is none. */
const struct status *status_row(unsigned number);
