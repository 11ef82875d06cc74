#include "scan/probe.h"

#include "lib/test.h"

static void the_pool_takes_back(void)
{
	struct pool pool = {0};
	struct probe *p[3 * SLAB_PROBES];

	for (size_t i = 0; i < 3 * SLAB_PROBES; i++) {
		p[i] = pool_take(&pool);
		CHECK(p[i] && p[i]->watch.fd == -1 && p[i]->port == 0);
		p[i]->port = 9;
	}
	pool_give(&pool, p[5]);
	CHECK(pool_take(&pool) == p[5]);
	CHECK_EQ(p[5]->port, 0);
	pool_done(&pool);
}

static void a_queue_keeps_its_order(void)
{
	struct queue q = {0};
	struct probe p[4];

	CHECK(queue_pop(&q) == NULL);
	queue_push(&q, &p[1]);
	queue_push(&q, &p[2]);
	queue_push_front(&q, &p[0]);
	CHECK(queue_pop(&q) == &p[0] && queue_pop(&q) == &p[1] && queue_pop(&q) == &p[2]);
	CHECK(queue_pop(&q) == NULL);
	queue_push_front(&q, &p[3]);
	queue_push(&q, &p[0]);
	CHECK(queue_pop(&q) == &p[3] && queue_pop(&q) == &p[0] && queue_pop(&q) == NULL);
}

enum { PARKED = 3000, HOSTS = 1500 };

static void the_lot_finds_by_host_in_order(void)
{
	static struct lot lot;
	static struct probe p[PARKED];
	struct addr stranger = addr_from_v4(1);

	for (uint32_t i = 0; i < PARKED; i++) {
		p[i].addr = addr_from_v4(0x0a000000 + i % HOSTS);
		lot_park(&lot, &p[i]);
	}
	CHECK_EQ(lot.n, PARKED);
	CHECK(lot_leave(&lot, &stranger) == NULL);
	for (uint32_t i = 0; i < PARKED; i++)
		CHECK(lot_leave(&lot, &p[i].addr) == &p[i]);
	CHECK(lot.n == 0 && lot_leave(&lot, &p[0].addr) == NULL);
	/* A row that was emptied from its end takes new ones. */
	lot_park(&lot, &p[3]);
	lot_park(&lot, &p[3 + HOSTS]);
	CHECK(lot_leave(&lot, &p[3].addr) == &p[3]);
	lot_park(&lot, &p[3]);
	CHECK(lot_leave(&lot, &p[3].addr) == &p[3 + HOSTS]);
	CHECK(lot_leave(&lot, &p[3].addr) == &p[3]);
}

static void a_sweep_empties_the_lot(void)
{
	static struct lot lot;
	static struct probe p[PARKED];
	int came = 0;

	for (uint32_t i = 0; i < PARKED; i++) {
		p[i].addr = addr_from_v4(0x0a000000 + i);
		p[i].port = 0;
		lot_park(&lot, &p[i]);
	}
	for (struct probe *one; (one = lot_any(&lot)); came++)
		CHECK_EQ(one->port++, 0);
	CHECK_EQ(came, PARKED);
	CHECK_EQ(lot.n, 0);
}

int main(void)
{
	RUN(the_pool_takes_back);
	RUN(a_queue_keeps_its_order);
	RUN(the_lot_finds_by_host_in_order);
	RUN(a_sweep_empties_the_lot);
	return test_done();
}
