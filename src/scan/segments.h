/*
 * segments.h: the part of a walk that is being asked. It is cut into segments; each is asked as a
 * whole, then waits for answers, then those who have not answered are asked again, as often as that
 * pays. A target is a bit, and only while its segment is here: what a scan remembers does not grow
 * with what it scans. A segment stays a while after its end, so that late answers are still known
 * from repeated ones.
 */
#pragma once

#include "scan/cohort.h"
#include "scan/survey.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	SEGMENT_STEPS = 1 << 16,
	SEGMENTS_MAX = 256,
	SEGMENTS_OWED_MAX = SEGMENTS_MAX / 2 * SEGMENT_STEPS,
};

struct segment {
	uint64_t first; /* step */
	uint32_t n; /* steps in it so far */
	uint32_t cursor; /* of the pass after the first: the next to look at */
	uint32_t unanswered;
	uint8_t passes; /* begun */
	double missed; /* of those who would answer, estimated */
	bool is_thin; /* fewer answers than elsewhere: asked when it was too fast */
	uint8_t barren; /* passes one after the other that nobody answered */
	uint32_t before; /* unanswered when the last pass began */
	struct cohort cohort; /* of the first pass */
	bool asking; /* a pass is under way; else it waits for answers */
	bool finished;
	bool is_owed; /* its first pass was of an earlier process: who answered is not known */
	uint64_t since_us; /* the first pass began; after a pass: it ended */
	uint64_t *settled; /* a bit a step: has answered, or is none of ours */
	uint64_t *doubtful; /* and one: is unreachable by what we hear, and may answer yet */
	uint32_t n_doubtful;
};

struct segments {
	uint64_t end; /* of the walk */
	uint64_t next; /* step not yet begun */
	struct segment v[SEGMENTS_MAX]; /* a ring */
	uint64_t oldest, newest; /* numbers of those not finished: [oldest, newest) */
	unsigned again; /* of them in a further pass */
	uint64_t told; /* number of the next whose cohort is to be told */
	struct survey survey; /* of those that are finished */
	uint64_t *bits;
};

struct segments_limits {
	uint64_t wait_us; /* after a pass, for answers */
	uint64_t doubt_us; /* longer, for evidence */
	uint64_t span_us; /* how long a first pass may last: a crash repeats it */
	/* It ends earlier, but not before this, once so many have answered; 0: it does not. */
	uint64_t span_min_us;
	uint32_t answers;
	uint64_t soon_us; /* after a first pass: nearly all answers of its probes are here */
	uint32_t rate; /* packets a second; with another rate another segment begins */
	double missed; /* no further pass where no more is missed */
	unsigned passes;
};

/* Walks from step `first` to `end`. false: out of memory. */
bool segments_init(struct segments *s, uint64_t first, uint64_t end);
void segments_done(struct segments *s);
/* A segment by its number; also a finished one, as long as nothing took its place. */
struct segment *segments_at(struct segments *s, uint64_t number);
/* Before anything else, of the steps from `from` to `first`: they were asked once, and may be asked
 * again. At most SEGMENTS_OWED_MAX of them. */
void segments_owe(struct segments *s, uint64_t from, uint64_t now_us);

/* A step to be asked now, for the pass-th time (from 1); false: none now. What comes for the first
 * time and is not to be asked is said to be settled at once, by SETTLED_UNASKED. */
bool segments_next(struct segments *s, const struct segments_limits *limits, uint64_t now_us,
    uint64_t *ret_step, unsigned *ret_pass);
enum settled {
	SETTLED_NOW,
	SETTLED_LATE, /* and had been given up */
	SETTLED_AFTER_ALL, /* and had been doubtful */
	SETTLED_OWED, /* and had been asked by an earlier process, which may have heard it */
	SETTLED_BEFORE,
	SETTLED_UNKNOWN, /* never asked, or long ago */
};
enum settled_by {
	SETTLED_UNASKED,
	SETTLED_FIRST_ANSWER, /* of its first probe: open or closed */
	SETTLED_LATER_ANSWER,
	SETTLED_ERROR, /* by ICMP */
	SETTLED_DOUBTFUL, /* by ICMP, and it may pass: not settled but for its first time, and asked
			     again like the silent */
};
enum settled segments_settle(struct segments *s, uint64_t step, enum settled_by by);

/* Is a first pass over, and are nearly all of its answers here? */
bool segments_cohort_due(struct segments *s, const struct segments_limits *limits, uint64_t now_us);
/* What became of it; each is told once. */
struct cohort segments_cohort(struct segments *s);

/* From then on to now nothing came through: waits go on as if it had not been, and what was asked
 * in that time is asked again. */
void segments_deaf(struct segments *s, uint64_t from_us, uint64_t now_us);

/* Every step below it has been asked so often, and answers have had so long to come; or it is
 * finished. */
struct segments_asked {
	unsigned passes;
	uint64_t heard_us;
};
uint64_t segments_mark(
    const struct segments *s, const struct segments_asked *asked, uint64_t now_us);
bool segments_over(const struct segments *s);
