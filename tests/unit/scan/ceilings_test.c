#include "scan/ceilings.h"

#include "lib/test.h"

enum { SECONDS = 4, TICK_US = 1000 };

static const struct ceilings_limits limits = {.per_host = 100, .per_net = 1000};

static struct addr addr_of(const char *text)
{
	struct addr a = {{0}, 0};

	CHECK(!err_is(addr_parse(span_str(text), &a)));
	return a;
}

/* Packets that `n` neighbours get in SECONDS, if all is sent that may be, in turns. */
static uint64_t sent_to(
    const struct ceilings_limits *l, const char *first, uint64_t step, uint64_t n)
{
	struct addr base = addr_of(first);
	struct ceilings c;
	uint64_t sent = 0, before;

	CHECK(ceilings_init(&c, l));
	for (uint64_t us = TICK_US; us <= SECONDS * UINT64_C(1000000); us += TICK_US) {
		do {
			before = sent;
			for (uint64_t i = 0; i < n; i++) {
				struct addr a = addr_add(base, i * step);

				if (!ceilings_allow(&c, &a, us))
					continue;
				ceilings_spend(&c, &a, us);
				sent++;
			}
		} while (sent != before);
	}
	ceilings_done(&c);
	return sent;
}

static bool is_about(uint64_t sent, uint64_t per_second)
{
	bool ok = sent >= per_second * SECONDS && sent <= per_second * SECONDS * 21 / 20;

	if (!ok)
		printf("# %llu sent\n", (unsigned long long)sent);
	return ok;
}

static void a_host_meets_no_more_than_its_share(void)
{
	CHECK(is_about(sent_to(&limits, "10.0.0.1", 1, 1), 100));
	CHECK(is_about(sent_to(&limits, "2001:db8::1", 1, 1), 100));
}

static void nor_does_a_network(void)
{
	CHECK(is_about(sent_to(&limits, "10.0.1.0", 1, 256), 1000));
	CHECK(is_about(sent_to(&limits, "2001:db8::1", 1, 256), 1000));
}

static void neighbours_have_shares_of_their_own(void)
{
	CHECK(is_about(sent_to(&limits, "10.0.1.0", 1, 10), 1000));
	CHECK(is_about(sent_to(&limits, "10.0.1.0", 256, 64), 6400));
	CHECK(is_about(sent_to(&limits, "2001:db8:0:1::", UINT64_C(1) << 16, 9), 900));
}

static void nothing_is_asked_of_who_is_told_no_ceiling(void)
{
	const struct ceilings_limits none = {0};
	struct addr a = addr_of("10.0.0.1");
	struct ceilings c;

	CHECK(ceilings_init(&c, &none));
	for (int i = 0; i < 1000000; i++)
		ceilings_spend(&c, &a, 1);
	CHECK(ceilings_allow(&c, &a, 1));
	ceilings_done(&c);
}

/* The rate of a scan of these. */
static uint32_t rate_of(const char *const *texts, uint32_t rate)
{
	struct targets *t = NULL;
	struct ports ports = {.n = 0};

	CHECK(!err_is(targets_new(&t)));
	CHECK(!err_is(ports_parse(&ports, span_str("443"))));
	CHECK(!err_is(targets_set_ports(t, &ports)));
	for (; *texts; texts++)
		CHECK(!err_is(targets_add(t, span_str(*texts))));
	CHECK(!err_is(targets_seal(t)));
	rate = ceilings_rate(&limits, t, rate);
	targets_free(t);
	return rate;
}

static void few_targets_are_asked_slowly(void)
{
	const char *host[] = {"10.0.0.1", NULL}, *net[] = {"10.0.0.0/24", NULL};
	const char *hosts[] = {"10.0.0.1", "10.0.1.1", "10.0.2.1", NULL};
	const char *nets[] = {"10.0.0.128-10.0.1.127", "10.9.0.0/24", NULL};
	const char *v6[] = {"2001:db8::/120", "2001:db8:0:1::/120", NULL};
	const char *wide[] = {"10.0.0.0/8", NULL};

	CHECK_EQ(rate_of(host, 50000), 100);
	CHECK_EQ(rate_of(host, 50), 50);
	CHECK_EQ(rate_of(hosts, 50000), 300);
	CHECK_EQ(rate_of(net, 50000), 1000);
	CHECK_EQ(rate_of(nets, 50000), 3000);
	CHECK_EQ(rate_of(v6, 50000), 2000);
	CHECK_EQ(rate_of(wide, 50000), 50000);
}

int main(void)
{
	RUN(a_host_meets_no_more_than_its_share);
	RUN(nor_does_a_network);
	RUN(neighbours_have_shares_of_their_own);
	RUN(nothing_is_asked_of_who_is_told_no_ceiling);
	RUN(few_targets_are_asked_slowly);
	return test_done();
}
