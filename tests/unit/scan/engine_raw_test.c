/*
 * What the raw engine makes of answers (raw_lab.h). Routed networks: 10.77.0.0/16 and fd77::/64;
 * local: 10.9.0.0/24.
 */
#include "raw_lab.h"

#include <errno.h>
#include <stdlib.h>

static void open_and_closed_are_told_apart(void)
{
	static const struct reply replies[] = {
	    {"10.77.0.5", 443, .kind = REPLY_OPEN},
	    {"fd77::5", 443, .kind = REPLY_OPEN},
	    {.kind = REPLY_CLOSED},
	};

	if (!have_network)
		SKIP(NO_NETWORK);
	set_up(replies, COUNT(replies), "10.77.0.0/28 fd77::/125", "443-445");
	run_to_its_end();
	CHECK_EQ(r.n_opens, 2);
	CHECK_EQ(times_open("10.77.0.5", 443), 1);
	CHECK_EQ(times_open("fd77::5", 443), 1);
	CHECK_EQ(r.opens[0].fd, -1);
	CHECK_EQ(r.counts.open, 2);
	CHECK_EQ(r.counts.taken, targets_count(r.targets));
	CHECK_EQ(r.counts.refused, r.counts.taken - 2);
	CHECK_EQ(r.counts.passes, 1);
	CHECK_EQ(far_end_asked(&far, NULL), r.counts.taken);
	CHECK(r.took_us < 1400000); /* nobody is waited for */
	tear_down();
}

/* By our kernel, which knows nothing of the SYN, and by us, where it is kept from hearing. */
static void what_is_half_open_is_closed(void)
{
	static const struct reply replies[] = {{NULL, 443, .kind = REPLY_OPEN}};
	unsigned ours = 0, kernels = 0;

	if (!have_network)
		SKIP(NO_NETWORK);
	set_up(replies, COUNT(replies), "10.77.0.5 fd77::5", "443");
	run_to_its_end();
	CHECK_EQ(far_end_syns(&far, NULL, 0), 2);
	for (size_t i = 0; i < far.n; i++)
		for (size_t k = 0; k < far.n; k++) {
			const struct knock *syn = &far.knocks[i], *reset = &far.knocks[k];

			if (syn->flags != TCP_SYN || reset->flags != TCP_RST ||
			    !addr_eq(&syn->to, &reset->to))
				continue;
			CHECK_EQ(reset->from_port, syn->from_port);
			CHECK_EQ(reset->seq, syn->seq + 1);
			ours += reset->hops == syn->hops;
			kernels += reset->hops != syn->hops;
		}
	CHECK_EQ(ours, 2);
	CHECK_EQ(kernels, 2);
	tear_down();
}

static void a_syn_ack_that_comes_again_is_one_open_port(void)
{
	static const struct reply replies[] = {
	    {"10.77.0.5", 443, .kind = REPLY_OPEN, .times = 3},
	    {.kind = REPLY_CLOSED, .times = 2},
	};

	if (!have_network)
		SKIP(NO_NETWORK);
	set_up(replies, COUNT(replies), "10.77.0.4/31", "443");
	run_to_its_end();
	CHECK_EQ(r.n_opens, 1);
	CHECK_EQ(r.counts.open, 1);
	CHECK_EQ(r.counts.refused, 1);
	CHECK_EQ(far_end_syns(&far, NULL, 0), 2);
	CHECK_EQ(far_end_count(&far, TCP_RST, "10.77.0.5", 443), 6); /* three are the kernel's */
	tear_down();
}

/* Each reset of it would be a debt of the whole scan's, and its packets would never be the last. */
static void who_repeats_himself_holds_up_nobody(void)
{
	static const struct reply replies[] = {
	    {"10.77.0.5", 443, .kind = REPLY_OPEN, .times = 2000},
	    {.kind = REPLY_CLOSED},
	};

	if (!have_network)
		SKIP(NO_NETWORK);
	set_up(replies, COUNT(replies), "10.77.0.0/28", "443");
	r.config.pace.fixed = 500;
	r.config.ceilings.per_host = 100;
	run_to_its_end();
	CHECK_EQ(r.counts.open, 1);
	CHECK(r.took_us < 5000000);
	/* Nearly all are our kernel's. */
	CHECK(far_end_count(&far, TCP_RST, "10.77.0.5", 443) < 2000 + 400);
	tear_down();
}

