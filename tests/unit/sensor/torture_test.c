/*
 * Real conversations (the traces of Zeek's suite, read where they lie), each again with packets
 * lost, out of order, doubled, cut off in front, in one-byte segments, of one direction only, in
 * every wrapping. What counts is which certificate messages are told.
 */
#include "sensor/peel.h"
#include "sensor/sensor.h"

#include "lib/frames.h"

#include <dirent.h>
#include <limits.h>

#define TRACES "../../shared/data/zeek/traces/tls"

enum { SHOTS_MAX = 400000, FINDS_MAX = 4000 };

/* TCP packets, out of all that carried them; the payload lies in the file, or is a copy. */
static struct packet shots[SHOTS_MAX], torn[SHOTS_MAX];
static uint8_t dropped[SHOTS_MAX]; /* by index into shots */
static size_t n_shots, n_torn;

struct find {
	uint64_t certs; /* hash of the chain */
	uint64_t packet;
	struct addr client, server;
	uint16_t client_port, server_port;
};

static struct find found[FINDS_MAX], expected[FINDS_MAX];
static size_t n_found, n_expected;
static unsigned n_events;

static const struct siphash_key key = {{5, 6}};

static void on_event(void *context, enum session_event event, const struct session *session)
{
	struct find *f = &found[n_found];

	(void)context;
	n_events++;
	if (event != SESSION_CERTIFICATE || n_found == FINDS_MAX || session->server.certs_cut)
		return;
	n_found++;
	*f = (struct find){.packet = session->packet,
	    .client = session->client.addr,
	    .server = session->server.addr,
	    .client_port = session->client.port,
	    .server_port = session->server.port};
	for (size_t i = 0; i < session->server.n_certs; i++)
		f->certs = f->certs * 31 +
			   siphash(&key, session->server.certs[i].p, session->server.certs[i].n);
}

/* A classic capture of microseconds in this machine's byte order; false where it is another. */
static bool read_trace(struct span in)
{
	struct defrag *defrag = NULL;
	uint16_t link;

	if (span_le(&in, 4) != 0xa1b2c3d4)
		return false;
	span_take(&in, 16);
	link = (uint16_t)span_le(&in, 4);
	CHECK(!err_is(defrag_new(&key, &defrag)));
	while (in.n > 0 && !in.bad && n_shots < SHOTS_MAX) {
		struct packet *p = &shots[n_shots];
		struct frame f = {.link = link};
		uint8_t *copy;

		f.time_us = (int64_t)span_le(&in, 4) * 1000000;
		f.time_us += (int64_t)span_le(&in, 4);
		f.bytes.n = (size_t)span_le(&in, 4);
		f.wire_n = (uint32_t)span_le(&in, 4);
		f.bytes = span_take(&in, f.bytes.n);
		if (peel(&f, defrag, p) != PEEL_PACKET || p->proto != PACKET_TCP)
			continue;
		copy = malloc(p->payload.n + 1);
		if (!copy)
			abort();
		if (p->payload.n > 0)
			memcpy(copy, p->payload.p, p->payload.n);
		p->payload.p = copy;
		n_shots++;
	}
	defrag_free(defrag);
	return true;
}

static void forget_trace(void)
{
	for (size_t i = 0; i < n_shots; i++)
		free((void *)(uintptr_t)shots[i].payload.p);
	n_shots = 0;
}

static bool load(const char *path)
{
	uint8_t *bytes = malloc(1 << 20);
	FILE *f = fopen(path, "rb");
	bool ok = false;

	n_shots = 0;
	if (f && bytes)
		ok = read_trace(span_of(bytes, fread(bytes, 1, 1 << 20, f)));
	if (f)
		fclose(f);
	free(bytes);
	return ok;
}

static void shoot(struct sensor *s, const struct packet *p, const struct wrapping *wrapping)
{
	static struct made w;
	static uint8_t content[FRAME_CONTENT_MAX];
	size_t n = p->payload.n + p->missing;
	struct frame frame;

	memset(content, 0, n);
	memcpy(content, p->payload.p, p->payload.n);
	frame_begin(&w, content, n);
	frame_tcp(&w, p->sport, p->dport, p->seq, p->flags);
	frame_ip_of(&w, &p->src, &p->dst, 6);
	wrapping->wrap(&w);
	frame = frame_cut(&w, wrapping->link, p->time_us, w.n - p->missing);
	sensor_push(s, &frame);
}

static void run(const struct packet *p, size_t n, const struct wrapping *wrapping)
{
	static const struct sensor_ops ops = {on_event};
	const struct sensor_config config = {.key = key, .flows_max = 4096};
	struct sensor *s = NULL;

	n_found = 0;
	CHECK(!err_is(sensor_new(&config, &ops, NULL, &s)));
	for (size_t i = 0; i < n; i++)
		shoot(s, &p[i], wrapping);
	sensor_finish(s);
	sensor_free(s);
}

static uint32_t random_state;

