/*
 * budget.h: how much of the network and the machine may be used: new connections per second, open
 * ones in all, open ones per host. One budget a worker, shared by the engine that finds ports and
 * the grabber that talks, so that no host meets more than its share. The grabber comes first: the
 * engine is always hungry, and would leave nothing for the second connection to a port that it has
 * found.
 */
#pragma once

#include "base/err.h"
#include "inet/addr.h"

struct budget;

struct budget_limits {
	uint32_t per_second; /* new connections; 0 unlimited */
	uint32_t open; /* connections at once */
	uint32_t per_host; /* connections at once to one address; 0 unlimited */
};

enum budget_answer {
	BUDGET_GO, /* counted; must be given back with budget_release */
	BUDGET_RATE, /* not now: ask again after *ret_wait_us */
	BUDGET_OPEN, /* too many open: ask again when one was released */
	BUDGET_HOST, /* this host has its share */
};

must_use struct err budget_new(const struct budget_limits *limits, struct budget **ret_budget);
void budget_free(struct budget *b);
enum budget_answer budget_take(
    struct budget *b, const struct addr *a, uint64_t now_us, uint64_t *ret_wait_us);
/* The same for who can wait: yields to a budget_take that was refused a moment ago. */
enum budget_answer budget_take_spare(
    struct budget *b, const struct addr *a, uint64_t now_us, uint64_t *ret_wait_us);
void budget_release(struct budget *b, const struct addr *a);
/* Connections open now. */
uint32_t budget_open(const struct budget *b);
uint64_t budget_taken(const struct budget *b);
/* Slower or faster while running (conntrack): per_second becomes this. */
void budget_set_rate(struct budget *b, uint32_t per_second);
