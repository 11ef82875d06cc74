/*
 * path.h: from a leaf to an anchor, over whatever certificates are there, in whatever order they
 * came. Depth first with backtracking; every link is a verified signature by a certificate that may
 * sign. Dates do not close a path, because the judge knows no "now": of several paths the one that
 * is valid longest is taken, and expiry is a finding of its own. Source: RFC 5280 6.1, RFC 4158.
 */
#pragma once

#include "x509/limits.h"
#include "x509/trust.h"

enum path_end {
	PATH_OPEN, /* nobody here signed the last certificate */
	PATH_SELF_SIGNED, /* the last one signs itself, and is not believed */
	PATH_TRUSTED,
};

struct path {
	uint8_t end; /* enum path_end */
	size_t n; /* at least 1: the leaf */
	struct path_link {
		const struct cert *cert;
		bool presented; /* else it came from the trust */
		bool anchor;
	} links[PATH_CERTS_MAX];
	/* Of the last certificate that could have been the issuer and was not let: who, and why.
	 * NULL: none. */
	const struct cert *refused;
	const char *refused_why;
};

/*
 * The best path of presented[0]. Issuers are looked for among the presented and the anchors of the
 * trust; with use_known among all that the trust holds. The path points into presented and trust.
 * Never fails: a leaf alone is an open path.
 */
void path_find(const struct cert *presented, size_t n, const struct trust *trust, bool use_known,
    struct path *ret_path);
