#include "scan/hosts.h"

#include "scan/limits.h"

#include "lib/test.h"

static struct hosts *hosts;
static uint64_t now_us;
static unsigned settled, believed, liars;
static uint64_t last_settled;
static bool scans_all;
static uint16_t scanned_from; /* ports from here on */

static void on_settled(void *context, uint64_t held, bool is_liar)
{
	(void)context;
	settled++;
	believed += !is_liar;
	last_settled = held;
}

static void on_liar(void *context, const struct addr *a)
{
	(void)context;
	(void)a;
	liars++;
}

static bool is_scanned(void *context, const struct addr *a, uint16_t port)
{
	(void)context;
	(void)a;
	return scans_all || (scanned_from && port >= scanned_from);
}

static void begin(uint64_t seed)
{
	static const struct hosts_ops ops = {on_settled, on_liar, is_scanned};
	struct siphash_key key = {{seed, 2}};

	now_us = 1000000;
	settled = believed = liars = 0;
	scans_all = false;
	scanned_from = 0;
	CHECK(!err_is(hosts_new(&key, &ops, NULL, &hosts)));
}

static void end(void)
{
	hosts_free(hosts);
	hosts = NULL;
}

static enum hosts_say opened(uint32_t host, bool is_usual, uint64_t held)
{
	struct addr a = addr_from_v4(host);

	return hosts_opened(hosts, &a, is_usual, held);
}

/* 0: none is due. */
static uint16_t decoy_of(uint32_t host)
{
	struct addr a = addr_from_v4(host), of;
	uint16_t port = 0;

	if (!hosts_decoy_due(hosts, now_us, &of, &port))
		return 0;
	CHECK(addr_eq(&of, &a));
	CHECK(port >= 50000 && port < 65000);
	return port;
}

static bool answers(uint32_t host, uint16_t port, bool is_open)
{
	struct addr a = addr_from_v4(host);

	return hosts_decoy_answer(hosts, &a, port, is_open);
}

static void two_open_decoys_make_a_liar(void)
{
	uint16_t first, second;

	begin(1);
	CHECK_EQ(opened(1, false, 11), HOSTS_HOLD);
	first = decoy_of(1);
	CHECK_EQ(opened(1, false, 12), HOSTS_HOLD);
	CHECK(answers(1, first, true));
	CHECK_EQ(settled, 0);
	second = decoy_of(1);
	CHECK(second && second != first);
	CHECK(answers(1, first, true)); /* it repeats itself: no second decoy */
	CHECK_EQ(settled, 0);
	CHECK(answers(1, second, true));
	CHECK(settled == 2 && believed == 0 && liars == 1);
	CHECK_EQ(opened(1, false, 13), HOSTS_LIAR);
	CHECK_EQ(opened(1, true, 14), HOSTS_GO);
	CHECK(answers(1, second, true));
	CHECK(liars == 1 && settled == 2);
	CHECK_EQ(hosts_counts(hosts).liars, 1);
	CHECK_EQ(hosts_counts(hosts).disbelieved, 3);
	CHECK_EQ(hosts_next_us(hosts), UINT64_MAX);
	end();
}

static void a_decoy_that_is_refused_makes_an_honest_host(void)
{
	for (int round = 0; round < 2; round++) {
		begin(1);
		CHECK_EQ(opened(1, false, 11), HOSTS_HOLD);
		if (round == 1) /* the second one */
			CHECK(answers(1, decoy_of(1), true));
		CHECK(answers(1, decoy_of(1), false));
		CHECK(settled == 1 && believed == 1 && last_settled == 11 && liars == 0);
		CHECK_EQ(opened(1, false, 12), HOSTS_GO);
		CHECK_EQ(decoy_of(1), 0);
		CHECK_EQ(hosts_next_us(hosts), UINT64_MAX);
		end();
	}
}

/* Each time for so long. */
static void is_silent(uint64_t patience_us, uint64_t wait_us)
{
	uint64_t began;

	begin(1);
	began = now_us;
	hosts_patience(hosts, patience_us);
	CHECK_EQ(opened(1, false, 11), HOSTS_HOLD);
	for (unsigned i = 0; i < DECOY_TRIES; i++) {
		CHECK(decoy_of(1) != 0);
		CHECK_EQ(decoy_of(1), 0);
		CHECK(hosts_next_us(hosts) > now_us);
		CHECK(hosts_next_us(hosts) <= now_us + wait_us);
		now_us += wait_us - 1;
		CHECK_EQ(decoy_of(1), 0);
		CHECK_EQ(settled, 0);
		now_us++;
	}
	CHECK_EQ(decoy_of(1), 0);
	CHECK(settled == 1 && believed == 1);
	CHECK_EQ(now_us - began, DECOY_TRIES * wait_us);
	CHECK_EQ(hosts_counts(hosts).decoys, DECOY_TRIES);
	end();
}

static void silence_is_honest_after_all_tries(void)
{
	is_silent(DECOY_WAIT_US, DECOY_WAIT_US);
	is_silent(1000, 1000);
	is_silent(10 * DECOY_WAIT_US, DECOY_WAIT_US);
}

