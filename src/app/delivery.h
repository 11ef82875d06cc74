/*
 * delivery.h: a chore: empties the outbox (alert/deliveries.h) with the service's own means: the
 * network through http/, the commands through their helper.
 */
#pragma once

#include "app/commands.h"
#include "base/err.h"
#include "store/outbox.h"

struct outgoing;

struct outgoing_config {
	struct commands *commands; /* NULL: none are run */
	void (*wake)(void *context); /* the chore is to be done again */
	void (*told)(void *context, uint64_t message, enum message_state state);
	void *context;
};

must_use struct err outgoing_new(
    const struct outgoing_config *config, struct outgoing **ret_outgoing);
/* While it is quiet (as it begins) it wakes nobody: whoever is to be woken is not there yet, or no
 * more. NULL-safe. */
void outgoing_quiet(struct outgoing *o, bool quiet);
/* Marks in the store what is on its way and comes back soon. NULL-safe. */
void outgoing_free(struct outgoing *o, const char *store);

/* A chore_fn; context is the struct outgoing. */
int64_t outgoing_run(void *context, struct store *store, int64_t now_ms);

/* One message at once, without the outbox: the test of a channel. From any thread. */
void outgoing_test(
    struct outgoing *o, struct store *store, const struct message *message, struct delivery *ret);
