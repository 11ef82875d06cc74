/*
 * recall.h: what a rule remembers, during a pass: read from the store where it is asked for,
 * changed here, written at the end in the same transaction as the messages. A dry run changes
 * nothing but what it itself sees, and so shows what a real one would do.
 */
#pragma once

#include "alert/alert.h"
#include "base/map.h"

/* Stable numbers: they are stored. */
enum recall_topic {
	RECALL_DONE = 1, /* by document: it was looked at */
	RECALL_LAST = 2, /* change: the last values, by query key */
	RECALL_WINDOW = 3, /* frequency, flatline: the times of what happened, by query key */
	RECALL_DUE = 4, /* aggregation: when it is told, by aggregation key */
	RECALL_PENDING = 5, /* matches of an aggregation, by aggregation key and number */
	RECALL_END = 6, /* up to when the documents are looked at */
};

struct recalled;

struct recall {
	struct pass *pass;
	struct arena *arena;
	struct map by_key;
	struct recalled *first, **last;
	struct map silences;
	struct recalled *first_silence, **last_silence;
	struct buf id; /* of what is asked for */
	bool shares_silences; /* with other rules: theirs under the same key count */
	struct err e; /* sticky: the store, or memory */
};

void recall_init(struct recall *r, struct pass *pass, struct arena *arena);
void recall_done(struct recall *r);

/* false: nothing is remembered. The value lies in the arena. */
bool recall_get(struct recall *r, enum recall_topic topic, struct span key, struct span *ret_value);
/* Key and value are copied. until_ms INT64_MAX: for ever. */
void recall_put(struct recall *r, enum recall_topic topic, struct span key, struct span value,
    int64_t until_ms);
void recall_forget(struct recall *r, enum recall_topic topic, struct span key);

typedef void recall_fn(void *context, struct span key, struct span value);

/* All of a topic, by key as the store has them, then what is new. May be changed meanwhile. */
void recall_each(struct recall *r, enum recall_topic topic, recall_fn *each, void *context);

/* Silences, in the manner of the above. *ret_silence is the last there was; false: never one. */
bool recall_silence(struct recall *r, const char *key, struct silence *ret_silence);
void recall_put_silence(struct recall *r, const char *key, int64_t until_ms, uint32_t exponent);

/* Is there room for no more? Then a pass ends early, and the next one goes on. */
bool recall_is_full(const struct recall *r);

/* Writes what was changed; inside the pass's batch. */
must_use struct err recall_flush(struct recall *r);
