/*
 * engine_both.c: both walk the same steps, and each passes over what is the other's; so an index is
 * finished when both say so, which for one of them it is from the start.
 */
#include "scan/engine_both.h"

#include <errno.h>
#include <stdlib.h>

enum { ENGINES = 2 };

struct engine_both {
	struct engine engine;
	struct engine *v[ENGINES];
	struct engine_ops ops;
	void *context;
	unsigned done;
};

static void on_open(void *context, const struct open *open)
{
	struct engine_both *b = context;

	b->ops.on_open(b->context, open);
}

static void on_done(void *context)
{
	struct engine_both *b = context;

	if (++b->done == ENGINES)
		b->ops.on_done(b->context);
}

static void on_unreachable(void *context, const struct addr *a, uint16_t port, int os_error)
{
	struct engine_both *b = context;

	if (b->ops.on_unreachable)
		b->ops.on_unreachable(b->context, a, port, os_error);
}

static void on_liar(void *context, const struct addr *a)
{
	struct engine_both *b = context;

	if (b->ops.on_liar)
		b->ops.on_liar(b->context, a);
}

const struct engine_ops engine_both_ops = {
    .on_open = on_open, .on_done = on_done, .on_unreachable = on_unreachable, .on_liar = on_liar};

static struct err start(struct engine *e)
{
	struct engine_both *b = (struct engine_both *)e;
	struct err error = engine_start(b->v[0]);

	return err_is(error) ? error : engine_start(b->v[1]);
}

static void stop(struct engine *e)
{
	struct engine_both *b = (struct engine_both *)e;

	for (size_t i = 0; i < ENGINES; i++)
		engine_stop(b->v[i]);
}

static void release(struct engine *e)
{
	struct engine_both *b = (struct engine_both *)e;

	for (size_t i = 0; i < ENGINES; i++)
		engine_free(b->v[i]);
	free(b);
}

static void finished(struct engine *e, uint64_t index)
{
	struct engine_both *b = (struct engine_both *)e;

	for (size_t i = 0; i < ENGINES; i++)
		engine_finished(b->v[i], index);
}

static struct engine_counts counts(const struct engine *e)
{
	const struct engine_both *b = (const struct engine_both *)e;
	struct engine_counts x = engine_counts(b->v[0]), y = engine_counts(b->v[1]);

	/* Both took the whole share for theirs. */
	x.total = x.total > y.total ? x.total : y.total;
	x.taken += y.taken;
	if (b->done == ENGINES)
		x.total = x.taken;
	x.tried += y.tried;
	x.open += y.open;
	x.refused += y.refused;
	x.timeout += y.timeout;
	x.unreachable += y.unreachable;
	x.local_errors += y.local_errors;
	x.busy += y.busy;
	x.probes += y.probes;
	x.absent += y.absent;
	x.sample.both += y.sample.both;
	x.sample.one += y.sample.one;
	x.passes = x.passes > y.passes ? x.passes : y.passes;
	x.low_water = x.low_water < y.low_water ? x.low_water : y.low_water;
	return x;
}

static void pause_walk(struct engine *e, bool paused)
{
	struct engine_both *b = (struct engine_both *)e;

	for (size_t i = 0; i < ENGINES; i++)
		engine_pause(b->v[i], paused);
}

static size_t held(const struct engine *e, uint64_t ret_index[ENGINE_HELD_MAX])
{
	const struct engine_both *b = (const struct engine_both *)e;

	return engine_held(b->v[0], ret_index);
}

static const struct engine_kind kind = {
    .start = start,
    .stop = stop,
    .free = release,
    .finished = finished,
    .counts = counts,
    .pause = pause_walk,
    .held = held,
};

struct err engine_both_new(
    const struct engine_ops *ops, void *context, struct engine_both **ret_both)
{
	struct engine_both *b = calloc(1, sizeof(*b));

	if (!b)
		return err_io(ENOMEM, "scan engine");
	*b = (struct engine_both){.engine = {&kind}, .ops = *ops, .context = context};
	*ret_both = b;
	return OK;
}

struct engine *engine_both_join(
    struct engine_both *both, struct engine *first, struct engine *second)
{
	both->v[0] = first;
	both->v[1] = second;
	return &both->engine;
}
