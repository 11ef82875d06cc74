/*
 * getter.h: the value of a field (query/field.h) in a row of the inventory. One table of getters
 * stands behind NDJSON, CSV and the tables, so that they cannot tell different things.
 */
#pragma once

#include "base/time.h"
#include "observe/row.h"
#include "query/field.h"

struct value {
	enum value_type type;
	bool present; /* false: not known, or does not apply; the rest is empty */
	const char *text; /* VALUE_TEXT; "" where absent */
	int64_t number; /* VALUE_NUMBER, VALUE_BOOL, VALUE_TIME (seconds) */
	int ms; /* VALUE_TIME: milliseconds after it; -1: not so exact */
	struct addr addr; /* VALUE_ADDRESS */
	const char *const *list; /* VALUE_LIST */
	size_t n;
	char scratch[72]; /* where text may lie: do not copy a value */
};

/* Findings and chains are given as present or not: ndjson and csv walk them in the row. The value
 * borrows from the row. */
void value_get(
    const struct inventory_row *row, enum field_id field, int64_t now_s, struct value *ret_value);

/* RFC 3339 in UTC. Returns text. */
const char *value_time_text(const struct value *v, char text[TIME_TEXT_MAX]);

/* since <= now < until */
bool finding_holds(const struct finding *f, int64_t now_s);
/* The k-th finding of a row, those of its chain first; NULL after the last. */
const struct finding *row_finding(const struct inventory_row *row, size_t k);
/* The worst that holds now; SEVERITY_NONE where all is well. For --fail-on. */
uint8_t row_severity(const struct inventory_row *row, int64_t now_s);
/* The leaf; NULL without a certificate. */
const struct cert_facts *row_leaf(const struct inventory_row *row);
