/*
 * patience.c: where nothing is lost nobody is late, so the longest round trip tells. Where
 * something is, or too few have answered to know, a lost SYN-ACK is waited for: it comes again
 * after a second (RFC 6298 2).
 */
#include "scan/patience.h"

enum {
	MOST_US = 1500 * 1000, /* a repeated SYN-ACK is here by then */
	LEAST_US = 300 * 1000,
	MORE_US = 100 * 1000, /* than some round trips: the machine may be busy */
	TRUSTED_SAMPLE = 30,
	/* While nothing is known, and at the most. */
	SOON_US = 500 * 1000,
	SOON_LEAST_US = 100 * 1000,
};

uint64_t patience_us(const struct sample *s)
{
	uint64_t wait = 4 * s->rtt_us + MORE_US;
	uint64_t both = s->recent_open.both + s->recent_closed.both;

	if (s->recent_open.one || s->recent_closed.one || both < TRUSTED_SAMPLE || wait > MOST_US)
		return MOST_US;
	return wait < LEAST_US ? LEAST_US : wait;
}

uint64_t patience_soon_us(const struct sample *s)
{
	uint64_t soon = s->usual_us + s->usual_us / 2 + SOON_LEAST_US / 2;

	if (s->usual_us == 0 || soon > SOON_US)
		return SOON_US;
	return soon < SOON_LEAST_US ? SOON_LEAST_US : soon;
}
