/*
 * codec.h: the records that the roles say to each other over a socketpair, as bytes: a length of 32
 * bits, a version, a type, a flat body; all numbers big-endian. The keeper reads what a worker
 * wrote that has seen hostile bytes, so decoding is strict: every field is checked against its
 * range, every certificate against its digest, and one bad record ends the conversation.
 */
#pragma once

#include "base/buf.h"
#include "base/err.h"
#include "observe/hint.h"
#include "observe/run.h"

enum {
	CODEC_VERSION = 1,
	/* A certificate message of 1 MiB, its texts escaped (three for one), and room. */
	RECORD_MAX = 8 << 20,
	NOTE_MAX = 1024,
	LOG_KEY_SIZE = 16,
	COUNTS_MAX = 64,
};

enum record_type {
	RECORD_NONE,
	RECORD_DEFINE = 1, /* worker to keeper */
	RECORD_OBSERVATION = 2,
	RECORD_PROGRESS = 3,
	RECORD_NOTE = 4,
	RECORD_DONE = 5,
	RECORD_LOG = 6,
	RECORD_COUNTS = 7,
	RECORD_REASON = 8,
	RECORD_HINT = 32, /* keeper to worker */
	RECORD_ISSUER = 33,
	RECORD_JUDGE = 34,
	RECORD_START = 35,
	RECORD_STOP = 36,
	RECORD_BYE = 37,
	RECORD_TYPE_MAX,
};

/* NOTE_ERROR: a scan should be stopped, so that it can be resumed later. */
enum note_level { NOTE_INFO, NOTE_WARNING, NOTE_ERROR, NOTE_LEVEL_MAX };

struct note {
	uint8_t level; /* enum note_level */
	const char *text;
};

/* Why hosts could not be reached, or not be believed. */
struct reason {
	uint32_t why; /* an errno, or what scan/engine.h has like it */
	uint64_t hosts;
	struct addr first; /* one of them */
	uint16_t port; /* 0: none in particular */
};

/* A line of a log of sessions, for the keeper's files. */
struct log_line {
	uint8_t log; /* which: enum zeek_log of format/zeek.h */
	uint8_t key[LOG_KEY_SIZE]; /* lines of one key within hold_s are one */
	uint32_t hold_s; /* 0: every line counts */
	int64_t time_us;
	const char *text; /* without its line feed */
};

/* What a sensor has counted since it began; who makes them and who reads them agree on which is
 * which. */
struct counts {
	uint32_t worker;
	uint32_t n;
	uint64_t each[COUNTS_MAX];
};

/* A stored chain that is to be judged (again): the answer is DEFINE. */
struct judge_request {
	struct digest256 chain;
	size_t n_certs;
	struct span der[CHAIN_CERTS_MAX]; /* leaf first */
};

/* Which of the fields counts is told by `type`; DONE, STOP and BYE have none. */
struct record {
	enum record_type type;
	const struct chain_verdict *define;
	int64_t define_ms; /* when it was first seen; 0: it is judged again, no more */
	const struct observation *observation;
	struct progress progress;
	struct note note;
	struct reason reason;
	struct log_line log;
	const struct counts *counts;
	const struct hint *hint;
	struct span issuer; /* DER */
	const struct judge_request *judge;
	uint64_t start_run; /* START: the run's id */
};

/* Indexes held, as they are kept: appended to a text, and taken off its front; false: no more. */
enum { PROGRESS_HELD_MAX = 4096 };
void progress_held_put(struct buf *held, uint64_t index);
bool progress_held_take(struct span *held, uint64_t *ret_index);

/* Appends one record, whole or (ERR_LIMIT: no room in out, or larger than RECORD_MAX) nothing of
 * it. */
must_use struct err codec_write(const struct record *record, struct buf *out);

/*
 * Takes one record from the front of `in`. ret_whole false: more bytes are needed, nothing was
 * taken. All that the record points to is copied into the arena. ERR_PEER: not what codec_write
 * writes; `at` is the offset.
 */
must_use struct err codec_read(
    struct span *in, struct arena *arena, struct record *ret_record, bool *ret_whole);
