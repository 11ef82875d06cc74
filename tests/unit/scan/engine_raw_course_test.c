/*
 * The course of a scan by the raw engine (raw_lab.h): what goes by connections instead, shares, a
 * pause, a stop, a resume, and its end.
 */
#include "raw_lab.h"

#include "scan/limits.h"
#include "scan/segments.h"

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

/* This machine itself; not what no route leads to. */
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

/* Of many links that lead to targets not all are open (RAW_LINKS_MAX). */
static void behind_a_link_that_is_not_open_it_connects(void)
{
	static const struct reply replies[] = {{"10.77.0.5", 443, .kind = REPLY_OPEN}};

	if (!have_network)
		SKIP(NO_NETWORK);
	CHECK(netns_shell("ip link add vd type veth peer name ve; ip link set ve up; "
			  "ip addr add 10.31.0.1/24 dev vd; ip link set vd up"));
	set_up(replies, COUNT(replies), "10.31.0.4/31 10.77.0.5", "443");
	run_to_its_end();
	CHECK_EQ(times_open("10.77.0.5", 443), 1);
	CHECK_EQ(r.counts.absent, 0);
	CHECK_EQ(r.counts.timeout + r.counts.unreachable, 2);
	tear_down();
	CHECK(netns_shell("ip link del vd"));
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
	CHECK_EQ(r.done, 0); /* not within our call */
	run_for(50000);
	CHECK_EQ(r.done, 1);
	engine_end();
	close(fd);
	tear_down();
}

/* A connection that only asks is a packet of the pace; what a talk costs, it does not. */
static void connections_go_as_fast_as_packets(void)
{
	if (!have_network)
		SKIP(NO_NETWORK);
	set_up(NULL, 0, "127.5.0.0/20", "443");
	run_to_its_end();
	CHECK_EQ(r.counts.refused, 4096);
	CHECK(r.took_us > 150000 && r.took_us < 1000000);
	tear_down();
}

/* The walk waits for it, and goes on where there is room again. */
static void more_than_the_connect_engine_takes_at_once(void)
{
	struct engine_counts counts = {.taken = 0};

	if (!have_network)
		SKIP(NO_NETWORK);
	set_up(NULL, 0, "127.5.0.0/16", "443");
	r.config.pace.fixed = 100000000;
	r.limits.per_second = 1000;
	engine_make();
	CHECK(!err_is(engine_start(r.engine)));
	for (unsigned i = 0; i < 100 && counts.taken <= FED_MAX + 100; i++) {
		run_for(20000);
		counts = engine_counts(r.engine);
		CHECK(counts.taken <= FED_MAX + counts.refused);
	}
	CHECK(counts.taken > FED_MAX + 100);
	engine_end();
	tear_down();
}

/* The sender's places are emptied as often as that takes. */
static void more_than_the_sender_holds_at_once(void)
{
	static const struct reply replies[] = {
	    {NULL, 443, .kind = REPLY_OPEN}, {.kind = REPLY_CLOSED}};

	if (!have_network)
		SKIP(NO_NETWORK);
	set_up(replies, COUNT(replies), "10.77.0.0/24", "443-446");
	r.config.pace.fixed = 1000000;
	r.config.coverage = 0.999;
	run_to_its_end();
	CHECK_EQ(r.counts.open, 256);
	CHECK_EQ(r.counts.refused, 768);
	CHECK_EQ(r.counts.busy, 0);
	tear_down();
}

