/*
 * Routes are those of a network namespace with a virtual cable; what is sent goes to a network that
 * the test plays: who is there, and which of the questions are lost. The last case asks the kernel
 * at the far end of the cable.
 */
#include "scan/sweep.h"

#include "inet/arp.h"
#include "inet/ether.h"
#include "net/clock.h"
#include "scan/limits.h"

#include "lib/netns.h"
#include "lib/test.h"

#include <arpa/inet.h>
#include <linux/if_packet.h>
#include <poll.h>
#include <sys/socket.h>

enum { SECOND_US = 1000000, PLENTY = 1 << 20, ASKED_MAX = 65536 };

static bool have_network;

static struct addr addr_of(const char *text)
{
	struct addr a = {0};

	CHECK(!err_is(addr_parse(span_str(text), &a)));
	return a;
}

/* The network: hosts 10.9.0.x. */
struct played {
	struct sweep *sweep;
	bool there[256];
	unsigned deaf[256]; /* so many questions to it are lost */
	unsigned asked[256];
	size_t room; /* for so many frames */
	bool is_closed; /* the link is none that is sent over */
	int link;
	struct targets *targets;
	struct routes *routes;
	uint64_t now_us;
};

static int va(void)
{
	return (int)if_nametoindex("va");
}

static void mac_of(uint8_t host, uint8_t mac[6])
{
	memcpy(mac, (const uint8_t[]){2, 0, 0, 0, 9, host}, 6);
}

/* What 10.9.0.host says when it is asked, or by itself (a request, as announcements are). */
static void speak(struct sweep *s, int link, const char *who, uint8_t host, bool request)
{
	uint8_t bytes[ARP_FRAME_MAX], mac[6];
	struct addr from = addr_of(who);
	struct frame f = {.link = LINK_ETHERNET};

	mac_of(host, mac);
	f.bytes = span_of(bytes, arp_write_request(bytes, mac, &from, &from));
	f.wire_n = (uint32_t)f.bytes.n;
	if (!request)
		bytes[21] = 2; /* the operation */
	sweep_heard(s, link, &f);
}

static bool on_send(void *context, int link, const uint8_t *frame, size_t n)
{
	struct played *p = context;
	uint8_t host = frame[41]; /* the last byte of whom it asks for */
	char who[ADDR_TEXT_MAX];

	if (p->room == 0)
		return false;
	p->room--;
	CHECK_EQ(link, p->link);
	CHECK_EQ(n, ARP_FRAME_MAX);
	CHECK_EQ(frame[38], 10);
	p->asked[host]++;
	if (!p->there[host])
		return true;
	if (p->deaf[host]) {
		p->deaf[host]--;
		return true;
	}
	snprintf(who, sizeof(who), "10.9.0.%u", host);
	speak(p->sweep, link, who, host, false);
	return true;
}

static struct targets *targets_of(const char *const *words, size_t n)
{
	struct ports ports;
	struct targets *t = NULL;

	ports_clear(&ports);
	ports_add(&ports, 443, true);
	CHECK(!err_is(targets_new(&t)));
	CHECK(!err_is(targets_set_ports(t, &ports)));
	for (size_t i = 0; i < n; i++)
		CHECK(!err_is(targets_add(t, span_str(words[i]))));
	CHECK(!err_is(targets_seal(t)));
	return t;
}

static bool on_reaches(void *context, int link)
{
	const struct played *p = context;

	(void)link;
	return !p->is_closed;
}

static void sweep_begin(struct played *p, struct walk_share share)
{
	struct sweep_config config = {
	    .targets = p->targets,
	    .routes = p->routes,
	    .send = on_send,
	    .reaches = on_reaches,
	    .context = p,
	    .share = share,
	    .key = {{3, 4}},
	};

	CHECK(!err_is(sweep_new(&config, &p->sweep)));
}

/* All of 10.9.0.16/28 and some that are routed. */
static void begin(struct played *p)
{
	static const char *const words[] = {"10.9.0.16/28", "10.77.0.0/24"};

	*p = (struct played){.link = va(), .room = PLENTY, .now_us = SECOND_US};
	p->targets = targets_of(words, 2);
	CHECK(!err_is(routes_new(&p->routes)));
	sweep_begin(p, (struct walk_share){0, 1, 0, 1});
}

static void end(struct played *p)
{
	sweep_free(p->sweep);
	routes_free(p->routes);
	targets_free(p->targets);
}

