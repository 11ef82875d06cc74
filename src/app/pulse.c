/*
 * pulse.c: looks once a second. The store is the only thing that all who scan have in common, so it
 * is asked instead of them.
 */
#include "app/pulse.h"

#include "app/limits.h"
#include "store/listing.h"
#include "web/web.h"

#include <inttypes.h>
#include <stdio.h>

void pulse_init(struct pulse *p, struct web *w)
{
	*p = (struct pulse){.web = w};
}

static bool sequence_take(void *context, const struct told_change *change)
{
	uint64_t *sequence = context;

	*sequence = change->change.sequence;
	return false;
}

static void changes_tell(struct pulse *p, struct store *store)
{
	struct change_filter newest = {.limit = 1};
	uint64_t sequence = p->sequence;
	char data[64];

	if (err_is(store_changes(store, &newest, sequence_take, &sequence)))
		return; /* the next request says what is wrong with the store */
	if (p->begun && sequence != p->sequence) {
		snprintf(data, sizeof(data), "{\"sequence\":%" PRIu64 "}", sequence);
		web_publish(p->web, "change", span_str(data));
	}
	p->sequence = sequence;
	p->begun = true;
}

int64_t pulse_run(void *context, struct store *store, int64_t now_ms)
{
	struct pulse *p = context;

	changes_tell(p, store);
	if (now_ms >= p->beat_ms + EVENTS_BEAT_MS || now_ms < p->beat_ms) {
		web_publish(p->web, NULL, span_of(NULL, 0));
		p->beat_ms = now_ms;
	}
	return now_ms + EVENTS_DELAY_MS;
}
