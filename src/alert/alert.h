/*
 * alert.h: a rule looks at the inventory and tells what a person should know. Every rule, our own
 * and those in ElastAlert2's format, is one function over a struct pass, and hands its messages to
 * the pass: into the outbox, or into memory where somebody only wants to see what would be sent (a
 * dry run). So what is shown is what is sent, made by the same code.
 *
 * Nothing in this room asks the time: now_ms is an argument, and tests let years go by.
 */
#pragma once

#include "base/arena.h"
#include "base/err.h"
#include "store/outbox.h"
#include "store/rules.h"

/* What a pass hands out. Callbacks return an error to end the pass: nothing of it is stored. */
typedef struct err pass_message_fn(void *context, const struct message *message);
typedef void pass_suppressed_fn(void *context, const char *why, const char *what);

struct pass {
	struct store *store;
	const struct stored_rule *rule;
	int64_t now_ms;
	const char *public_url; /* of the page, without a slash at its end; "" unknown */
	bool dry; /* writes nothing: neither messages nor state */
	bool fresh; /* dry, and as if the rule had never told anything; what people silenced stays
		     * so */

	pass_message_fn *message;
	pass_suppressed_fn *suppressed; /* NULL: nobody asks why not */
	int64_t (*elapsed_ms)(void *context); /* since the pass began; NULL: nobody measures */
	void *context;

	/* What the pass fills in, for store_rule_ran. */
	uint64_t cursor; /* begins as the rule's */
	uint64_t hits;
	uint64_t matches;
	uint64_t messages;
	char error[256]; /* of the rule itself, for its author; "" none */
};

/*
 * One pass of a rule. It reads as long as it needs, outside of any batch; then, unless it is dry,
 * it calls pass_begin, tells its messages, writes its state, and calls pass_end: messages and state
 * are one transaction. A dry one tells its messages and is done.
 */
typedef struct err rule_pass_fn(struct pass *pass);

/* By the rule's kind and type; ERR_INPUT with pass->error where the rule is not to be understood
 * (that is stored as the rule's error, too). */
must_use struct err pass_run(struct pass *pass);

must_use struct err pass_begin(struct pass *pass); /* dry: nothing */
/* Writes what the pass has filled in and commits; with a failure, rolls back and gives it back. */
must_use struct err pass_end(struct pass *pass, struct err e);

/* Once for each of the rule's channels. Fills rule, created_ms and, unless `type` is set (a rule
 * that brings its own channel), channel and type. */
must_use struct err pass_tell(struct pass *pass, const struct message *message);
void pass_suppress(struct pass *pass, const char *why, const char *what);

/* A pass_message_fn: into the outbox of the struct store that is its context. */
pass_message_fn outbox_message;

rule_pass_fn own_pass; /* own.c: the rules that are built in */
rule_pass_fn elastalert_pass; /* elastalert.c: rules in ElastAlert2's format */
