/*
 * ear.c: a live capture on a loop. A loop that was busy elsewhere has left frames in it: whoever
 * must have heard them first reads them itself.
 */
#include "scan/ear.h"

static void ready(struct watch *w, unsigned events)
{
	(void)events;
	ear_read(w->context);
}

struct err ear_open(
    struct ear *e, struct loop *loop, struct caplive *live, caplive_frame_fn *heard, void *context)
{
	*e = (struct ear){.live = live, .heard = heard, .context = context};
	e->watch = (struct watch){
	    .fd = caplive_fd(live), .events = LOOP_READ, .ready = ready, .context = e};
	return watch_add(loop, &e->watch);
}

void ear_close(struct ear *e)
{
	watch_remove(&e->watch);
}

void ear_read(struct ear *e)
{
	caplive_read(e->live, e->heard, e->context);
}
