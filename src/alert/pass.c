/*
 * pass.c: what all passes share. The reading of a pass takes seconds on a large inventory, so it is
 * done before the write lock is taken; between the two somebody else may have told the same news
 * (another program on this store), which the store refuses by notice and by dedupe key.
 */
#include "alert/alert.h"

struct err pass_begin(struct pass *pass)
{
	return pass->dry ? OK : store_begin(pass->store);
}

struct err pass_end(struct pass *pass, struct err e)
{
	struct stored_rule ran = *pass->rule;

	if (pass->dry)
		return e;
	ran.cursor = pass->cursor;
	ran.ran_ms = pass->now_ms;
	ran.took_ms = pass->elapsed_ms ? pass->elapsed_ms(pass->context) : 0;
	ran.hits = pass->hits;
	ran.matches = pass->matches;
	ran.messages = pass->messages;
	ran.error = pass->error;
	if (!err_is(e))
		e = store_rule_ran(pass->store, &ran);
	if (!err_is(e))
		return store_commit(pass->store);
	store_rollback(pass->store);
	return e;
}

static struct err tell_one(struct pass *pass, const struct message *message)
{
	pass->messages++;
	return pass->message(pass->context, message);
}

struct err pass_tell(struct pass *pass, const struct message *message)
{
	struct message m = *message;
	struct err e = OK;

	m.rule = pass->rule->id;
	m.created_ms = pass->now_ms;
	/* Who only looks sees the message of a rule that has no channel yet. */
	if (m.type || (pass->dry && pass->rule->n_channels == 0))
		return tell_one(pass, &m);
	for (size_t i = 0; i < pass->rule->n_channels && !err_is(e); i++) {
		m.channel = pass->rule->channels[i];
		e = tell_one(pass, &m);
	}
	return e;
}

void pass_suppress(struct pass *pass, const char *why, const char *what)
{
	if (pass->suppressed)
		pass->suppressed(pass->context, why, what);
}

struct err outbox_message(void *store, const struct message *message)
{
	uint64_t id;

	return store_put_message(store, message, &id);
}
