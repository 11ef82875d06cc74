/*
 * outbox.h: the messages of the rules, from the transaction that found their reason until they are
 * delivered, and afterwards as history. A message that was put is delivered at least once: whoever
 * sends marks it afterwards, so a crash in between sends it again, with the same dedupe key, by
 * which a receiver can tell.
 *
 * Times are milliseconds since the epoch and arguments: nothing here asks a clock. Putting is done
 * inside a batch of the caller's (store_begin), with the state that goes with it; marking makes a
 * transaction of its own outside of one.
 */
#pragma once

#include "store/store.h"

/* Stable numbers: they are stored. */
enum message_state {
	MESSAGE_QUEUED, /* waits for its first or next try */
	MESSAGE_SENT,
	MESSAGE_FAILED, /* the other side will never take it */
	MESSAGE_DEAD, /* tried until its time was over */
	MESSAGE_STATES,
};

const char *message_state_text(enum message_state state); /* "queued" */

/* Texts are UTF-8, terminated and never NULL once read; NULL is "" when put. */
struct message {
	uint64_t id; /* given by the store */
	uint64_t rule; /* 0: none (the test of a channel) */
	uint64_t channel; /* 0: `type` and `config` say where (rules that bring their own) */
	const char *type; /* of the channel: "email"; of the row where channel is not 0 */
	const char *config; /* JSON; "" where channel is not 0 */
	/* The same news has the same key, whenever it is found: put again for the same channel, it
	 * is not stored again. Also the idempotency key and the Message-ID on the wire. */
	const char *dedupe;
	const char *subject; /* one line */
	const char *text; /* the body as plain text */
	const char *html; /* the same for mail clients that show it; "" none */
	const char *detail; /* JSON object: the facts, for machines; "" none */
	uint8_t severity; /* enum severity */
	int64_t created_ms;

	/* Of the delivery; ignored when put. */
	const char *lane; /* messages of one lane go one after the other */
	uint8_t state; /* enum message_state */
	uint32_t attempts;
	int64_t next_ms; /* not before */
	int64_t sent_ms; /* 0: not yet */
	const char *last_error;
};

/* In a batch. *ret_id is 0 where the same news is stored already. */
must_use struct err store_put_message(
    struct store *s, const struct message *message, uint64_t *ret_id);

/* The messages stay valid during the call. */
typedef bool store_message_fn(void *context, const struct message *message);

/* Queued ones whose time has come, at most `each_max` of a lane (a channel row, or what a rule
 * brings for itself), the oldest first. */
must_use struct err store_each_due_message(
    struct store *s, int64_t now_ms, size_t each_max, store_message_fn *each, void *context);
/* When the first of those that are not due yet will be; INT64_MAX: there is none. */
must_use struct err store_next_message_ms(struct store *s, int64_t now_ms, int64_t *ret_ms);
/* One, in the arena. ERR_INPUT: no such message. */
must_use struct err store_get_message(
    struct store *s, uint64_t id, struct arena *arena, struct message *ret_message);

must_use struct err store_message_sent(struct store *s, uint64_t id, int64_t now_ms);
/* One more try that did not help: it stays queued until next_ms, or ends as `state`. */
must_use struct err store_message_failed(
    struct store *s, uint64_t id, enum message_state state, int64_t next_ms, const char *error);
/* Failed and dead ones once more, as if they were new. ERR_INPUT: no such message. */
must_use struct err store_message_again(struct store *s, uint64_t id, int64_t now_ms);

/* History, newest first: ids below `before` (0: all); state MESSAGE_STATES: any. */
must_use struct err store_each_message(struct store *s, uint64_t before, enum message_state state,
    store_message_fn *each, void *context);

struct message_counts {
	uint64_t n[MESSAGE_STATES];
	int64_t oldest_queued_ms; /* 0: none */
};

must_use struct err store_count_messages(struct store *s, struct message_counts *ret_counts);
