#include "grab/grab.h"

#include "grab/limits.h"
#include "lib/peer.h"
#include "wire/dialect.h"
#include "wire/key_shares.h"
#include "wire/services.h"

#include <errno.h>

enum { SECOND = 1000000, HEARD_MAX = 16 };

/* What a grabber told of one task. */
struct heard {
	struct loop *loop;
	struct budget *budget;
	struct grab *grab;
	size_t n, n_der[HEARD_MAX], der_n[HEARD_MAX];
	struct observation obs[HEARD_MAX];
	int finished;
	int expected;
	uint64_t tag;
	struct grab_hint hint;
	bool busy;
	int busy_times;
};

static struct key_shares *shares;

static void observed(void *context, struct observation *obs, const struct span *der, size_t n)
{
	struct heard *h = context;

	if (h->n == HEARD_MAX)
		return;
	h->obs[h->n] = *obs;
	h->n_der[h->n] = n;
	h->der_n[h->n] = n ? der[0].n : 0;
	h->n++;
}

static void finished(void *context, uint64_t tag)
{
	struct heard *h = context;

	h->finished++;
	h->tag = tag;
	if (h->finished == h->expected)
		loop_stop(h->loop);
}

static struct grab_hint hint(void *context, const struct addr *a, uint16_t port, const char *name)
{
	struct heard *h = context;

	(void)a, (void)port, (void)name;
	return h->hint;
}

static void busy(void *context, bool is_busy)
{
	struct heard *h = context;

	CHECK(h->busy != is_busy);
	h->busy = is_busy;
	h->busy_times++;
}

static const struct grab_ops ops = {
    .busy = busy, .observed = observed, .finished = finished, .hint = hint};
static const struct budget_limits plenty = {.per_second = 0, .open = 100, .per_host = 0};

static struct grab_config config(void)
{
	return (struct grab_config){
	    .connect_us = 10 * SECOND, .step_us = 10 * SECOND, .total_us = 30 * SECOND, .run = 7};
}

/* What is tried depends on the port: one that says nothing. */
static struct peer peer_at_no_known_port(const struct peer_script *scripts, size_t n)
{
	for (;;) {
		struct peer p = peer_start(scripts, n);

		if (!service_by_port(p.port) && !service_by_port(p.port % 10000))
			return p;
		peer_stop(&p);
	}
}

static void open_grab(
    struct heard *h, const struct grab_config *c, const struct budget_limits *limits)
{
	CHECK(!err_is(loop_new(&h->loop)));
	CHECK(!err_is(budget_new(limits, &h->budget)));
	CHECK(!err_is(grab_new(h->loop, h->budget, NULL, shares, c, &ops, h, &h->grab)));
	h->expected = 1;
}

static void close_grab(struct heard *h)
{
	CHECK_EQ(grab_pending(h->grab), 0);
	CHECK_EQ(budget_open(h->budget), 0);
	grab_free(h->grab);
	budget_free(h->budget);
	loop_free(h->loop);
}

static struct grab_task task_for(const struct peer *p)
{
	return (struct grab_task){
	    .addr = p->addr, .port = p->port, .fd = -1, .tag = 42, .may_speak = true, .name = ""};
}

static void grab_one(struct heard *h, const struct grab_config *c, const struct grab_task *task)
{
	open_grab(h, c, &plenty);
	grab_start(h->grab, task);
	CHECK_EQ(h->finished, 0);
	CHECK(!err_is(loop_run(h->loop)));
	CHECK_EQ(h->finished, 1);
	CHECK_EQ(h->tag, 42);
	close_grab(h);
}