static void a_share_that_does_not_exist(void)
{
	const struct engine_ops ops = {.on_open = on_open};
	const int va = (int)if_nametoindex("va");
	struct raw_links_config links = {
	    .links = &va, .n_links = 1, .tx = TX_MMSG, .ports = {FIRST, PORTS}};
	const char *problem;
	struct err e;

	if (!have_network)
		SKIP(NO_NETWORK);
	set_up(NULL, 0, "10.77.0.5", "443");
	CHECK(!err_is(targets_seal(r.targets)));
	links.routes = r.routes;
	r.config.walk.targets = r.targets;
	r.config.walk.share.worker = 1;
	CHECK(!err_is(loop_new(&r.loop)));
	CHECK(!err_is(raw_links_open(&links, &r.config.links, &problem)));
	e = engine_raw_new(r.loop, NULL, &r.config, &ops, &r, &r.engine);
	CHECK_EQ(err_class(e), ERR_BUG);
	CHECK(!r.engine);
	loop_free(r.loop);
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

static void who_is_owed_and_answers_was_probed_once(void)
{
	static const struct reply replies[] = {
	    {"10.77.0.5", 443, .kind = REPLY_OPEN}, {.kind = REPLY_CLOSED}};

	if (!have_network)
		SKIP(NO_NETWORK);
	set_up(replies, COUNT(replies), "10.77.0.4/30", "443");
	r.config.walk.first = r.config.walk.owed = 4;
	r.config.coverage = 1;
	run_to_its_end();
	CHECK_EQ(r.counts.open, 1);
	CHECK_EQ(r.counts.answered, 4);
	CHECK_EQ(r.counts.probed, 4);
	tear_down();
}

/* Of more than can be owed all is walked again, and what was held is found again: once. */
static void what_is_walked_again_is_not_held(void)
{
	const uint64_t first = SEGMENTS_OWED_MAX + 2, held[] = {first - 1};

	if (!have_network)
		SKIP(NO_NETWORK);
	set_up(NULL, 0, "10.64.0.0/10 10.128.0.0/10", "443,8443");
	r.config.walk.first = r.config.walk.owed = first;
	r.config.walk.held = held;
	r.config.walk.n_held = COUNT(held);
	r.config.pace.fixed = 50;
	engine_make();
	CHECK(!err_is(engine_start(r.engine)));
	run_for(2500000);
	CHECK_EQ(r.n_opens, 0);
	engine_end();
	tear_down();
}

/* Of a host that nobody knew yet when the run ended. */
static void what_a_resume_brings_is_believed_no_more_than_what_it_finds(void)
{
	static const struct reply replies[] = {
	    {"10.77.0.5", .kind = REPLY_OPEN}, {.kind = REPLY_CLOSED}};
	const uint64_t held[] = {0, 1, 2, 3, 4, 5};

	if (!have_network)
		SKIP(NO_NETWORK);
	set_up(replies, COUNT(replies), "10.77.0.5", "440-445");
	r.config.walk.first = COUNT(held);
	r.config.walk.held = held;
	r.config.walk.n_held = COUNT(held);
	run_to_its_end();
	CHECK_EQ(r.n_opens, 1);
	CHECK_EQ(times_open("10.77.0.5", 443), 1);
	CHECK_EQ(r.n_liars, 1);
	CHECK_EQ(r.counts.disbelieved, COUNT(held) - 1);
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
	CHECK_EQ(r.done, 0);
	run_for(50000);
	CHECK_EQ(r.done, 1);
	engine_end();
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

/* It is waited for: nothing is lost, and nothing sent again. Its routes come back, as who manages
 * the network sees to. */
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
	CHECK(netns_shell("ip link set va up; ip route add default via 10.9.0.2; "
			  "ip neigh replace 10.9.0.2 lladdr 02:00:00:00:00:02 dev va"));
	CHECK(engine_counts(r.engine).open < 32);
	run_for(GUARD_US);
	CHECK_EQ(r.done, 1);
	CHECK_EQ(r.n_opens, 32);
	engine_end();
	CHECK_EQ(r.counts.open, 32);
	CHECK_EQ(r.counts.busy, 0);
	/* A carrier that comes late, or a slow machine: the way was gone for a moment, too. */
	CHECK(r.troubles >= 2 && r.troubles <= 4);
	CHECK(!r.given_up);
	tear_down();
}

static void until_troubles(unsigned n)
{
	for (unsigned i = 0; i < 100 && r.troubles < n; i++)
		run_for(DRAIN_US);
	CHECK_EQ(r.troubles, n);
}

/* Nothing is asked the other way. Last, for the route stays gone. */
static void a_way_that_changes_ends_the_scan(void)
{
	static const struct reply replies[] = {{.kind = REPLY_CLOSED}};
	size_t asked;

	if (!have_network)
		SKIP(NO_NETWORK);
	set_up(replies, COUNT(replies), "10.77.0.0/20", "443");
	r.config.pace.fixed = 200;
	engine_make();
	CHECK(!err_is(engine_start(r.engine)));
	run_for(100000);
	CHECK(netns_shell("ip route replace default via 10.9.0.3"));
	until_troubles(1);
	CHECK(!r.given_up);
	run_for(DRAIN_US);
	asked = far_end_asked(&far, NULL);
	run_for(3 * DRAIN_US);
	CHECK_EQ(far_end_asked(&far, NULL), asked);
	CHECK(netns_shell("ip route replace default via 10.9.0.2"));
	until_troubles(2);
	run_for(DRAIN_US);
	CHECK(far_end_asked(&far, NULL) > asked);
	CHECK(netns_shell("ip route replace unreachable 10.77.8.0/24"));
	until_troubles(4);
	CHECK(r.given_up);
	CHECK_EQ(r.done, 0);
	engine_end();
	tear_down();
}

int main(void)
{
	have_network = netns_pair(NETNS_ROUTER "ip route add blackhole 10.30.0.0/16", NETNS_QUIET);
	RUN(what_packets_do_not_reach_is_connected_to);
	RUN(behind_a_link_that_is_not_open_it_connects);
	RUN(what_is_connected_to_is_waited_for);
	RUN(connections_go_as_fast_as_packets);
	RUN(more_than_the_connect_engine_takes_at_once);
	RUN(more_than_the_sender_holds_at_once);
	RUN(a_share_that_does_not_exist);
	RUN(stopped_in_the_middle);
	RUN(a_resume_goes_on_from_its_checkpoint);
	RUN(what_a_resume_brings_is_believed_no_more_than_what_it_finds);
	RUN(who_is_owed_and_answers_was_probed_once);
	RUN(what_is_walked_again_is_not_held);
	RUN(a_found_port_is_waited_for);
	RUN(workers_share_the_targets);
	RUN(shards_share_the_targets);
	RUN(paused_it_hears_and_begins_nothing);
	RUN(a_link_that_goes_for_a_moment);
	RUN(a_way_that_changes_ends_the_scan);
	return test_done();
}
