/*
 * A capture as a script, through the whole room: link type (2 bytes), then frames, each a length
 * (2), tenths of a second since the one before (1) and so many bytes. The tables are small, so that
 * their limits are met. Every session must end, once.
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

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct sensor_ops ops = {on_event};
	const struct sensor_config config = {.key = {{1, 2}}, .flows_max = 4, .bytes_max = 20000};
	struct span in = span_of(data, size);
	struct frame frame = {.time_us = 1000000, .link = span_u16(&in)};
	struct sensor *s = NULL;
	struct sensor_counts counts;

	if (err_is(sensor_new(&config, &ops, NULL, &s)))
		abort();
	n_ended = 0;
	while (in.n > 0 && !in.bad) {
		size_t n = span_u16(&in);

		frame.time_us += span_u8(&in) * 100000;
		frame.bytes = span_take(&in, n < in.n ? n : in.n);
		frame.wire_n = (uint32_t)frame.bytes.n;
		sensor_push(s, &frame);
		if (sensor_counts(s).bytes_now > config.bytes_max)
			abort();
	}
	sensor_finish(s);
	counts = sensor_counts(s);
	if (counts.bytes_now != 0 || counts.flows_now != 0 || counts.sessions != n_ended)
		abort();
	sensor_free(s);
	return 0;
}
