/*
 * channel.c: framing is the codec's (observe/codec.h); here are only the two queues and the
 * descriptor. Output waits a few milliseconds for more, so that many small records become one write
 * here and one wake-up there.
 */
#include "app/channel.h"

#include "app/limits.h"

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

enum { READ_AT_ONCE = 256 << 10 };

struct channel {
	struct loop *loop;
	struct watch watch;
	struct loop_timer flush;
	struct buf in, out;
	size_t sent; /* of out */
	struct arena record;
	const struct channel_ops *ops;
	void *context;
	bool congested, closed;
};

static void channel_close(struct channel *c, struct err e)
{
	if (c->closed)
		return;
	c->closed = true;
	loop_timer_cancel(c->loop, &c->flush);
	watch_remove(&c->watch);
	c->ops->closed(c->context, c, e);
}

static size_t waiting(const struct channel *c)
{
	return c->out.n - c->sent;
}

static void listen_for(struct channel *c)
{
	unsigned events = LOOP_READ | (waiting(c) ? LOOP_WRITE : 0);
	struct err e;

	if (c->closed || events == c->watch.events)
		return;
	e = watch_change(&c->watch, events);
	if (err_is(e))
		channel_close(c, e);
}

static void channel_flush(struct channel *c)
{
	while (waiting(c)) {
		ssize_t n = write(c->watch.fd, c->out.p + c->sent, waiting(c));

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0 && errno != EAGAIN) {
			channel_close(c, err_io(errno, "the other role is gone"));
			return;
		}
		if (n < 0)
			break;
		c->sent += (size_t)n;
	}
	/* Moving the rest to the front only when it is the smaller part keeps this linear. */
	if (c->sent > c->out.n / 2) {
		buf_drop(&c->out, c->sent);
		c->sent = 0;
	}
	if (c->congested && waiting(c) < CHANNEL_PAUSE / 2) {
		c->congested = false;
		if (c->ops->drained)
			c->ops->drained(c->context, c);
	}
}

static void flush_fire(struct loop_timer *t)
{
	struct channel *c = t->context;

	channel_flush(c);
	listen_for(c);
}

static struct err channel_records(struct channel *c)
{
	struct span in = buf_view(&c->in);
	bool whole = true;
	struct err e = OK;

	while (!c->closed && whole) {
		struct record record;

		arena_reset(&c->record);
		e = codec_read(&in, &c->record, &record, &whole);
		if (err_is(e))
			break;
		if (whole)
			c->ops->record(c->context, c, &record);
	}
	buf_drop(&c->in, c->in.n - in.n);
	return e;
}

static void channel_read(struct channel *c)
{
	uint8_t *room = buf_room(&c->in, READ_AT_ONCE);
	ssize_t n;
	struct err e;

	if (!room) {
		channel_close(c, err_bug("a record is larger than a record may be"));
		return;
	}
	n = read(c->watch.fd, room, READ_AT_ONCE);
	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	if (n <= 0) {
		channel_close(c, n ? err_io(errno, "cannot read from the other role") : OK);
		return;
	}
	buf_wrote(&c->in, (size_t)n);
	e = channel_records(c);
	if (err_is(e))
		channel_close(c, e);
}

static void channel_ready(struct watch *w, unsigned events)
{
	struct channel *c = w->context;

	if (events & LOOP_WRITE)
		channel_flush(c);
	if (!c->closed && events & (LOOP_READ | LOOP_HANGUP))
		channel_read(c);
	listen_for(c);
}

struct err channel_new(struct loop *loop, int fd, const struct channel_ops *ops, void *context,
    struct channel **ret_channel)
{
	struct channel *c = calloc(1, sizeof(*c));
	struct err e;

	if (!c) {
		close(fd);
		return err_limit("out of memory");
	}
	*c = (struct channel){.loop = loop, .ops = ops, .context = context};
	c->flush = (struct loop_timer){.fire = flush_fire, .context = c};
	c->watch =
	    (struct watch){.fd = fd, .events = LOOP_READ, .ready = channel_ready, .context = c};
	buf_init(&c->in, RECORD_MAX + READ_AT_ONCE);
	buf_init(&c->out, CHANNEL_MAX);
	arena_init(&c->record, 2 * RECORD_MAX);
	e = watch_add(loop, &c->watch);
	if (err_is(e)) {
		channel_free(c);
		return e;
	}
	*ret_channel = c;
	return OK;
}

void channel_free(struct channel *c)
{
	if (!c)
		return;
	loop_timer_cancel(c->loop, &c->flush);
	watch_remove(&c->watch);
	close(c->watch.fd);
	buf_done(&c->in);
	buf_done(&c->out);
	arena_done(&c->record);
	free(c);
}

struct err channel_send(struct channel *c, const struct record *record)
{
	struct err e;

	if (c->closed)
		return err_io(EPIPE, "the other role is gone");
	e = codec_write(record, &c->out);
	if (err_is(e))
		return e;
	if (waiting(c) >= CHANNEL_PAUSE)
		c->congested = true;
	if (!c->flush.armed && !(c->watch.events & LOOP_WRITE))
		loop_timer_arm(c->loop, &c->flush, CHANNEL_DELAY_US);
	return OK;
}

bool channel_congested(const struct channel *c)
{
	return c->congested;
}

bool channel_full(const struct channel *c)
{
	return waiting(c) >= CHANNEL_MAX / 2;
}

bool channel_idle(const struct channel *c)
{
	return c->closed || waiting(c) == 0;
}
