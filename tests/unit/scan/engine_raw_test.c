/*
 * The raw engine against hosts that answer by a table (raw_lab.h). Routed networks: 10.77.0.0/16
 * and fd77::/64; local: 10.9.0.0/24.
 */
#include "raw_lab.h"

#include <errno.h>

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

/* ICMP's codes, and what they are to whom is told of them. */
static const struct {
	const char *who;
	uint8_t code;
	int os_error;
} codes[] = {
    {"10.77.1.0", 0, ENETUNREACH}, /* RFC 792 */
    {"10.77.1.1", 1, EHOSTUNREACH},
    {"10.77.1.2", 2, ECONNREFUSED}, /* protocol */
    {"10.77.1.3", 3, ECONNREFUSED}, /* port */
    {"10.77.1.5", 5, EHOSTUNREACH},
    {"10.77.1.6", 6, EHOSTUNREACH}, /* RFC 1812 5.2.7.1 */
    {"10.77.1.9", 9, ENGINE_PROHIBITED},
    {"10.77.1.10", 10, ENGINE_PROHIBITED},
    {"10.77.1.13", 13, ENGINE_PROHIBITED},
    {"10.77.1.14", 14, EHOSTUNREACH},
    {"fd77::100", 0, ENETUNREACH}, /* RFC 4443 3.1 */
    {"fd77::101", 1, ENGINE_PROHIBITED},
    {"fd77::103", 3, EHOSTUNREACH},
    {"fd77::104", 4, ECONNREFUSED},
    {"fd77::105", 5, ENGINE_PROHIBITED}, /* "more informative subsets of code 1" */
    {"fd77::106", 6, ENGINE_PROHIBITED},
};