/* In steps of a millisecond; how many it took. */
static unsigned run(struct played *p, uint32_t allowed)
{
	unsigned steps = 0;

	while (!sweep_done(p->sweep, p->now_us) && steps < 10000) {
		CHECK(sweep_step(p->sweep, allowed, p->now_us) <= allowed);
		p->now_us += 1000;
		steps++;
	}
	CHECK(sweep_done(p->sweep, p->now_us));
	return steps;
}

static void who_answers_is_there_and_asked_once(void)
{
	struct addr there = addr_of("10.9.0.18"), absent = addr_of("10.9.0.19");
	struct sweep_counts counts;
	struct played p;
	uint8_t mac[6];

	if (!have_network)
		SKIP(NO_NETWORK);
	begin(&p);
	p.there[18] = p.there[31] = true;
	run(&p, PLENTY);
	counts = sweep_counts(p.sweep);
	CHECK_EQ(counts.hosts, 16);
	CHECK_EQ(counts.present, 2);
	CHECK_EQ(counts.sent, 2 + 2 * 14);
	CHECK_EQ(p.asked[18], 1);
	CHECK_EQ(p.asked[19], 2);
	CHECK_EQ(p.asked[15], 0);
	CHECK_EQ(p.asked[32], 0);
	mac_of(18, mac);
	CHECK_MEM(sweep_mac(p.sweep, &there), mac, 6);
	CHECK(!sweep_mac(p.sweep, &absent));
	end(&p);
}

static void a_lost_frame_costs_another_pass(void)
{
	struct played p;

	if (!have_network)
		SKIP(NO_NETWORK);
	begin(&p);
	for (unsigned host = 16; host < 32; host++)
		p.there[host] = true;
	p.deaf[20] = 1;
	p.deaf[21] = 2;
	p.deaf[22] = 3;
	run(&p, PLENTY);
	CHECK_EQ(sweep_counts(p.sweep).present, 15);
	CHECK_EQ(p.asked[16], 1);
	CHECK_EQ(p.asked[20], 2);
	CHECK_EQ(p.asked[21], 3);
	CHECK_EQ(p.asked[22], 3);
	end(&p);
}

static void nobody_is_waited_for_when_all_are_there(void)
{
	struct played p;

	if (!have_network)
		SKIP(NO_NETWORK);
	begin(&p);
	for (unsigned host = 16; host < 32; host++)
		p.there[host] = true;
	CHECK_EQ(run(&p, PLENTY), 1);
	end(&p);
}

static void check_nobody_is_asked(struct played *p, const char *const *words, size_t n)
{
	p->targets = targets_of(words, n);
	CHECK(!err_is(routes_new(&p->routes)));
	sweep_begin(p, (struct walk_share){0, 1, 0, 1});
	CHECK_EQ(run(p, PLENTY), 0);
	CHECK_EQ(sweep_counts(p->sweep).hosts, 0);
	end(p);
}

static void without_local_targets_it_is_done_at_once(void)
{
	static const char *const words[] = {"10.77.0.0/24", "127.0.0.0/24", "10.9.0.1"};
	struct played p = {.room = PLENTY, .now_us = 1};

	if (!have_network)
		SKIP(NO_NETWORK);
	check_nobody_is_asked(&p, words, 3);
}

/* It would wait for room for ever. */
static void behind_a_link_that_is_not_open_nobody_is_asked(void)
{
	static const char *const words[] = {"10.9.0.16/28"};
	struct played p = {.link = va(), .now_us = 1, .is_closed = true};

	if (!have_network)
		SKIP(NO_NETWORK);
	check_nobody_is_asked(&p, words, 1);
}

static void each_pass_waits_longer(void)
{
	struct played p;
	uint64_t begun_us;

	if (!have_network)
		SKIP(NO_NETWORK);
	begin(&p);
	begun_us = p.now_us;
	CHECK_EQ(sweep_step(p.sweep, PLENTY, p.now_us), 16);
	CHECK_EQ(sweep_step(p.sweep, PLENTY, p.now_us), 0);
	CHECK_EQ(sweep_step(p.sweep, PLENTY, p.now_us + 100000), 0);
	CHECK(!sweep_done(p.sweep, p.now_us + 100000));
	p.now_us += 300000;
	CHECK_EQ(sweep_step(p.sweep, PLENTY, p.now_us), 16);
	run(&p, PLENTY);
	CHECK(p.now_us - begun_us > 800000 && p.now_us - begun_us < 1000000);
	end(&p);
}