static void usual_ports_are_never_held(void)
{
	begin(1);
	CHECK_EQ(opened(1, true, 11), HOSTS_GO);
	CHECK_EQ(decoy_of(1), 0); /* one alone is not worth a decoy */
	CHECK_EQ(opened(1, true, 12), HOSTS_GO);
	CHECK(decoy_of(1) != 0);
	CHECK_EQ(opened(1, true, 13), HOSTS_GO);
	CHECK_EQ(opened(1, false, 14), HOSTS_HOLD);
	end();
}

static void decoys_are_not_of_the_scanned(void)
{
	begin(1);
	scanned_from = 57500; /* half of them */
	for (uint32_t host = 1; host < 1000; host++) {
		uint16_t port;

		opened(host, false, host);
		port = decoy_of(host);
		CHECK(port && port < scanned_from);
	}
	scans_all = true; /* then any will do */
	opened(5000, false, 1);
	CHECK(decoy_of(5000) != 0);
	end();
}

static void other_answers_are_no_decoys(void)
{
	uint16_t decoy;

	begin(1);
	CHECK(!answers(1, 50001, true));
	opened(1, true, 1);
	CHECK(!answers(1, 50001, true)); /* not asked yet */
	opened(1, false, 2);
	decoy = decoy_of(1);
	CHECK(!answers(1, 443, false));
	CHECK(!answers(1, decoy == 60000 ? 60001 : 60000, false));
	CHECK(!answers(2, decoy, false));
	CHECK_EQ(settled, 0);
	end();
}

static void decoys_cannot_be_told_from_outside(void)
{
	unsigned same = 0;
	uint16_t ports[200];

	for (uint64_t seed = 1; seed < 3; seed++) {
		begin(seed);
		for (uint32_t host = 0; host < 200; host++) {
			uint16_t port;

			opened(host, false, host);
			port = decoy_of(host);
			if (seed == 1)
				ports[host] = port;
			else
				same += ports[host] == port;
		}
		end();
	}
	CHECK(same <= 3); /* of 15,000 ports */
}

/* Who is forgotten is believed, and so is whom there is no room to hold. */
static void at_the_maxima_ports_are_believed(void)
{
	struct hosts_counts c;

	begin(1);
	for (uint32_t host = 0; host < HOSTS_MAX; host++)
		CHECK_EQ(opened(host, false, host), HOSTS_HOLD);
	CHECK_EQ(opened(0, false, 1), HOSTS_GO); /* HELD_MAX is full */
	CHECK_EQ(opened(HOSTS_MAX, false, 2), HOSTS_HOLD); /* in the room that host 1 leaves */
	CHECK(settled == 1 && believed == 1 && last_settled == 1);
	c = hosts_counts(hosts);
	CHECK_EQ(c.forgotten, 1);
	CHECK_EQ(c.unheld, 1);
	CHECK_EQ(c.known, HOSTS_MAX + 1);
	for (unsigned i = 0; i <= DECOY_TRIES; i++) {
		struct addr a;
		uint16_t port;

		while (hosts_decoy_due(hosts, now_us, &a, &port))
			;
		now_us += DECOY_WAIT_US;
	}
	CHECK_EQ(settled, HOSTS_MAX + 1);
	CHECK_EQ(believed, settled);
	end();
}

/* A line that loses a tenth each way, 1000 liars and 1000 honest hosts. */
static void loss_does_not_hide_many_liars(void)
{
	uint64_t dice = 1;

	begin(1);
	for (uint32_t host = 0; host < 2000; host++)
		CHECK_EQ(opened(host, false, host), HOSTS_HOLD);
	for (unsigned i = 0; i < 20; i++) {
		struct addr a;
		uint16_t port;

		while (hosts_decoy_due(hosts, now_us, &a, &port)) {
			dice = dice * 6364136223846793005u + 1442695040888963407u;
			if ((dice >> 33) % 100 >= 19)
				hosts_decoy_answer(hosts, &a, port, addr_v4(&a) < 1000);
		}
		now_us += DECOY_WAIT_US;
	}
	CHECK_EQ(settled, 2000);
	CHECK(liars >= 970 && liars <= 1000); /* 1 - 2 * 0.19^3: 986 */
	CHECK_EQ(believed, 2000 - liars);
	CHECK_EQ(hosts_counts(hosts).disbelieved, liars);
	end();
}

static void it_is_freed_while_it_holds(void)
{
	begin(1);
	for (uint64_t i = 0; i < 100; i++)
		opened(7, false, i);
	end();
	CHECK_EQ(settled, 0);
	hosts_free(NULL);
}

int main(void)
{
	RUN(two_open_decoys_make_a_liar);
	RUN(a_decoy_that_is_refused_makes_an_honest_host);
	RUN(silence_is_honest_after_all_tries);
	RUN(usual_ports_are_never_held);
	RUN(decoys_are_not_of_the_scanned);
	RUN(other_answers_are_no_decoys);
	RUN(decoys_cannot_be_told_from_outside);
	RUN(at_the_maxima_ports_are_believed);
	RUN(loss_does_not_hide_many_liars);
	RUN(it_is_freed_while_it_holds);
	return test_done();
}
