/*
 * sensor.h: frames in, sessions out. Pure: time is packet time, nothing is asked of the machine but
 * memory. One sensor a worker; it shares nothing. Whatever is in the frames, it only counts,
 * forgets the oldest, and goes on.
 *
 *	frame ─► peel (encapsulations, fragments) ─► flow table ─► reassembly, a direction each
 *	      ─► dissect (TLS, SSLv2, inside anything) or conversation (DTLS) ─► session events
 */
#pragma once

#include "base/err.h"
#include "base/siphash.h"
#include "inet/frame.h"
#include "observe/session.h"

struct sensor;

struct sensor_config {
	struct siphash_key key; /* of the flow table and of uids */
	size_t flows_max; /* 0: SENSOR_FLOWS_MAX */
	size_t bytes_max; /* of all handshakes being read; 0: SENSOR_BYTES_MAX */
	int64_t idle_us; /* a flow without packets is over; 0: SENSOR_IDLE_US */
};

struct sensor_ops {
	/* May not call the sensor. */
	void (*event)(void *context, enum session_event event, const struct session *session);
};

/* One row of sensor/counts.c names each for people and for --stats. */
struct sensor_counts {
	uint64_t frames, bytes;
	uint64_t not_ip, not_tcp_udp, truncated, damaged, too_deep, unknown_link;
	uint64_t fragments, fragments_lost;
	uint64_t flows, flows_now, flows_evicted, flows_idle;
	uint64_t bytes_now, bytes_limit_hit, conflicts, gaps;
	uint64_t sessions, sessions_partial;
	uint64_t certificates; /* messages */
};

must_use struct err sensor_new(const struct sensor_config *config, const struct sensor_ops *ops,
    void *context, struct sensor **ret_sensor);
void sensor_free(struct sensor *s);

void sensor_push(struct sensor *s, const struct frame *frame);
/* Time went on without packets: flows that are idle by then end. */
void sensor_tick(struct sensor *s, int64_t now_us);
/* Every session that is still open ends. */
void sensor_finish(struct sensor *s);
/* Up to n of them; false: none is open any more. */
bool sensor_finish_some(struct sensor *s, size_t n);
struct sensor_counts sensor_counts(const struct sensor *s);