/* A certificate as far as leafkey reads it, with n bytes behind it that make it one of its own. */
static size_t fake_cert(uint8_t *der, bool rsa, size_t n)
{
	static const char oid_rsa[] = "\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x01\x01";
	static const char oid_ec[] = "\x06\x07\x2a\x86\x48\xce\x3d\x02\x01";
	size_t marks[4];
	struct buf b;

	buf_init(&b, 65536);
	for (int i = 0; i < 2; i++) {
		buf_put(&b, "\x30\x82", 2);
		marks[i] = buf_open(&b, 2);
	}
	buf_put(&b, "\x02\x01\x05\x30\x00\x30\x00\x30\x00\x30\x00", 11);
	for (int i = 2; i < 4; i++) {
		buf_put(&b, "\x30\x82", 2);
		marks[i] = buf_open(&b, 2);
	}
	if (rsa)
		buf_put(&b, oid_rsa, sizeof(oid_rsa) - 1);
	else
		buf_put(&b, oid_ec, sizeof(oid_ec) - 1);
	for (int i = 3; i >= 0; i--)
		buf_close(&b, marks[i], 2);
	buf_fill(&b, 0, n);
	memcpy(der, b.p, b.n);
	n = b.n;
	buf_done(&b);
	return n;
}

static struct buf flight_with(bool rsa, size_t n)
{
	static uint8_t der[65536];
	struct span one = span_of(der, fake_cert(der, rsa, n));
	struct buf b;

	buf_init(&b, 1 << 20);
	peer_flight(&b, &one, 1);
	return b;
}

#define SAY(text)                                                                                  \
	{                                                                                          \
		PEER_SAY, text, sizeof(text) - 1                                                   \
	}
#define HEAR                                                                                       \
	{                                                                                          \
		PEER_HEAR, NULL, 0                                                                 \
	}
#define HOLD                                                                                       \
	{                                                                                          \
		PEER_HOLD, NULL, 0                                                                 \
	}
#define SAY_BUF(b)                                                                                 \
	{                                                                                          \
		PEER_SAY, (b).p, (b).n                                                             \
	}
#define ALERT(text) SAY("\x15\x03\x03\x00\x02\x02" text)

static void both_key_types_are_two_observations(void)
{
	struct buf rsa = flight_with(true, 100), ec = flight_with(false, 50);
	struct peer_script scripts[] = {{{HEAR, SAY_BUF(rsa), HOLD}}, {{HEAR, SAY_BUF(ec), HOLD}}};
	struct peer p = peer_at_no_known_port(scripts, 2);
	struct grab_config c = config();
	struct grab_task task = task_for(&p);
	struct heard h = {0};

	grab_one(&h, &c, &task);
	CHECK_EQ(peer_stop(&p), 2);
	CHECK_EQ(h.n, 2);
	for (int i = 0; i < 2; i++) {
		CHECK_EQ(h.obs[i].outcome, OUTCOME_CERTIFICATE);
		CHECK_EQ(h.obs[i].flags & OBS_ONE_KEY, 0);
		CHECK_EQ(h.obs[i].run, 7);
		CHECK_EQ(h.obs[i].connections, 1);
		CHECK_EQ(h.obs[i].endpoint.port, p.port);
		CHECK(h.obs[i].first_ms > 0);
	}
	CHECK(h.der_n[0] != h.der_n[1]);
	buf_done(&rsa);
	buf_done(&ec);
}

static void one_key_type_is_one_observation_that_says_so(void)
{
	struct buf rsa = flight_with(true, 100);
	const struct peer_script refuses[] = {
	    {{HEAR, SAY_BUF(rsa), HOLD}}, {{HEAR, ALERT("\x28")}}};
	const struct peer_script repeats[] = {{{HEAR, SAY_BUF(rsa), HOLD}}};
	struct grab_config c = config();

	for (int i = 0; i < 2; i++) {
		struct peer p =
		    i ? peer_at_no_known_port(repeats, 1) : peer_at_no_known_port(refuses, 2);
		struct grab_task task = task_for(&p);
		struct heard h = {0};

		grab_one(&h, &c, &task);
		CHECK_EQ(peer_stop(&p), 2);
		CHECK_EQ(h.n, 1);
		CHECK_EQ(h.obs[0].outcome, OUTCOME_CERTIFICATE);
		CHECK_EQ(h.obs[0].flags, OBS_ONE_KEY);
		CHECK_EQ(h.n_der[0], 1);
	}
	buf_done(&rsa);
}

