/*
 * The flow of frames, with a fake dissector: it holds 1000 bytes for each 'h' that it is given, and
 * a '.' is the last that it wants of either side. Real conversations are in sensor_tls_test.
 */
#include "sensor/sensor.h"

#include "lib/frames.h"
#include "sensor/dissect.h"
#include "sensor/limits.h"

enum { SECOND = 1000000 };

static unsigned n_dissectors;

struct dissect {
	const struct dissect_ops *ops;
	void *context;
	struct session session;
	size_t held;
	bool unwanted;
	unsigned ended;
};

struct err dissect_new(const struct session_side *tcp_client, const struct session_side *tcp_server,
    const uint64_t uid[2], const struct dissect_ops *ops, void *context,
    struct dissect **ret_dissect)
{
	struct dissect *d = calloc(1, sizeof(*d));

	if (!d)
		abort();
	(void)uid;
	n_dissectors++;
	d->ops = ops;
	d->context = context;
	d->session.client = *tcp_client;
	d->session.server = *tcp_server;
	*ret_dissect = d;
	return OK;
}

void dissect_free(struct dissect *d)
{
	n_dissectors -= d != NULL;
	free(d);
}

void dissect_time(struct dissect *d, int64_t time_us, uint64_t packet)
{
	if (d->session.begin_us == 0)
		d->session.begin_us = time_us;
	d->session.last_us = time_us;
	d->session.packet = packet;
}

void dissect_bytes(struct dissect *d, enum dissect_side side, struct span bytes)
{
	(void)side;
	for (size_t i = 0; i < bytes.n; i++) {
		d->held += bytes.p[i] == 'h' ? 1000 : 0;
		d->unwanted |= bytes.p[i] == '.';
	}
}

void dissect_gap(struct dissect *d, enum dissect_side side, uint32_t n)
{
	(void)side;
	d->session.flags |= n ? SESSION_GAP : SESSION_MIDSTREAM;
}

void dissect_end(struct dissect *d, enum dissect_side side, enum dissect_end how)
{
	d->ended |= 1u << side | (how == DISSECT_FIN ? 0 : 3);
	d->session.version = (uint16_t)(how + 1);
	if (d->ended == 3)
		d->ops->event(d->context, SESSION_END, &d->session);
}

bool dissect_wants(const struct dissect *d, enum dissect_side side)
{
	(void)side;
	return !d->unwanted;
}

size_t dissect_held(const struct dissect *d)
{
	return d->held;
}

/* Of the session that ended last. */
static unsigned n_ended;
static struct session ended;

static void on_event(void *context, enum session_event event, const struct session *session)
{
	CHECK(context == &n_ended);
	CHECK_EQ(event, SESSION_END);
	n_ended++;
	ended = *session;
}

static const struct sensor_ops ops = {on_event};
static struct sensor *s;
static int64_t now_us;

static void begin(const struct sensor_config *config)
{
	sensor_free(s);
	s = NULL;
	CHECK_EQ(n_dissectors, 0);
	n_ended = 0;
	now_us = 1000 * SECOND;
	CHECK(!err_is(sensor_new(config, &ops, &n_ended, &s)));
}

static void begin_plain(void)
{
	static const struct sensor_config config = {.key = {{3, 4}}, .flows_max = 1000};

	begin(&config);
}

/* Host n is the client, on port 40000. */
static void push(uint32_t n, bool from_client, uint8_t flags, uint32_t seq, const char *text)
{
	struct addr client = addr_from_v4(0x0a000000 + n), server = addr_from_v4(0xc0000201);
	struct made w;
	struct frame frame;

	frame_begin(&w, text, strlen(text));
	frame_tcp(&w, from_client ? 40000 : 443, from_client ? 443 : 40000, seq, flags);
	frame_ip_of(&w, from_client ? &client : &server, from_client ? &server : &client, 6);
	frame_ether(&w, 0x0800);
	frame = frame_of(&w, LINK_ETHERNET, now_us);
	sensor_push(s, &frame);
}

static void client(uint32_t n, uint8_t flags, uint32_t seq, const char *text)
{
	push(n, true, flags, seq, text);
}

static void server(uint32_t n, uint8_t flags, uint32_t seq, const char *text)
{
	push(n, false, flags, seq, text);
}

static struct sensor_counts counts(void)
{
	return sensor_counts(s);
}

