/*
 * own.h: the rules that are built in and on from the start. Each tells once of each certificate,
 * whatever the number of endpoints, and once more when that is over. How they differ is one
 * function: what it gathers.
 */
#pragma once

#include "alert/gather.h"
#include "doc/doc.h"

struct own_rule {
	const char *type; /* "expiry" */
	const char *title; /* its name when it is made */
	const char *help;
	bool has_stages; /* it takes the settings of expiry */
	/* As which kind it tells the stage of a notice; for what it tells when that is over. */
	enum news_kind told_as[STAGE_EXPIRED + 1];
	bool recovers; /* it tells when it is over */
	/* Adds what is news. */
	struct err (*collect)(struct gathering *g);
	/* Where it stands now; NULL: it keeps no cursor. */
	struct err (*newest)(struct store *s, uint64_t *ret_cursor);
};

const struct own_rule *own_rule_table(size_t *ret_n);
const struct own_rule *own_rule_find(const char *type); /* NULL: none such */

/* The settings that a rule's text holds, what it does not say being the default. ERR_INPUT with
 * the place and a sentence for what is none. */
must_use struct err own_settings_read(const struct own_rule *rule, const char *text,
    struct own_settings *ret_settings, struct doc_error *error);
/* All of them as JSON, defaults included. */
void own_settings_write(
    const struct own_rule *rule, const struct own_settings *settings, struct buf *b);

/* Makes those rules that the store does not have. A rule is known by its type: its name may be
 * changed, and it can be switched off, but it comes back if it is deleted. */
must_use struct err own_rules_install(struct store *s);

/* own_rejected.c */
must_use struct err collect_rejected(struct gathering *g);
