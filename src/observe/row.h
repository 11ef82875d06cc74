/*
 * row.h: one line of the inventory: an endpoint as it was last seen and the chain that it served.
 * What the store's searches give and the formats print.
 */
#pragma once

#include "observe/observation.h"

/* What people say of the endpoint, else of its certificate. */
struct remarks {
	const char *owner; /* "" none */
	const char *note; /* "" none */
	size_t n_tags;
	const char *const *tags;
	bool muted; /* nothing of it is told at the time that was asked for */
};

struct inventory_row {
	const struct observation *seen; /* its latest state; never NULL */
	const struct chain_verdict *chain; /* NULL without a certificate; DER spans may be empty */
	/* TLS 1.3 hid the certificate, and this is the one that the inventory knows of this
	 * endpoint and name; NULL: none. Never evidence. */
	const struct cert_facts *inferred;
	bool contradicted; /* and the sealed message was too short to hold its chain */
	int64_t first_seen_ms; /* of this chain at this endpoint */
	int64_t last_seen_ms;
	bool gone; /* the endpoint serves it no longer */
	const struct remarks *remarks; /* NULL: none, or not asked for */
};
