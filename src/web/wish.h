/*
 * wish.h: what a scan is to look at, as a request says it, read by the parsers that read the
 * command line: what is taken here will be taken there.
 */
#pragma once

#include "store/schedules.h"
#include "web/call.h"

/* targets, exclude, ports, known, rate of the body; false: it was answered. */
bool wish_get(struct web_call *c, const struct doc *body, struct scan_wish *ret_wish);
/* Members of the object that is open. */
void wish_put(struct jsonw *w, const struct scan_wish *wish);
