/*
 * command.h: a subcommand: one file, one row in main.c.
 */
#pragma once

#include "base/option.h"

#include <stdio.h>

enum exit_status { EXIT_DONE = 0, EXIT_FINDINGS = 1, EXIT_USAGE = 2, EXIT_FAILED = 3 };

struct command {
	const char *name;
	const char *usage; /* "TARGET... [options]" */
	const char *summary; /* a line for the list of commands */
	const struct option *options;
	size_t n_options;
	size_t size; /* of the struct that the options fill */
	void (*defaults)(void *into); /* NULL: zeros */
	int (*run)(void *into, const struct option_list *words);
};

extern const struct command command_scan, command_list, command_import, command_show,
    command_history, command_db, command_watch, command_alerts, command_rules, command_serve;

/* "certscape: " and the sentence, on stderr. Returns EXIT_USAGE. */
int usage_error(const char *format, ...) __attribute__((format(printf, 1, 2)));
/* The same for what the world did; detail may be NULL. Returns EXIT_FAILED. */
int failure(const char *what, struct err e, const char *detail);
