/*
 * alerter.h: where a rule of ElastAlert2 sends what it tells: `alert: email` and the options that
 * go with it are a channel of the outbox with a configuration of its own.
 */
#pragma once

#include "alert/rule_option.h"
#include "base/buf.h"

struct alerter {
	const char *name; /* "email" */
	const char *channel; /* type of the outbox's channel */
	const char *needs; /* the option without which there is none */
	const char *title; /* before the rule's name in the default subject */
	bool titles_key; /* which ends in the value of query_key, then */
	/* Options of what is posted: one request for each match, its body made of these. */
	const char *fields, *fixed, *all; /* NULL: it is no such alerter */
};

/* NULL: none that is supported. */
const struct alerter *alerter_find(const char *name);
/* Is it one of ElastAlert2's, though not here? */
bool alerter_is_known(const char *name);
/* Does one of ours look at this option? Or would one of ElastAlert2's? */
bool alerter_has_option(const char *option);
bool alerter_knows_option(const char *option);
/* Does the rule run a command, or make the service read a file and send what is in it? Then who may
 * write it may do what the service may. */
bool rule_is_for_administrators(const struct rule *rule);

/* The option, from what the alerter has of its own or from the rule; NULL: neither. */
const struct doc *alert_option(
    const struct rule *rule, const struct rule_alert *alert, const char *name);

/* Are its options what they should be? Says in the report what not. */
void alert_check(const struct rule *rule, const struct rule_alert *alert, struct arena *arena,
    struct rule_report *report);
/* To how many places it goes: webhooks may have several addresses. */
size_t alert_places(const struct rule *rule, const struct rule_alert *alert);
/* The channel's configuration for one of them, as JSON. match is the first one: some options name
 * its fields. */
void alert_config(const struct rule *rule, const struct rule_alert *alert, const struct doc *match,
    size_t place, struct buf *out);
/* What is posted of a match, as JSON. */
void alert_payload(const struct rule *rule, const struct rule_alert *alert, const struct doc *match,
    struct arena *arena, struct buf *out);
