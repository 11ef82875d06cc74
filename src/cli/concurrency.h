/*
 * concurrency.h: how many connections at once the limit of open files leaves to a scan.
 */
#pragma once

#include "app/plan.h"

/* Fills the plan's concurrency: as wanted, or as many as there can be (wanted: 0). */
void concurrency_settle(struct scan_plan *plan, uint32_t wanted);
/* Says that it is less than was wanted, or than the rate can have in flight while nobody answers:
 * that counts where ports are found by connections only, else it is a rate of packets. */
void concurrency_tell(const struct scan_plan *plan, uint32_t wanted, bool connects);
