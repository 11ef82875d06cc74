/*
 * realert.c: exponential_realert: who is told again soon after the last silence waits twice as
 * long, up to the option's value; who has been quiet for long goes back step by step. ElastAlert2
 * counts in whole seconds, and so do we.
 */
#include "alert/realert.h"

/* A thousand years, the longest that an option may say, doubled so often, still fit 63 bits. */
enum { EXPONENT_MAX = 27 };

/* Rounded down, also below zero. */
static int64_t seconds(int64_t ms)
{
	return ms >= 0 ? ms / 1000 : -((999 - ms) / 1000);
}

void realert_next(const struct rule *rule, const struct silence *last, int64_t now_ms,
    int64_t *ret_until_ms, uint32_t *ret_exponent)
{
	int64_t step_s = seconds(rule->realert_ms), quiet_s, wait_s;
	uint32_t exponent;

	*ret_until_ms = now_ms + rule->realert_ms;
	*ret_exponent = 0;
	if (!last || !rule->exponential_ms)
		return;
	exponent = last->exponent < EXPONENT_MAX ? last->exponent : EXPONENT_MAX;
	quiet_s = seconds(now_ms - last->until_ms);
	if (quiet_s < step_s << exponent) {
		exponent++;
	} else {
		while (exponent > 0 && quiet_s > step_s << exponent)
			quiet_s -= step_s << exponent--;
	}
	wait_s = step_s << exponent;
	if (wait_s >= seconds(rule->exponential_ms)) {
		*ret_until_ms = now_ms + rule->exponential_ms;
		*ret_exponent = exponent - (exponent > 0);
	} else {
		*ret_until_ms = now_ms + wait_s * 1000;
		*ret_exponent = exponent;
	}
}