static void tells_a_session(void)
{
	begin_plain();
	client(1, TCP_SYN, 10, "");
	now_us += SECOND;
	client(1, TCP_ACK, 11, "hello");
	CHECK_EQ(counts().flows_now, 1);
	CHECK(counts().bytes_now >= 1000);
	client(1, TCP_ACK | TCP_FIN, 16, "");
	server(1, TCP_ACK | TCP_FIN, 99, "");
	CHECK_EQ(n_ended, 1);
	CHECK_EQ(ended.begin_us, 1000 * SECOND);
	CHECK_EQ(ended.last_us, 1001 * SECOND);
	CHECK_EQ(ended.packet, 4);
	CHECK_EQ(ended.client.port, 40000);
	CHECK_EQ(ended.version, DISSECT_FIN + 1);
	CHECK_EQ(addr_v4(&ended.server.addr), 0xc0000201);
	CHECK_EQ(counts().bytes_now, 0);
	CHECK_EQ(counts().sessions, 1);
	CHECK_EQ(counts().flows, 1);
	CHECK_EQ(counts().frames, 4);
}

static void a_tombstone_costs_no_bytes(void)
{
	begin_plain();
	client(1, TCP_SYN, 10, "");
	client(1, TCP_ACK, 11, "hh.");
	CHECK_EQ(counts().bytes_now, 0);
	CHECK_EQ(n_dissectors, 0);
	CHECK_EQ(n_ended, 1);
	for (uint32_t i = 0; i < 100; i++)
		server(1, TCP_ACK, 1 + 4 * i, "bulk");
	CHECK_EQ(counts().flows, 1);
	CHECK_EQ(n_dissectors, 0);
}

static void a_closed_flow_is_forgotten_soon(void)
{
	begin_plain();
	client(1, TCP_SYN, 10, "");
	client(1, TCP_ACK, 11, ".");
	client(1, TCP_ACK | TCP_FIN, 12, "");
	server(1, TCP_ACK | TCP_FIN, 1, "");
	now_us += SENSOR_CLOSING_US / 2;
	client(1, TCP_ACK, 13, ""); /* a straggler */
	CHECK_EQ(counts().flows, 1);
	CHECK_EQ(counts().flows_now, 1);
	now_us += SENSOR_CLOSING_US / 2 + SECOND;
	sensor_tick(s, now_us);
	CHECK_EQ(counts().flows_now, 0);
	CHECK_EQ(counts().flows_idle, 0);
	client(1, TCP_ACK | TCP_FIN, 13, ""); /* makes no flow */
	server(1, TCP_RST, 13, "");
	CHECK_EQ(counts().flows_now, 0);
}

static void a_syn_begins_again(void)
{
	begin_plain();
	client(1, TCP_SYN, 10, "");
	client(1, TCP_ACK, 11, "one.");
	client(1, TCP_SYN, 5000, ""); /* on a tombstone */
	client(1, TCP_SYN, 5000, ""); /* sent again */
	client(1, TCP_ACK, 5001, "two");
	CHECK_EQ(counts().flows, 2);
	client(1, TCP_SYN, 90000, ""); /* its end was not seen */
	CHECK_EQ(n_ended, 2);
	CHECK_EQ(ended.version, DISSECT_TIMEOUT + 1);
	client(1, TCP_ACK, 90001, "three");
	client(1, TCP_RST, 90006, "");
	CHECK_EQ(n_ended, 3);
	CHECK_EQ(counts().flows, 3);
	CHECK_EQ(counts().flows_now, 1);
}

static void an_end_that_overtook_its_data_waits(void)
{
	begin_plain();
	client(1, TCP_SYN, 10, "");
	client(1, TCP_ACK, 11, "a");
	client(1, TCP_RST, 13, "");
	CHECK_EQ(n_ended, 0);
	now_us += SENSOR_CLOSING_US + SECOND;
	sensor_tick(s, now_us);
	CHECK_EQ(n_ended, 1);
	CHECK_EQ(ended.version, DISSECT_RST + 1);
	CHECK_EQ(counts().flows_now, 0);
}

static void idle_flows_end(void)
{
	begin_plain();
	client(1, TCP_SYN, 10, "");
	client(1, TCP_ACK, 11, "a");
	client(2, TCP_SYN, 10, "");
	client(2, TCP_ACK, 11, ".");
	now_us += SENSOR_IDLE_US / 2;
	client(3, TCP_SYN, 10, "");
	server(2, TCP_ACK, 11, "bulk");
	now_us += SENSOR_IDLE_US / 2 + SECOND;
	client(4, TCP_SYN, 10, "");
	CHECK_EQ(n_ended, 2);
	CHECK_EQ(ended.version, DISSECT_TIMEOUT + 1);
	CHECK_EQ(counts().flows_idle, 1);
	CHECK_EQ(counts().flows_now, 3);
	now_us += SENSOR_IDLE_US / 2;
	sensor_tick(s, now_us);
	CHECK_EQ(counts().flows_now, 1);
}

