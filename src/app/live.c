/*
 * live.c: what format/progress says, over and over on the same line. The rate is that of the last
 * few seconds, smoothed, so that it neither jumps nor remembers the start for ever.
 */
#include "app/live.h"

#include "format/progress.h"

#include <stdlib.h>
#include <unistd.h>

struct live {
	bool shown, drawn;
	int width;
	uint64_t start_us, last_us, last_done;
	uint64_t per_second;
	struct buf text;
};

struct err live_new(bool shown, int width, struct live **ret_live)
{
	struct live *l = calloc(1, sizeof(*l));

	if (!l)
		return err_limit("out of memory");
	*l = (struct live){.shown = shown, .width = width};
	buf_init(&l->text, 4096);
	*ret_live = l;
	return OK;
}

void live_free(struct live *l)
{
	if (!l)
		return;
	buf_done(&l->text);
	free(l);
}

static void put(struct live *l)
{
	/* A terminal that does not take its line loses it: progress is no record. */
	if (write(STDERR_FILENO, l->text.p, l->text.n) < 0)
		l->drawn = false;
}

static void rate_update(struct live *l, uint64_t now_us, uint64_t done)
{
	uint64_t passed_us = now_us - l->last_us;

	if (!l->start_us) {
		l->start_us = now_us;
	} else if (passed_us) {
		uint64_t now = (done - l->last_done) * 1000000 / passed_us;

		l->per_second = l->per_second ? (l->per_second * 7 + now) / 8 : now;
	}
	l->last_us = now_us;
	l->last_done = done;
}

void live_draw(struct live *l, uint64_t now_us, const struct progress *all,
    const struct printer_counts *printed, bool stopping)
{
	uint64_t done = all->open + all->refused + all->timeout + all->unreachable;
	struct progress_state state;

	if (!l->shown)
		return;
	rate_update(l, now_us, done);
	state = (struct progress_state){
	    .done = done,
	    .total = all->total,
	    .per_second = l->per_second,
	    .open = all->open,
	    .certificates = printed->certificates,
	    .findings = printed->findings,
	    .pending = all->grabs_pending,
	    .elapsed_s = (now_us - l->start_us) / 1000000,
	    .stopping = stopping,
	};
	buf_reset(&l->text);
	buf_str(&l->text, "\r\033[K");
	progress_text(&state, (unsigned)l->width, &l->text);
	l->drawn = true;
	put(l);
}

void live_clear(struct live *l)
{
	if (!l || !l->drawn)
		return;
	l->drawn = false;
	buf_reset(&l->text);
	buf_str(&l->text, "\r\033[K");
	put(l);
}
