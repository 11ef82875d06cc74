/*
 * trigrams.c: "vpn1" is asked for as "vpn" AND "pn1". The index keeps no places (a third of the
 * size), so that is all it can say; the text itself is looked at afterwards.
 *
 * Names lie in the index as JSON: what JSON may write otherwise is not asked for.
 */
#include "store/trigrams.h"

#include "store/limits.h"

#include <string.h>

enum { TRIGRAM = 3 };

static bool is_plain(char c)
{
	return c >= ' ' && c < 0x7f && c != '"' && c != '\\' && c != '/';
}

/* Of n bytes of text. */
static bool run_say(struct buf *b, const char *text, size_t n, bool any)
{
	size_t plain = 0; /* characters in a row, up to here */

	for (size_t i = 0; i < n && i < TRIGRAMS_MAX; i++) {
		plain = is_plain(text[i]) ? plain + 1 : 0;
		if (plain < TRIGRAM)
			continue;
		buf_printf(b, "%s\"%.3s\"", any ? " AND " : "", text + i + 1 - TRIGRAM);
		any = true;
	}
	return any;
}

bool trigrams_of_text(struct buf *b, const char *text)
{
	return run_say(b, text, strlen(text), false);
}

bool trigrams_of_pattern(struct buf *b, const char *pattern)
{
	bool any = false;

	while (*pattern) {
		size_t n = strcspn(pattern, "*?\\");

		any = run_say(b, pattern, n, any);
		pattern += n;
		pattern += *pattern == '\\' && pattern[1] ? 2 : *pattern != 0;
	}
	return any;
}
