/*
 * raw.h: what the parts of the raw engine share: sending (raw_walk.c), hearing (raw_answers.c), and
 * the engine around them (engine_raw.c), which alone has an interface to others.
 */
#pragma once

#include "base/bucket.h"
#include "net/ways_watch.h"
#include "scan/ceilings.h"
#include "scan/ear.h"
#include "scan/engine_raw.h"
#include "scan/hosts.h"
#include "scan/limits.h"
#include "scan/prober.h"
#include "scan/sample.h"
#include "scan/segments.h"
#include "scan/stall.h"
#include "scan/steps.h"
#include "scan/told.h"

#define RAW_NOBODY UINT64_MAX

struct raw {
	struct engine engine;
	struct loop *loop;
	struct budget *budget;
	struct engine_raw_config config;
	struct engine_ops ops;
	void *context;
	struct walk walk;
	struct prober prober;
	struct engine *rest; /* connects where packets do not go */
	struct sweep *sweep;
	struct hosts *hosts;
	struct segments segments;
	struct segments_limits limits;
	struct sample sample;
	struct pace pace;
	struct ceilings ceilings;
	struct bucket repeats; /* resets of SYN-ACKs that tell nothing new */
	struct told told;
	struct stall stall;
	struct engine_counts counts;
	uint64_t first; /* step: those before it were asked by an earlier process */
	uint64_t asked_owed; /* of those, and not of `taken`, for they have not answered */
	uint64_t unrouted; /* unreachable for no route leads there */
	struct ear answers, neighbours[RAW_LINKS_MAX];
	struct steps pending; /* found, and the receiver has not done with them */
	struct steps handed; /* to the rest, which has not done with them */
	uint64_t waits; /* a step that the rest has no room for; RAW_NOBODY: none */
	struct asked {
		uint64_t step;
		unsigned pass;
	} next; /* whose host has met enough for now; pass 0: none */
	struct ways_watch *ways;
	struct loop_timer tick;
	uint64_t looked_us;
	uint64_t spoke_us; /* the last packet was handed over */
	uint64_t deaf_us; /* since then nothing comes through; 0: it does */
	struct cohort full; /* those of which not surely some were lost */
	struct pace_signs signs; /* up to the last look */
	uint64_t talked; /* packets of connections, up to the last tick */
	uint64_t ticks;
	bool started, stopped, paused, done;
};

/* Sends what the pace allows. True: there is more to send now. */
bool raw_send(struct raw *r, uint64_t now);

/* A frame that may be an answer; the context is the struct raw. */
void raw_heard(void *context, const struct frame *frame);
/* A step of `pending` is open: to the receiver, unless its host says so of every port (hosts.h). */
void raw_found(struct raw *r, uint64_t step);
/* Once a host and reason. */
void raw_tell_unreachable(struct raw *r, const struct target *t, int os_error);
extern const struct hosts_ops raw_hosts_ops;
