/*
 * A UDP conversation: a byte (bit 0 who sent it, bit 1 a capture that cut it, bit 2 three seconds
 * later), two bytes of length, the datagram.
 */
#include "sensor/conversation.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static volatile unsigned sink;
static uint32_t told;

static void touch(struct span s)
{
	for (size_t i = 0; i < s.n; i++)
		sink += s.p[i];
}

/* After its end a session is another one. */
static void on_event(void *context, enum session_event event, const struct session *s)
{
	(void)context;
	if (told & 1u << event)
		abort();
	told = event == SESSION_END ? 0 : told | 1u << event;
	touch(s->client.hello);
	touch(s->server.hello);
	for (size_t i = 0; i < s->server.n_certs; i++)
		touch(s->server.certs[i]);
	for (size_t i = 0; i < s->client.n_certs; i++)
		touch(s->client.certs[i]);
	sink += (unsigned)s->history[0];
}

static const struct sensor_ops ops = {on_event};

static void play(struct span in)
{
	struct sensor_counts counts = {0};
	struct connection_home home = {.ops = &ops, .counts = &counts};
	struct flow_key key = {.port = {40000, 443}, .proto = PACKET_UDP};
	struct packet p = {.proto = PACKET_UDP, .time_us = 1, .number = 1};
	struct conversation *c = NULL;
	enum connection_state state = CONNECTION_OPEN;

	while (in.n > 0 && state == CONNECTION_OPEN) {
		uint8_t head = span_u8(&in);
		size_t n = span_u16(&in);

		p.payload = span_take(&in, n < in.n ? n : in.n);
		p.missing = head >> 1 & 1;
		p.time_us += head & 4 ? 3000000 : 1;
		p.number++;
		if (!conversation_may(&p) || (!c && !conversation_begins(&p)))
			continue;
		if (!c)
			c = conversation_new(&home, &key, &p, head & 1);
		if (!c)
			abort();
		state = conversation_push(c, &p, head & 1);
		sink += (unsigned)conversation_held(c);
	}
	if (c)
		conversation_give_up(c);
	conversation_free(c);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	told = 0;
	play(span_of(data, size));
	return told != 0 ? abort(), 0 : 0;
}
