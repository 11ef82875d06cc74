/*
 * stats.c: counters go through the pipe as numbers in the order of one table: the sensor's
 * (sensor/counts.c), then ours.
 */
#include "app/stats.h"

#include "base/jsonw.h"
#include "base/time.h"
#include "format/words.h"
#include "sensor/counts.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum { LINE_MAX = 8192 };

struct own_count {
	size_t offset; /* of a uint64_t in struct watch_counts */
	const char *name;
};

static const struct own_count own_counts[] = {
    {offsetof(struct watch_counts, live.received), "live_received"},
    {offsetof(struct watch_counts, live.dropped), "live_dropped"},
    {offsetof(struct watch_counts, sightings_dropped), "sightings_dropped"},
    {offsetof(struct watch_counts, lines_dropped), "lines_dropped"},
    {offsetof(struct watch_counts, own), "own_scans"},
};

enum { OWN_COUNTS = sizeof(own_counts) / sizeof(own_counts[0]) };

static uint64_t number_at(const void *counts, size_t offset)
{
	uint64_t n;

	memcpy(&n, (const char *)counts + offset, sizeof(n));
	return n;
}

struct counts counts_of(
    uint32_t worker, const struct sensor_counts *sensor, const struct watch_counts *watch)
{
	struct counts to = {.worker = worker};
	size_t n;
	const struct count_name *names = sensor_count_names(&n);

	for (size_t i = 0; i < n && to.n < COUNTS_MAX - OWN_COUNTS; i++)
		to.each[to.n++] = number_at(sensor, names[i].offset);
	for (size_t i = 0; i < OWN_COUNTS; i++)
		to.each[to.n++] = number_at(watch, own_counts[i].offset);
	return to;
}

struct stats {
	const struct watch_plan *plan;
	uint32_t workers;
	struct counts all;
	uint64_t last_us, last_bytes;
	struct buf line;
	struct counts each[]; /* of a worker */
};

struct err stats_new(const struct watch_plan *plan, uint32_t workers, struct stats **ret_stats)
{
	struct stats *s = calloc(1, sizeof(*s) + workers * sizeof(s->each[0]));

	if (!s)
		return err_limit("out of memory");
	s->plan = plan;
	s->workers = workers;
	buf_init(&s->line, LINE_MAX);
	*ret_stats = s;
	return OK;
}

void stats_free(struct stats *s)
{
	if (!s)
		return;
	buf_done(&s->line);
	free(s);
}

void stats_take(struct stats *s, const struct counts *counts)
{
	if (!s || counts->worker >= s->workers)
		return;
	s->each[counts->worker] = *counts;
	s->all = (struct counts){.n = counts->n};
	for (uint32_t w = 0; w < s->workers; w++)
		for (size_t i = 0; i < s->all.n; i++)
			s->all.each[i] += s->each[w].each[i];
}

static const char *name_at(size_t i)
{
	size_t n;
	const struct count_name *names = sensor_count_names(&n);

	if (i < n)
		return names[i].name;
	return i - n < OWN_COUNTS ? own_counts[i - n].name : NULL;
}

static uint64_t number_of(const struct stats *s, const char *name)
{
	for (size_t i = 0; i < s->all.n && name_at(i); i++)
		if (strcmp(name_at(i), name) == 0)
			return s->all.each[i];
	return 0;
}

static void put_number(struct jsonw *w, const char *key, uint64_t n)
{
	jsonw_key(w, key);
	jsonw_u64(w, n);
}

static void put_all(
    const struct stats *s, const struct kept_counts *kept, int64_t now_ms, struct jsonw *w)
{
	char when[TIME_TEXT_MAX];

	jsonw_object(w);
	jsonw_key(w, "kind");
	jsonw_str(w, "stats");
	jsonw_key(w, "timestamp");
	jsonw_str(w, time_text_ms(now_ms, when));
	for (size_t i = 0; i < s->all.n && name_at(i); i++)
		put_number(w, name_at(i), s->all.each[i]);
	put_number(w, "alerts", kept->alerts);
	put_number(w, "messages_dropped", kept->messages_dropped);
	put_number(w, "lines_lost", kept->lines_lost);
	jsonw_end_object(w);
}

void stats_write(struct stats *s, const struct kept_counts *kept, int64_t now_ms)
{
	struct jsonw w;

	if (!s || s->plan->stats < 0)
		return;
	buf_reset(&s->line);
	jsonw_init(&w, &s->line);
	put_all(s, kept, now_ms, &w);
	buf_str(&s->line, "\n");
	if (write(s->plan->stats, s->line.p, s->line.n) < 0)
		fprintf(stderr, "certscape: --stats: %s\n", strerror(errno));
}

void stats_text(struct stats *s, const struct kept_counts *kept, uint64_t now_us, struct buf *out)
{
	uint64_t bytes = number_of(s, "bytes");
	uint64_t passed_us = s->last_us ? now_us - s->last_us : 0;
	uint64_t dropped = number_of(s, "live_dropped") + number_of(s, "sightings_dropped");

	put_count(out, number_of(s, "frames"), "frame", "frames");
	if (passed_us)
		buf_printf(out, "  %.1f MB/s", (double)(bytes - s->last_bytes) / (double)passed_us);
	buf_str(out, "  ");
	put_count(out, number_of(s, "sessions"), "session", "sessions");
	buf_str(out, "  ");
	put_count(out, number_of(s, "certificates"), "certificate", "certificates");
	buf_str(out, "  ");
	put_count(out, kept->alerts, "alert", "alerts");
	buf_str(out, "  ");
	put_count(out, dropped, "dropped", "dropped");
	s->last_us = now_us;
	s->last_bytes = bytes;
}
