/*
 * rules.h: the rules that make messages, the channels that carry them, and what rules remember:
 * silences and state of their own. What a rule's text means is not the store's business (room
 * alert).
 *
 * Writing is done in a batch of the caller's where it goes with messages; outside of one, each call
 * is a transaction. Texts that are handed out lie in the arena, or are valid during the callback.
 */
#pragma once

#include "store/store.h"

/* Stable numbers: they are stored. */
enum rule_kind {
	RULE_OWN = 1, /* built in: `type` is its name, `text` its settings as JSON */
	RULE_ELASTALERT = 2, /* `text` is ElastAlert2's YAML, as it was given */
};

enum { RULE_CHANNELS_MAX = 16 };

struct stored_rule {
	uint64_t id;
	const char *name; /* unique */
	uint8_t kind; /* enum rule_kind */
	const char *type; /* "expiry", ...; "any", "frequency", ... */
	bool enabled;
	const char *text;
	size_t n_channels;
	uint64_t channels[RULE_CHANNELS_MAX]; /* ids of channels */

	/* Of its last pass; store_rule_ran writes them. */
	uint64_t cursor; /* of changes or alerts: what it has read up to */
	int64_t ran_ms; /* 0: never */
	int64_t took_ms;
	uint64_t hits; /* what it looked at */
	uint64_t matches;
	uint64_t messages; /* it put, before it was silenced by dedupe */
	const char *error; /* "": it went well */
};

typedef bool store_rule_fn(void *context, const struct stored_rule *rule);

must_use struct err store_each_rule(struct store *s, store_rule_fn *each, void *context);
/* ERR_INPUT: no such rule. */
must_use struct err store_get_rule(
    struct store *s, uint64_t id, struct arena *arena, struct stored_rule *ret_rule);
/* id 0: a new one. What its passes wrote stays. ERR_INPUT: the name is taken, no such rule, or no
 * such channel. */
must_use struct err store_put_rule(
    struct store *s, const struct stored_rule *rule, uint64_t *ret_id);
/* With its state and silences; its messages stay. */
must_use struct err store_delete_rule(struct store *s, uint64_t id);
/* The fields of the last pass. */
must_use struct err store_rule_ran(struct store *s, const struct stored_rule *rule);

struct stored_channel {
	uint64_t id;
	const char *name; /* unique */
	const char *type; /* "email", "slack", ... */
	const char *config; /* a JSON object; with its secrets */
	bool enabled; /* messages of one that is not wait */
};

typedef bool store_channel_fn(void *context, const struct stored_channel *channel);

must_use struct err store_each_channel(struct store *s, store_channel_fn *each, void *context);
must_use struct err store_get_channel(
    struct store *s, uint64_t id, struct arena *arena, struct stored_channel *ret_channel);
must_use struct err store_put_channel(
    struct store *s, const struct stored_channel *channel, uint64_t *ret_id);
/* Queued messages of it fail. */
must_use struct err store_delete_channel(struct store *s, uint64_t id);

/* Silences (realert of ElastAlert2, and by hand): until then nothing is told under this key. */
struct silence {
	uint64_t rule;
	const char *key; /* "name" or "name.value of the query key" */
	int64_t until_ms;
	uint32_t exponent; /* of exponential_realert */
	const char *by; /* who; "" the rule itself */
	bool by_hand; /* when it is asked for, instead of `by` */
};

typedef bool store_silence_fn(void *context, const struct silence *silence);

/* The silence of that key, whether it is over or not; *ret_found. Its texts are not filled. rule 0:
 * of whichever rule, the one that lasts longest. */
must_use struct err store_get_silence(
    struct store *s, uint64_t rule, const char *key, struct silence *ret_silence, bool *ret_found);
must_use struct err store_put_silence(struct store *s, const struct silence *silence);
/* rule 0: of whichever rule. ERR_INPUT: none. */
must_use struct err store_delete_silence(struct store *s, uint64_t rule, const char *key);
/* Those not over at now. */
must_use struct err store_each_silence(
    struct store *s, int64_t now_ms, store_silence_fn *each, void *context);

/* What a rule remembers: small values by key; topic keeps kinds of them apart. */
typedef bool store_state_fn(void *context, struct span key, struct span value, int64_t until_ms);

/* *ret_value lies in the arena; *ret_found false: nothing, or it is over. */
must_use struct err store_get_state(struct store *s, uint64_t rule, int topic, struct span key,
    int64_t now_ms, struct arena *arena, struct span *ret_value, bool *ret_found);
/* until_ms INT64_MAX: for ever. */
must_use struct err store_put_state(struct store *s, uint64_t rule, int topic, struct span key,
    struct span value, int64_t until_ms);
must_use struct err store_delete_state(struct store *s, uint64_t rule, int topic, struct span key);
/* By key. */
must_use struct err store_each_state(
    struct store *s, uint64_t rule, int topic, int64_t now_ms, store_state_fn *each, void *context);
/* States and silences that are over. */
must_use struct err store_prune_states(struct store *s, int64_t now_ms);
