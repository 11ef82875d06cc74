/*
 * survey.c: open ports lie anywhere in a random walk, so a part of the scan counts by its size.
 */
#include "scan/survey.h"

#include "scan/recapture.h"

void survey_add(struct survey *s, uint64_t asked, unsigned passes)
{
	s->asked[passes < PASSES_MAX ? passes : PASSES_MAX] += asked;
}

void survey_add_known(struct survey *s, uint64_t asked, double missed)
{
	s->known += asked;
	s->known_missed += missed * (double)asked;
}

uint64_t survey_asked(const struct survey *s)
{
	uint64_t sum = s->known;

	for (unsigned i = 0; i <= PASSES_MAX; i++)
		sum += s->asked[i];
	return sum;
}

double survey_covered(const struct survey *s, double loss)
{
	double sum = (double)s->known - s->known_missed;

	for (unsigned i = 0; i <= PASSES_MAX; i++)
		sum += (double)s->asked[i] * recapture_coverage(loss, i);
	return sum;
}
