/*
 * timeline.c: when the certificates of a question end. A certificate has one day, so it is counted
 * in one bucket however many rows it has.
 */
#include "store/timeline.h"

#include "store/counts.h"
#include "store/tally.h"

/* Half a century on both sides of now is told apart, to the day. */
enum { DAY_S = 86400, BUCKETS_DEFAULT = 60, DAYS_MAX = 36525, SOON_S = 30 * DAY_S };

/* The years 0 and 9999, about: what a certificate can say. */
static const int64_t TIMELINE_FROM_S = -62200000000, TIMELINE_TO_S = 253500000000;

/* The day, counted from so many years before now; who ends outside is at its end. */
static size_t day_of(int64_t at_s, int64_t now_s)
{
	int64_t first = now_s / DAY_S - DAYS_MAX / 2, day = at_s / DAY_S - first;

	return day < 0 ? 0 : day >= DAYS_MAX ? DAYS_MAX - 1 : (size_t)day;
}

/* The day by which `wanted` certificates have ended. */
static int64_t day_reached(const uint64_t *ends, uint64_t wanted, int64_t now_s)
{
	uint64_t n = 0;
	int64_t day = 0;

	while (day < DAYS_MAX - 1 && (n += ends[day]) <= wanted)
		day++;
	return (now_s / DAY_S - DAYS_MAX / 2 + day) * DAY_S;
}

/* Without the first and the last of a hundred. */
static struct err range_find(
    const struct ending *endings, size_t n, int64_t now_s, struct timeline *t)
{
	uint64_t *ends = calloc(DAYS_MAX, sizeof(*ends)), all = 0;

	if (!ends)
		return err_limit("no memory for the timeline");
	for (size_t i = 0; i < n; i++) {
		ends[day_of(endings[i].at_s, now_s)] += endings[i].certificates;
		all += endings[i].certificates;
	}
	t->from_s = all ? day_reached(ends, all / 100, now_s) : now_s;
	t->to_s = all ? day_reached(ends, all - 1 - all / 100, now_s) : now_s;
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

static void bucket_count(struct timeline_bucket *bucket, const struct ending *ending, int64_t now_s)
{
	bucket->certificates += ending->certificates;
	bucket->endpoints += ending->endpoints;
	if (ending->at_s < now_s)
		bucket->expired += ending->certificates;
	else if (ending->at_s < now_s + SOON_S)
		bucket->soon += ending->certificates;
}

struct err timeline_lay(const struct ending *endings, size_t n, int64_t now_s, struct timeline *t)
{
	struct err e = OK;

	if (t->from_s == 0 && t->to_s == 0)
		e = range_find(endings, n, now_s, t);
	if (err_is(e))
		return e;
	if (t->to_s < t->from_s || t->from_s < TIMELINE_FROM_S || t->to_s > TIMELINE_TO_S)
		return err_input(0, "a timeline goes from a time to a later one");
	buckets_lay(t);
	for (size_t i = 0; i < n; i++)
		bucket_count(bucket_of(t, endings[i].at_s), &endings[i], now_s);
	return OK;
}

/* Of the leaves that have rows. */
static struct err leaves_lay(struct scope *c, const struct tally *tally, struct timeline *t)
{
	struct ending *endings = calloc(tally->leaves.some + 1, sizeof(*endings));
	struct err e = kept_ends(c->s, c->kept);
	size_t n = 0;

	if (!endings)
		e = err_limit("no memory for the timeline");
	for (size_t i = 0; i < tally->leaves.n && !err_is(e); i++)
		if (tally->leaves.v[i])
			endings[n++] = (struct ending){c->kept->ends_s[i], 1, tally->leaves.v[i]};
	if (!err_is(e))
		e = timeline_lay(endings, n, c->listing->now_s, t);
	free(endings);
	return e;
}

static struct err rows_lay(struct store *s, const struct listing *listing, struct timeline *t)
{
	struct tally tally = {.rows = 0};
	struct scope scope;
	struct err e = scope_open(&scope, s, listing);

	if (!err_is(e))
		e = tally_take(&tally, &scope);
	if (!err_is(e))
		e = leaves_lay(&scope, &tally, t);
	tally_done(&tally);
	scope_close(&scope);
	return e;
}

struct err store_timeline(
    struct store *s, const struct listing *listing, struct timeline *ret_timeline)
{
	struct timeline t = {
	    .from_s = ret_timeline->from_s, .to_s = ret_timeline->to_s, .n = ret_timeline->n};
	struct err e = counts_know(listing) ? counts_timeline(s, listing->now_s, &t)
					    : rows_lay(s, listing, &t);

	if (!err_is(e))
		*ret_timeline = t;
	return e;
}