static bool happens(uint32_t percent)
{
	random_state = random_state * 1664525u + 1013904223u;
	return (random_state >> 8) % 100 < percent;
}

static void keep(const struct packet *p)
{
	if (n_torn < SHOTS_MAX)
		torn[n_torn++] = *p;
}

/* The times stay where they were: the capture is in order, the packets are not. */
static void tear_order(uint32_t percent)
{
	for (size_t i = 0; i < n_shots; i++)
		keep(&shots[i]);
	for (size_t i = 0; i < n_torn; i++) {
		size_t to = i + 1 + random_state % 3;

		if (!happens(percent) || to >= n_torn)
			continue;
		struct packet late = torn[i];

		memmove(&torn[i], &torn[i + 1], (to - i) * sizeof(torn[0]));
		torn[to] = late;
	}
	for (size_t i = 0; i < n_torn; i++)
		torn[i].time_us = shots[i].time_us;
}

static void tear_doubled(uint32_t percent)
{
	for (size_t i = 0; i < n_shots; i++) {
		keep(&shots[i]);
		if (happens(percent))
			keep(&shots[i]);
		if (i > 2 && happens(percent))
			keep(&shots[i - 2]);
	}
}

static void tear_lost(uint32_t percent)
{
	for (size_t i = 0; i < n_shots; i++) {
		dropped[i] = happens(percent);
		if (!dropped[i])
			keep(&shots[i]);
	}
}

static bool is_of(const struct find *f, const struct packet *p)
{
	return p->sport == f->server_port && p->dport == f->client_port &&
	       addr_eq(&p->src, &f->server) && addr_eq(&p->dst, &f->client);
}

static void tear_one_way(uint32_t how)
{
	(void)how;
	for (size_t i = 0; i < n_shots; i++)
		for (size_t e = 0; e < n_expected; e++)
			if (is_of(&expected[e], &shots[i])) {
				keep(&shots[i]);
				break;
			}
}

/* Both SYNs of each connection. */
static void tear_front(uint32_t how)
{
	(void)how;
	for (size_t i = 0; i < n_shots; i++)
		if (shots[i].payload.n > 0 || !(shots[i].flags & TCP_SYN))
			keep(&shots[i]);
}

/* And the ClientHello. */
static void tear_hello(uint32_t how)
{
	(void)how;
	for (size_t i = 0; i < n_shots; i++) {
		const struct packet *p = &shots[i];
		bool hello = p->payload.n > 5 && p->payload.p[0] == 0x16 && p->payload.p[5] == 1;

		if (!hello && !(p->flags & TCP_SYN))
			keep(p);
	}
}

/* Segments of at most n bytes. */
static void tear_small(uint32_t n)
{
	for (size_t i = 0; i < n_shots; i++) {
		struct packet p = shots[i];
		struct span rest = p.payload;

		do {
			p.payload = span_take(&rest, n < rest.n ? n : rest.n);
			p.missing = rest.n == 0 ? shots[i].missing : 0;
			p.flags = shots[i].flags;
			if (rest.n > 0)
				p.flags &= (uint8_t)~TCP_FIN;
			keep(&p);
			p.seq += (uint32_t)p.payload.n + (p.flags & TCP_SYN ? 1 : 0);
		} while (rest.n > 0);
	}
}

/* Its certificate message came whole, as far as the capture can tell: no segment of the server's
 * was lost until it was told. */
static bool has_come(const struct find *f)
{
	for (size_t i = 0; i < n_shots && i < f->packet; i++)
		if (dropped[i] && shots[i].payload.n > 0 && is_of(f, &shots[i]))
			return false;
	return true;
}

static bool is_found(const struct find *e)
{
	for (size_t i = 0; i < n_found; i++)
		if (found[i].certs == e->certs && found[i].client_port == e->client_port &&
		    found[i].server_port == e->server_port)
			return true;
	return false;
}

static unsigned n_wanted, n_got, n_came;

static void compare(const char *file, const struct wrapping *wrapping)
{
	for (size_t i = 0; i < n_expected; i++) {
		n_wanted++;
		if (has_come(&expected[i]))
			n_came++;
		else
			continue;
		if (is_found(&expected[i]))
			n_got++;
		else
			printf("# %s, %s: a chain of port %u is lost\n", file, wrapping->name,
			    expected[i].client_port);
	}
}

static void torture(
    const char *file, void (*tear)(uint32_t how), uint32_t how, const struct wrapping *wrapping)
{
	n_torn = 0;
	memset(dropped, 0, n_shots);
	tear(how);
	run(torn, n_torn, wrapping);
	compare(file, wrapping);
}

