/*
 * segments.c: new steps and further passes take turns by age: what waits for another pass comes
 * before what is new, so that the oldest segment, which holds the checkpoint back, goes first.
 */
#include "scan/segments.h"

#include <stdlib.h>
#include <string.h>

enum { WORDS = SEGMENT_STEPS / 64 };

struct segment *segments_at(struct segments *s, uint64_t number)
{
	return &s->v[number % SEGMENTS_MAX];
}

bool segments_init(struct segments *s, uint64_t first, uint64_t end)
{
	*s = (struct segments){.end = end, .next = first};
	s->bits = calloc((size_t)SEGMENTS_MAX * 2 * WORDS, sizeof(*s->bits));
	for (size_t i = 0; s->bits && i < SEGMENTS_MAX; i++) {
		s->v[i].settled = s->bits + 2 * i * WORDS;
		s->v[i].doubtful = s->v[i].settled + WORDS;
	}
	return s->bits != NULL;
}

static struct segment *add(struct segments *s, uint64_t first, uint64_t now_us)
{
	struct segment *g = segments_at(s, s->newest++);
	uint64_t *settled = g->settled, *doubtful = g->doubtful;

	memset(settled, 0, WORDS * sizeof(*settled));
	if (g->n_doubtful)
		memset(doubtful, 0, WORDS * sizeof(*doubtful));
	*g = (struct segment){.first = first,
	    .passes = 1,
	    .missed = 1,
	    .since_us = now_us,
	    .settled = settled,
	    .doubtful = doubtful};
	return g;
}

void segments_owe(struct segments *s, uint64_t from, uint64_t now_us)
{
	for (uint64_t left = s->next - from; left > 0; left = s->next - from) {
		struct segment *g = add(s, from, now_us);

		g->n = g->unanswered = (uint32_t)(left < SEGMENT_STEPS ? left : SEGMENT_STEPS);
		g->is_owed = true;
		from += g->n;
	}
	s->told = s->newest; /* nothing is known of their cohorts */
}

void segments_done(struct segments *s)
{
	free(s->bits);
	s->bits = NULL;
}

static bool is_settled(const struct segment *g, uint32_t i)
{
	return g->settled[i / 64] >> i % 64 & 1;
}

static void pass_end(struct segment *g, uint64_t now_us)
{
	g->asking = false;
	g->since_us = now_us;
}

/* The next who has not answered, from the cursor on. */
static bool ask_again(struct segments *s, struct segment *g, uint64_t now_us, uint64_t *ret_step)
{
	while (g->cursor < g->n) {
		uint32_t i = g->cursor++;

		if (i % 64 == 0 && g->settled[i / 64] == UINT64_MAX) {
			g->cursor += 63;
			continue;
		}
		if (is_settled(g, i))
			continue;
		*ret_step = g->first + i;
		return true;
	}
	pass_end(g, now_us);
	s->again--;
	return false;
}

static bool further_pass(
    struct segments *s, uint64_t now_us, uint64_t *ret_step, unsigned *ret_pass)
{
	for (uint64_t i = s->oldest; i < s->newest && s->again; i++) {
		struct segment *g = segments_at(s, i);

		if (!g->asking || g->passes < 2 || !ask_again(s, g, now_us, ret_step))
			continue;
		*ret_pass = g->passes;
		return true;
	}
	return false;
}

/* The one that grows; NULL: there is none. */
static struct segment *growing(struct segments *s)
{
	struct segment *g = s->newest > s->oldest ? segments_at(s, s->newest - 1) : NULL;

	return g && g->asking && g->passes == 1 ? g : NULL;
}

static bool has_grown(const struct segments *s, const struct segment *g,
    const struct segments_limits *limits, uint64_t now_us)
{
	bool tells = limits->answers && g->cohort.answered >= limits->answers;

	return g->n == SEGMENT_STEPS || s->next == s->end || g->cohort.rate != limits->rate ||
	       now_us - g->since_us >= (tells ? limits->span_min_us : limits->span_us);
}

static struct segment *begin(
    struct segments *s, const struct segments_limits *limits, uint64_t now_us)
{
	struct segment *g;

	if (s->newest - s->oldest == SEGMENTS_MAX)
		return NULL;
	s->told += s->newest - s->told == SEGMENTS_MAX; /* too late to be told */
	g = add(s, s->next, now_us);
	g->cohort.rate = limits->rate;
	g->asking = true;
	return g;
}

