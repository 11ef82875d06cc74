/*
 * timeline.c: when the certificates of a question end. A certificate has one day, so it is counted
 * in one bucket however many rows it has.
 */
#include "store/question.h"

/* Half a century on both sides of now is told apart, to the day. */
enum { DAY_S = 86400, BUCKETS_DEFAULT = 60, DAYS_MAX = 36525, SOON_S = 30 * DAY_S };

/* The years 0 and 9999, about: what a certificate can say. */
static const int64_t TIMELINE_FROM_S = -62200000000, TIMELINE_TO_S = 253500000000;

/* Rows by leaf. */
static uint32_t *rows_by_leaf(const struct question *q)
{
	uint32_t *n = calloc(q->c->certs.n + 1, sizeof(*n));
	size_t at = 0, i;

	while (n && bits_next(&q->rows, &at, &i)) {
		uint32_t leaf = q->c->rows.v[i].leaf;

		if (leaf)
			n[leaf - 1]++;
	}
	return n;
}

/* The day, counted from so many years before now; who ends outside is at its end. */
static size_t day_of(int64_t at_s, int64_t now_s)
{
	int64_t first = now_s / DAY_S - DAYS_MAX / 2, day = at_s / DAY_S - first;

	return day < 0 ? 0 : day >= DAYS_MAX ? DAYS_MAX - 1 : (size_t)day;
}

/* The day by which `wanted` certificates have ended. */
static int64_t day_reached(const uint32_t *ends, uint64_t wanted, int64_t now_s)
{
	uint64_t n = 0;
	int64_t day = 0;

	while (day < DAYS_MAX - 1 && (n += ends[day]) <= wanted)
		day++;
	return (now_s / DAY_S - DAYS_MAX / 2 + day) * DAY_S;
}

/* Without the hundredth at each end: certificates until the year 9999, or 1970. */
static struct err range_find(
    const struct question *q, const uint32_t *rows, int64_t *ret_from, int64_t *ret_to)
{
	uint32_t *ends = calloc(DAYS_MAX, sizeof(*ends));
	int64_t now_s = q->lens.now_s;
	uint64_t n = 0;

	if (!ends)
		return err_limit("no memory for the timeline");
	for (size_t i = 0; i < q->c->certs.n; i++) {
		if (!rows[i])
			continue;
		ends[day_of(q->c->certs.v[i].not_after_s, now_s)]++;
		n++;
	}
	*ret_from = n ? day_reached(ends, n / 100, now_s) : now_s;
	*ret_to = n ? day_reached(ends, n - 1 - n / 100, now_s) : now_s;
	free(ends);
	return OK;
}

/* Whole days; the width is that of the span asked for, rounded up. */
static void buckets_lay(struct timeline *t)
{
	size_t n = t->n ? t->n : BUCKETS_DEFAULT;
	uint64_t days, wide;

	if (n > TIMELINE_BUCKETS_MAX)
		n = TIMELINE_BUCKETS_MAX;
	t->from_s -= ((t->from_s % DAY_S) + DAY_S) % DAY_S;
	days = ((uint64_t)t->to_s - (uint64_t)t->from_s) / DAY_S + 1;
	wide = (days + n - 1) / n;
	t->bucket_s = (int64_t)(wide * DAY_S);
	t->n = (size_t)((days + wide - 1) / wide);
	t->to_s = t->from_s + (int64_t)t->n * t->bucket_s;
}

static struct timeline_bucket *bucket_of(struct timeline *t, int64_t end_s)
{
	if (end_s < t->from_s)
		return &t->before;
	if (end_s >= t->to_s)
		return &t->after;
	return &t->buckets[(end_s - t->from_s) / t->bucket_s];
}

static void bucket_count(
    struct timeline_bucket *bucket, int64_t end_s, uint32_t rows, int64_t now_s)
{
	bucket->certificates++;
	bucket->endpoints += rows;
	bucket->expired += end_s < now_s;
	bucket->soon += end_s >= now_s && end_s < now_s + SOON_S;
}

struct err question_timeline(const struct question *q, struct timeline *t)
{
	uint32_t *rows = rows_by_leaf(q);
	struct err e = rows ? OK : err_limit("no memory for the timeline");

	if (!err_is(e) && t->from_s == 0 && t->to_s == 0)
		e = range_find(q, rows, &t->from_s, &t->to_s);
	if (!err_is(e) &&
	    (t->to_s < t->from_s || t->from_s < TIMELINE_FROM_S || t->to_s > TIMELINE_TO_S))
		e = err_input(0, "a timeline goes from a time to a later one");
	if (!err_is(e)) {
		buckets_lay(t);
		for (size_t i = 0; i < q->c->certs.n; i++) {
			int64_t end_s = q->c->certs.v[i].not_after_s;

			if (rows[i])
				bucket_count(bucket_of(t, end_s), end_s, rows[i], q->lens.now_s);
		}
	}
	free(rows);
	return e;
}

struct err store_timeline(
    struct store *s, const struct listing *listing, struct timeline *ret_timeline)
{
	struct timeline t = {
	    .from_s = ret_timeline->from_s, .to_s = ret_timeline->to_s, .n = ret_timeline->n};
	struct question q = {0};
	struct err e = question_open(&q, s, listing);

	if (!err_is(e))
		e = question_timeline(&q, &t);
	question_close(&q);
	if (!err_is(e))
		*ret_timeline = t;
	return e;
}
