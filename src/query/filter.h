/*
 * filter.h: the options of `certscape list` as a question. All that are given must hold.
 */
#pragma once

#include "inet/cidr.h"
#include "query/tree.h"

struct list_filter {
	int64_t now_s;
	bool expiring; /* ends within expiring_days from now, or has ended already */
	uint32_t expiring_days;
	const char *finding; /* the name of one that holds now; NULL or "": any */
	const char *issuer; /* part of the issuer's name */
	const char *subject; /* part of the subject's name, or of an alternative name */
	bool has_cidr;
	struct cidr cidr;
	uint16_t port; /* 0: any */
};

/* NULL where nothing is asked, which is everything; otherwise the tree, in the arena. An arena too
 * small gives QUERY_NOT of everything rather than more than was asked for. */
const struct query *list_filter_query(const struct list_filter *filter, struct arena *arena);
