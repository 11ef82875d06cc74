/*
 * near.c: Levenshtein's distance: letters put in, taken out or changed. A slip is one of them, two
 * in a longer word.
 */
#include "base/near.h"

enum {
	WORD_BYTES_MAX = 32, /* of a word that could be meant: the distance is quadratic */
	SHORT_BYTES = 5,
};

/* Both are short. */
static unsigned distance(const char *a, const char *b)
{
	unsigned row[WORD_BYTES_MAX + 1];
	size_t n = strlen(b);

	for (unsigned j = 0; j <= n; j++)
		row[j] = j;
	for (size_t i = 0; a[i]; i++) {
		unsigned diagonal = row[0];

		row[0] = (unsigned)i + 1;
		for (size_t j = 1; j <= n; j++) {
			unsigned best = diagonal + (a[i] != b[j - 1]);

			diagonal = row[j];
			best = row[j] + 1 < best ? row[j] + 1 : best;
			row[j] = row[j - 1] + 1 < best ? row[j - 1] + 1 : best;
		}
	}
	return row[n];
}

struct near near_to(const char *word)
{
	return (struct near){.word = word, .least = strlen(word) < SHORT_BYTES ? 2 : 3};
}

void near_offer(struct near *near, const char *candidate)
{
	unsigned d;

	if (strlen(near->word) > WORD_BYTES_MAX || strlen(candidate) > WORD_BYTES_MAX)
		return;
	d = distance(near->word, candidate);
	if (d < near->least) {
		near->least = d;
		near->best = candidate;
	}
}
