/*
 * space.h: blocks of addresses that are not the public Internet's, by the IANA registries of
 * special-purpose, multicast and IPv6 addresses.
 */
#pragma once

#include "inet/range.h"

enum space_kind {
	SPACE_PUBLIC, /* none of the blocks */
	SPACE_PRIVATE, /* somebody's own network */
	/* A target if it is asked for by itself; left out of what reaches beyond it. */
	SPACE_RESERVED,
	SPACE_NEVER, /* nobody's own address */
};

struct space {
	struct range range;
	enum space_kind kind;
	const char *what; /* of SPACE_NEVER: why it is no target */
};

/* All blocks, ascending, none within another. */
const struct space *spaces(size_t *ret_n);
