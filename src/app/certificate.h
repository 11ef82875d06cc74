/*
 * certificate.h: what the service shows to those who connect: the files of the user, or a
 * certificate of its own making beside the store.
 */
#pragma once

#include "app/serve_plan.h"

struct certificate {
	struct buf chain, key; /* PEM */
	const char *file; /* what was read last: an error is about it */
};

void certificate_init(struct certificate *c);
void certificate_done(struct certificate *c); /* the key's memory is overwritten */
must_use struct err certificate_load(const struct serve_plan *plan, struct certificate *c);
