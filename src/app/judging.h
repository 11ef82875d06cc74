/*
 * judging.h: from certificates just received to a chain the keeper knows: the hot path. A chain in
 * the dictionary costs its digests; a new one is parsed and judged once, and told to the keeper.
 */
#pragma once

#include "app/channel.h"
#include "verdict/policy.h"
#include "x509/trust.h"

struct judging;

must_use struct err judging_new(
    struct trust *trust, struct channel *keeper, struct judging **ret_judging);
void judging_free(struct judging *j);
/* Before the first chain; borrowed. NULL, or never called: the default. */
void judging_policy(struct judging *j, const struct policy *policy);

/* Sets obs->chain, and obs's name-mismatch against `name` where the user asked for one ("" or NULL:
 * none); tells the keeper the chain, if he does not know it. n may be 0. */
must_use struct err judging_judge(
    struct judging *j, struct observation *obs, const char *name, const struct span *der, size_t n);
/* And tells the keeper the observation. */
must_use struct err judging_observed(
    struct judging *j, struct observation *obs, const char *name, const struct span *der, size_t n);
/* old-protocol, weak-cipher, client-rejected-certificate: verdict/operation.h. */
void judging_operation(struct judging *j, struct observation *obs);
/* Another certificate is known to exist. */
must_use struct err judging_issuer(struct judging *j, struct span der);
/* Judge a stored chain and tell the keeper. */
must_use struct err judging_again(struct judging *j, const struct judge_request *request);