/* Once a host and reason. */
static void unreachable_hosts_are_told_by_their_reasons(void)
{
	static const struct reply replies[] = {
	    {"10.77.0.5", 0, .kind = REPLY_UNREACHABLE, .code = 1},
	    {"10.77.0.6", 0, .kind = REPLY_UNREACHABLE, .code = 13},
	    {"10.77.0.7", 443, .kind = REPLY_UNREACHABLE, .code = 3},
	    {"10.77.0.7", 80, .kind = REPLY_UNREACHABLE, .code = 10},
	    {"fd77::5", 0, .kind = REPLY_UNREACHABLE, .code = 0},
	    {"fd77::6", 0, .kind = REPLY_UNREACHABLE, .code = 1},
	};

	if (!have_network)
		SKIP(NO_NETWORK);
	set_up(replies, COUNT(replies), "10.77.0.5-10.77.0.7 fd77::5 fd77::6", "443,80");
	run_to_its_end();
	CHECK_EQ(r.n_errors, 6);
	CHECK_EQ(times_told("10.77.0.5", EHOSTUNREACH), 1);
	CHECK_EQ(times_told("10.77.0.6", ENGINE_PROHIBITED), 1);
	CHECK_EQ(times_told("10.77.0.7", ECONNREFUSED), 1);
	CHECK_EQ(times_told("10.77.0.7", ENGINE_PROHIBITED), 1);
	CHECK_EQ(times_told("fd77::5", ENETUNREACH), 1);
	CHECK_EQ(times_told("fd77::6", ENGINE_PROHIBITED), 1);
	CHECK_EQ(r.counts.unreachable, 10);
	CHECK_EQ(r.counts.absent, 0);
	CHECK_EQ(r.counts.timeout, 0);
	tear_down();
}

/* A router that could not reach a host a moment ago may have found it. */
static void an_answer_is_believed_after_an_error(void)
{
	static const struct reply replies[] = {
	    {"10.77.0.5", 443, .kind = REPLY_UNREACHABLE, .code = 1, .then = REPLY_OPEN},
	    {"10.77.0.5", 80, .kind = REPLY_UNREACHABLE, .code = 1, .then = REPLY_CLOSED},
	};

	if (!have_network)
		SKIP(NO_NETWORK);
	set_up(replies, COUNT(replies), "10.77.0.5", "443,80");
	run_to_its_end();
	CHECK_EQ(r.n_opens, 1);
	CHECK_EQ(r.counts.open, 1);
	CHECK_EQ(r.counts.refused, 1);
	CHECK_EQ(r.counts.unreachable, 0);
	CHECK_EQ(r.counts.timeout, 0);
	tear_down();
}

/* What covers enough is not asked again. */
static void silence_is_waited_for_and_given_up(void)
{
	static const struct reply replies[] = {
	    {"10.77.0.5", 443, .kind = REPLY_NOTHING}, {.kind = REPLY_CLOSED}};

	if (!have_network)
		SKIP(NO_NETWORK);
	set_up(replies, COUNT(replies), "10.77.0.4/30", "443");
	run_to_its_end();
	CHECK_EQ(r.counts.timeout, 1);
	CHECK_EQ(r.counts.refused, 3);
	CHECK_EQ(r.counts.passes, 1);
	CHECK_EQ(far_end_syns(&far, "10.77.0.5", 443), 1);
	CHECK(r.took_us >= 1400000 && r.took_us < 2900000);
	tear_down();
}

