/*
 * judge.h: what is wrong with a chain, as it was presented. Pure: no clock, no network; every
 * finding is the interval in which it holds.
 */
#pragma once

#include "base/arena.h"
#include "base/err.h"
#include "observe/chain.h"
#include "verdict/policy.h"
#include "x509/trust.h"

/* Judges n certificates (DER, leaf first as presented). The verdict, its facts and a copy of each
 * DER lie in the arena. Only running out of memory fails: a certificate nobody can parse is the
 * finding `unparsable`. policy NULL: the default. */
must_use struct err judge_chain(const struct span *der, size_t n, const struct trust *trust,
    const struct policy *policy, struct arena *arena, const struct chain_verdict **ret_verdict);

/* name-mismatch of the leaf against a name that was asked for (a DNS name or an address literal
 * that the user wrote). false: it matches. */
bool judge_name(const struct cert_facts *leaf, const char *name, struct finding *ret_finding);