static void one_key_costs_one_connection(void)
{
	struct buf rsa = flight_with(true, 100);
	struct peer_script script = {{HEAR, SAY_BUF(rsa), HOLD}};

	for (int i = 0; i < 2; i++) {
		struct peer p = peer_at_no_known_port(&script, 1);
		struct grab_config c = config();
		struct grab_task task = task_for(&p);
		struct heard h = {.hint = {.known = i, .hello = HELLO_MODERN, .one_key = i}};

		c.one_key = i == 0;
		grab_one(&h, &c, &task);
		CHECK_EQ(peer_stop(&p), 1);
		CHECK_EQ(h.n, 1);
		CHECK_EQ(h.obs[0].flags, i ? OBS_ONE_KEY : 0);
	}
	buf_done(&rsa);
}

static void the_ladder_is_climbed_and_counted(void)
{
	struct buf rsa = flight_with(true, 100);
	const struct peer_script scripts[] = {
	    {{HEAR, ALERT("\x28")}}, {{HEAR, ALERT("\x28")}}, {{HEAR, SAY_BUF(rsa), HOLD}}};
	struct peer p = peer_at_no_known_port(scripts, 3);
	struct grab_config c = config();
	struct grab_task task = task_for(&p);
	struct heard h = {0};

	grab_one(&h, &c, &task);
	CHECK_EQ(peer_stop(&p), 3);
	CHECK_EQ(h.n, 1);
	CHECK_EQ(h.obs[0].hello, HELLO_TLS10);
	CHECK_EQ(h.obs[0].connections, 3);
	buf_done(&rsa);
}

static void a_failure_is_one_observation(void)
{
	static const struct {
		struct peer_script script;
		enum outcome outcome;
		uint8_t alert;
		int connections;
	} cases[] = {
	    {{{HEAR, ALERT("\x28")}}, OUTCOME_NO_CERT, 40, 3},
	    {{{HEAR, SAY("HTTP/1.1 400 Bad Request\r\n\r\n")}}, OUTCOME_NO_TLS, 0, 1},
	    {{{HEAR}}, OUTCOME_CLOSED, 0, 3},
	    {{{SAY("SSH-2.0-x\r\n"), HEAR}}, OUTCOME_NO_TLS, 0, 1},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct peer p = peer_at_no_known_port(&cases[i].script, 1);
		struct grab_config c = config();
		struct grab_task task = task_for(&p);
		struct heard h = {0};

		grab_one(&h, &c, &task);
		CHECK_EQ(peer_stop(&p), cases[i].connections);
		CHECK_EQ(h.n, 1);
		CHECK_EQ(h.obs[0].outcome, cases[i].outcome);
		CHECK_EQ(h.obs[0].alert, cases[i].alert);
		CHECK_EQ(h.obs[0].connections, cases[i].connections);
		CHECK_EQ(h.n_der[0], 0);
	}
}

static void a_greeting_leads_to_its_dialect(void)
{
	struct buf rsa = flight_with(true, 100);
	const struct peer_script scripts[] = {{{SAY("220 mx ESMTP\r\n"), HEAR, HOLD}},
	    {{SAY("220 mx ESMTP\r\n"), HEAR, SAY("250 mx\r\n"), HEAR, SAY("220 go\r\n"), HEAR,
		SAY_BUF(rsa), HOLD}}};
	struct peer p = peer_at_no_known_port(scripts, 2);
	struct grab_config c = config();
	struct grab_task task = task_for(&p);
	struct heard h = {0};

	c.one_key = true;
	grab_one(&h, &c, &task);
	CHECK_EQ(peer_stop(&p), 2);
	CHECK_EQ(h.n, 1);
	CHECK_EQ(h.obs[0].outcome, OUTCOME_CERTIFICATE);
	CHECK_EQ(h.obs[0].starttls, DIALECT_SMTP);
	CHECK_EQ(h.obs[0].connections, 2);
	buf_done(&rsa);
}

