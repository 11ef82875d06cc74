/*
 * settings.c: one table says which settings there are, what they may hold and what holds as long as
 * nobody has said anything; the store has only what somebody has said.
 */
#include "store/settings.h"

#include "inet/cidr.h"
#include "store/db.h"

#include <stdio.h>
#include <stdlib.h>

static const struct setting_row rows[SETTING_MAX] = {
    [SETTING_GONE_DAYS] = {"retention.gone_days", SETTING_NUMBER, 36500, "180",
	"days until an endpoint that is gone is forgotten; 0: never"},
    [SETTING_HISTORY_DAYS] = {"retention.history_days", SETTING_NUMBER, 36500, "730",
	"days until changes, runs and the record of who did what are forgotten; 0: never"},
    [SETTING_MESSAGES_DAYS] = {"retention.messages_days", SETTING_NUMBER, 36500, "90",
	"days until messages that were sent are forgotten; 0: never"},
    [SETTING_PUBLIC_URL] = {"public_url", SETTING_URL, 512, "",
	"what links in messages begin with"},
    [SETTING_INTERNAL_NETWORKS] = {"internal_networks", SETTING_NETWORKS, 16384,
	"10.0.0.0/8 172.16.0.0/12 192.168.0.0/16 fc00::/7", "what is our own network"},
    [SETTING_WEBHOOK_NETWORKS] = {"allow_webhooks_to", SETTING_NETWORKS, 16384, "",
	"inside addresses that messages may be posted to"},
};

const struct setting_row *setting_row(enum setting setting)
{
	return &rows[setting];
}

static struct err number_check(const struct setting_row *row, struct span value)
{
	int64_t number = 0;

	if (value.n == 0)
		return err_input(0, "a number is expected");
	for (size_t i = 0; i < value.n; i++) {
		if (value.p[i] < '0' || value.p[i] > '9')
			return err_input(i, "a number is expected");
		number = number * 10 + (value.p[i] - '0');
		if (number > row->max)
			return err_input(0, "this number is too large");
	}
	return OK;
}

/* What is no character of a URL could break out of where it is printed. */
static struct err url_check(const struct setting_row *row, struct span value)
{
	(void)row;
	if (value.n && !span_starts(value, "https://") && !span_starts(value, "http://"))
		return err_input(0, "a URL begins with https:// or http://");
	for (size_t i = 0; i < value.n; i++)
		if (value.p[i] <= ' ' || value.p[i] > '~' || strchr("\"<>\\^`{|}", value.p[i]))
			return err_input(i, "this is no character of a URL");
	return OK;
}

static struct err networks_check(const struct setting_row *row, struct span value)
{
	struct span rest = value;
	struct cidr cidr;
	struct err e = OK;

	(void)row;
	while (!err_is(e) && rest.n) {
		size_t at = value.n - rest.n, n = 0;

		while (n < rest.n && rest.p[n] != ' ')
			n++;
		if (n)
			e = cidr_parse(span_take(&rest, n), &cidr);
		else
			span_take(&rest, 1);
		e.at += (uint32_t)at;
	}
	return e;
}

static struct err value_check(const struct setting_row *row, struct span value)
{
	static struct err (*const checks[])(const struct setting_row *, struct span) = {
	    [SETTING_NUMBER] = number_check,
	    [SETTING_URL] = url_check,
	    [SETTING_NETWORKS] = networks_check,
	};

	if (row->type != SETTING_NUMBER && value.n > (size_t)row->max)
		return err_input((size_t)row->max, "this text is too long");
	return checks[row->type](row, value);
}

struct err store_setting_get(struct store *s, enum setting setting, struct buf *value)
{
	static const char sql[] = "SELECT value FROM settings WHERE key = ?";
	struct stmt q = stmt_use(s, sql);
	struct err e;

	stmt_text(&q, rows[setting].key);
	if (stmt_row(&q))
		buf_str(value, stmt_get_text(&q, 0));
	else
		buf_str(value, rows[setting].fallback);
	e = stmt_end(&q);
	if (!err_is(e) && value->full)
		e = err_limit("a setting is too long");
	return e;
}

struct err store_setting_number(struct store *s, enum setting setting, int64_t *ret_value)
{
	struct buf text;
	struct err e;

	buf_init(&text, 64);
	e = store_setting_get(s, setting, &text);
	if (!err_is(e))
		*ret_value = strtoll(buf_text(&text), NULL, 10);
	buf_done(&text);
	return e;
}

struct err store_setting_put(
    struct store *s, enum setting setting, const char *value, const char *by, int64_t now_ms)
{
	static const char sql[] = "INSERT OR REPLACE INTO settings VALUES (?, ?, ?, ?)";
	struct err e = value_check(&rows[setting], span_str(value));
	struct stmt q;

	if (err_is(e))
		return e;
	q = stmt_use(s, sql);
	stmt_text(&q, rows[setting].key);
	stmt_text(&q, value);
	stmt_int(&q, now_ms);
	stmt_text(&q, by);
	return stmt_run(&q);
}

struct err store_trusted_add(struct store *s, const struct trusted_ca *ca)
{
	static const char sql[] =
	    "INSERT INTO trusted (sha256, subject, not_after_s, at_ms, by, der)"
	    " VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING";
	struct stmt q = stmt_use(s, sql);
	struct err e;

	stmt_digest(&q, &ca->id);
	stmt_text(&q, ca->subject);
	stmt_int(&q, ca->not_after_s);
	stmt_int(&q, ca->at_ms);
	stmt_text(&q, ca->by);
	stmt_blob(&q, ca->der.p, ca->der.n);
	e = stmt_run(&q);
	if (err_is(e) || db_changes(s))
		return e;
	return err_refused(REFUSAL_TAKEN, "this CA is trusted already");
}

struct err store_trusted_remove(struct store *s, const struct digest256 *id)
{
	static const char sql[] = "DELETE FROM trusted WHERE sha256 = ?";
	struct stmt q = stmt_use(s, sql);
	struct err e;

	stmt_digest(&q, id);
	e = stmt_run(&q);
	if (err_is(e) || db_changes(s))
		return e;
	return err_refused(REFUSAL_MISSING, "no such CA");
}

struct err store_each_trusted(struct store *s, store_trusted_fn *each, void *context)
{
	static const char sql[] = "SELECT sha256, subject, not_after_s, at_ms, by, der FROM trusted"
				  " ORDER BY subject, sha256";
	struct stmt q = stmt_use(s, sql);
	bool more = true;

	while (more && stmt_row(&q)) {
		struct trusted_ca ca = {
		    .id = stmt_get_digest(&q, 0),
		    .subject = stmt_get_text(&q, 1),
		    .not_after_s = stmt_get_int(&q, 2),
		    .at_ms = stmt_get_int(&q, 3),
		    .by = stmt_get_text(&q, 4),
		    .der = stmt_get_blob(&q, 5),
		};

		more = each(context, &ca);
	}
	return stmt_end(&q);
}