/* The first probe of it, or its answer, is lost. */
static void who_says_nothing_is_asked_again_from_another_port(void)
{
	static const struct reply replies[] = {
	    {"10.77.0.5", 443, .kind = REPLY_OPEN, .deaf = 1},
	    {.kind = REPLY_CLOSED},
	};
	const struct knock *first = NULL;

	if (!have_network)
		SKIP(NO_NETWORK);
	set_up(replies, COUNT(replies), "10.77.0.4/30", "443");
	r.config.coverage = 0.999;
	run_to_its_end();
	CHECK_EQ(r.n_opens, 1);
	CHECK_EQ(r.counts.timeout, 0);
	CHECK_EQ(r.counts.passes, 2);
	CHECK_EQ(far_end_syns(&far, "10.77.0.5", 443), 2);
	CHECK_EQ(far_end_syns(&far, NULL, 0), 5);
	for (size_t i = 0; i < far.n; i++) {
		const struct knock *k = &far.knocks[i];

		if (k->flags != TCP_SYN || k->to.b[15] != 5)
			continue;
		CHECK(!first || (k->from_port != first->from_port && k->seq != first->seq));
		first = k;
	}
	tear_down();
}

/* Whoever has not seen the probe cannot answer for its target. */
static void what_proves_nothing_is_ignored(void)
{
	static const struct reply replies[] = {
	    {"10.77.0.1", 0, .kind = REPLY_OPEN, .wrong_number = 1},
	    {"10.77.0.2", 0, .kind = REPLY_OPEN, .wrong_number = UINT32_MAX},
	    {"10.77.0.3", 0, .kind = REPLY_OPEN, .wrong_port = 1},
	    {"10.77.0.4", 0, .kind = REPLY_OPEN, .wrong_host = 1}, /* 10.77.0.5 is a target, too */
	    {"10.77.0.5", 0, .kind = REPLY_CLOSED, .wrong_number = 1},
	    {"10.77.0.6", 0, .kind = REPLY_UNREACHABLE, .code = 1, .wrong_number = 1},
	    {"10.77.0.7", 0, .kind = REPLY_UNREACHABLE, .code = 1, .wrong_port = 1},
	    {"10.77.0.8", 0, .kind = REPLY_UNREACHABLE, .code = 1, .wrong_host = 1},
	    {"fd77::1", 0, .kind = REPLY_OPEN, .wrong_number = 1},
	    {"fd77::2", 0, .kind = REPLY_UNREACHABLE, .code = 1, .wrong_number = 1},
	};

	if (!have_network)
		SKIP(NO_NETWORK);
	set_up(replies, COUNT(replies), "10.77.0.1-10.77.0.9 fd77::1 fd77::2", "443,444");
	run_to_its_end();
	CHECK_EQ(r.n_opens, 0);
	CHECK_EQ(r.n_errors, 0);
	CHECK_EQ(r.counts.timeout, 22);
	CHECK_EQ(far_end_syns(&far, NULL, 0), 22);
	tear_down();
}

/* Of a host that says so of every port only those are believed that TLS lives on. */
static void a_liar_is_told_and_not_believed(void)
{
	static const struct reply replies[] = {
	    {"10.77.0.5", 0, .kind = REPLY_OPEN}, {.kind = REPLY_CLOSED}};

	if (!have_network)
		SKIP(NO_NETWORK);
	set_up(replies, COUNT(replies), "10.77.0.4/31", "440-460,8443");
	r.config.pace.fixed = 500; /* some come when it is known already */
	run_to_its_end();
	CHECK_EQ(r.n_liars, 1);
	CHECK_EQ(r.liars[0].b[15], 5);
	CHECK_EQ(r.n_opens, 2);
	CHECK_EQ(times_open("10.77.0.5", 443), 1);
	CHECK_EQ(times_open("10.77.0.5", 8443), 1);
	CHECK_EQ(r.counts.open, 22);
	CHECK_EQ(r.counts.refused, 22);
	CHECK_EQ(far_end_asked(&far, "10.77.0.5"), 22 + 2); /* two decoys */
	tear_down();
}

