/*
 * issuers.h: the CA certificates that the keeper has heard of: from the store at the start, then
 * from every chain. A new one is told to all workers: the chain that some other server sends
 * without it is incomplete, not unknown.
 */
#pragma once

#include "base/err.h"
#include "observe/chain.h"

struct issuers;

must_use struct err issuers_new(size_t max, struct issuers **ret_issuers);
void issuers_free(struct issuers *s);
/* One that the store had. */
void issuers_known(struct issuers *s, struct span der);

typedef void issuers_tell_fn(void *context, struct span der);
/* Calls tell for each CA certificate above the leaf that is new, roots not counted. */
void issuers_learn(
    struct issuers *s, const struct chain_verdict *chain, issuers_tell_fn *tell, void *context);
/* Any new ones since the start, or since settle? */
bool issuers_are_new(const struct issuers *s);
void issuers_settle(struct issuers *s);
