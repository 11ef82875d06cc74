/*
 * judge.c: the sample tells what is lost on the whole; a segment of which fewer answer than of
 * others, by more than chance, has lost more than that, and is thin. A segment is asked again while
 * it surely misses more than the scan may miss.
 */
#include "scan/judge.h"

enum { CHEAP_PART = 20, BARREN_MAX = 5, NEIGHBOURS = 4 };

/* Estimates vary by that much. */
static const double SURELY = 2;

/* What all passes heard. */
static struct cohort heard_of(const struct segment *g)
{
	struct cohort heard = g->cohort;
	uint64_t errors = g->cohort.unreachable - g->n_doubtful;

	heard.answered = heard.asked > g->unanswered ? heard.asked - g->unanswered : 0;
	heard.answered -= errors < heard.answered ? errors : heard.answered;
	return heard;
}

static struct cohort first_of(const struct segment *g)
{
	return g->cohort;
}

/* A segment and those of a moment before and after it, as far as all is known of them. */
static struct cohort with_neighbours(
    struct segments *s, uint64_t number, struct cohort (*of)(const struct segment *g))
{
	uint64_t kept = s->newest > SEGMENTS_MAX ? s->newest - SEGMENTS_MAX : 0;
	uint64_t first = number > kept + NEIGHBOURS ? number - NEIGHBOURS : kept;
	struct cohort sum = of(segments_at(s, number));

	for (uint64_t i = first; i <= number + NEIGHBOURS && i < s->told; i++) {
		struct cohort one = of(segments_at(s, i));

		if (i != number)
			cohort_add(&sum, &one);
	}
	return sum;
}

/* The share of answers that came, of those that should have. Where few are expected of a segment,
 * its neighbours tell: what is too fast, or an outage, is so for all of them. */
static double passing(struct segments *s, uint64_t number,
    struct cohort (*of)(const struct segment *g), const struct cohort *full)
{
	struct cohort own = of(segments_at(s, number)), all;
	double alone = cohort_surely_passing(&own, full);

	if (alone < 1 || cohort_passing(&own, full) >= 1)
		return alone;
	all = with_neighbours(s, number, of);
	return cohort_surely_passing(&all, full);
}

/* What a first pass missed, if surely more than others: more was lost then than the sample, which
 * is small and of all the time, tells. */
static double missed_first(struct segments *s, uint64_t number, const struct loss_now *loss)
{
	double passed = passing(s, number, first_of, &loss->well);

	return passed < 1 ? 1 - passed * (1 - loss->likely) : 0;
}

/* What a thin segment misses after further passes: the answers of all against all there should be
 * by first passes that were well. */
static double missed_since(struct segments *s, uint64_t number, const struct loss_now *loss)
{
	struct cohort full = loss->well;

	full.answered = (uint64_t)((double)full.answered / (1 - loss->likely));
	if (full.answered > full.asked)
		full.answered = full.asked;
	return 1 - passing(s, number, heard_of, &full);
}

static void estimate(struct segments *s, uint64_t number, const struct loss_now *loss)
{
	struct segment *g = segments_at(s, number);
	double missed = g->passes == 1 ? missed_first(s, number, loss)
			: g->is_thin   ? missed_since(s, number, loss)
				       : 0;

	g->missed *= loss->likely;
	if (missed > g->missed) {
		g->missed = missed;
		g->is_thin = true;
	}
}

/* So few of those asked that asking them again costs next to nothing. */
static bool is_cheap(const struct segment *g)
{
	return g->unanswered * g->passes <= g->cohort.asked / CHEAP_PART;
}

/* A second pass is for all that are not known to do without, and where it is cheap: a busy host may
 * have dropped a SYN where nothing else is lost. A third only for who is known to need it, and
 * where something is lost and it is cheap. */
static bool needs_pass(struct segments *s, uint64_t number, const struct segments_limits *limits,
    const struct loss_now *loss)
{
	struct segment *g = segments_at(s, number);
	bool loses;

	estimate(s, number, loss);
	loses = g->is_thin || loss->likely > limits->missed;
	if (!g->unanswered || g->passes >= limits->passes || g->barren >= BARREN_MAX)
		return false;
	if (g->passes == 1)
		return g->is_thin || is_cheap(g) || loss->at_most > limits->missed;
	return g->missed > SURELY * limits->missed || (loses && is_cheap(g));
}

/* Evidence comes with the scan: what has only begun waits for it, instead of asking the silent once
 * more in vain. */
static uint64_t patience_us(const struct segments *s, const struct segment *g,
    const struct segments_limits *limits, const struct loss_now *loss)
{
	bool doubts = !loss->known && g->passes == 1 && s->next < s->end;

	return doubts ? limits->wait_us + limits->doubt_us : limits->wait_us << g->barren;
}

/* An outage is waited for, longer each time: passes within it are in vain. */
static void begin_pass(struct segments *s, struct segment *g)
{
	bool is_barren = g->passes > 1 && g->is_thin && g->unanswered == g->before;

	g->barren = is_barren ? g->barren + 1u : 0;
	g->before = g->unanswered;
	g->passes++;
	g->asking = true;
	g->cursor = 0;
	s->again++;
}

/* How many are given up. */
static uint64_t finish(struct segments *s, struct segment *g)
{
	g->finished = true;
	if (g->is_owed)
		return 0;
	if (!g->unanswered)
		survey_add_known(&s->survey, g->cohort.asked, 0);
	else if (g->is_thin)
		survey_add_known(&s->survey, g->cohort.asked, g->missed);
	else
		survey_add(&s->survey, g->cohort.asked, g->passes);
	return g->unanswered - g->n_doubtful;
}

uint64_t judge_segments(struct segments *s, const struct segments_limits *limits,
    const struct loss_now *loss, uint64_t now_us)
{
	uint64_t given_up = 0;

	for (uint64_t i = s->oldest; i < s->newest; i++) {
		struct segment *g = segments_at(s, i);

		if (g->finished || g->asking)
			continue;
		if (g->unanswered && now_us - g->since_us < patience_us(s, g, limits, loss))
			continue;
		if (needs_pass(s, i, limits, loss))
			begin_pass(s, g);
		else
			given_up += finish(s, g);
	}
	while (s->oldest < s->newest && segments_at(s, s->oldest)->finished)
		s->oldest++;
	return given_up;
}