static void whoever_speaks_is_not_asked(void)
{
	struct addr late = addr_of("10.9.0.30");
	struct played p;
	uint8_t mac[6];

	if (!have_network)
		SKIP(NO_NETWORK);
	begin(&p);
	speak(p.sweep, va(), "10.9.0.17", 17, true);
	run(&p, PLENTY);
	CHECK_EQ(p.asked[17], 0);
	CHECK_EQ(sweep_counts(p.sweep).present, 1);
	speak(p.sweep, va(), "10.9.0.30", 99, true);
	mac_of(99, mac);
	CHECK(sweep_mac(p.sweep, &late));
	CHECK_MEM(sweep_mac(p.sweep, &late), mac, 6);
	end(&p);
}

/* It stays done: who speaks up later begins no other pass. */
static void a_pass_that_finds_nobody_is_the_last(void)
{
	struct played p;

	if (!have_network)
		SKIP(NO_NETWORK);
	begin(&p);
	p.there[18] = p.there[20] = true;
	p.deaf[20] = 1;
	run(&p, PLENTY);
	CHECK_EQ(p.asked[19], 3);
	end(&p);
	begin(&p);
	p.there[18] = true;
	run(&p, PLENTY);
	CHECK_EQ(p.asked[19], 2);
	speak(p.sweep, va(), "10.9.0.30", 30, true);
	CHECK(sweep_done(p.sweep, p.now_us));
	CHECK_EQ(sweep_step(p.sweep, PLENTY, p.now_us + SECOND_US), 0);
	CHECK(sweep_done(p.sweep, p.now_us));
	end(&p);
}

static void no_more_than_a_network_bears(void)
{
	static const char *const words[] = {"10.9.0.0/24", "10.10.0.0/16"};
	struct played p = {.link = va(), .room = PLENTY, .now_us = SECOND_US};
	uint64_t until_us = 2 * (uint64_t)SECOND_US;
	uint32_t asked = 0;

	if (!have_network)
		SKIP(NO_NETWORK);
	CHECK(netns_shell("ip route add 10.10.0.0/16 dev va"));
	p.targets = targets_of(words, 2);
	CHECK(!err_is(routes_new(&p.routes)));
	sweep_begin(&p, (struct walk_share){0, 1, 0, 1});
	for (; p.now_us < until_us; p.now_us += 1000)
		asked += sweep_step(p.sweep, PLENTY, p.now_us);
	CHECK(asked >= SWEEP_RATE_MAX - 10 && asked <= SWEEP_RATE_MAX + 110);
	CHECK(netns_shell("ip route del 10.10.0.0/16 dev va"));
	end(&p);
}

static void others_are_not_listened_to(void)
{
	struct played p;
	uint8_t junk[40] = {0};
	struct frame f = {.link = LINK_ETHERNET, .wire_n = 40, .bytes = {junk, 40, false}};

	if (!have_network)
		SKIP(NO_NETWORK);
	begin(&p);
	speak(p.sweep, va(), "10.9.0.99", 99, false); /* no target */
	speak(p.sweep, va(), "10.77.0.9", 9, false); /* not on this link */
	speak(p.sweep, va(), "10.9.0.1", 1, false); /* our own address */
	speak(p.sweep, va() + 1, "10.9.0.17", 17, false); /* on another link */
	sweep_heard(p.sweep, va(), &f);
	CHECK_EQ(sweep_counts(p.sweep).present, 0);
	end(&p);
}

static void asks_as_many_as_it_may_and_as_there_is_room(void)
{
	struct played p;

	if (!have_network)
		SKIP(NO_NETWORK);
	begin(&p);
	CHECK_EQ(sweep_step(p.sweep, 5, p.now_us), 5);
	p.room = 3;
	CHECK_EQ(sweep_step(p.sweep, 5, p.now_us), 3);
	CHECK_EQ(sweep_step(p.sweep, 5, p.now_us), 0);
	CHECK(!sweep_done(p.sweep, p.now_us + 100 * (uint64_t)SECOND_US));
	p.room = PLENTY;
	run(&p, 1);
	for (unsigned host = 16; host < 32; host++)
		CHECK_EQ(p.asked[host], 2);
	CHECK_EQ(sweep_counts(p.sweep).hosts, 16);
	end(&p);
}

static void workers_and_shards_share_the_hosts(void)
{
	enum { WORKERS = 3, SHARDS = 2 };
	unsigned asked[256] = {0};
	struct played p;

	if (!have_network)
		SKIP(NO_NETWORK);
	begin(&p);
	for (uint32_t i = 0; i < WORKERS * SHARDS; i++) {
		sweep_free(p.sweep);
		memset(p.asked, 0, sizeof(p.asked));
		sweep_begin(&p, (struct walk_share){i / WORKERS, SHARDS, i % WORKERS, WORKERS});
		run(&p, PLENTY);
		for (unsigned host = 0; host < 256; host++)
			asked[host] += p.asked[host];
		CHECK(sweep_counts(p.sweep).hosts < 6);
	}
	for (unsigned host = 0; host < 256; host++)
		CHECK_EQ(asked[host], host >= 16 && host < 32 ? 2 : 0);
	end(&p);
}

