/*
 * near.c: the distance of two words is the number of letters that must be put in, taken out,
 * changed or swapped with their neighbour (Damerau, restricted), whatever the case. One slip in a
 * short word is near, two in a long one; the whole beginning of a word is as near as one slip.
 */
#include "base/near.h"

#include "base/text.h"

enum { WORD_MAX = 48 };

static size_t least(size_t a, size_t b)
{
	return a < b ? a : b;
}

static uint8_t letter(const char *word, size_t i)
{
	return text_lower((uint8_t)word[i]);
}

/* Three rows of the table of distances of all beginnings: two back, one back, this one. */
static size_t distance(const char *a, size_t n, const char *b, size_t m)
{
	size_t rows[3][WORD_MAX + 1] = {0};

	for (size_t j = 0; j <= m; j++)
		rows[0][j] = j;
	for (size_t i = 1; i <= n; i++) {
		size_t *row = rows[i % 3], *above = rows[(i - 1) % 3];

		row[0] = i;
		for (size_t j = 1; j <= m; j++) {
			bool same = letter(a, i - 1) == letter(b, j - 1);

			row[j] = least(above[j], row[j - 1]) + 1;
			row[j] = least(row[j], above[j - 1] + !same);
			if (i > 1 && j > 1 && letter(a, i - 1) == letter(b, j - 2) &&
			    letter(a, i - 2) == letter(b, j - 1))
				row[j] = least(row[j], rows[(i - 2) % 3][j - 2] + 1);
		}
	}
	return rows[n % 3][m];
}

static bool begins(const char *candidate, const char *word, size_t n)
{
	return n >= 3 && text_same(span_of(candidate, n), span_of(word, n));
}

void near_try(struct near *near, const char *candidate)
{
	size_t n = strlen(near->word), m = strlen(candidate), d;
	size_t enough = n < 3 ? 0 : n < 6 ? 1 : 2;

	if (n > WORD_MAX || m > WORD_MAX)
		return;
	d = n < m && begins(candidate, near->word, n) ? 1 : distance(near->word, n, candidate, m);
	if (d > enough || (near->best && d >= near->distance))
		return;
	near->best = candidate;
	near->distance = d;
}
