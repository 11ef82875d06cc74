/*
 * verdicts.h: the chains that the keeper heard of lately, with their facts and findings: what it
 * needs to print an endpoint without asking the database. Bounded; the one just heard of is always
 * there.
 */
#pragma once

#include "base/err.h"
#include "observe/chain.h"

struct verdicts;

must_use struct err verdicts_new(size_t max, size_t max_bytes, struct verdicts **ret_verdicts);
void verdicts_free(struct verdicts *v);
/* Copies, without the DER; a chain put again replaces what was known. Out of memory, it is just not
 * kept. */
void verdicts_put(struct verdicts *v, const struct chain_verdict *verdict);
/* NULL: not here (any more). Valid until the next put. */
const struct chain_verdict *verdicts_find(struct verdicts *v, const struct digest256 *chain);
