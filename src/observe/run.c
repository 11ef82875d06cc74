/*
 * run.c: what is the same of a run everywhere: the words for its states, the sum of its workers.
 */
#include "observe/run.h"

static const char *const states[RUN_STATE_MAX] = {
    [RUN_NONE] = "none",
    [RUN_UNFINISHED] = "unfinished",
    [RUN_COMPLETED] = "completed",
    [RUN_STOPPED] = "stopped",
};

const char *run_state_text(enum run_state state)
{
	return state < RUN_STATE_MAX ? states[state] : "unknown";
}

struct progress run_progress(const struct run *run)
{
	struct progress sum = {0};

	for (uint32_t i = 0; run->progress && i < run->workers; i++) {
		const struct progress *p = &run->progress[i];

		sum.total += p->total;
		sum.tried += p->tried;
		sum.open += p->open;
		sum.refused += p->refused;
		sum.timeout += p->timeout;
		sum.unreachable += p->unreachable;
		sum.grabs_pending += p->grabs_pending;
		sum.connections += p->connections;
		sum.probes += p->probes;
		sum.probed += p->probed;
		sum.answered += p->answered;
		sum.absent += p->absent;
		sum.disbelieved += p->disbelieved;
		sum.covered += p->covered;
		sum.surveyed += p->surveyed;
		sum.passes = p->passes > sum.passes ? p->passes : sum.passes;
	}
	return sum;
}

/* Only who was silent can have been missed. */
double run_coverage(const struct progress *all)
{
	double open = (double)all->open, missed, found;

	if (all->surveyed == 0)
		return -1;
	found = (double)all->covered / (double)all->surveyed;
	if (all->open == 0 || all->covered == 0)
		return found;
	missed = open / found - open;
	missed = missed < (double)all->timeout ? missed : (double)all->timeout;
	return open / (open + missed);
}
