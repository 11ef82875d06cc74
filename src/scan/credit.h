/*
 * credit.h: so many a second, without bursts. Time is an argument, and so is the rate: it may
 * change from call to call.
 */
#pragma once

#include <stdint.h>

struct credit {
	/* What may go, in millionths of a packet: by the rate, and, more strictly, in one go. */
	int64_t credit, at_once;
	uint64_t filled_us;
	uint64_t away_us; /* how long the caller usually stays away */
};

void credit_init(struct credit *b, uint64_t now_us);
/* Packets that may go now. Who comes late gets no burst: what he missed he is given bit by bit, as
 * long as it is not more than a tenth of a second's worth. */
uint32_t credit_allows(struct credit *b, uint32_t rate, uint64_t now_us);
/* More than was allowed becomes a debt. */
void credit_spend(struct credit *b, uint32_t packets);