static void a_hint_comes_first(void)
{
	struct buf rsa = flight_with(true, 100);
	struct peer_script script = {
	    {SAY("* OK\r\n"), HEAR, SAY("a1 OK\r\n"), HEAR, SAY_BUF(rsa), HOLD}};
	struct peer p = peer_at_no_known_port(&script, 1);
	struct grab_config c = config();
	struct grab_task task = task_for(&p);
	struct heard h = {
	    .hint = {
		.known = true, .starttls = DIALECT_IMAP, .hello = HELLO_TLS12, .one_key = true}};

	grab_one(&h, &c, &task);
	CHECK_EQ(peer_stop(&p), 1);
	CHECK_EQ(h.obs[0].outcome, OUTCOME_CERTIFICATE);
	CHECK_EQ(h.obs[0].starttls, DIALECT_IMAP);
	CHECK_EQ(h.obs[0].hello, HELLO_TLS12);
	buf_done(&rsa);
}

static void every_name_is_an_endpoint(void)
{
	static const char *const names[] = {"A.example", "b.example", NULL};
	static const char *const expected[] = {"a.example", "b.example", "own.example"};
	struct buf rsa = flight_with(true, 100);
	struct peer_script script = {{HEAR, SAY_BUF(rsa), HOLD}};
	struct peer p = peer_at_no_known_port(&script, 1);
	struct grab_config c = config();
	struct grab_task task = task_for(&p);
	struct heard h = {0};

	c.one_key = true;
	c.names = names;
	task.name = "own.example";
	grab_one(&h, &c, &task);
	CHECK_EQ(peer_stop(&p), 3);
	CHECK_EQ(h.n, 3);
	for (size_t i = 0; i < 3; i++) {
		CHECK_STR(h.obs[i].endpoint.name, expected[i]);
		CHECK_STR(h.obs[i].hostname, "own.example");
	}
	buf_done(&rsa);
}

static void names_are_not_tried_where_there_is_no_tls(void)
{
	static const char *const names[] = {"a.example", "b.example", NULL};
	struct peer_script script = {{HEAR, SAY("HTTP/1.1 400 Bad Request\r\n\r\n")}};
	struct peer p = peer_at_no_known_port(&script, 1);
	struct grab_config c = config();
	struct grab_task task = task_for(&p);
	struct heard h = {0};

	c.names = names;
	grab_one(&h, &c, &task);
	CHECK_EQ(peer_stop(&p), 1);
	CHECK_EQ(h.n, 1);
}

static void a_fragile_port_hears_nothing_from_us(void)
{
	struct peer_script script = {{HEAR, HOLD}};
	struct peer p = peer_at_no_known_port(&script, 1);
	struct grab_config c = config();
	struct grab_task task = task_for(&p);
	struct heard h = {0};
	uint64_t wait_us;

	task.may_speak = false;
	task.fd = peer_connect(&p);
	open_grab(&h, &c, &plenty);
	CHECK_EQ(budget_take(h.budget, &p.addr, loop_now_us(h.loop), &wait_us), BUDGET_GO);
	grab_start(h.grab, &task);
	CHECK_EQ(h.finished, 0);
	CHECK(!err_is(loop_run(h.loop)));
	CHECK_EQ(h.n, 1);
	CHECK_EQ(h.obs[0].outcome, OUTCOME_OPEN);
	CHECK_STR(h.obs[0].endpoint.name, "");
	CHECK(fcntl(task.fd, F_GETFD) < 0);
	close_grab(&h);
	peer_stop(&p);
}

static void a_socket_handed_over_brings_its_budget(void)
{
	struct buf rsa = flight_with(true, 100);
	struct peer_script script = {{HEAR, SAY_BUF(rsa), HOLD}};
	struct peer p = peer_at_no_known_port(&script, 1);
	struct grab_config c = config();
	struct grab_task task = task_for(&p);
	struct heard h = {0};
	uint64_t wait_us;

	open_grab(&h, &c, &plenty);
	task.fd = peer_connect(&p);
	CHECK_EQ(budget_take(h.budget, &p.addr, loop_now_us(h.loop), &wait_us), BUDGET_GO);
	grab_start(h.grab, &task);
	CHECK(!err_is(loop_run(h.loop)));
	CHECK_EQ(h.n, 1);
	CHECK_EQ(peer_stop(&p), 2);
	close_grab(&h);
	buf_done(&rsa);
}