static void time_may_jump_back(void)
{
	begin_plain();
	client(1, TCP_SYN, 10, "");
	client(1, TCP_ACK, 11, "a");
	now_us -= SECOND; /* out of order */
	client(2, TCP_SYN, 10, "");
	CHECK_EQ(counts().flows_now, 2);
	now_us -= 2 * (int64_t)SENSOR_IDLE_US; /* another, older file */
	client(3, TCP_SYN, 10, "");
	CHECK_EQ(counts().flows_now, 1);
	CHECK_EQ(n_ended, 1);
}

static void the_oldest_makes_room(void)
{
	const struct sensor_config config = {.flows_max = 3};

	begin(&config);
	for (uint32_t i = 0; i < 3; i++) {
		client(i, TCP_SYN, 10, "");
		client(i, TCP_ACK, 11, i == 0 ? "h." : "h");
		now_us += SECOND;
	}
	server(0, TCP_ACK, 11, "touched");
	now_us += SECOND;
	client(7, TCP_SYN, 10, "");
	CHECK_EQ(counts().flows_evicted, 1);
	CHECK_EQ(counts().flows_now, 3);
	CHECK_EQ(n_ended, 2);
	CHECK_EQ(addr_v4(&ended.client.addr), 0x0a000001);
	client(8, TCP_SYN, 10, "");
	CHECK_EQ(addr_v4(&ended.client.addr), 0x0a000002);
	client(9, TCP_SYN, 10, "");
	CHECK_EQ(n_ended, 3);
	CHECK_EQ(counts().flows_evicted, 3);
}

static void bytes_are_bounded(void)
{
	const struct sensor_config config = {.flows_max = 100, .bytes_max = 50000};
	static const char ten[] = "hhhhhhhhhh";

	begin(&config);
	for (uint32_t i = 0; i < 10; i++) {
		client(i, TCP_SYN, 10, "");
		client(i, TCP_ACK, 11, ten);
		CHECK(counts().bytes_now <= config.bytes_max);
		CHECK_EQ(n_ended, i < 4 ? 0 : i - 3);
	}
	CHECK_EQ(counts().bytes_limit_hit, 6);
	CHECK_EQ(counts().flows_now, 10); /* as tombstones */
	client(9, TCP_ACK, 21, ten);
	client(9, TCP_ACK, 31, ten);
	client(9, TCP_ACK, 41, ten);
	client(9, TCP_ACK, 51, ten); /* too much by itself */
	CHECK_EQ(n_ended, 10);
	CHECK_EQ(counts().bytes_now, 0);
}

static void everything_ends_at_the_end(void)
{
	begin_plain();
	for (uint32_t i = 0; i < 50; i++) {
		client(i, TCP_SYN, 10, "");
		client(i, TCP_ACK, 11 + i % 2, "h");
	}
	CHECK(sensor_finish_some(s, 20));
	CHECK_EQ(n_ended, 20);
	CHECK(!sensor_finish_some(s, 1000));
	CHECK_EQ(n_ended, 50);
	CHECK_EQ(counts().sessions_partial, 25);
	CHECK_EQ(counts().gaps, 25);
	CHECK_EQ(counts().bytes_now, 0);
	CHECK_EQ(counts().flows_now, 0);
	sensor_finish(s);
	CHECK_EQ(n_ended, 50);
}

static void counts_what_is_no_packet(void)
{
	struct made w;
	struct frame frame;

	begin_plain();
	frame_begin(&w, "arp", 3);
	frame_ether(&w, 0x0806);
	frame = frame_of(&w, LINK_ETHERNET, now_us);
	sensor_push(s, &frame);
	frame.link = 9999;
	sensor_push(s, &frame);
	CHECK_EQ(counts().not_ip, 1);
	CHECK_EQ(counts().unknown_link, 1);
	CHECK_EQ(counts().frames, 2);
	CHECK_EQ(counts().bytes, 2 * w.n);
	CHECK_EQ(counts().flows, 0);
}

static void is_freed_half_way(void)
{
	begin_plain();
	client(1, TCP_SYN, 10, "");
	client(1, TCP_ACK, 15, "h");
	client(1, TCP_ACK, 11, "h");
	sensor_free(s);
	s = NULL;
	CHECK_EQ(n_dissectors, 0);
	CHECK_EQ(n_ended, 0);
}

