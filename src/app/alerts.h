/*
 * alerts.h: which of what the sensor saw is worth telling a person, once per server, certificate
 * and reason.
 */
#pragma once

#include "app/plan.h"
#include "store/store.h"

/* Each alert that is to be told; the store has it in the open transaction. */
typedef void alerts_tell_fn(void *context, const struct alert *alert);

struct observed {
	const struct observation *seen;
	const struct chain_verdict *chain; /* NULL: no certificate, or not known */
};

/* Within a batch, after the observation was stored. */
must_use struct err alerts_observed(struct store *store, int64_t suppress_ms,
    const struct observed *observed, alerts_tell_fn *tell, void *context);
/* Does this observation add to a connection that another one has told already? */
bool alerts_is_sequel(const struct observation *seen);
