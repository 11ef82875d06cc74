/*
 * courier.h: carries one parcel to where it goes, and says how that ended. It blocks, within the
 * times of http/client.h and http/mail.h.
 */
#pragma once

#include "alert/channel.h"

/* Starts a command and waits for it; no shell. Of app (app/commands.h). */
typedef void command_fn(
    void *context, const char *const *argv, struct span input, struct delivery *ret);

struct courier {
	const struct guard *guard; /* of webhooks */
	command_fn *command; /* NULL: this service runs no commands */
	void *context;
};

void courier_carry(const struct courier *c, const struct parcel *p, struct delivery *ret);
