/*
 * A capture as a script, through the whole room. First two bytes: link type (12 bits), row of
 * `limits` (2), whether it is freed in the middle of it all (bit 14). Then steps, each two bytes:
 * what (2 bits, enum step) and a number (14). A frame's number is its length; tenths of a second
 * since the one before (1) and the bytes follow. The tables are small, so that their limits are
 * met. Every session must end, once.
 */
#include "sensor/sensor.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static uint64_t n_ended;

static void on_event(void *context, enum session_event event, const struct session *session)
{
	volatile uint8_t sink = 0;

	(void)context;
	for (size_t i = 0; i < session->server.n_certs; i++)
		for (size_t j = 0; j < session->server.certs[i].n; j++)
			sink ^= session->server.certs[i].p[j];
	n_ended += event == SESSION_END;
}

enum step {
	STEP_FRAME,
	STEP_CUT, /* a frame of which the capture left something out */
	STEP_TICK, /* seconds since the last frame, less TICK_ZERO */
	STEP_FINISH_SOME, /* so many */
};

enum { STEP_SHIFT = 14, NUMBER_MASK = (1 << STEP_SHIFT) - 1, TICK_ZERO = 1 << 13 };
enum { LINK_MASK = 0xfff, LIMITS_SHIFT = 12, LIMITS_MASK = 3, UNFINISHED = 1 << 14 };
enum { CUT_BYTES = 100, TENTH_US = 100000, SECOND_US = 1000000 };

static const struct sensor_config limits[LIMITS_MASK + 1] = {
    {.key = {{1, 2}}, .flows_max = 4, .bytes_max = 20000},
    {.key = {{1, 2}}, .flows_max = 2, .bytes_max = 3000, .idle_us = 2 * SECOND_US},
    {.key = {{1, 2}}, .flows_max = 1, .bytes_max = 1},
    {.key = {{1, 2}}, .flows_max = 64},
};

static void push(struct sensor *s, struct frame *frame, struct span *in, size_t n)
{
	uint8_t *exact; /* so that ASan sees who reads beyond it, or later */
	struct span bytes;

	frame->time_us += span_u8(in) * TENTH_US;
	bytes = span_take(in, n < in->n ? n : in->n);
	exact = malloc(bytes.n ? bytes.n : 1);
	if (!exact)
		abort();
	if (bytes.n > 0)
		memcpy(exact, bytes.p, bytes.n);
	frame->bytes = span_of(exact, bytes.n);
	sensor_push(s, frame);
	free(exact);
}

static void finish_some(struct sensor *s, size_t n)
{
	uint64_t before = sensor_counts(s).flows_now;
	bool more = sensor_finish_some(s, n);
	uint64_t now = sensor_counts(s).flows_now;

	if (more != (before > n) || now != (more ? before - n : 0))
		abort();
}

static void step(struct sensor *s, struct frame *frame, struct span *in)
{
	uint16_t word = span_u16(in);
	uint16_t n = word & NUMBER_MASK;

	switch ((enum step)(word >> STEP_SHIFT)) {
	case STEP_FRAME:
		frame->wire_n = n;
		push(s, frame, in, n);
		break;
	case STEP_CUT:
		frame->wire_n = n + CUT_BYTES;
		push(s, frame, in, n);
		break;
	case STEP_TICK:
		frame->time_us += (n - TICK_ZERO) * (int64_t)SECOND_US;
		sensor_tick(s, frame->time_us);
		break;
	case STEP_FINISH_SOME:
		finish_some(s, n);
		break;
	}
}

static void check(const struct sensor *s, const struct sensor_config *config)
{
	struct sensor_counts counts = sensor_counts(s);

	if (config->bytes_max && counts.bytes_now > config->bytes_max)
		abort();
	if (counts.flows_now > config->flows_max || counts.flows_now > counts.flows)
		abort();
	if (counts.sessions != n_ended)
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct sensor_ops ops = {on_event};
	struct span in = span_of(data, size);
	uint16_t head = span_u16(&in);
	const struct sensor_config *config = &limits[head >> LIMITS_SHIFT & LIMITS_MASK];
	struct frame frame = {.time_us = SECOND_US, .link = head & LINK_MASK};
	struct sensor *s = NULL;
	struct sensor_counts counts;

	if (err_is(sensor_new(config, &ops, NULL, &s)))
		abort();
	n_ended = 0;
	while (in.n > 0 && !in.bad) {
		step(s, &frame, &in);
		check(s, config);
	}
	if (!(head & UNFINISHED)) {
		sensor_finish(s);
		check(s, config);
		counts = sensor_counts(s);
		if (counts.bytes_now != 0 || counts.flows_now != 0)
			abort();
	}
	sensor_free(s);
	return 0;
}