static void many_open_ports_are_believed_of_who_closes_others(void)
{
	static const struct reply replies[] = {{"10.77.0.5", 443, .kind = REPLY_OPEN},
	    {"10.77.0.5", 450, .kind = REPLY_OPEN}, {"10.77.0.5", 451, .kind = REPLY_OPEN},
	    {.kind = REPLY_CLOSED}};

	if (!have_network)
		SKIP(NO_NETWORK);
	set_up(replies, COUNT(replies), "10.77.0.4/31", "440-460");
	run_to_its_end();
	CHECK_EQ(r.n_liars, 0);
	CHECK_EQ(r.n_opens, 3);
	CHECK_EQ(times_open("10.77.0.5", 443), 1);
	CHECK_EQ(times_open("10.77.0.5", 450), 1);
	CHECK_EQ(times_open("10.77.0.5", 451), 1);
	CHECK_EQ(far_end_asked(&far, "10.77.0.5"), 21 + 1);
	tear_down();
}

static void who_is_not_there_is_not_probed(void)
{
	static const struct reply replies[] = {{"10.9.0.20", 443, .kind = REPLY_OPEN},
	    {"10.9.0.21", 0, .kind = REPLY_CLOSED}, {"10.9.0.20", 0, .kind = REPLY_CLOSED},
	    {"10.9.0.22", 0, .kind = REPLY_CLOSED}};

	if (!have_network)
		SKIP(NO_NETWORK);
	set_up(replies, COUNT(replies), "10.9.0.20/30", "443,8443");
	run_to_its_end();
	CHECK_EQ(r.n_opens, 1);
	CHECK_EQ(times_open("10.9.0.20", 443), 1);
	CHECK_EQ(r.counts.refused, 5);
	CHECK_EQ(r.counts.absent, 2);
	CHECK_EQ(r.counts.unreachable, 2);
	CHECK_EQ(r.n_errors, 0);
	CHECK_EQ(far_end_syns(&far, "10.9.0.23", 0), 0);
	CHECK_EQ(far_end_syns(&far, NULL, 0), 6);
	tear_down();
}

/* Nobody tries, so how fast we may send does not matter. */
static void where_no_route_leads_all_is_settled_at_once(void)
{
	static const struct reply replies[] = {{.kind = REPLY_CLOSED}};

	if (!have_network)
		SKIP(NO_NETWORK);
	set_up(replies, COUNT(replies), "10.30.0.0/30 10.9.0.255 10.77.0.5", "1-40");
	r.config.pace = (struct pace_limits){.fixed = 100, .max = 100};
	run_to_its_end();
	CHECK_EQ(r.counts.refused, 40);
	CHECK_EQ(r.counts.unreachable, 5 * 40);
	CHECK_EQ(r.counts.absent, 0);
	CHECK_EQ(r.counts.probed, 40);
	CHECK_EQ(r.counts.answered, 40);
	CHECK_EQ(r.n_errors, 5);
	CHECK_EQ(times_told("10.30.0.2", EINVAL), 1);
	CHECK_EQ(times_told("10.9.0.255", ENGINE_BROADCAST), 1);
	CHECK(r.took_us < 2000000);
	tear_down();
}

/* Its frames do not say by which link it came; the far kernel has this address, and no listener. */
static void a_link_local_host_is_known_by_its_link(void)
{
	char target[32];

	if (!have_network)
		SKIP(NO_NETWORK);
	snprintf(target, sizeof(target), "fe80::2%%%u", if_nametoindex("va"));
	set_up(NULL, 0, target, "443,8443");
	run_to_its_end();
	CHECK_EQ(r.counts.refused, 2);
	tear_down();
}

static void names_that_share_an_address_are_told_each(void)
{
	static const struct reply replies[] = {
	    {NULL, 443, .kind = REPLY_OPEN}, {.kind = REPLY_CLOSED}};
	const struct addr a = far_addr("10.77.0.5");
	bool told[200] = {false};
	char name[16];

	if (!have_network)
		SKIP(NO_NETWORK);
	set_up(replies, COUNT(replies), "10.77.0.5", "443");
	for (size_t i = 0; i < COUNT(told); i++) {
		snprintf(name, sizeof(name), "%zu.example", i);
		CHECK(!err_is(targets_add_name(r.targets, &a, name)));
	}
	run_to_its_end();
	CHECK_EQ(r.counts.open, targets_count(r.targets));
	CHECK_EQ(r.n_opens, targets_count(r.targets));
	for (size_t i = 0; i < r.n_opens; i++)
		told[strtoul(r.opens[i].name, NULL, 10) % COUNT(told)] |= r.opens[i].name[0] != 0;
	for (size_t i = 0; i < COUNT(told); i++)
		CHECK(told[i]);
	tear_down();
}