/* Every trace, so many times: each in Ethernet, or each in the next wrapping. */
static bool torture_all(void (*tear)(uint32_t how), uint32_t how, size_t rounds, bool wrapped)
{
	char folder[PATH_MAX], path[PATH_MAX + 300];
	struct dirent *entry;
	DIR *dir;

	snprintf(folder, sizeof(folder), "%s", test_path(TRACES));
	dir = opendir(folder);
	n_wanted = n_got = n_came = random_state = 0;
	if (!dir)
		return false;
	while ((entry = readdir(dir))) {
		snprintf(path, sizeof(path), "%s/%s", folder, entry->d_name);
		if (load(path)) {
			run(shots, n_shots, &wrappings[0]);
			n_expected = n_found;
			memcpy(expected, found, n_found * sizeof(found[0]));
			for (size_t i = 0; n_expected > 0 && i < rounds; i++)
				torture(entry->d_name, tear, how, &wrappings[wrapped ? i : 0]);
		}
		forget_trace();
	}
	closedir(dir);
	printf("# %u of %u chains that came whole, of %u\n", n_got, n_came, n_wanted);
	return true;
}

static bool has_data(void)
{
	DIR *dir = opendir(test_path(TRACES));

	return dir && closedir(dir) == 0;
}

static void finds_all_in_every_wrapping(void)
{
	if (!has_data())
		SKIP("../shared/data is not there");
	CHECK(torture_all(tear_small, 1400, WRAPPINGS, true));
	CHECK(n_wanted >= 50 * WRAPPINGS);
	CHECK_EQ(n_got, n_wanted);
}

static void finds_all_out_of_order(void)
{
	static const uint32_t percents[] = {1, 5, 30};

	if (!has_data())
		SKIP("../shared/data is not there");
	for (size_t i = 0; i < 3; i++) {
		CHECK(torture_all(tear_order, percents[i], 10, false));
		CHECK_EQ(n_got, n_wanted);
	}
}

static void finds_all_doubled(void)
{
	if (!has_data())
		SKIP("../shared/data is not there");
	CHECK(torture_all(tear_doubled, 5, 1, false));
	CHECK_EQ(n_got, n_wanted);
	CHECK(torture_all(tear_doubled, 50, 1, false));
	CHECK_EQ(n_got, n_wanted);
}

static void finds_what_comes_when_some_is_lost(void)
{
	static const uint32_t percents[] = {1, 5, 20};

	if (!has_data())
		SKIP("../shared/data is not there");
	for (size_t i = 0; i < 3; i++) {
		CHECK(torture_all(tear_lost, percents[i], 10, false));
		CHECK(n_came > n_wanted / 5);
		CHECK(n_got * 100 >= n_came * 95);
	}
}

static void finds_all_with_one_direction(void)
{
	if (!has_data())
		SKIP("../shared/data is not there");
	CHECK(torture_all(tear_one_way, 0, 1, false));
	CHECK_EQ(n_got, n_wanted);
}

static void finds_all_without_a_beginning(void)
{
	if (!has_data())
		SKIP("../shared/data is not there");
	CHECK(torture_all(tear_front, 0, 1, false));
	CHECK_EQ(n_got, n_wanted);
	CHECK(torture_all(tear_hello, 0, 1, false));
	CHECK_EQ(n_got, n_wanted);
}

static void finds_all_byte_by_byte(void)
{
	if (!has_data())
		SKIP("../shared/data is not there");
	CHECK(torture_all(tear_small, 1, 1, false));
	CHECK_EQ(n_got, n_wanted);
}

/* Random bytes in valid TCP. */
static void says_nothing_of_noise(void)
{
	static uint8_t noise[1000];

	n_shots = n_torn = n_events = 0;
	random_state = 99;
	for (uint32_t i = 0; i < 20000; i++) {
		uint32_t flow = i % 100, seq = i / 100 * 1000;
		bool client = i & 1;
		struct packet p = {.time_us = 1000000 + i,
		    .proto = PACKET_TCP,
		    .flags = seq ? TCP_ACK : TCP_SYN | (client ? 0 : TCP_ACK),
		    .seq = seq ? seq - 999 : 0,
		    .sport = client ? (uint16_t)(2000 + flow / 2) : 443,
		    .dport = client ? 443 : (uint16_t)(2000 + flow / 2),
		    .src = addr_from_v4(client ? 1 : 2),
		    .dst = addr_from_v4(client ? 2 : 1),
		    .payload = span_of(malloc(1000), seq ? 1000 : 0)};

		for (size_t j = 0; j < 1000; j++) {
			happens(0);
			noise[j] = (uint8_t)(random_state >> 16);
		}
		memcpy((void *)(uintptr_t)p.payload.p, noise, 1000);
		shots[n_shots++] = p;
	}
	run(shots, n_shots, &wrappings[0]);
	forget_trace();
	CHECK_EQ(n_events, 0);
}

int main(void)
{
	RUN(says_nothing_of_noise);
	RUN(finds_all_in_every_wrapping);
	RUN(finds_all_out_of_order);
	RUN(finds_all_doubled);
	RUN(finds_what_comes_when_some_is_lost);
	RUN(finds_all_with_one_direction);
	RUN(finds_all_without_a_beginning);
	RUN(finds_all_byte_by_byte);
	return test_done();
}
