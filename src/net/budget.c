/*
 * budget.c: a token bucket for the rate, a counter for the whole, and a table that has one row for
 * each address with a connection open now. The table never holds more rows than connections may be
 * open, so it is allocated once, at twice that size, and deletes by shifting back (no tombstones).
 * The addresses are the ones that the user named, so its hash needs no secret.
 */
#include "net/budget.h"

#include "base/bucket.h"
#include "net/limits.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

struct host {
	struct addr addr;
	uint32_t open; /* 0: an empty row */
	uint64_t yield_until_us; /* spare takers stand back */
};

struct budget {
	struct budget_limits limits;
	struct bucket rate;
	uint32_t open;
	uint64_t taken;
	uint64_t yield_until_us;
	uint32_t mask;
	struct host *hosts; /* NULL where hosts are not limited */
};

struct err budget_new(const struct budget_limits *limits, struct budget **ret_budget)
{
	struct budget *b;
	uint32_t n = 16;

	if (limits->open == 0 || limits->open > BUDGET_OPEN_MAX)
		return err_limit("connections at once");
	while (n < 2 * limits->open)
		n *= 2;
	b = calloc(1, sizeof(*b));
	if (!b)
		return err_io(ENOMEM, "budget");
	b->limits = *limits;
	b->mask = n - 1;
	bucket_init(&b->rate, limits->per_second, BUDGET_BURST_US);
	if (limits->per_host) {
		b->hosts = calloc(n, sizeof(*b->hosts));
		if (!b->hosts) {
			free(b);
			return err_io(ENOMEM, "budget");
		}
	}
	*ret_budget = b;
	return OK;
}

void budget_free(struct budget *b)
{
	if (!b)
		return;
	free(b->hosts);
	free(b);
}

static uint32_t home(const struct budget *b, const struct addr *a)
{
	uint64_t half[2], h;

	memcpy(half, a->b, sizeof(half));
	h = (half[0] + a->zone) * UINT64_C(0x9e3779b97f4a7c15) ^ half[1];
	h = (h ^ h >> 32) * UINT64_C(0xd6e8feb86659fd93);
	return (uint32_t)(h >> 32) & b->mask;
}

/* The host's row, or the empty one where it would be. */
static uint32_t find(const struct budget *b, const struct addr *a)
{
	uint32_t i = home(b, a);

	while (b->hosts[i].open && !addr_eq(&b->hosts[i].addr, a))
		i = (i + 1) & b->mask;
	return i;
}

/* Row i has become empty: rows after it that it kept from their home move up. */
static void close_gap(struct budget *b, uint32_t gap)
{
	for (uint32_t i = (gap + 1) & b->mask; b->hosts[i].open; i = (i + 1) & b->mask) {
		uint32_t from_home = (i - home(b, &b->hosts[i].addr)) & b->mask;

		if (from_home < ((i - gap) & b->mask))
			continue;
		b->hosts[gap] = b->hosts[i];
		b->hosts[i].open = 0;
		gap = i;
	}
}

static enum budget_answer take(struct budget *b, const struct addr *a, struct host *host,
    uint64_t now_us, uint64_t *ret_wait_us)
{
	if (b->open >= b->limits.open)
		return BUDGET_OPEN;
	if (host && host->open >= b->limits.per_host)
		return BUDGET_HOST;
	if (!bucket_take(&b->rate, now_us, ret_wait_us))
		return BUDGET_RATE;
	if (host && host->open++ == 0) {
		host->addr = *a;
		host->yield_until_us = 0;
	}
	b->open++;
	b->taken++;
	return BUDGET_GO;
}

enum budget_answer budget_take(
    struct budget *b, const struct addr *a, uint64_t now_us, uint64_t *ret_wait_us)
{
	struct host *host = b->hosts ? &b->hosts[find(b, a)] : NULL;
	enum budget_answer answer = take(b, a, host, now_us, ret_wait_us);

	if (host)
		host->yield_until_us = answer == BUDGET_HOST ? now_us + BUDGET_YIELD_US : 0;
	if (answer != BUDGET_HOST)
		b->yield_until_us = answer == BUDGET_GO ? 0 : now_us + BUDGET_YIELD_US;
	return answer;
}

enum budget_answer budget_take_spare(
    struct budget *b, const struct addr *a, uint64_t now_us, uint64_t *ret_wait_us)
{
	struct host *host = b->hosts ? &b->hosts[find(b, a)] : NULL;

	if (now_us < b->yield_until_us) {
		*ret_wait_us = b->yield_until_us - now_us;
		return BUDGET_RATE;
	}
	if (host && host->open && now_us < host->yield_until_us)
		return BUDGET_HOST;
	return take(b, a, host, now_us, ret_wait_us);
}

void budget_release(struct budget *b, const struct addr *a)
{
	uint32_t i;

	if (b->open)
		b->open--;
	if (!b->hosts)
		return;
	i = find(b, a);
	if (b->hosts[i].open && --b->hosts[i].open == 0)
		close_gap(b, i);
}

uint32_t budget_open(const struct budget *b)
{
	return b->open;
}

void budget_set_rate(struct budget *b, uint32_t per_second)
{
	bucket_set_rate(&b->rate, per_second);
}

uint64_t budget_taken(const struct budget *b)
{
	return b->taken;
}
