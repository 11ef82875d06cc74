/*
 * own.c: a pass of a rule that is built in: gather what is news, then, in one transaction, write
 * down that it is told and put the messages. What another program on the same store has told in
 * between is not told again: the notice says so.
 *
 * The first pass over an inventory that was there before, and any pass that finds more than a
 * handful, is one message with a table: nobody reads a thousand mails.
 */
#include "alert/own.h"

#include "alert/limits.h"
#include "alert/tell.h"

#include <stdio.h>
#include <string.h>

static bool add_expiring(void *context, const struct due_cert *cert)
{
	static const enum news_kind kinds[] = {
	    [STAGE_NOTICE] = NEWS_NOTICE,
	    [STAGE_URGENT] = NEWS_URGENT,
	    [STAGE_EXPIRED] = NEWS_EXPIRED,
	};

	return gather_due(context, kinds[cert->stage], cert);
}

/* Most passes look at what is new; once an hour (of the clock), the first time and in a dry run all
 * is looked at: a mute may have ended, a chain come back that makes no change. */
static bool looks_at_all(const struct pass *p)
{
	return p->dry || p->rule->ran_ms == 0 || p->now_ms < p->rule->ran_ms ||
	       p->now_ms / LOOK_AT_ALL_MS != p->rule->ran_ms / LOOK_AT_ALL_MS;
}

static struct err collect_expiring(struct gathering *g)
{
	struct pass *p = g->pass;
	const struct expiry_since since = {p->rule->ran_ms, p->rule->cursor};

	return store_each_expiring(p->store, p->rule->id, &g->terms, p->now_ms,
	    looks_at_all(p) ? NULL : &since, add_expiring, g);
}

static bool add_issuer(void *context, const struct due_cert *cert)
{
	return gather_due(context, NEWS_ISSUER, cert);
}

static struct err collect_issuers(struct gathering *g)
{
	struct pass *p = g->pass;

	return store_each_arrival(p->store, p->rule->id, p->rule->cursor,
	    1u << CHANGE_ISSUER_CHANGED, false, add_issuer, g);
}

static bool add_self_signed(void *context, const struct due_cert *cert)
{
	return gather_due(context, NEWS_SELF_SIGNED, cert);
}

static struct err collect_self_signed(struct gathering *g)
{
	const unsigned kinds = 1u << CHANGE_NEW | 1u << CHANGE_REPLACED |
			       1u << CHANGE_ISSUER_CHANGED | 1u << CHANGE_RETURNED |
			       1u << CHANGE_RENEWED_NEW_KEY;
	struct pass *p = g->pass;

	return store_each_arrival(
	    p->store, p->rule->id, p->rule->cursor, kinds, true, add_self_signed, g);
}

static const struct own_rule rules[] = {
    {
	.type = "expiry",
	.title = "Certificates that expire",
	.help = "one message a certificate when its renewal is late, when it is urgent and when it "
		"has expired, counted by its lifetime; and one when it was renewed everywhere",
	.has_stages = true,
	.recovers = true,
	.told_as = {NEWS_NOTICE, NEWS_NOTICE, NEWS_URGENT, NEWS_EXPIRED},
	.collect = collect_expiring,
	.newest = store_newest_change,
    },
    {
	.type = "issuer-changed",
	.title = "Issuer changed",
	.help = "a certificate for the same names by another CA took the place of one",
	.collect = collect_issuers,
	.newest = store_newest_change,
    },
    {
	.type = "new-self-signed",
	.title = "New self-signed certificates",
	.help = "a certificate that vouches for itself, and was not there before",
	.recovers = true,
	.told_as = {NEWS_SELF_SIGNED, NEWS_SELF_SIGNED, NEWS_SELF_SIGNED, NEWS_SELF_SIGNED},
	.collect = collect_self_signed,
	.newest = store_newest_change,
    },
    {
	.type = "client-rejected",
	.title = "Clients reject a certificate",
	.help = "the sensor saw clients end connections because of a server's certificate",
	.collect = collect_rejected,
	.newest = store_newest_alert,
    },
};

const struct own_rule *own_rule_table(size_t *ret_n)
{
	*ret_n = sizeof(rules) / sizeof(rules[0]);
	return rules;
}

const struct own_rule *own_rule_find(const char *type)
{
	for (size_t i = 0; i < sizeof(rules) / sizeof(rules[0]); i++)
		if (!strcmp(rules[i].type, type))
			return &rules[i];
	return NULL;
}

/* Rules that watch for what is new begin with what comes after them. */
static struct err collect(struct gathering *g, const struct own_rule *rule)
{
	struct pass *p = g->pass;
	struct err e = OK;

	if (rule->newest)
		e = rule->newest(p->store, &p->cursor);
	if (err_is(e) || (!rule->has_stages && p->rule->ran_ms == 0))
		return e;
	e = rule->collect(g);
	if (err_is(g->e))
		return g->e;
	p->matches = g->n;
	if (!err_is(e) && rule->recovers && g->settings.recovery)
		e = gather_resolved(g, rule->told_as);
	return e;
}

static struct err gather_and_tell(
    struct pass *pass, const struct own_rule *rule, const struct own_settings *settings)
{
	struct gathering g;
	struct err e = gather_init(&g, pass, settings);

	if (!err_is(e))
		e = collect(&g, rule);
	if (!err_is(e)) {
		e = pass_begin(pass);
		if (!err_is(e))
			e = pass_end(pass, tell_all(&g));
	}
	gather_done(&g);
	return e;
}

/* As if it had never told anything, and been there from the beginning. */
static struct err pass_fresh(
    struct pass *pass, const struct own_rule *rule, const struct own_settings *settings)
{
	const struct stored_rule *stored = pass->rule;
	struct stored_rule unborn = *stored;
	struct err e;

	unborn.id = unborn.cursor = 0;
	unborn.ran_ms = 1;
	pass->rule = &unborn;
	pass->cursor = 0;
	e = gather_and_tell(pass, rule, settings);
	pass->rule = stored;
	return e;
}

/* The rule is wrong, and that is what its author is to see. */
static struct err fail(struct pass *pass, struct err why)
{
	struct err e = pass_begin(pass);

	if (!err_is(e))
		e = pass_end(pass, OK);
	return err_is(e) ? e : why;
}

struct err own_pass(struct pass *pass)
{
	const struct own_rule *rule = own_rule_find(pass->rule->type);
	struct own_settings settings;
	struct doc_error why = {{0, 0}, "there is no such rule in this version"};
	struct err e = err_input(0, "no such rule");

	/* Without a channel nobody hears of it: what is due stays due until there is one. */
	if (pass->rule->n_channels == 0 && !pass->dry)
		return OK;
	if (rule)
		e = own_settings_read(rule, pass->rule->text, &settings, &why);
	if (!err_is(e))
		return (pass->fresh ? pass_fresh : gather_and_tell)(pass, rule, &settings);
	snprintf(pass->error, sizeof(pass->error), "%s", why.text);
	return fail(pass, e);
}
