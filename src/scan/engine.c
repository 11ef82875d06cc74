/*
 * engine.c: hands each call to the engine that it is for.
 */
#include "scan/engine.h"

struct err engine_start(struct engine *e)
{
	return e->kind->start(e);
}

void engine_stop(struct engine *e)
{
	e->kind->stop(e);
}

void engine_free(struct engine *e)
{
	if (e)
		e->kind->free(e);
}

void engine_finished(struct engine *e, uint64_t index)
{
	e->kind->finished(e, index);
}

struct engine_counts engine_counts(const struct engine *e)
{
	return e->kind->counts(e);
}

void engine_counts_add(struct engine_counts *to, const struct engine_counts *of)
{
	to->taken += of->taken;
	to->tried += of->tried;
	to->open += of->open;
	to->refused += of->refused;
	to->timeout += of->timeout;
	to->unreachable += of->unreachable;
	to->local_errors += of->local_errors;
	to->busy += of->busy;
	for (size_t i = 0; i < MISHAPS; i++)
		to->mishaps[i] += of->mishaps[i];
}

void engine_pause(struct engine *e, bool paused)
{
	e->kind->pause(e, paused);
}

size_t engine_held(const struct engine *e, uint64_t ret_index[ENGINE_HELD_MAX])
{
	return e->kind->held(e, ret_index);
}
