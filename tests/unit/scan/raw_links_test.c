/*
 * Two virtual cables: what is said at the far end of the first is heard by the ears of those whom
 * it concerns. What is missing is named.
 */
#include "scan/raw_links.h"

#include "inet/answer.h"

#include "lib/far_end.h"
#include "lib/test.h"

#include <errno.h>
#include <linux/capability.h>
#include <poll.h>
#include <sys/syscall.h>
#include <sys/wait.h>

enum { FIRST = 20001, PORTS = 32, WORKERS = 2, QUIET_MS = 100 };

static bool have_network;

static int va(void)
{
	return (int)if_nametoindex("va");
}

static struct routes *fresh(void)
{
	struct routes *r = NULL;

	CHECK(!err_is(routes_new(&r)));
	return r;
}

static struct err open_links(const struct raw_links_config *config, struct raw_links **ret_links)
{
	const char *problem = "untouched";
	struct err e = raw_links_open(config, ret_links, &problem);

	CHECK(!problem || strcmp(problem, "untouched") != 0);
	return e;
}

static void a_sender_and_an_ear_for_each_link(void)
{
	const int links[] = {va(), (int)if_nametoindex("quiet")};
	struct raw_links_config config = {
	    .links = links, .n_links = 2, .tx = TX_MMSG, .ports = {FIRST, PORTS}};
	struct raw_links *l = NULL;

	if (!have_network)
		SKIP(NO_NETWORK);
	config.routes = fresh();
	CHECK(!err_is(open_links(&config, &l)));
	CHECK_EQ(l->n, 2);
	CHECK(l->routes == config.routes);
	CHECK_EQ(l->ports.first, FIRST);
	for (size_t i = 0; i < 2; i++) {
		struct raw_link *one = raw_links_find(l, links[i]);

		CHECK(one && one->index == links[i]);
		CHECK_STR(tx_name(one->tx), "sendmmsg");
		CHECK(caplive_fd(one->ear) >= 0);
	}
	CHECK(!raw_links_find(l, (int)if_nametoindex("lo")));
	CHECK(!raw_links_find(l, 0));
	raw_links_close(l);
	raw_links_close(NULL);
	routes_free(config.routes);
}

/* What an ear has heard, by what it is. */
struct heard {
	unsigned tcp[PORTS + 2]; /* by our port; the first and last are not ours */
	unsigned arp, icmp[256], icmp6[256], other;
};

static void hear(void *context, const struct frame *frame)
{
	struct heard *h = context;
	size_t head_n = frame->link == LINK_SLL ? 16 : 14;
	const uint8_t *p = frame->bytes.p + head_n, *content;
	unsigned type = (unsigned)(p[-2] << 8 | p[-1]), port;
	bool v4 = type == ETHER_IPV4;
	uint8_t protocol = type == ETHER_ARP ? 0 : v4 ? p[9] : p[6];

	CHECK_EQ(frame->interface, va());
	content = p + (v4 ? 20 : 40);
	port = (unsigned)(content[2] << 8 | content[3]);

	if (type == ETHER_ARP)
		h->arp++;
	else if (protocol == IPPROTO_TCP && port + 1 - FIRST < PORTS + 2)
		h->tcp[port + 1 - FIRST]++;
	else if (protocol == IPPROTO_ICMP)
		h->icmp[content[0]]++;
	else if (protocol == IPPROTO_ICMPV6)
		h->icmp6[content[0]]++;
	else
		h->other++;
}