/* Forty tasks, one connection at a time, and then fifty a second: all end, none is forgotten. */
static void tasks_wait_for_the_budget(void)
{
	static const struct budget_limits limits[] = {
	    {.per_second = 0, .open = 100, .per_host = 1},
	    {.per_second = 0, .open = 1, .per_host = 0},
	    {.per_second = 50, .open = 100, .per_host = 0},
	};
	struct buf rsa = flight_with(true, 100);
	struct peer_script script = {{HEAR, SAY_BUF(rsa)}};
	struct grab_config c = config();

	c.one_key = true;
	for (size_t i = 0; i < sizeof(limits) / sizeof(limits[0]); i++) {
		struct peer p = peer_at_no_known_port(&script, 1);
		struct grab_task task = task_for(&p);
		struct heard h = {0};

		open_grab(&h, &c, &limits[i]);
		h.expected = 40;
		for (int k = 0; k < h.expected; k++)
			grab_start(h.grab, &task);
		CHECK_EQ(grab_pending(h.grab), 40);
		CHECK(!err_is(loop_run(h.loop)));
		CHECK_EQ(h.finished, 40);
		CHECK_EQ(peer_stop(&p), 40);
		close_grab(&h);
	}
	buf_done(&rsa);
}

static void a_crowd_that_waits_asks_for_room(void)
{
	static const struct budget_limits few = {.open = 4};
	struct peer_script script = {{HEAR, SAY("HTTP/1.1 400 Bad Request\r\n\r\n")}};
	struct peer p = peer_at_no_known_port(&script, 1);
	struct grab_config c = config();
	struct grab_task task = task_for(&p);
	struct heard h = {0};

	open_grab(&h, &c, &few);
	h.expected = 2 * GRAB_BUSY_AT;
	for (int k = 0; k < h.expected; k++)
		grab_start(h.grab, &task);
	CHECK(!err_is(loop_run(h.loop)));
	CHECK_EQ(h.busy_times, 2);
	CHECK(!h.busy);
	CHECK_EQ(h.finished, 2 * GRAB_BUSY_AT);
	close_grab(&h);
	peer_stop(&p);
}

static void freeing_ends_what_is_under_way(void)
{
	struct peer_script script = {{HOLD}};
	struct peer p = peer_at_no_known_port(&script, 1);
	static const struct budget_limits one = {.open = 1};
	struct grab_config c = config();
	struct grab_task task = task_for(&p);
	struct heard h = {0};

	open_grab(&h, &c, &one);
	grab_start(h.grab, &task);
	grab_start(h.grab, &task);
	CHECK_EQ(grab_pending(h.grab), 2);
	grab_free(h.grab);
	CHECK_EQ(budget_open(h.budget), 0);
	CHECK_EQ(h.finished, 0);
	CHECK(!err_is(loop_run(h.loop)));
	budget_free(h.budget);
	loop_free(h.loop);
	peer_stop(&p);
}

static void a_closed_port_is_refused(void)
{
	struct peer_script script = {{HOLD}};
	struct peer p = peer_at_no_known_port(&script, 1);
	struct grab_config c = config();
	struct grab_task task = task_for(&p);
	struct heard h = {0};

	peer_stop(&p);
	grab_one(&h, &c, &task);
	CHECK_EQ(h.n, 1);
	CHECK_EQ(h.obs[0].outcome, OUTCOME_REFUSED);
	CHECK_EQ(h.obs[0].os_error, ECONNREFUSED);
}

