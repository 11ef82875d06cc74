/*
 * like.c: a pattern against a text. When what follows a star does not match, the star takes one
 * more and all after it is tried again; an earlier star never needs to take more, so there is no
 * deeper search than that: at worst the product of the two lengths.
 */
#include "query/like.h"

#include "base/text.h"

/* The length of a character that begins at p. */
static size_t rune_length(struct span s)
{
	size_t n = s.n;

	text_next(&s);
	return n - s.n;
}

/* One step of the pattern that is no star: how much of the text it takes, 0: none of it. */
static size_t match_one(const char *pattern, struct span text)
{
	if (!text.n || !*pattern)
		return 0;
	if (*pattern == '?')
		return rune_length(text);
	pattern += *pattern == '\\' && pattern[1];
	return text_lower((uint8_t)*pattern) == text_lower(text.p[0]);
}

static size_t pattern_step(const char *pattern)
{
	return *pattern == '\\' && pattern[1] ? 2 : 1;
}

bool like_matches(const char *pattern, struct span text)
{
	const char *star = NULL;
	struct span taken = text; /* what the last star has not taken */

	for (;;) {
		size_t n;

		if (*pattern == '*') {
			star = ++pattern;
			taken = text;
			continue;
		}
		if (!*pattern && !text.n)
			return true;
		n = match_one(pattern, text);
		if (n) {
			pattern += pattern_step(pattern);
			span_take(&text, n);
			continue;
		}
		if (!star || !taken.n)
			return false;
		span_take(&taken, 1);
		pattern = star;
		text = taken;
	}
}

static size_t put_literal(char c, char *into)
{
	size_t n = 0;

	if (strchr("*?\\", c))
		into[n++] = '\\';
	into[n++] = c;
	return n;
}

size_t like_tidy(const char *pattern, char *into)
{
	size_t wild = 0, n = 0;
	bool star = false;

	for (; *pattern; pattern += pattern_step(pattern)) {
		bool again = star && *pattern == '*';

		star = *pattern == '*';
		if (again)
			continue;
		if (star || *pattern == '?') {
			into[n++] = *pattern;
			wild++;
		} else {
			n += put_literal(pattern[pattern_step(pattern) - 1], into + n);
		}
	}
	into[n] = 0;
	return wild;
}

void like_literal(const char *pattern, char *into)
{
	while (*pattern) {
		pattern += pattern_step(pattern);
		*into++ = pattern[-1];
	}
	*into = 0;
}

size_t like_quote(const char *text, char *into)
{
	size_t n = 0;

	for (; *text; text++)
		n += put_literal(*text, into + n);
	into[n] = 0;
	return n;
}