/* Its decoy is not answered: it takes a while until it is believed. */
static void a_port_that_waits_for_its_host_is_told_in_the_end(void)
{
	static const struct reply replies[] = {{"10.77.0.5", 450, .kind = REPLY_OPEN},
	    {"10.77.0.5", 451, .kind = REPLY_CLOSED}, {"10.77.0.5", 0, .kind = REPLY_NOTHING},
	    {.kind = REPLY_CLOSED}};

	if (!have_network)
		SKIP(NO_NETWORK);
	set_up(replies, COUNT(replies), "10.77.0.4/31", "450,451");
	engine_make();
	CHECK(!err_is(engine_start(r.engine)));
	run_for(100000);
	CHECK_EQ(r.n_opens, 0);
	CHECK_EQ(engine_counts(r.engine).open, 1);
	run_for(GUARD_US);
	CHECK_EQ(r.n_opens, 1);
	CHECK_EQ(times_open("10.77.0.5", 450), 1);
	CHECK_EQ(r.n_liars, 0);
	CHECK_EQ(r.done, 1);
	CHECK(far_end_syns(&far, "10.77.0.5", 0) > 3);
	engine_end();
	tear_down();
}

static const struct knock *knock_at(const char *who)
{
	struct addr a = far_addr(who);

	for (size_t i = 0; i < far.n; i++)
		if (addr_eq(&far.knocks[i].to, &a))
			return &far.knocks[i];
	return NULL;
}

/* While the scan is not over it counts: as what it is, and no longer as silence. */
static void an_answer_that_comes_after_we_gave_up(void)
{
	static const struct reply before[] = {{"10.77.0.4", 443, .kind = REPLY_OPEN}};
	static const struct reply after[] = {{NULL, 443, .kind = REPLY_OPEN}};

	if (!have_network)
		SKIP(NO_NETWORK);
	set_up(before, COUNT(before), "10.77.0.4/31", "443");
	r.keep = true;
	engine_make();
	CHECK(!err_is(engine_start(r.engine)));
	run_for(1700000);
	CHECK_EQ(engine_counts(r.engine).timeout, 1);
	far.replies = after;
	far_end_answer(&far, knock_at("10.77.0.5"));
	run_for(50000);
	CHECK_EQ(times_open("10.77.0.5", 443), 1);
	CHECK_EQ(engine_counts(r.engine).open, 2);
	CHECK_EQ(engine_counts(r.engine).timeout, 0);
	engine_end();
	tear_down();
}

int main(void)
{
	have_network = netns_pair(NETNS_ROUTER "ip route add blackhole 10.30.0.0/16", NETNS_QUIET);
	RUN(open_and_closed_are_told_apart);
	RUN(what_is_half_open_is_closed);
	RUN(a_syn_ack_that_comes_again_is_one_open_port);
	RUN(who_repeats_himself_holds_up_nobody);
	RUN(unreachable_hosts_are_told_by_their_reasons);
	RUN(an_answer_is_believed_after_an_error);
	RUN(silence_is_waited_for_and_given_up);
	RUN(who_says_nothing_is_asked_again_from_another_port);
	RUN(what_proves_nothing_is_ignored);
	RUN(a_liar_is_told_and_not_believed);
	RUN(many_open_ports_are_believed_of_who_closes_others);
	RUN(who_is_not_there_is_not_probed);
	RUN(where_no_route_leads_all_is_settled_at_once);
	RUN(a_link_local_host_is_known_by_its_link);
	RUN(names_that_share_an_address_are_told_each);
	RUN(a_port_that_waits_for_its_host_is_told_in_the_end);
	RUN(an_answer_that_comes_after_we_gave_up);
	return test_done();
}
