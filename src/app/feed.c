/*
 * feed.c: files are read a window whenever the loop turns; pipes when they have something, so that
 * `tcpdump -w - | certscape watch -r -` hears of Ctrl-C while nothing is said on the network.
 */
#include "app/feed.h"

#include "link/capfile.h"
#include "net/clock.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum { TICK_US = 1000 * 1000, FEED_NOTE_MAX = 768 };

struct ring {
	struct feed *feed;
	struct caplive *live;
	struct watch watch;
	bool down; /* and that was told */
};

struct feed {
	struct loop *loop;
	struct feed_config config;
	const struct feed_ops *ops;
	void *context;
	struct loop_timer next, tick;
	size_t at; /* the capture being read */
	struct capfile *capture; /* NULL: not begun */
	struct watch pipe;
	bool waiting; /* frames of the window, since a pause */
	bool over; /* nothing is left to read of it */
	bool paused, stopped;
	struct ring *rings;
};

static const struct capture *current(const struct feed *f)
{
	return &f->config.plan->captures[f->at];
}

static void note_about(struct feed *f, const char *what, uint64_t offset)
{
	char text[FEED_NOTE_MAX];

	snprintf(text, sizeof(text), "%.512s: at byte %llu: %s", current(f)->path,
	    (unsigned long long)offset, what);
	f->ops->note(f->context, text);
}

static void capture_end(struct feed *f)
{
	watch_remove(&f->pipe);
	capfile_free(f->capture);
	f->capture = NULL;
	f->waiting = f->over = false;
	f->at += f->config.workers;
}

/* Until the window is dry, or somebody asks for a pause. Whether the file may have more. */
static bool pull_frames(struct feed *f)
{
	struct frame frame;
	bool have = true;
	struct err e = OK;

	while (have && !f->paused && !err_is(e = capfile_next(f->capture, &frame, &have)) && have)
		f->ops->frame(f->context, &frame);
	f->waiting = have && !err_is(e);
	if (err_is(e))
		note_about(f, e.what, capfile_offset(f->capture));
	return !err_is(e) && (f->waiting || !f->over);
}

/* false: not now. */
static bool fill_window(struct feed *f)
{
	size_t room_n;
	uint8_t *room = capfile_room(f->capture, &room_n);
	ssize_t n = read(current(f)->fd, room, room_n);

	if (n < 0 && (errno == EINTR || errno == EAGAIN))
		return false;
	if (n < 0) {
		note_about(f, strerror(errno), capfile_offset(f->capture));
		n = 0;
	}
	capfile_wrote(f->capture, (size_t)n);
	f->over = n == 0;
	return true;
}

static void read_window(struct feed *f)
{
	if (!f->waiting && !fill_window(f))
		return;
	if (pull_frames(f))
		return;
	if (capfile_is_cut(f->capture))
		note_about(
		    f, "the file ends in the middle of a packet", capfile_offset(f->capture));
	capture_end(f);
}

static void schedule(struct feed *f)
{
	if (!f->stopped && !f->paused && !f->pipe.loop)
		loop_timer_soon(f->loop, &f->next);
}

static void capture_begin(struct feed *f)
{
	struct err e = capfile_new(&f->capture);

	if (!err_is(e))
		return;
	note_about(f, e.what, 0);
	f->at += f->config.workers;
}

/* false: it is not one, or cannot be waited for. */
static bool wait_for_pipe(struct feed *f)
{
	f->pipe.fd = current(f)->fd;
	return current(f)->streamed && !err_is(watch_add(f->loop, &f->pipe));
}

static void next_fire(struct loop_timer *t)
{
	struct feed *f = t->context;

	if (f->at >= f->config.plan->n_captures) {
		f->stopped = true;
		f->ops->end(f->context);
		return;
	}
	if (!f->capture)
		capture_begin(f);
	if (f->capture && !f->waiting && wait_for_pipe(f))
		return;
	if (f->capture)
		read_window(f);
	schedule(f);
}

