/*
 * chain_memory.h: ids of chains that were seen lately, known again by their bytes: comparing a
 * kilobyte costs a hundredth of hashing it. Exact: an id is only ever given to the same bytes.
 */
#pragma once

#include "base/err.h"
#include "observe/chain.h"

enum {
	CHAIN_MEMORY_ROWS = 1024,
	CHAIN_MEMORY_BYTES_MAX = 8 << 10, /* longer chains are hashed each time */
};

struct chain_memory;

must_use struct err chain_memory_new(struct chain_memory **ret_memory);
void chain_memory_free(struct chain_memory *m);

/* chain_id_of the n certificates' ids. */
struct digest256 chain_memory_id(struct chain_memory *m, const struct span *der, size_t n);