static void send_all(const struct far_end *far)
{
	static const struct reply plain;
	/* Their checksums are wrong, lest our kernel answer them. */
	static const uint8_t datagram[] = {0, 53, FIRST >> 8, FIRST & 255, 0, 8, 0, 1};
	static const uint8_t types[] = {0, 1, 3, 8, 11, 128, 129, 134, 135, 136};
	const struct addr us[2] = {far_addr("10.9.0.1"), far_addr("fd09::1")};
	const struct addr them[2] = {far_addr("10.77.0.1"), far_addr("fd77::1")};
	uint8_t arp[ARP_FRAME_MAX];

	for (size_t v6 = 0; v6 < 2; v6++) {
		struct knock k = {.from = us[v6], .to = them[v6], .port = 443};

		for (unsigned i = 0; i < PORTS + 2; i++) {
			k.from_port = (uint16_t)(FIRST - 1 + i);
			far_end_tcp(far, &k, &plain, TCP_SYN | TCP_ACK);
		}
		far_end_send(far, &them[v6], &us[v6], IPPROTO_UDP, datagram, sizeof(datagram));
		for (size_t i = 0; i < sizeof(types); i++)
			far_end_send(far, &them[v6], &us[v6], v6 ? IPPROTO_ICMPV6 : IPPROTO_ICMP,
			    (const uint8_t[64]){types[i]}, 64);
	}
	far_end_say(far, arp,
	    arp_write_request(arp, (const uint8_t[]){2, 0, 0, 0, 0, 2}, &them[0], &us[0]));
}

static void read_ear(struct caplive *ear, struct heard *h)
{
	struct pollfd p = {.fd = caplive_fd(ear), .events = POLLIN};

	while (poll(&p, 1, QUIET_MS) > 0)
		caplive_read(ear, hear, h);
}

/* Our own kernel answers by va, too, and ears hear what goes out: but not to these ports. */
static void check_answers(const struct heard *h, uint32_t worker)
{
	static const uint8_t types[] = {0, 8}, types6[] = {128, 129, 134, 135, 136};
	unsigned first = 1 + worker * PORTS / WORKERS, last = first + PORTS / WORKERS - 1;

	for (unsigned i = 0; i < PORTS + 2; i++)
		CHECK_EQ(h->tcp[i], i >= first && i <= last ? 2 : 0);
	CHECK_EQ(h->arp, 0);
	CHECK_EQ(h->icmp[3], 1);
	CHECK_EQ(h->icmp[11], 1);
	CHECK_EQ(h->icmp6[1], 1);
	CHECK_EQ(h->icmp6[3], 1);
	for (size_t i = 0; i < sizeof(types); i++)
		CHECK_EQ(h->icmp[types[i]], 0);
	for (size_t i = 0; i < sizeof(types6); i++)
		CHECK_EQ(h->icmp6[types6[i]], 0);
	CHECK_EQ(h->other, 0);
}

static void check_neighbours(const struct heard *h)
{
	unsigned all = h->other;

	for (unsigned i = 0; i < PORTS + 2; i++)
		all += h->tcp[i];
	for (unsigned i = 0; i < 256; i++)
		all += h->icmp[i] + h->icmp6[i];
	CHECK(h->arp >= 1);
	CHECK_EQ(h->icmp6[136], 1);
	CHECK_EQ(all, 1);
}

static void each_worker_hears_its_own_ports_and_what_concerns_all(void)
{
	static struct far_end far;
	const struct source_ports all = {FIRST, PORTS};
	const int link = va();
	struct raw_links *l[WORKERS] = {NULL};
	struct routes *routes;

	if (!have_network)
		SKIP(NO_NETWORK);
	routes = fresh();
	far_end_open(&far, NULL, 0);
	for (uint32_t w = 0; w < WORKERS; w++) {
		struct raw_links_config config = {.routes = routes,
		    .links = &link,
		    .n_links = 1,
		    .tx = TX_MMSG,
		    .worker = w,
		    .ports = source_ports_slice(&all, w, WORKERS)};

		CHECK(!err_is(open_links(&config, &l[w])));
	}
	send_all(&far);
	for (uint32_t w = 0; w < WORKERS; w++) {
		struct heard answers = {.other = 0}, neighbours = {.other = 0};

		read_ear(l[w]->ear, &answers);
		check_answers(&answers, w);
		read_ear(l[w]->v[0].ear, &neighbours);
		check_neighbours(&neighbours);
		raw_links_close(l[w]);
	}
	far_end_close(&far);
	routes_free(routes);
}