/* Answers every question with the one PTR record it was given, in a process of its own. */
static pid_t dns_server(const char *rdata, size_t n, uint16_t *ret_port)
{
	struct sockaddr_in sa = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	socklen_t size = sizeof(sa);
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	pid_t pid;

	CHECK(fd >= 0 && bind(fd, (struct sockaddr *)&sa, size) == 0);
	CHECK(getsockname(fd, (struct sockaddr *)&sa, &size) == 0);
	*ret_port = ntohs(sa.sin_port);
	pid = fork();
	if (pid) {
		close(fd);
		return pid;
	}
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	for (;;) {
		uint8_t m[512] = {0};
		ssize_t got = recvfrom(fd, m, 300, 0, (struct sockaddr *)&sa, &size);
		size_t end = 12;

		if (got < 17)
			_exit(1);
		while (m[end])
			end += 1u + m[end];
		end += 5;
		memcpy(m + 2, "\x81\x80\0\1\0\1\0\0\0\0", 10);
		memcpy(m + end, "\xc0\x0c\0\x0c\0\1\0\0\0\x3c\0", 11);
		m[end + 11] = (uint8_t)n;
		memcpy(m + end + 12, rdata, n);
		(void)!sendto(fd, m, end + 12 + n, 0, (struct sockaddr *)&sa, size);
	}
}

static void a_refusal_without_a_name_is_retried_with_the_ptr(void)
{
	struct buf rsa = flight_with(true, 100);
	const struct peer_script scripts[] = {
	    {{HEAR, ALERT("\x70")}}, {{HEAR, SAY_BUF(rsa), HOLD}}};
	struct peer p = peer_at_no_known_port(scripts, 2);
	struct grab_config c = config();
	struct grab_task task = task_for(&p);
	struct heard h = {0};
	struct dns *dns = NULL;
	char servers[32];
	uint16_t port;
	pid_t server = dns_server("\4Host\7example", 14, &port);

	snprintf(servers, sizeof(servers), "127.0.0.1:%u", port);
	c.one_key = c.resolve = true;
	open_grab(&h, &c, &plenty);
	grab_free(h.grab);
	CHECK(!err_is(dns_new(h.loop, 2000, &dns)) && !err_is(dns_set_servers(dns, servers)));
	CHECK(!err_is(grab_new(h.loop, h.budget, dns, shares, &c, &ops, &h, &h.grab)));
	grab_start(h.grab, &task);
	CHECK(!err_is(loop_run(h.loop)));
	CHECK_EQ(peer_stop(&p), 2);
	CHECK_EQ(h.n, 1);
	CHECK_EQ(h.obs[0].outcome, OUTCOME_CERTIFICATE);
	CHECK_EQ(h.obs[0].flags, OBS_NAME_FROM_PTR);
	CHECK_STR(h.obs[0].endpoint.name, "host.example");
	CHECK_STR(h.obs[0].hostname, "host.example");
	CHECK_EQ(h.obs[0].connections, 2);
	close_grab(&h);
	dns_free(dns);
	kill(server, SIGKILL);
	waitpid(server, NULL, 0);
	buf_done(&rsa);
}

/* openssl s_server with an RSA and a P-256 certificate, and these options; its port, once it
 * listens. */
static pid_t real_server(const char *dir, const char *options, struct peer *ret_peer)
{
	struct peer_script script = {{HOLD}};
	char command[2048];
	pid_t pid;
	int fd = -1;

	*ret_peer = peer_at_no_known_port(&script, 1);
	peer_stop(ret_peer);
	snprintf(command, sizeof(command),
	    "cd %s && exec openssl s_server -quiet -accept 127.0.0.1:%u -cert rsa.pem -key rsa.key "
	    "-dcert ec.pem -dkey ec.key %s </dev/zero >/dev/null 2>&1",
	    dir, ret_peer->port, options);
	pid = fork();
	if (pid == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		execl("/bin/sh", "sh", "-c", command, NULL);
		_exit(127);
	}
	for (int i = 0; i < 100 && fd < 0; i++) {
		struct sockaddr_storage to;
		socklen_t n = addr_to_sockaddr(&ret_peer->addr, ret_peer->port, &to);

		usleep(20000);
		fd = socket(AF_INET, SOCK_STREAM, 0);
		if (connect(fd, (struct sockaddr *)&to, n) < 0) {
			close(fd);
			fd = -1;
		}
	}
	CHECK(fd >= 0);
	close(fd);
	return pid;
}

