/*
 * dictionary.h: the chains that a worker has already told the keeper: what makes a chain seen again
 * cost one hash. Bounded in number and bytes; the chain not seen for the longest time goes first,
 * and is simply judged and defined once more when it comes back.
 */
#pragma once

#include "base/err.h"
#include "observe/chain.h"

struct dictionary;

struct dictionary_counts {
	uint64_t hits, misses;
	uint64_t stale; /* known, but judged under another trust epoch; counted in misses too */
	uint64_t evicted; /* made room for another */
	size_t chains, bytes;
};

must_use struct err dictionary_new(
    size_t max_chains, size_t max_bytes, struct dictionary **ret_dictionary);
void dictionary_free(struct dictionary *d);

/*
 * The leaf's facts where the keeper has this chain as judged under `epoch`; NULL: judge it, DEFINE
 * it, put it. The same certificates as all that was presented, and cut, are two chains here. Of the
 * facts only id, subject_cn and sans are filled (what judge_name asks). Valid until the next put.
 */
const struct cert_facts *dictionary_find(
    struct dictionary *d, const struct digest256 *chain, bool cut, uint32_t epoch);
/* Copies. A chain put again replaces what was known of it. */
must_use struct err dictionary_put(struct dictionary *d, const struct chain_verdict *verdict);

struct dictionary_counts dictionary_counts(const struct dictionary *d);