/* The real thing. */

static bool send_packet(void *context, int link, const uint8_t *frame, size_t n)
{
	struct sockaddr_ll to = {.sll_family = AF_PACKET, .sll_ifindex = link};

	return sendto(*(int *)context, frame, n, 0, (struct sockaddr *)&to, sizeof(to)) ==
	       (ssize_t)n;
}

static void hear_packets(struct sweep *s, int fd)
{
	struct pollfd wait = {.fd = fd, .events = POLLIN};
	uint8_t bytes[2048];
	ssize_t n;

	poll(&wait, 1, 10);
	while ((n = recv(fd, bytes, sizeof(bytes), MSG_DONTWAIT)) > 0) {
		struct frame f = {.link = LINK_ETHERNET,
		    .wire_n = (uint32_t)n,
		    .bytes = span_of(bytes, (size_t)n)};

		sweep_heard(s, va(), &f);
	}
}

static void check_far(const struct sweep *s, const char *text, bool there)
{
	static const uint8_t far[6] = {2, 0, 0, 0, 0, 2};
	struct addr a = addr_of(text);
	const uint8_t *mac;

	if (addr_is_link_local(&a))
		a.zone = (uint32_t)va();
	mac = sweep_mac(s, &a);
	printf("# %s\n", text);
	CHECK_EQ(mac != NULL, there);
	if (mac)
		CHECK_MEM(mac, far, sizeof(far));
}

static void the_kernel_answers_by_arp_and_ndp(void)
{
	struct sockaddr_ll here = {.sll_family = AF_PACKET, .sll_ifindex = va()};
	char link_local[32];
	const char *const words[] = {"10.9.0.1-10.9.0.4", "fd09::/126", link_local};
	struct sweep_config config = {.send = send_packet, .share = {0, 1, 0, 1}};
	struct targets *targets;
	struct routes *routes = NULL;
	struct sweep *s = NULL;
	int fd;

	if (!have_network)
		SKIP(NO_NETWORK);
	snprintf(link_local, sizeof(link_local), "fe80::2%%%d", va());
	config.targets = targets = targets_of(words, 3);
	CHECK(!err_is(routes_new(&routes)));
	config.routes = routes;
	config.context = &fd;
	fd = socket(AF_PACKET, SOCK_RAW, htons(3 /* all */));
	CHECK(bind(fd, (struct sockaddr *)&here, sizeof(here)) == 0);
	CHECK(!err_is(sweep_new(&config, &s)));
	while (!sweep_done(s, clock_mono_us())) {
		sweep_step(s, 2, clock_mono_us());
		hear_packets(s, fd);
	}
	check_far(s, "10.9.0.2", true);
	check_far(s, "10.9.0.3", false);
	check_far(s, "fd09::2", true);
	check_far(s, "fd09::3", false);
	check_far(s, "fe80::2", true);
	CHECK_EQ(sweep_counts(s).present, 3);
	sweep_free(s);
	routes_free(routes);
	targets_free(targets);
	close(fd);
}

int main(void)
{
	have_network = netns_pair("ip addr add 10.9.0.1/24 dev va; "
				  "ip addr add fd09::1/64 dev va nodad; "
				  "ip route add default via 10.9.0.2",
	    "ip addr add 10.9.0.2/24 dev vb; ip addr add fd09::2/64 dev vb nodad");
	RUN(who_answers_is_there_and_asked_once);
	RUN(a_lost_frame_costs_another_pass);
	RUN(nobody_is_waited_for_when_all_are_there);
	RUN(without_local_targets_it_is_done_at_once);
	RUN(behind_a_link_that_is_not_open_nobody_is_asked);
	RUN(each_pass_waits_longer);
	RUN(whoever_speaks_is_not_asked);
	RUN(a_pass_that_finds_nobody_is_the_last);
	RUN(no_more_than_a_network_bears);
	RUN(others_are_not_listened_to);
	RUN(asks_as_many_as_it_may_and_as_there_is_room);
	RUN(workers_and_shards_share_the_hosts);
	RUN(the_kernel_answers_by_arp_and_ndp);
	return test_done();
}
