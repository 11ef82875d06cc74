/* The connect engine against real listeners on 127.0.0.0/8, which needs no privilege. */
#include "scan/engine.h"

#include "net/sock.h"

#include "lib/test.h"

#include <errno.h>
#include <fcntl.h>
#include <net/if.h>
#include <netinet/in.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/resource.h>
#include <unistd.h>

enum { LISTENERS = 24, HELD_MAX = 64 };

/* An address of a network that other runs of this test at the same time are not likely to use. */
static const char *at(const char *rest)
{
	static char text[4][64];
	static unsigned next;
	char *one = text[next++ % 4];

	snprintf(one, sizeof(text[0]), "127.%d.%s", 16 + getpid() % 200, rest);
	return one;
}

static struct addr text_addr(const char *text)
{
	struct addr a = {0};

	CHECK(!err_is(addr_parse(span_str(text), &a)));
	return a;
}

static struct listener {
	struct addr addr;
	uint16_t port;
	int fd;
	int found;
} listeners[LISTENERS];
static size_t n_listeners;

static bool listen_at(const char *text, uint16_t port, int backlog)
{
	struct listener *l = &listeners[n_listeners++];
	struct sockaddr_storage sa;
	socklen_t n;
	int yes = 1;

	*l = (struct listener){.addr = text_addr(text), .port = port, .fd = -1};
	n = addr_to_sockaddr(&l->addr, port, &sa);
	l->fd = socket(sa.ss_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
	setsockopt(l->fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof(yes));
	if (l->fd >= 0 && bind(l->fd, (struct sockaddr *)&sa, n) == 0 &&
	    listen(l->fd, backlog) == 0)
		return true;
	CHECK(!addr_is_v4(&l->addr)); /* a machine may be without IPv6 */
	n_listeners--;
	close(l->fd);
	return false;
}

static void unlisten(void)
{
	while (n_listeners)
		close(listeners[--n_listeners].fd);
}

/* What a run of one engine saw, and how its receiver behaves. */
static struct run {
	struct loop *loop;
	struct budget *budget;
	struct targets *targets;
	struct engine *engine;
	struct engine_config config;
	struct budget_limits limits;
	int done, strangers, unreachable, last_error;
	uint64_t closed;
	uint64_t stop_after; /* opens; 0: never */
	bool hold; /* keep open ones until held_release */
	struct open held[HELD_MAX];
	size_t n_held;
	struct engine_counts counts;
} r;

static void let_go(const struct open *o)
{
	close(o->fd);
	budget_release(r.budget, &o->addr);
	engine_finished(r.engine, o->index);
}

static void on_open(void *context, const struct open *o)
{
	bool known = false;

	CHECK(context == &r);
	for (size_t i = 0; i < n_listeners; i++) {
		if (listeners[i].port != o->port || !addr_eq(&listeners[i].addr, &o->addr))
			continue;
		known = true;
		listeners[i].found++;
	}
	r.strangers += !known;
	CHECK_EQ(fcntl(o->fd, F_GETFL) & O_NONBLOCK, O_NONBLOCK);
	if (r.hold && r.n_held < HELD_MAX)
		r.held[r.n_held++] = *o;
	else
		let_go(o);
	if (r.stop_after && engine_counts(r.engine).open == r.stop_after) {
		engine_stop(r.engine);
		loop_stop(r.loop);
	}
}

/* Of a fed engine. */
static void on_closed(void *context, uint64_t index)
{
	CHECK(context == &r);
	CHECK(index < targets_count(r.targets));
	r.closed++;
}

static void on_done(void *context)
{
	CHECK(context == &r);
	r.done++;
}

static void on_unreachable(void *context, const struct addr *a, uint16_t port, int os_error)
{
	(void)context;
	(void)a;
	(void)port;
	r.unreachable++;
	r.last_error = os_error;
}

static void targets_fresh(const char *targets, const char *ports)
{
	struct ports set;

	memset(&r, 0, sizeof(r));
	r.config = (struct engine_config){
	    .seed = 1, .share = {.shards = 1, .workers = 1}, .timeout_us = 300000};
	r.limits = (struct budget_limits){.open = 500};
	ports_clear(&set);
	CHECK(!err_is(ports_parse(&set, span_str(ports))));
	CHECK(!err_is(targets_new(&r.targets)));
	CHECK(!err_is(targets_add(r.targets, span_str(targets))));
	CHECK(!err_is(targets_set_ports(r.targets, &set)));
	CHECK(!err_is(targets_seal(r.targets)));
	r.config.targets = r.targets;
	for (size_t i = 0; i < n_listeners; i++)
		listeners[i].found = 0;
}

static void engine_make(void)
{
	static const struct engine_ops ops = {.on_open = on_open,
	    .on_done = on_done,
	    .on_unreachable = on_unreachable,
	    .on_closed = on_closed};

	CHECK(!err_is(loop_new(&r.loop)));
	CHECK(!err_is(budget_new(&r.limits, &r.budget)));
	CHECK(!err_is(engine_connect_new(r.loop, r.budget, &r.config, &ops, &r, &r.engine)));
	CHECK(!err_is(engine_start(r.engine)));
}

static void engine_end(void)
{
	r.counts = engine_counts(r.engine);
	engine_free(r.engine);
	CHECK_EQ(budget_open(r.budget), 0);
	budget_free(r.budget);
	loop_free(r.loop);
}

static void run_one(void)
{
	engine_make();
	CHECK(!err_is(loop_run(r.loop)));
	engine_end();
}

static void all_found(int times)
{
	for (size_t i = 0; i < n_listeners; i++)
		CHECK_EQ(listeners[i].found, times);
	CHECK_EQ(r.strangers, 0);
}

static void listen_here_and_there(void)
{
	char text[32];

	for (unsigned i = 0; i < LISTENERS; i++) {
		snprintf(text, sizeof(text), "%u.%u", i % 4, i * 7 % 256);
		listen_at(at(text), (uint16_t)(18440 + i % 3), 64);
	}
}

static void every_open_port_is_found_once(void)
{
	listen_here_and_there();
	targets_fresh(at("0.0/22"), "18440-18445");
	run_one();
	all_found(1);
	CHECK_EQ(r.done, 1);
	CHECK_EQ(r.counts.total, 1024 * 6);
	CHECK_EQ(r.counts.open, LISTENERS);
	CHECK_EQ(r.counts.refused, 1024 * 6 - LISTENERS);
	CHECK_EQ(r.counts.tried, 1024 * 6);
	CHECK_EQ(r.counts.low_water, 1024 * 6);
	targets_free(r.targets);
	unlisten();
}

static void shards_partition(void)
{
	uint64_t sum = 0, tried = 0;

	listen_here_and_there();
	targets_fresh(at("0.0/22"), "18440-18442");
	r.config.share.shards = 3;
	for (r.config.share.shard = 0; r.config.share.shard < 3; r.config.share.shard++) {
		r.config.seed += 77; /* three machines need not agree on it */
		run_one();
		sum += r.counts.total;
		tried += r.counts.tried;
		CHECK_EQ(r.counts.low_water, 3072);
	}
	all_found(1);
	CHECK_EQ(sum, 3072);
	CHECK_EQ(tried, 3072);
	CHECK_EQ(r.done, 3);
	targets_free(r.targets);
	unlisten();
}

static void workers_partition_and_keep_hosts_together(void)
{
	uint64_t tried = 0;

	listen_here_and_there();
	targets_fresh(at("0.0/22"), "18440-18442");
	r.config.share.workers = 4;
	for (r.config.share.worker = 0; r.config.share.worker < 4; r.config.share.worker++) {
		run_one();
		CHECK_EQ(r.counts.tried, 768);
		CHECK_EQ(r.counts.total, 768);
		tried += r.counts.tried;
	}
	all_found(1);
	CHECK_EQ(tried, 3072);
	targets_free(r.targets);
	unlisten();
}

/* With one port, a shard is every other host: still both workers have work. */
static void workers_share_a_shard(void)
{
	targets_fresh(at("0.0/24"), "18440");
	r.config.share.workers = r.config.share.shards = 2;
	for (r.config.share.worker = 0; r.config.share.worker < 2; r.config.share.worker++) {
		run_one();
		CHECK_EQ(r.counts.refused, 64);
	}
	targets_free(r.targets);
}

static void one_host_one_connection_all_ports(void)
{
	for (uint16_t i = 0; i < 5; i++)
		listen_at(at("9.9"), (uint16_t)(20000 + i * 400), 64);
	targets_fresh(at("9.9"), "20000-22000");
	r.limits.per_host = 1;
	run_one();
	all_found(1);
	CHECK_EQ(r.counts.refused, 2001 - 5);
	CHECK_EQ(r.done, 1);
	targets_free(r.targets);
	unlisten();
}

static void both_families_in_one_walk(void)
{
	struct span loopback6 = span_str("::1");
	static struct ports set;
	uint16_t port = (uint16_t)(20000 + getpid() % 10000); /* ::1 is everybody's */

	if (!listen_at("::1", port, 64))
		SKIP("no IPv6 on the loopback");
	listen_at(at("0.3"), port, 64);
	targets_fresh(at("0.0/29"), "18443");
	targets_free(r.targets);
	ports_clear(&set);
	ports_add(&set, port, true);
	CHECK(!err_is(targets_new(&r.targets)));
	CHECK(!err_is(targets_add(r.targets, loopback6)));
	CHECK(!err_is(targets_add(r.targets, span_str(at("0.0/29")))));
	CHECK(!err_is(targets_set_ports(r.targets, &set)) && !err_is(targets_seal(r.targets)));
	r.config.targets = r.targets;
	run_one();
	all_found(1);
	CHECK_EQ(r.counts.total, 9);
	targets_free(r.targets);
	unlisten();
}

/* A listener whose queue is full drops what comes: as silent as a dead host. */
static void silence_is_a_timeout_after_its_repetitions(void)
{
	struct addr a = text_addr(at("8.8"));
	int fill[8], pending;

	listen_at(at("8.8"), 18443, 0);
	for (int i = 0; i < 8; i++) {
		pending = sock_connect(&a, 18443, &fill[i]);
		CHECK(pending == 0 || pending == EINPROGRESS);
	}
	targets_fresh(at("8.8"), "18443");
	r.config.retries = 2;
	r.config.timeout_us = 50000;
	run_one();
	CHECK_EQ(r.counts.timeout, 1);
	CHECK_EQ(r.counts.tried, 3);
	CHECK_EQ(r.counts.open, 0);
	CHECK_EQ(r.done, 1);
	for (int i = 0; i < 8; i++)
		close(fill[i]);
	targets_free(r.targets);
	unlisten();
}

static void unreachable_is_told_once_a_host(void)
{
	targets_fresh("127.255.255.255", "1-50"); /* the broadcast address of the loopback */
	run_one();
	CHECK_EQ(r.counts.unreachable, 50);
	CHECK_EQ(r.unreachable, 1);
	CHECK_EQ(r.last_error, ENGINE_BROADCAST);
	CHECK_EQ(r.done, 1);
	targets_free(r.targets);
}

static uint64_t oldest_held(void)
{
	uint64_t oldest = targets_count(r.targets);

	for (size_t i = 0; i < r.n_held; i++)
		if (r.held[i].index < oldest)
			oldest = r.held[i].index;
	return oldest;
}

static void release_one(struct loop_timer *t)
{
	struct engine_counts counts = engine_counts(r.engine);

	if (counts.open + counts.refused == counts.total) {
		CHECK_EQ(counts.low_water, oldest_held());
		CHECK_EQ(r.done, 0);
		r.n_held--;
		let_go(&r.held[r.n_held]);
		CHECK_EQ(engine_counts(r.engine).low_water, oldest_held());
	}
	if (r.n_held)
		loop_timer_arm(r.loop, t, 1000);
}

/* Open ones are held until all else is done: then the oldest of them is the mark. */
static void the_low_water_mark_is_the_oldest_unfinished(void)
{
	struct loop_timer t = {.fire = release_one};

	listen_here_and_there();
	targets_fresh(at("0.0/22"), "18440-18442");
	r.hold = true;
	engine_make();
	loop_timer_arm(r.loop, &t, 20000);
	CHECK(!err_is(loop_run(r.loop)));
	CHECK_EQ(r.n_held, 0);
	CHECK_EQ(r.done, 1);
	engine_end();
	all_found(1);
	CHECK_EQ(r.counts.low_water, 3072);
	targets_free(r.targets);
	unlisten();
}

static void a_resume_finds_the_rest(void)
{
	uint64_t first;

	listen_here_and_there();
	targets_fresh(at("0.0/22"), "18440-18442");
	r.limits.open = 8;
	r.stop_after = LISTENERS / 2;
	run_one();
	first = r.counts.low_water;
	CHECK(first > 0 && first < 3072);
	CHECK_EQ(r.done, 0);
	r.config.first = first;
	r.stop_after = 0;
	run_one();
	CHECK_EQ(r.done, 1);
	CHECK_EQ(r.counts.total, 3072 - first);
	for (size_t i = 0; i < n_listeners; i++)
		CHECK(listeners[i].found >= 1);
	targets_free(r.targets);
	unlisten();
}

static void without_descriptors_nothing_is_lost(void)
{
	struct rlimit old, few;

	listen_here_and_there();
	CHECK_EQ(getrlimit(RLIMIT_NOFILE, &old), 0);
	few = (struct rlimit){LISTENERS + 40, old.rlim_max};
	CHECK_EQ(setrlimit(RLIMIT_NOFILE, &few), 0);
	targets_fresh(at("0.0/22"), "18440-18441");
	run_one();
	CHECK_EQ(setrlimit(RLIMIT_NOFILE, &old), 0);
	CHECK(r.counts.busy > 0);
	CHECK_EQ(r.counts.local_errors, 0);
	CHECK_EQ(r.counts.open + r.counts.refused, 2048);
	for (size_t i = 0; i < n_listeners; i++)
		CHECK_EQ(listeners[i].found, listeners[i].port <= 18441);
	targets_free(r.targets);
	unlisten();
}

static void unpause(struct loop_timer *t)
{
	CHECK_EQ(engine_counts(r.engine).tried, 0);
	CHECK(t->context == &r);
	engine_pause(r.engine, false);
}

static void a_paused_engine_begins_nothing(void)
{
	struct loop_timer t = {.fire = unpause, .context = &r};

	targets_fresh(at("0.0/28"), "18440");
	engine_make();
	engine_pause(r.engine, true);
	loop_timer_arm(r.loop, &t, 50000);
	CHECK(!err_is(loop_run(r.loop)));
	engine_end();
	CHECK_EQ(r.counts.refused, 16);
	CHECK_EQ(r.done, 1);
	targets_free(r.targets);
}

static void no_targets_are_done_at_once(void)
{
	targets_fresh(at("0.1"), "18440");
	r.config.share.shards = 5;
	r.config.share.shard = 3;
	run_one();
	CHECK_EQ(r.done, 1);
	CHECK_EQ(r.counts.total, 0);
	CHECK_EQ(r.counts.low_water, 1);
	targets_free(r.targets);
}

static void the_rate_is_kept(void)
{
	uint64_t began, took;

	targets_fresh(at("0.0/24"), "18440");
	r.limits.per_second = 1000;
	engine_make();
	began = loop_now_us(r.loop);
	CHECK(!err_is(loop_run(r.loop)));
	took = loop_now_us(r.loop) - began;
	engine_end();
	CHECK(took >= 240000); /* 256 less the burst of 11 */
	CHECK_EQ(r.counts.refused, 256);
	targets_free(r.targets);
}

/* A network of our own whose connections all come from four ports, and its loopback is up. */
static bool four_ports_only(void)
{
	static const char range[] = "30000 30003";
	struct ifreq ifr = {.ifr_name = "lo", .ifr_flags = IFF_UP | IFF_RUNNING};
	int fd;

	if (unshare(CLONE_NEWNET) < 0 && unshare(CLONE_NEWUSER | CLONE_NEWNET) < 0)
		return false;
	fd = socket(AF_INET, SOCK_DGRAM, 0);
	CHECK_EQ(ioctl(fd, SIOCSIFFLAGS, &ifr), 0);
	close(fd);
	fd = open("/proc/sys/net/ipv4/ip_local_port_range", O_WRONLY);
	if (fd < 0)
		return false;
	return write(fd, range, sizeof(range) - 1) > 0 && close(fd) == 0;
}

/*
 * Nobody listens, but a connect to a port of our own range is sometimes given that very port, meets
 * itself, and succeeds (RFC 9293 3.5, simultaneous open). Last: it leaves this network for good.
 */
static void meeting_oneself_is_no_open_port(void)
{
	if (!four_ports_only())
		SKIP("no network namespace or TAP device");
	for (int i = 0; i < 50; i++) {
		targets_fresh("127.0.0.1", "30000-30003");
		run_one();
		CHECK_EQ(r.counts.open, 0);
		CHECK_EQ(r.counts.refused, 4);
		targets_free(r.targets);
	}
}

/* It tries what it is told, in any order, and is never done by itself. */
static void a_fed_engine_walks_nothing(void)
{
	uint64_t n;

	listen_here_and_there();
	targets_fresh(at("0.0/22"), "18440-18442");
	r.config.fed = true;
	engine_make();
	n = targets_count(r.targets);
	for (uint64_t i = 0; i < n; i++)
		CHECK(engine_connect_ask(r.engine, n - 1 - i));
	CHECK(!err_is(loop_run(r.loop)));
	CHECK_EQ(r.closed, n - LISTENERS);
	engine_end();
	all_found(1);
	CHECK_EQ(r.counts.open, LISTENERS);
	CHECK_EQ(r.done, 0);
	unlisten();
	targets_free(r.targets);
}

int main(void)
{
	RUN(a_fed_engine_walks_nothing);
	RUN(every_open_port_is_found_once);
	RUN(shards_partition);
	RUN(workers_partition_and_keep_hosts_together);
	RUN(workers_share_a_shard);
	RUN(one_host_one_connection_all_ports);
	RUN(both_families_in_one_walk);
	RUN(silence_is_a_timeout_after_its_repetitions);
	RUN(unreachable_is_told_once_a_host);
	RUN(the_low_water_mark_is_the_oldest_unfinished);
	RUN(a_resume_finds_the_rest);
	RUN(without_descriptors_nothing_is_lost);
	RUN(a_paused_engine_begins_nothing);
	RUN(no_targets_are_done_at_once);
	RUN(the_rate_is_kept);
	RUN(meeting_oneself_is_no_open_port);
	return test_done();
}
