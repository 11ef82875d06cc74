#include "sensor/flow.h"

#include "lib/test.h"

static const struct siphash_key key = {{1, 2}};
static struct flow_table *t;

static void begin(size_t max)
{
	flow_table_free(t);
	t = NULL;
	CHECK(!err_is(flow_table_new(&key, max, &t)));
}

static struct packet packet(uint32_t n)
{
	return (struct packet){.proto = PACKET_TCP,
	    .src = addr_from_v4(0x0a000000 + n),
	    .dst = addr_from_v4(0xc0000201),
	    .sport = 1024,
	    .dport = 443};
}

static struct flow_key key_of(uint32_t n)
{
	struct packet p = packet(n);
	struct flow_key k;

	flow_key_of(&p, &k);
	return k;
}

static struct flow *find(uint32_t n)
{
	struct flow_key k = key_of(n);

	return flow_find(t, &k);
}

static struct flow *add(uint32_t n, int64_t time_us)
{
	struct flow_key k = key_of(n);

	return flow_add(t, &k, time_us);
}

static void both_directions_have_one_key(void)
{
	struct packet to = packet(1), back = to;
	struct flow_key a, b;

	back.src = to.dst;
	back.dst = to.src;
	back.sport = to.dport;
	back.dport = to.sport;
	CHECK(flow_key_of(&to, &a) != flow_key_of(&back, &b));
	CHECK_MEM(&a, &b, sizeof(a));
	back.proto = PACKET_UDP;
	flow_key_of(&back, &b);
	CHECK(memcmp(&a, &b, sizeof(a)) != 0);
}

static void ports_order_a_host_that_talks_to_itself(void)
{
	struct packet to = packet(1), back;
	struct flow_key a, b;

	to.dst = to.src;
	back = to;
	back.sport = to.dport;
	back.dport = to.sport;
	CHECK(flow_key_of(&to, &a) != flow_key_of(&back, &b));
	CHECK_MEM(&a, &b, sizeof(a));
	back.dport = to.dport;
	CHECK_EQ(flow_key_of(&back, &b), 0); /* one port: both ends are the same */
}

static void finds_what_was_added(void)
{
	begin(1000);
	for (uint32_t i = 0; i < 1000; i++)
		add(i, i)->flags = (uint8_t)i;
	CHECK(!add(1000, 0));
	CHECK_EQ(flow_count(t), 1000);
	for (uint32_t i = 0; i < 1000; i++)
		CHECK(find(i) && find(i)->flags == (uint8_t)i);
	CHECK(!find(1000));
}

static void forgets_what_was_removed(void)
{
	begin(1000);
	for (uint32_t i = 0; i < 1000; i++)
		add(i, 0);
	for (uint32_t i = 0; i < 1000; i += 2)
		flow_remove(t, find(i));
	for (uint32_t i = 0; i < 1000; i++)
		CHECK_EQ(find(i) != NULL, i % 2);
	for (uint32_t i = 2000; i < 2500; i++)
		CHECK(add(i, 0));
	CHECK(!add(2500, 0));
	for (uint32_t i = 1; i < 1000; i += 2)
		CHECK(find(i));
	CHECK_EQ(flow_count(t), 1000);
}

static void knows_who_was_silent_longest(void)
{
	enum { SECOND = 1000000 };

	begin(4);
	for (uint32_t i = 0; i < 4; i++)
		add(i, i * SECOND);
	CHECK(flow_oldest(t, FLOW_OPEN) == find(0));
	flow_touch(t, find(0), 4 * SECOND);
	CHECK(flow_oldest(t, FLOW_OPEN) == find(1));
	flow_touch(t, find(2), 5 * SECOND); /* from the middle */
	flow_remove(t, find(1));
	CHECK(flow_oldest(t, FLOW_OPEN) == find(3));
	flow_touch(t, find(3), 6 * SECOND);
	CHECK(flow_oldest(t, FLOW_OPEN) == find(0));
	flow_remove(t, find(0));
	flow_remove(t, find(3));
	CHECK(flow_oldest(t, FLOW_OPEN) == find(2));
	flow_remove(t, find(2));
	CHECK(!flow_oldest(t, FLOW_OPEN));
	CHECK_EQ(flow_count(t), 0);
}

static void lists_are_apart(void)
{
	begin(4);
	for (uint32_t i = 0; i < 4; i++)
		add(i, 0);
	CHECK(!flow_oldest(t, FLOW_QUIET));
	flow_move(t, find(2), FLOW_QUIET);
	flow_move(t, find(0), FLOW_QUIET);
	flow_move(t, find(1), FLOW_CLOSING);
	CHECK(flow_oldest(t, FLOW_OPEN) == find(3));
	CHECK(flow_oldest(t, FLOW_QUIET) == find(2));
	CHECK(flow_oldest(t, FLOW_CLOSING) == find(1));
}

static void tells_how_long(void)
{
	const int64_t now_us = 1700000000000000, tick_us = 1 << 17;

	begin(1);
	add(0, now_us);
	CHECK(llabs(flow_idle_us(find(0), now_us + 300000000) - 300000000) <= tick_us);
	CHECK(llabs(flow_idle_us(find(0), now_us - 300000000) + 300000000) <= tick_us);
}

static void refuses_sizes_beyond_its_numbers(void)
{
	struct flow_table *none = NULL;

	CHECK(err_class(flow_table_new(&key, 0, &none)) == ERR_LIMIT);
	CHECK(err_class(flow_table_new(&key, UINT32_MAX, &none)) == ERR_LIMIT);
	CHECK(!none);
	flow_table_free(NULL);
}

int main(void)
{
	RUN(both_directions_have_one_key);
	RUN(ports_order_a_host_that_talks_to_itself);
	RUN(finds_what_was_added);
	RUN(forgets_what_was_removed);
	RUN(knows_who_was_silent_longest);
	RUN(lists_are_apart);
	RUN(tells_how_long);
	RUN(refuses_sizes_beyond_its_numbers);
	flow_table_free(t);
	return test_done();
}
