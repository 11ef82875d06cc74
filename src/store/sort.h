/*
 * sort.h: the orders of a page (rowpage.h).
 */
#pragma once

#include "query/field.h"

/* What leads: the table whose index is in this order. */
enum walk { WALK_PLACE, WALK_CERTS, WALK_ENDPOINTS, WALK_SIGHTINGS };

struct sort {
	enum field_id field;
	enum walk walk;
	bool is_text; /* whatever the case of ASCII letters */
	const char *key; /* NULL: it is in memory only (rank.h) */
	const char *index; /* NULL: SQLite's choice */
	const char *empty; /* the key of what has none; NULL: all have one */
	bool partial; /* the index leaves out what has none */
	bool unordered; /* no index is in this order */
};

const struct sort *sort_of(enum field_id field); /* NULL: nothing is sorted by it */
