/*
 * retention.c: a chore must come back within seconds, and a store that was never pruned takes
 * minutes: so it is done in slices, until one finds nothing more to do.
 */
#include "app/retention.h"

#include "app/limits.h"
#include "net/clock.h"
#include "store/accounts.h"
#include "store/prune.h"
#include "store/settings.h"
#include "store/store.h"

#include <stdio.h>

struct slice {
	int64_t end_ms;
	bool cut;
};

static bool slice_over(void *context)
{
	struct slice *slice = context;

	slice->cut |= clock_now_ms() >= slice->end_ms;
	return slice->cut;
}

static struct err record(struct store *store, const struct pruned *done, int64_t now_ms)
{
	struct audit audit = {
	    .at_ms = now_ms, .who = "", .from = "", .action = "prune", .what = ""};
	struct buf text;
	struct err e = OK;

	buf_init(&text, RETENTION_TEXT_MAX);
	for (unsigned i = 0; i < PRUNED_MAX; i++)
		if (done->n[i])
			buf_printf(&text, "%s%llu %s", text.n ? ", " : "",
			    (unsigned long long)done->n[i], pruned_text((enum pruned_kind)i));
	audit.detail = buf_text(&text);
	if (text.n)
		e = store_audit(store, &audit);
	buf_done(&text);
	return e;
}

static struct err forget(struct store *store, int64_t now_ms, struct slice *slice)
{
	struct prune what = {.now_ms = now_ms};
	struct pruned done = {0};
	struct err e = store_credentials_sweep(store, now_ms);

	if (!err_is(e))
		e = store_setting_number(store, SETTING_GONE_DAYS, &what.gone_days);
	if (!err_is(e))
		e = store_setting_number(store, SETTING_HISTORY_DAYS, &what.history_days);
	if (!err_is(e))
		e = store_setting_number(store, SETTING_MESSAGES_DAYS, &what.messages_days);
	if (!err_is(e))
		e = store_prune(store, &what, slice_over, slice, &done);
	return err_is(e) ? e : record(store, &done, now_ms);
}

int64_t retention_run(void *context, struct store *store, int64_t now_ms)
{
	struct retention *r = context;
	struct slice slice = {.end_ms = now_ms + RETENTION_SLICE_MS};
	struct err e;

	if (r->next_ms == 0)
		r->next_ms = now_ms + RETENTION_FIRST_MS;
	if (now_ms < r->next_ms)
		return r->next_ms;
	e = forget(store, now_ms, &slice);
	if (err_is(e))
		fprintf(stderr, "certscape: forgetting what is old: %s: %s\n", e.what,
		    store_detail(store));
	r->next_ms = now_ms + (slice.cut ? RETENTION_PAUSE_MS : RETENTION_EVERY_MS);
	return r->next_ms;
}