static void pipe_ready(struct watch *w, unsigned events)
{
	struct feed *f = w->context;

	(void)events;
	read_window(f);
	schedule(f); /* if that was its end */
}

static void ring_ready(struct watch *w, unsigned events)
{
	struct ring *r = w->context;

	(void)events;
	caplive_read(r->live, r->feed->ops->frame, r->feed->context);
}

static void tell_down(struct ring *r)
{
	bool down = caplive_is_down(r->live);

	if (down != r->down)
		r->feed->ops->note(r->feed->context,
		    down ? "an interface went down; packets come again when it is back"
			 : "the interface is back");
	r->down = down;
}

static void tick_fire(struct loop_timer *t)
{
	struct feed *f = t->context;

	for (size_t i = 0; i < f->config.plan->n_rings; i++)
		tell_down(&f->rings[i]);
	f->ops->tick(f->context, clock_now_ms() * 1000);
	loop_timer_arm(f->loop, t, TICK_US);
}

static struct err rings_take(struct feed *f)
{
	size_t n = f->config.plan->n_rings;

	f->rings = calloc(n ? n : 1, sizeof(*f->rings));
	if (!f->rings)
		return err_limit("out of memory");
	for (size_t i = 0; i < n; i++) {
		struct ring *r = &f->rings[i];

		*r = (struct ring){
		    .feed = f, .live = f->config.plan->rings[f->config.worker * n + i]};
		r->watch = (struct watch){.fd = caplive_fd(r->live),
		    .events = LOOP_READ,
		    .ready = ring_ready,
		    .context = r};
	}
	return OK;
}

struct err feed_new(struct loop *loop, const struct feed_config *config, const struct feed_ops *ops,
    void *context, struct feed **ret_feed)
{
	struct feed *f = calloc(1, sizeof(*f));
	struct err e;

	if (!f)
		return err_limit("out of memory");
	*f = (struct feed){
	    .loop = loop, .config = *config, .ops = ops, .context = context, .at = config->worker};
	f->next = (struct loop_timer){.fire = next_fire, .context = f};
	f->tick = (struct loop_timer){.fire = tick_fire, .context = f};
	f->pipe = (struct watch){.fd = -1, .events = LOOP_READ, .ready = pipe_ready, .context = f};
	e = rings_take(f);
	if (err_is(e)) {
		feed_free(f);
		return e;
	}
	*ret_feed = f;
	return OK;
}

void feed_free(struct feed *f)
{
	if (!f)
		return;
	feed_stop(f);
	capfile_free(f->capture);
	free(f->rings);
	free(f);
}

void feed_start(struct feed *f)
{
	if (f->config.plan->n_rings == 0) {
		schedule(f);
		return;
	}
	for (size_t i = 0; i < f->config.plan->n_rings; i++) {
		struct err e = watch_add(f->loop, &f->rings[i].watch);

		if (err_is(e))
			f->ops->note(f->context, e.what);
	}
	loop_timer_arm(f->loop, &f->tick, TICK_US);
}

void feed_stop(struct feed *f)
{
	f->stopped = true;
	loop_timer_cancel(f->loop, &f->next);
	loop_timer_cancel(f->loop, &f->tick);
	watch_remove(&f->pipe);
	for (size_t i = 0; f->rings && i < f->config.plan->n_rings; i++)
		watch_remove(&f->rings[i].watch);
}

void feed_pause(struct feed *f, bool pause)
{
	if (pause == f->paused || f->stopped || f->config.plan->n_rings)
		return;
	f->paused = pause;
	if (pause) {
		loop_timer_cancel(f->loop, &f->next);
		watch_remove(&f->pipe);
	}
	schedule(f);
}

struct caplive_counts feed_live_counts(struct feed *f)
{
	struct caplive_counts all = {0};

	for (size_t i = 0; i < f->config.plan->n_rings; i++) {
		struct caplive_counts n = caplive_counts(f->rings[i].live);

		all.received += n.received;
		all.dropped += n.dropped;
	}
	return all;
}
