/*
 * order.h: certificates of one endpoint, told in any order, as the chains that the server sent.
 */
#pragma once

#include "base/span.h"
#include "import/limits.h"

enum cert_role {
	ROLE_UNKNOWN,
	ROLE_LEAF,
	ROLE_CA,
};

struct link {
	struct span der; /* perhaps only a beginning of it */
	enum cert_role role;
	bool cut; /* der is only a beginning */
	struct span issuer,
	    subject; /* filled by order_chains; empty where they could not be read */
};

struct chain_order {
	size_t n;
	size_t at[GATHER_CERTS_MAX]; /* indices into links, leaf first */
};

/* links in the order in which the file told them, each once; at most GATHER_CERTS_MAX. 0 chains
 * where none of them is the leaf. */
size_t order_chains(struct link *links, size_t n, struct chain_order ret_chains[GATHER_CERTS_MAX]);
