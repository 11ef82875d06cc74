/* The ways are those of a network namespace with a virtual cable, told word for word. */
#include "scan/plan_text.h"

#include "lib/netns.h"
#include "lib/test.h"

static bool have_network;

static struct targets *targets_of(const char *const *words, size_t n, const char *port_list)
{
	struct ports ports;
	struct targets *t = NULL;

	ports_clear(&ports);
	CHECK(!err_is(ports_parse(&ports, span_str(port_list))));
	CHECK(!err_is(targets_new(&t)));
	CHECK(!err_is(targets_set_ports(t, &ports)));
	for (size_t i = 0; i < n; i++)
		CHECK(!err_is(targets_add(t, span_str(words[i]))));
	CHECK(!err_is(targets_seal(t)));
	return t;
}

static void check_text(const struct plan_facts *facts, const char *expected)
{
	struct buf text;

	buf_init(&text, 1 << 16);
	plan_text(facts, &text);
	buf_put(&text, "", 1);
	CHECK_STR((const char *)text.p, expected);
	buf_done(&text);
}

static void without_raw_packets(void)
{
	static const char *const words[] = {"10.0.0.0/24"};
	struct plan_facts facts = {.shards = 1, .rate = 2000, .tries = 2};
	struct targets *t = targets_of(words, 1, "443,8443");

	facts.targets = t;
	check_text(&facts,
	    "engine        connect\n"
	    "targets       256 addresses, 512 ports to ask; the silent 2 times\n"
	    "time          about 1 s to ask each once, at 2000 connections a second\n");
	facts.per_host = 2;
	facts.timeout_s = 5;
	check_text(&facts,
	    "engine        connect\n"
	    "targets       256 addresses, 512 ports to ask; the silent 2 times\n"
	    "time          about 1 s to ask each once, at 2000 connections a second\n"
	    "              about 10 s if none of the hosts answers\n");
	facts.concurrency = 10;
	check_text(&facts,
	    "engine        connect\n"
	    "targets       256 addresses, 512 ports to ask; the silent 2 times\n"
	    "time          about 1 s to ask each once, at 2000 connections a second\n"
	    "              about 8 min if none of the hosts answers\n");
	facts.concurrency = 0;
	facts.rate = 0;
	facts.tries = 1;
	facts.shards = 4;
	check_text(&facts, "engine        connect\n"
			   "targets       256 addresses, 128 ports to ask in this of 4 shards\n");
	targets_free(t);
}

/* A host has so many connections at once and no more, however fast the scan may be. */
static void one_silent_host_takes_long(void)
{
	static const char *const words[] = {"10.0.0.1"};
	struct plan_facts facts = {.shards = 1,
	    .rate = 2000,
	    .tries = 2,
	    .per_host = 2,
	    .timeout_s = 5,
	    .concurrency = 20000};
	struct targets *t = targets_of(words, 1, "1-65535");

	facts.targets = t;
	check_text(&facts,
	    "engine        connect\n"
	    "targets       1 address, 65535 ports to ask; the silent 2 times\n"
	    "time          about 33 s to ask each once, at 2000 connections a second\n"
	    "              about 3 d if none of the hosts answers\n");
	targets_free(t);
}

/* The same network as tests/unit/net/route_test.c has, but small. */
static const char ways[] =
    "engine        raw, sending by sendmmsg, from ports 61000 to 61031\n"
    "targets       4124 addresses, 41240 ports to ask; the silent once more where it pays\n"
    "lo            1 address by connections: this machine itself\n"
    "va            6 addresses of a local network, probed where ARP answers, from 10.9.0.1\n"
    "va            4096 addresses by 10.9.0.2 (02:00:00:00:00:02), from 10.9.0.1\n"
    "va            16 addresses by 10.9.0.99 (whose MAC is to be asked for), from 10.9.0.1\n"
    "-             4 addresses left out: a blackhole route\n"
    "va            1 address of a local network, probed where NDP answers, from fd09::1\n"
    "time          about 41 s to ask each once, at up to 1000 packets a second\n";

static void every_way_has_its_line(void)
{
	static const char *const words[] = {
	    "10.9.0.1-10.9.0.7", "10.20.0.0/20", "10.30.0.0/28", "10.40.0.0/30", "fd09::2"};
	struct plan_facts facts = {.sender = "sendmmsg",
	    .ports = {61000, 32},
	    .shards = 1,
	    .rate = 1000,
	    .adaptive = true};
	struct routes *routes = NULL;
	struct targets *t;

	if (!have_network)
		SKIP(NO_NETWORK);
	t = targets_of(words, 5, "443-452");
	CHECK(!err_is(routes_new(&routes)));
	routes_count(routes, t);
	CHECK(!err_is(routes_resolve(routes, 300000)));
	facts.targets = t;
	facts.routes = routes;
	check_text(&facts, ways);
	routes_free(routes);
	targets_free(t);
}

int main(void)
{
	have_network = netns_pair(
	    "ip addr add 10.9.0.1/24 dev va; ip addr add fd09::1/64 dev va nodad; "
	    "ip route add 10.20.0.0/16 via 10.9.0.2; ip route add 10.30.0.0/16 via 10.9.0.99; "
	    "ip route add blackhole 10.40.0.0/16",
	    "ip addr add 10.9.0.2/24 dev vb");
	RUN(without_raw_packets);
	RUN(one_silent_host_takes_long);
	RUN(every_way_has_its_line);
	return test_done();
}