/* Once a host and reason, though both its ports are unreachable. */
static void unreachable_by_code(void)
{
	struct reply replies[COUNT(codes)];
	char targets[COUNT(codes) * 16] = "";

	if (!have_network)
		SKIP(NO_NETWORK);
	for (size_t i = 0; i < COUNT(codes); i++) {
		replies[i] = (struct reply){
		    .who = codes[i].who, .kind = REPLY_UNREACHABLE, .code = codes[i].code};
		strcat(strcat(targets, i ? " " : ""), codes[i].who);
	}
	set_up(replies, COUNT(codes), targets, "443,80");
	run_to_its_end();
	CHECK_EQ(r.n_errors, COUNT(codes));
	for (size_t i = 0; i < COUNT(codes); i++) {
		printf("# %s\n", codes[i].who);
		CHECK_EQ(error_of(codes[i].who), codes[i].os_error);
	}
	CHECK_EQ(r.counts.unreachable, 2 * COUNT(codes));
	CHECK_EQ(r.counts.absent, 0);
	CHECK(r.took_us < 1400000);
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

static int listener(uint16_t *ret_port)
{
	struct sockaddr_in sa = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	socklen_t n = sizeof(sa);
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	CHECK(bind(fd, (struct sockaddr *)&sa, n) == 0 && listen(fd, 4) == 0);
	CHECK(getsockname(fd, (struct sockaddr *)&sa, &n) == 0);
	*ret_port = ntohs(sa.sin_port);
	return fd;
}

/* This machine itself, and what no route leads to. */
static void what_packets_do_not_reach_is_connected_to(void)
{
	struct reply replies[] = {{"10.77.0.5", 0, .kind = REPLY_OPEN}, {.kind = REPLY_CLOSED}};
	struct addr own = far_addr("127.0.0.1");
	char ports[16];
	uint16_t port;
	int fd;

	if (!have_network)
		SKIP(NO_NETWORK);
	fd = listener(&port);
	replies[0].port = port;
	snprintf(ports, sizeof(ports), "%u", port);
	set_up(replies, COUNT(replies), "127.0.0.1-127.0.0.4 10.30.0.0/30 10.77.0.4/30", ports);
	run_to_its_end();
	CHECK_EQ(times_open("127.0.0.1", port), 1);
	CHECK_EQ(times_open("10.77.0.5", port), 1);
	CHECK_EQ(r.n_opens, 2);
	for (size_t i = 0; i < r.n_opens; i++)
		CHECK_EQ(r.opens[i].fd >= 0, addr_eq(&r.opens[i].addr, &own));
	CHECK_EQ(r.counts.open, 2);
	CHECK_EQ(r.counts.refused, 3 + 3);
	CHECK_EQ(r.counts.unreachable + r.counts.local_errors, 4);
	CHECK_EQ(far_end_asked(&far, NULL), 4 + 1); /* a decoy */
	CHECK_EQ(r.n_errors, 4);
	close(fd);
	tear_down();
}

/* It is no part of the segments any more, but the mark stays at it, and the scan is not over. */
static void what_is_connected_to_is_waited_for(void)
{
	char ports[16];
	uint16_t port;
	int fd;

	if (!have_network)
		SKIP(NO_NETWORK);
	fd = listener(&port);
	snprintf(ports, sizeof(ports), "%u", port);
	set_up(NULL, 0, "127.0.0.1", ports);
	r.keep = true;
	engine_make();
	CHECK(!err_is(engine_start(r.engine)));
	run_for(500000);
	CHECK_EQ(r.n_opens, 1);
	CHECK_EQ(r.done, 0);
	CHECK_EQ(engine_counts(r.engine).low_water, 0);
	engine_finished(r.engine, r.opens[0].index);
	CHECK_EQ(engine_counts(r.engine).low_water, 1);
	CHECK_EQ(r.done, 1);
	engine_end();
	close(fd);
	tear_down();
}

/* After a stop nothing is sent, told or done. */
static void stopped_in_the_middle(void)
{
	static const struct reply replies[] = {{.kind = REPLY_OPEN}};
	size_t sent, told;

	if (!have_network)
		SKIP(NO_NETWORK);
	set_up(replies, COUNT(replies), "10.77.0.0/24", "443");
	r.config.pace.fixed = 500;
	engine_make();
	CHECK(!err_is(engine_start(r.engine)));
	run_for(100000);
	engine_stop(r.engine);
	told = r.n_opens;
	run_for(DRAIN_US / 4);
	sent = far_end_syns(&far, NULL, 0);
	CHECK(told > 10 && sent >= told && sent < 200);
	run_for(DRAIN_US);
	CHECK_EQ(far_end_syns(&far, NULL, 0), sent);
	CHECK_EQ(r.n_opens, told);
	CHECK_EQ(r.done, 0);
	engine_end();
	CHECK(r.counts.low_water < 256);
	tear_down();
}

static size_t held_below(uint64_t *held, size_t n, uint64_t first)
{
	size_t below = 0;

	for (size_t i = 0; i < n; i++)
		below += held[i] < first;
	return below;
}

/* A checkpoint is the mark and what is held below it: who goes on from there tells what is held,
 * and walks the rest; nothing below the mark is probed again. */
static void a_resume_goes_on_from_its_checkpoint(void)
{
	static const struct reply replies[] = {
	    {NULL, 443, .kind = REPLY_OPEN}, {.kind = REPLY_CLOSED}};
	static uint64_t held[ENGINE_HELD_MAX];
	static bool told[1024];
	size_t n_held, again = 0;
	uint64_t first = 0;

	if (!have_network)
		SKIP(NO_NETWORK);
	memset(told, 0, sizeof(told));
	set_up(replies, COUNT(replies), "10.77.0.0/24", "443-446");
	r.config.pace.fixed = 800;
	r.keep = true;
	engine_make();
	CHECK(!err_is(engine_start(r.engine)));
	while (first == 0 && r.done == 0) {
		run_for(5000);
		first = engine_counts(r.engine).low_water;
	}
	CHECK(first > 50 && first < 1000);
	n_held = engine_held(r.engine, held);
	CHECK_EQ(n_held, held_below(held, n_held, first));
	CHECK(n_held > 10);
	engine_stop(r.engine);
	engine_end();
	tear_down();

	set_up(replies, COUNT(replies), "10.77.0.0/24", "443-446");
	r.config.walk.first = first;
	r.config.walk.held = held;
	r.config.walk.n_held = n_held;
	run_to_its_end();
	CHECK_EQ(r.counts.taken, 1024 - first);
	CHECK_EQ(far_end_asked(&far, NULL), 1024 - first);
	for (size_t i = 0; i < r.n_opens; i++) {
		again += told[r.opens[i].index];
		told[r.opens[i].index] = true;
		CHECK(r.opens[i].index >= first || i < n_held);
	}
	CHECK_EQ(again, 0);
	CHECK_EQ(r.n_opens, r.counts.open + n_held);
	for (size_t i = 0; i < n_held; i++)
		CHECK(told[held[i]]);
	tear_down();
}

/* An open port that nobody is done with is held, and keeps the scan from its end. */
static void a_found_port_is_waited_for(void)
{
	static const struct reply replies[] = {
	    {NULL, 443, .kind = REPLY_OPEN}, {.kind = REPLY_CLOSED}};
	uint64_t held[ENGINE_HELD_MAX];

	if (!have_network)
		SKIP(NO_NETWORK);
	set_up(replies, COUNT(replies), "10.77.0.4/31", "443,8443");
	r.keep = true;
	engine_make();
	CHECK(!err_is(engine_start(r.engine)));
	run_for(700000);
	CHECK_EQ(r.n_opens, 2);
	CHECK_EQ(r.done, 0);
	CHECK_EQ(engine_counts(r.engine).low_water, 4);
	CHECK_EQ(engine_held(r.engine, held), 2);
	engine_finished(r.engine, r.opens[0].index);
	CHECK_EQ(engine_held(r.engine, held), 1);
	CHECK_EQ(held[0], r.opens[1].index);
	CHECK_EQ(r.done, 0);
	engine_finished(r.engine, r.opens[1].index);
	CHECK_EQ(engine_held(r.engine, held), 0);
	CHECK_EQ(r.done, 1);
	engine_end();
	tear_down();
}

static void names_that_share_an_address_are_told_each(void)
{
	static const struct reply replies[] = {
	    {NULL, 443, .kind = REPLY_OPEN}, {.kind = REPLY_CLOSED}};
	const struct addr a = far_addr("10.77.0.5");
	unsigned named = 0;

	if (!have_network)
		SKIP(NO_NETWORK);
	set_up(replies, COUNT(replies), "10.77.0.5", "443");
	CHECK(!err_is(targets_add_name(r.targets, &a, "one.example")));
	CHECK(!err_is(targets_add_name(r.targets, &a, "two.example")));
	run_to_its_end();
	CHECK_EQ(r.counts.open, targets_count(r.targets));
	CHECK_EQ(r.n_opens, targets_count(r.targets));
	for (size_t i = 0; i < r.n_opens; i++)
		named |= !r.opens[i].name[0] ? 1u : r.opens[i].name[0] == 'o' ? 2u : 4u;
	CHECK_EQ(named & 6, 6);
	tear_down();
}

static void run_share(const struct walk_share *share)
{
	static const struct reply replies[] = {
	    {NULL, 443, .kind = REPLY_OPEN}, {.kind = REPLY_CLOSED}};
	const struct source_ports all = {FIRST, (uint16_t)(PORTS * share->workers)};

	set_up(replies, COUNT(replies), "10.77.0.0/26", "443,444");
	r.config.walk.share = *share;
	r.ports = source_ports_slice(&all, share->worker, share->workers);
	run_to_its_end();
	CHECK_EQ(far_end_asked(&far, NULL), r.counts.taken);
	for (size_t i = 0; i < far.n; i++)
		CHECK_EQ((far.knocks[i].from_port - FIRST) / PORTS, share->worker);
}

/* What one finds the other does not, and between them they find all. */
static void check_shares(const struct walk_share *shares)
{
	unsigned found[256] = {0};
	uint64_t taken = 0;

	for (uint32_t i = 0; i < 2; i++) {
		run_share(&shares[i]);
		taken += r.counts.taken;
		for (size_t k = 0; k < r.n_opens; k++)
			found[r.opens[k].addr.b[15]]++;
		tear_down();
	}
	CHECK_EQ(taken, 128);
	for (unsigned host = 0; host < 256; host++)
		CHECK_EQ(found[host], host < 64);
}

static void workers_share_the_targets(void)
{
	if (!have_network)
		SKIP(NO_NETWORK);
	check_shares((const struct walk_share[]){{0, 1, 0, 2}, {0, 1, 1, 2}});
}

static void shards_share_the_targets(void)
{
	if (!have_network)
		SKIP(NO_NETWORK);
	check_shares((const struct walk_share[]){{0, 2, 0, 1}, {1, 2, 0, 1}});
}

/* What comes back for what was already sent is heard. */
static void paused_it_hears_and_begins_nothing(void)
{
	static const struct reply replies[] = {
	    {NULL, 443, .kind = REPLY_OPEN}, {.kind = REPLY_CLOSED}};
	size_t asked;

	if (!have_network)
		SKIP(NO_NETWORK);
	set_up(replies, COUNT(replies), "10.77.0.0/24", "443");
	r.config.pace.fixed = 500;
	engine_make();
	CHECK(!err_is(engine_start(r.engine)));
	run_for(100000);
	engine_pause(r.engine, true);
	run_for(DRAIN_US / 4);
	asked = far_end_asked(&far, NULL);
	run_for(DRAIN_US);
	CHECK(asked > 0 && asked < 200);
	CHECK_EQ(far_end_asked(&far, NULL), asked);
	CHECK_EQ(r.n_opens, asked);
	engine_pause(r.engine, false);
	run_for(GUARD_US);
	CHECK_EQ(r.done, 1);
	engine_end();
	CHECK_EQ(r.counts.open, 256);
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

/* What was sent meanwhile is lost, and sent again. Last, for routes go with their link. */
static void a_link_that_goes_for_a_moment(void)
{
	static const struct reply replies[] = {{.kind = REPLY_OPEN}};

	if (!have_network)
		SKIP(NO_NETWORK);
	set_up(replies, COUNT(replies), "10.77.0.0/27", "443");
	r.config.pace.fixed = 400;
	r.config.coverage = 0.999;
	engine_make();
	CHECK(!err_is(engine_start(r.engine)));
	run_for(40000);
	CHECK(netns_shell("ip link set va down"));
	run_for(40000);
	CHECK(netns_shell("ip link set va up"));
	CHECK(engine_counts(r.engine).open < 32);
	run_for(GUARD_US);
	CHECK_EQ(r.done, 1);
	CHECK_EQ(r.n_opens, 32);
	engine_end();
	CHECK_EQ(r.counts.open, 32);
	CHECK_EQ(r.counts.passes, 2);
	CHECK(r.counts.busy > 0);
	tear_down();
}

int main(void)
{
	have_network = netns_pair(NETNS_ROUTER "ip route add blackhole 10.30.0.0/16", NETNS_QUIET);
	RUN(open_and_closed_are_told_apart);
	RUN(what_is_half_open_is_closed);
	RUN(a_syn_ack_that_comes_again_is_one_open_port);
	RUN(unreachable_by_code);
	RUN(silence_is_waited_for_and_given_up);
	RUN(who_says_nothing_is_asked_again_from_another_port);
	RUN(what_proves_nothing_is_ignored);
	RUN(a_liar_is_told_and_not_believed);
	RUN(many_open_ports_are_believed_of_who_closes_others);
	RUN(who_is_not_there_is_not_probed);
	RUN(what_packets_do_not_reach_is_connected_to);
	RUN(what_is_connected_to_is_waited_for);
	RUN(stopped_in_the_middle);
	RUN(a_resume_goes_on_from_its_checkpoint);
	RUN(a_found_port_is_waited_for);
	RUN(names_that_share_an_address_are_told_each);
	RUN(workers_share_the_targets);
	RUN(shards_share_the_targets);
	RUN(paused_it_hears_and_begins_nothing);
	RUN(a_port_that_waits_for_its_host_is_told_in_the_end);
	RUN(an_answer_that_comes_after_we_gave_up);
	RUN(a_link_that_goes_for_a_moment);
	return test_done();
}