bool segments_next(struct segments *s, const struct segments_limits *limits, uint64_t now_us,
    uint64_t *ret_step, unsigned *ret_pass)
{
	struct segment *g = growing(s);

	if (g && has_grown(s, g, limits, now_us)) {
		pass_end(g, now_us);
		g = NULL;
	}
	if (further_pass(s, now_us, ret_step, ret_pass))
		return true;
	if (s->next == s->end)
		return false;
	if (!g)
		g = begin(s, limits, now_us);
	if (!g)
		return false;
	g->n++;
	g->unanswered++;
	g->cohort.asked++;
	*ret_step = s->next++;
	*ret_pass = 1;
	return true;
}

/* The segment of a step, finished ones too as long as nothing took their place; NULL: none. */
static struct segment *find(struct segments *s, uint64_t step)
{
	uint64_t high = s->newest, low = high > SEGMENTS_MAX ? high - SEGMENTS_MAX : 0;

	while (low < high) {
		uint64_t middle = low + (high - low) / 2;
		struct segment *g = segments_at(s, middle);

		if (step < g->first)
			high = middle;
		else if (step >= g->first + g->n)
			low = middle + 1;
		else
			return g;
	}
	return NULL;
}

static bool is_doubtful(const struct segment *g, uint32_t i)
{
	return g->doubtful[i / 64] >> i % 64 & 1;
}

static enum settled doubt(struct segment *g, uint32_t i)
{
	if (is_doubtful(g, i))
		return SETTLED_BEFORE;
	g->doubtful[i / 64] |= (uint64_t)1 << i % 64;
	g->n_doubtful++;
	g->cohort.unreachable++;
	if (g->is_owed)
		return SETTLED_OWED;
	return g->finished ? SETTLED_LATE : SETTLED_NOW;
}

static enum settled settle(struct segment *g, uint32_t i, enum settled_by by)
{
	g->settled[i / 64] |= (uint64_t)1 << i % 64;
	g->unanswered--;
	g->cohort.asked -= by == SETTLED_UNASKED && !g->is_owed;
	g->cohort.answered += by == SETTLED_FIRST_ANSWER;
	g->cohort.unreachable += by == SETTLED_ERROR;
	if (is_doubtful(g, i)) {
		g->doubtful[i / 64] &= ~((uint64_t)1 << i % 64);
		g->n_doubtful--;
		g->cohort.unreachable--;
		return SETTLED_AFTER_ALL;
	}
	if (g->is_owed)
		return SETTLED_OWED;
	return g->finished ? SETTLED_LATE : SETTLED_NOW;
}

enum settled segments_settle(struct segments *s, uint64_t step, enum settled_by by)
{
	struct segment *g = find(s, step);
	uint32_t i;

	if (!g)
		return SETTLED_UNKNOWN;
	i = (uint32_t)(step - g->first);
	if (is_settled(g, i))
		return SETTLED_BEFORE;
	return by == SETTLED_DOUBTFUL ? doubt(g, i) : settle(g, i, by);
}

bool segments_cohort_due(struct segments *s, const struct segments_limits *limits, uint64_t now_us)
{
	const struct segment *g = segments_at(s, s->told);

	if (s->told == s->newest || (g->passes == 1 && g->asking))
		return false;
	return g->passes > 1 || !g->unanswered || now_us - g->since_us >= limits->soon_us;
}

struct cohort segments_cohort(struct segments *s)
{
	return segments_at(s, s->told++)->cohort;
}

/* A first pass misses more than the sample tells; a further one begins anew, or did not count. */
static void ask_in_vain(struct segment *g)
{
	g->is_thin = true;
	g->cursor = 0;
	if (g->passes > 1 && !g->asking)
		g->passes--;
}

void segments_deaf(struct segments *s, uint64_t from_us, uint64_t now_us)
{
	for (uint64_t i = s->oldest; i < s->newest; i++) {
		struct segment *g = segments_at(s, i);

		if (g->finished)
			continue;
		if (g->asking || g->since_us >= from_us)
			ask_in_vain(g);
		g->since_us = g->since_us < from_us ? g->since_us + (now_us - from_us) : now_us;
	}
}

static bool was_asked(const struct segment *g, const struct segments_asked *asked, uint64_t now_us)
{
	bool is_heard = !g->asking && now_us >= g->since_us + asked->heard_us;

	return g->finished || g->passes > asked->passes ||
	       (g->passes == asked->passes && is_heard) || (g->is_owed && asked->passes == 1);
}

uint64_t segments_mark(
    const struct segments *s, const struct segments_asked *asked, uint64_t now_us)
{
	for (uint64_t i = s->oldest; i < s->newest; i++)
		if (!was_asked(&s->v[i % SEGMENTS_MAX], asked, now_us))
			return s->v[i % SEGMENTS_MAX].first;
	return s->next;
}

bool segments_over(const struct segments *s)
{
	return s->next == s->end && s->oldest == s->newest;
}