static void count_answers_by_quiet(void *context, const struct frame *frame)
{
	unsigned *n = context;

	*n += answer_read(frame).kind == ANSWER_OPEN && frame->interface == if_nametoindex("quiet");
}

/* Their way back is theirs to choose. What leaves by quiet2, which is ours, too, is no answer. */
static void an_answer_by_another_link_is_heard(void)
{
	static const struct reply plain;
	const struct far_end other = {.fd = have_network ? netns_socket("quiet2") : -1};
	const struct knock k = {.from = far_addr("10.9.0.1"),
	    .to = far_addr("10.77.0.1"),
	    .port = 443,
	    .from_port = FIRST};
	const int link = have_network ? va() : 0;
	struct raw_links_config config = {
	    .links = &link, .n_links = 1, .tx = TX_MMSG, .ports = {FIRST, PORTS}};
	struct raw_links *l = NULL;
	struct pollfd p = {.events = POLLIN};
	unsigned n = 0;

	if (!have_network)
		SKIP(NO_NETWORK);
	config.routes = fresh();
	CHECK(!err_is(open_links(&config, &l)));
	far_end_tcp(&other, &k, &plain, TCP_SYN | TCP_ACK);
	p.fd = caplive_fd(l->ear);
	while (poll(&p, 1, QUIET_MS) > 0)
		caplive_read(l->ear, count_answers_by_quiet, &n);
	CHECK_EQ(n, 1);
	raw_links_close(l);
	close(other.fd);
	routes_free(config.routes);
}

/* A link of one queue has AF_XDP for one worker. */
/* Nobody reads, and more comes than an ear holds. */
static void what_finds_no_room_in_an_ear_is_counted(void)
{
	static struct far_end far;
	static const struct reply plain;
	struct knock k = {.from_port = FIRST, .port = 443};
	const int link = va();
	struct raw_links_config config = {
	    .links = &link, .n_links = 1, .tx = TX_MMSG, .ports = {FIRST, PORTS}};
	struct raw_links *l = NULL;

	if (!have_network)
		SKIP(NO_NETWORK);
	k.from = far_addr("10.9.0.1");
	k.to = far_addr("10.77.0.1");
	config.routes = fresh();
	far_end_open(&far, NULL, 0);
	CHECK(!err_is(open_links(&config, &l)));
	CHECK_EQ(raw_links_unheard(l), 0);
	for (unsigned i = 0; i < EAR_BYTES / 64; i++)
		far_end_tcp(&far, &k, &plain, TCP_SYN | TCP_ACK);
	CHECK(raw_links_unheard(l) > 0);
	raw_links_close(l);
	far_end_close(&far);
	routes_free(config.routes);
}

static void without_a_queue_a_worker_sends_plainly(void)
{
	const int link = va();
	struct raw_links_config config = {
	    .links = &link, .n_links = 1, .tx = TX_XDP, .worker = 1, .ports = {FIRST, PORTS}};
	struct raw_links *l = NULL;

	if (!have_network)
		SKIP(NO_NETWORK);
	config.routes = fresh();
	CHECK(!err_is(open_links(&config, &l)));
	CHECK_STR(l ? tx_name(l->v[0].tx) : NULL, "sendmmsg");
	raw_links_close(l);
	routes_free(config.routes);
}

/* A cable takes AF_XDP, but what another worker has is good enough. */
static void what_another_worker_proved_is_taken(void)
{
	const int link = va();
	struct raw_links_config config = {
	    .links = &link, .n_links = 1, .tx = TX_MMSG, .ports = {FIRST, PORTS}};
	struct raw_links *first = NULL, *second = NULL;

	if (!have_network)
		SKIP(NO_NETWORK);
	config.routes = fresh();
	CHECK(!err_is(open_links(&config, &first)));
	config.tx = TX_AUTO;
	config.proven = first;
	CHECK(!err_is(open_links(&config, &second)));
	CHECK_STR(second ? tx_name(second->v[0].tx) : NULL, "sendmmsg");
	raw_links_close(second);
	raw_links_close(first);
	routes_free(config.routes);
}

