/*
 * stats.h: what the sensors count, all workers together, as a line for people and as JSON for
 * --stats.
 */
#pragma once

#include "app/watch_plan.h"
#include "link/caplive.h"
#include "observe/codec.h"
#include "sensor/sensor.h"

/* What a worker counts beside its sensor. */
struct watch_counts {
	struct caplive_counts live;
	uint64_t sightings_dropped; /* the keeper could not follow live packets */
	uint64_t lines_dropped; /* the same of logs */
	uint64_t own; /* sessions of our own scanner */
};

/* In the worker. */
struct counts counts_of(
    uint32_t worker, const struct sensor_counts *sensor, const struct watch_counts *watch);

/* In the keeper. */
struct stats;

/* What the keeper counts. */
struct kept_counts {
	uint64_t certificates, alerts, messages_dropped, lines_lost;
};

must_use struct err stats_new(
    const struct watch_plan *plan, uint32_t workers, struct stats **ret_stats);
/* NULL-safe, as the others. */
void stats_free(struct stats *s);
void stats_take(struct stats *s, const struct counts *counts);
/* The JSON line to its file. */
void stats_write(struct stats *s, const struct kept_counts *kept, int64_t now_ms);
/* "12,345 frames, 93.1 MB/s, 812 sessions ...", no LF; now_us is monotonic. */
void stats_text(struct stats *s, const struct kept_counts *kept, uint64_t now_us, struct buf *out);
