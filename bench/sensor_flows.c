/*
 * What flows cost: a million of each kind, idle, and the process's memory then; and how many frames
 * of plain bulk a second go by, in one flow and spread over many.
 */
#include "bench.h"
#include "sensor/sensor.h"

#include <string.h>
#include <unistd.h>

enum { HEADERS = 40, PAYLOAD = 1400, FIN = 1, SYN = 2, ACK = 16 };

static struct sensor *sensor;
static uint8_t text[HEADERS + PAYLOAD];
static int64_t time_us = 1700000000000000;
static unsigned long n_events;

static void on_event(void *context, enum session_event event, const struct session *session)
{
	(void)context;
	(void)event;
	(void)session;
	n_events++;
}

static void put(uint8_t *p, uint32_t value, int bytes)
{
	while (bytes-- > 0) {
		p[bytes] = (uint8_t)value;
		value >>= 8;
	}
}

/* Flow i is from a host and port of its own; frames are of raw IPv4. */
static void push(uint32_t i, bool from_client, uint8_t flags, uint32_t seq, size_t n)
{
	uint32_t client = 0x0a000000 + i / 50000, server = 0xc6336401;
	uint16_t port = (uint16_t)(10000 + i % 50000);
	struct frame frame = {.time_us = time_us, .link = LINK_RAW};

	text[0] = 0x45;
	text[9] = 6;
	put(text + 2, (uint32_t)(HEADERS + n), 2);
	put(text + 12, from_client ? client : server, 4);
	put(text + 16, from_client ? server : client, 4);
	put(text + 20, from_client ? port : 443, 2);
	put(text + 22, from_client ? 443 : port, 2);
	put(text + 24, seq, 4);
	text[32] = 5 << 4;
	text[33] = flags;
	frame.bytes = span_of(text, HEADERS + n);
	frame.wire_n = (uint32_t)frame.bytes.n;
	sensor_push(sensor, &frame);
}

static void half_open(uint32_t i)
{
	push(i, true, SYN, 100, 0);
	push(i, false, SYN | ACK, 900, 0);
	push(i, true, ACK, 101, 0);
}

static void no_tls(uint32_t i)
{
	half_open(i);
	memset(text + HEADERS, 'x', 400);
	push(i, true, ACK, 101, 400);
	for (uint32_t at = 901; at < 901 + 40 * PAYLOAD; at += PAYLOAD)
		push(i, false, ACK, at, PAYLOAD);
	for (uint32_t at = 501; at < 501 + 40 * PAYLOAD; at += PAYLOAD)
		push(i, true, ACK, at, PAYLOAD);
}

/* A record of one handshake message of n bytes at the end of the payload; returns its end. */
static size_t message(size_t at, uint8_t type, size_t n)
{
	uint8_t *p = text + HEADERS + at;

	p[0] = 22;
	put(p + 1, 0x0303, 2);
	put(p + 3, (uint32_t)n + 4, 2);
	p[5] = type;
	put(p + 6, (uint32_t)n, 3);
	memset(p + 9, 0, n);
	return at + 9 + n;
}

/* TLS 1.2 up to the end of the server's flight, and silence. */
static void handshake(uint32_t i)
{
	uint8_t *p = text + HEADERS + 9;
	size_t n = message(0, 1, 41);

	half_open(i);
	put(p, 0x0303, 2);
	put(p + 35, 2, 2);
	put(p + 37, 0xc02f, 2);
	put(p + 39, 0x0100, 2);
	push(i, true, ACK, 101, n);
	n = message(0, 2, 38);
	put(p, 0x0303, 2);
	put(p + 35, 0xc02f, 2);
	n = message(n, 11, 1006);
	put(text + HEADERS + n - 1006, 1003, 3);
	put(text + HEADERS + n - 1003, 1000, 3);
	n = message(n, 14, 0);
	push(i, false, ACK, 901, n);
}

static void begin(void)
{
	static const struct sensor_ops ops = {on_event};
	const struct sensor_config config = {.key = {{1, 2}}};

	check(sensor_new(&config, &ops, NULL, &sensor));
}

static double rss_mib(void)
{
	unsigned long pages = 0;
	FILE *f = fopen("/proc/self/statm", "r");

	if (f) {
		if (fscanf(f, "%*u %lu", &pages) != 1)
			pages = 0;
		fclose(f);
	}
	return (double)pages * (double)sysconf(_SC_PAGESIZE) / 1048576;
}

static void idle_flows(const char *name, void (*talk)(uint32_t i))
{
	const uint32_t n = 1000000;
	struct sensor_counts counts;
	double began = seconds();

	begin();
	for (uint32_t i = 0; i < n; i++) {
		talk(i);
		time_us += 10;
	}
	counts = sensor_counts(sensor);
	printf("%-10s %7lu flows: %.0f MiB, %.0f frames/s\n", name, (unsigned long)counts.flows_now,
	    rss_mib(), (double)counts.frames / (seconds() - began));
	sensor_free(sensor);
}

static void bulk(uint32_t n_flows)
{
	const uint32_t n = 5000000;
	double began;

	begin();
	for (uint32_t i = 0; i < n_flows; i++)
		no_tls(i);
	began = seconds();
	for (uint32_t i = 0; i < n; i++) {
		push(i % n_flows, i & 1, ACK, 100000 + i, PAYLOAD);
		time_us += 2;
	}
	began = seconds() - began;
	printf("bulk in    %7u flows: %.0f ns a frame, %.1f Gbit/s\n", n_flows, began * 1e9 / n,
	    (double)n * (HEADERS + PAYLOAD) * 8 / began / 1e9);
	sensor_free(sensor);
}

int main(void)
{
	idle_flows("half-open", half_open);
	idle_flows("no TLS", no_tls);
	idle_flows("handshake", handshake);
	printf("%-10s %7lu events\n", "", n_events);
	bulk(1);
	bulk(1000);
	bulk(100000);
	return 0;
}