static void links_that_are_not_there(void)
{
	int links[RAW_LINKS_MAX + 1];
	struct raw_links_config config = {
	    .links = links, .n_links = 2, .tx = TX_MMSG, .ports = {FIRST, PORTS}};
	struct raw_links *l = NULL;

	if (!have_network)
		SKIP(NO_NETWORK);
	links[0] = va();
	links[1] = 9999;
	config.routes = fresh();
	CHECK_EQ(err_class(open_links(&config, &l)), ERR_BUG);
	CHECK(netns_shell("ip link add gone type veth peer name gone2; ip link set gone up"));
	routes_free(config.routes);
	config.routes = fresh();
	links[1] = (int)if_nametoindex("gone");
	CHECK(netns_shell("ip link del gone"));
	CHECK_EQ(err_class(open_links(&config, &l)), ERR_IO);
	for (size_t i = 0; i <= RAW_LINKS_MAX; i++)
		links[i] = va();
	config.n_links = RAW_LINKS_MAX + 1;
	CHECK_EQ(err_class(open_links(&config, &l)), ERR_LIMIT);
	CHECK(!l);
	routes_free(config.routes);
}

/* It can be opened, for it may come back; who sends is told. */
static void a_link_that_is_down(void)
{
	int link;
	struct raw_links_config config = {
	    .links = &link, .n_links = 1, .tx = TX_MMSG, .ports = {FIRST, PORTS}};
	struct raw_links *l = NULL;
	struct err e;

	if (!have_network)
		SKIP(NO_NETWORK);
	CHECK(netns_shell("ip link set quiet down"));
	link = (int)if_nametoindex("quiet");
	config.routes = fresh();
	e = open_links(&config, &l);
	CHECK(!err_is(e));
	if (l) {
		memset(tx_frame(l->v[0].tx), 0, 60);
		tx_put(l->v[0].tx, 60);
		e = tx_flush(l->v[0].tx);
		CHECK_EQ(err_detail(e), ENETDOWN);
	}
	raw_links_close(l);
	routes_free(config.routes);
}

static struct err open_without_rights(const struct raw_links_config *config)
{
	struct __user_cap_header_struct head = {.version = _LINUX_CAPABILITY_VERSION_3};
	struct __user_cap_data_struct none[2] = {0};
	struct raw_links *l = NULL;

	if (syscall(SYS_capset, &head, none) != 0)
		return OK;
	return open_links(config, &l);
}

static void without_the_right_it_says_so(void)
{
	const int link = va();
	struct raw_links_config config = {
	    .links = &link, .n_links = 1, .tx = TX_MMSG, .ports = {FIRST, PORTS}};
	int status = -1;
	pid_t pid;

	if (!have_network)
		SKIP(NO_NETWORK);
	config.routes = fresh();
	pid = fork();
	if (pid == 0) {
		struct err e = open_without_rights(&config);

		CHECK_EQ(err_class(e), ERR_IO);
		CHECK_EQ(err_detail(e), EPERM);
		CHECK_STR(e.what, "cannot open a packet socket");
		fflush(stdout);
		_exit(test_failed);
	}
	CHECK(waitpid(pid, &status, 0) == pid && status == 0);
	routes_free(config.routes);
}

int main(void)
{
	have_network = netns_pair(NETNS_ROUTER
	    "ip link add quiet type veth peer name quiet2; ip link set quiet2 up; "
	    "ip link set quiet up; ip addr add 10.8.0.1/24 dev quiet",
	    NETNS_QUIET);
	RUN(a_sender_and_an_ear_for_each_link);
	RUN(each_worker_hears_its_own_ports_and_what_concerns_all);
	RUN(an_answer_by_another_link_is_heard);
	RUN(what_finds_no_room_in_an_ear_is_counted);
	RUN(without_a_queue_a_worker_sends_plainly);
	RUN(what_another_worker_proved_is_taken);
	RUN(links_that_are_not_there);
	RUN(a_link_that_is_down);
	RUN(without_the_right_it_says_so);
	return test_done();
}
