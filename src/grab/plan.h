/*
 * plan.h: what to say next to one endpoint under one server name and for one key type, given what
 * was said so far and how it ended. Pure: the ladder's rows, a memory, and the limit of
 * connections.
 */
#pragma once

#include "grab/grab.h"
#include "grab/ladder.h"
#include "grab/limits.h"

struct plan {
	uint16_t port;
	bool likely; /* TLS is expected */
	bool nameable; /* no name of the user's, and a PTR name may be asked for */
	bool sibling; /* the other key type: no ladder, that one has been climbed */
	struct attempt usual, begin;
	size_t n;
	struct {
		struct attempt attempt;
		enum trouble trouble;
		uint8_t sniffed;
	} tried[GRAB_TRIED_MAX];
};

void plan_init(struct plan *p, uint16_t port, const struct grab_hint *hint, bool nameable);
/* For the other type of key, where `worked` gave a certificate. */
void plan_init_sibling(
    struct plan *p, uint16_t port, const struct attempt *worked, enum hello_keys keys);
/* false: all that could help was tried. */
bool plan_next(const struct plan *p, struct attempt *ret_attempt);
/* The last hello was heard and not answered. */
bool plan_met_silence(const struct plan *p);
void plan_tried(struct plan *p, const struct attempt *a, enum trouble trouble, uint8_t sniffed);