/* Host n says it, from port 40000. */
static void datagram(uint32_t n, struct span payload)
{
	struct addr client = addr_from_v4(0x0a000000 + n), server = addr_from_v4(0xc0000201);
	struct made w;
	struct frame frame;

	frame_begin(&w, payload.p, payload.n);
	frame_udp(&w, 40000, 443);
	frame_ip_of(&w, &client, &server, 17);
	frame_ether(&w, 0x0800);
	frame = frame_of(&w, LINK_ETHERNET, now_us);
	sensor_push(s, &frame);
}

/* A ClientHello without anything in it: 67 bytes. */
static struct span dtls_hello(void)
{
	static uint8_t hello[67] = {
	    22, 0xfe, 0xfd, [12] = 54, [13] = 1, [16] = 42, [24] = 42, 0xfe, 0xfd};

	hello[62] = 2; /* behind random, session id and cookie: one cipher */
	hello[63] = 0xc0;
	hello[64] = 0x2b;
	hello[65] = 1;
	return span_of(hello, sizeof(hello));
}

static struct span stun_binding(void)
{
	static const uint8_t binding[20] = {0, 1, 0, 0, 0x21, 0x12, 0xa4, 0x42};

	return span_of(binding, sizeof(binding));
}

static void only_dtls_makes_a_flow_of_udp(void)
{
	static uint8_t noise[100];
	uint32_t random = 1;

	begin_plain();
	for (uint32_t i = 0; i < 10000; i++) {
		for (size_t j = 0; j < sizeof(noise); j++) {
			random = random * 1664525 + 1013904223;
			noise[j] = (uint8_t)(random >> 24);
		}
		noise[0] = (uint8_t)(i % 3 ? 22 : i); /* even where it begins like DTLS */
		datagram(i, span_of(noise, sizeof(noise)));
	}
	datagram(1, span_of("", 0));
	CHECK_EQ(counts().flows, 0);
	datagram(1, dtls_hello());
	datagram(2, stun_binding());
	CHECK_EQ(counts().flows, 2);
	datagram(1, span_of(noise, sizeof(noise)));
	CHECK_EQ(counts().flows_now, 2);
	sensor_finish(s);
	CHECK_EQ(n_ended, 1); /* STUN alone is no session */
	CHECK_EQ(ended.transport, TRANSPORT_UDP);
	CHECK_EQ(ended.client.port, 40000);
	CHECK_STR(ended.history, "C");
	CHECK_EQ(counts().bytes_now, 0);
}

static void idle_conversations_end(void)
{
	begin_plain();
	datagram(1, dtls_hello());
	now_us += SENSOR_IDLE_US / 2;
	datagram(1, dtls_hello());
	CHECK(counts().bytes_now > 0);
	now_us += SENSOR_IDLE_US / 2 + SECOND;
	sensor_tick(s, now_us);
	CHECK_EQ(n_ended, 0);
	now_us += SENSOR_IDLE_US;
	sensor_tick(s, now_us);
	CHECK_EQ(n_ended, 1);
	CHECK_STR(ended.history, "CC");
	CHECK_EQ(counts().flows_now, 0);
	CHECK_EQ(counts().bytes_now, 0);
}

static void conversations_are_bounded(void)
{
	static const struct sensor_config config = {
	    .key = {{3, 4}}, .flows_max = 100, .bytes_max = 50000};

	begin(&config);
	for (uint32_t i = 0; i < 200; i++)
		datagram(i, dtls_hello());
	CHECK(counts().bytes_now <= 50000);
	CHECK(counts().bytes_limit_hit > 0 && counts().flows_evicted == 100);
	CHECK(n_ended >= 150);
	/* A tombstone: another hello begins another session. */
	datagram(150, dtls_hello());
	sensor_finish(s);
	CHECK_EQ(n_ended, 201);
}

int main(void)
{
	RUN(tells_a_session);
	RUN(a_tombstone_costs_no_bytes);
	RUN(a_closed_flow_is_forgotten_soon);
	RUN(a_syn_begins_again);
	RUN(an_end_that_overtook_its_data_waits);
	RUN(idle_flows_end);
	RUN(time_may_jump_back);
	RUN(the_oldest_makes_room);
	RUN(bytes_are_bounded);
	RUN(everything_ends_at_the_end);
	RUN(counts_what_is_no_packet);
	RUN(only_dtls_makes_a_flow_of_udp);
	RUN(idle_conversations_end);
	RUN(conversations_are_bounded);
	RUN(is_freed_half_way);
	sensor_free(s);
	return test_done();
}