static void make_certificates(const char *dir)
{
	char command[1024];

	snprintf(command, sizeof(command),
	    "cd %s && openssl req -x509 -newkey rsa:2048 -nodes -keyout rsa.key -out rsa.pem -subj "
	    "/CN=rsa -days 30 2>/dev/null && openssl req -x509 -newkey ec -pkeyopt "
	    "ec_paramgen_curve:prime256v1 -nodes -keyout ec.key -out ec.pem -subj /CN=ec -days 30 "
	    "2>/dev/null",
	    dir);
	CHECK_EQ(system(command), 0);
}

static const struct {
	const char *options;
	uint16_t version;
	bool hello_retry, client_cert;
} real_servers[] = {
    {"-tls1_3", 0x0304, false, false},
    {"-tls1_2", 0x0303, false, false},
    {"-tls1_3 -groups P-384", 0x0304, true, false},
    {"-tls1_3 -Verify 1 -ciphersuites TLS_CHACHA20_POLY1305_SHA256", 0x0304, false, true},
    {"-tls1_2 -Verify 1", 0x0303, false, true},
    {"-tls1 -cipher DEFAULT@SECLEVEL=0", 0x0301, false, false},
};

static void real_servers_show_both_certificates(void)
{
	char dir[] = "/tmp/grab_test.XXXXXX", command[64];
	struct grab_config c = config();

	if (system("openssl version >/dev/null 2>&1") != 0)
		SKIP("no openssl program");
	CHECK(mkdtemp(dir) != NULL);
	make_certificates(dir);
	for (size_t i = 0; i < sizeof(real_servers) / sizeof(real_servers[0]); i++) {
		struct peer p;
		pid_t pid = real_server(dir, real_servers[i].options, &p);
		struct grab_task task = task_for(&p);
		struct heard h = {0};

		grab_one(&h, &c, &task);
		CHECK_EQ(h.n, 2);
		for (size_t k = 0; k < h.n; k++) {
			CHECK_EQ(h.obs[k].outcome, OUTCOME_CERTIFICATE);
			CHECK_EQ(h.obs[k].version, real_servers[i].version);
			CHECK_EQ(!!(h.obs[k].flags & OBS_HELLO_RETRY), real_servers[i].hello_retry);
			CHECK_EQ(!!(h.obs[k].flags & OBS_CLIENT_CERT_ASKED),
			    real_servers[i].client_cert);
			CHECK_EQ(h.n_der[k], 1);
		}
		CHECK(h.der_n[0] != h.der_n[1]);
		kill(pid, SIGKILL);
		waitpid(pid, NULL, 0);
	}
	snprintf(command, sizeof(command), "rm -r %s", dir);
	CHECK_EQ(system(command), 0);
}

int main(void)
{
	if (err_is(key_shares_new(&shares)))
		return 1;
	RUN(both_key_types_are_two_observations);
	RUN(one_key_type_is_one_observation_that_says_so);
	RUN(one_key_costs_one_connection);
	RUN(the_ladder_is_climbed_and_counted);
	RUN(a_failure_is_one_observation);
	RUN(a_greeting_leads_to_its_dialect);
	RUN(a_hint_comes_first);
	RUN(every_name_is_an_endpoint);
	RUN(names_are_not_tried_where_there_is_no_tls);
	RUN(a_fragile_port_hears_nothing_from_us);
	RUN(a_socket_handed_over_brings_its_budget);
	RUN(tasks_wait_for_the_budget);
	RUN(a_crowd_that_waits_asks_for_room);
	RUN(freeing_ends_what_is_under_way);
	RUN(a_closed_port_is_refused);
	RUN(a_refusal_without_a_name_is_retried_with_the_ptr);
	RUN(real_servers_show_both_certificates);
	key_shares_free(shares);
	return test_done();
}
