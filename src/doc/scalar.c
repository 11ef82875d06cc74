/*
 * scalar.c: the plain words of YAML 1.1 (https://yaml.org/type/), in the forms that PyYAML takes:
 * those of rules that people have. `no` is false, 010 is eight, 1:30 is ninety, 1e3 is a text (its
 * exponent needs a sign). Dates stay texts: whoever expects one reads it.
 */
#include "doc/scalar.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>

enum { NUMBER_MAX = 400 }; /* digits of a number: the longest double that is no joke has 309 */

#define DIGITS "0123456789_"

static const struct word {
	const char *text;
	enum doc_kind kind;
	int64_t integer;
} words[] = {
    {"", DOC_NULL, 0},
    {"~", DOC_NULL, 0},
    {"null", DOC_NULL, 0},
    {"yes", DOC_BOOL, 1},
    {"no", DOC_BOOL, 0},
    {"true", DOC_BOOL, 1},
    {"false", DOC_BOOL, 0},
    {"on", DOC_BOOL, 1},
    {"off", DOC_BOOL, 0},
};

/* "yes", "Yes" or "YES" for "yes", but not "yEs". */
static bool is_word(const char *text, const char *word)
{
	size_t n = strlen(word), lower = 0, upper = 0;

	if (strlen(text) != n)
		return false;
	for (size_t i = 0; i < n; i++) {
		char high = (char)(word[i] >= 'a' ? word[i] - 'a' + 'A' : word[i]);

		if (text[i] != word[i] && text[i] != high)
			return false;
		lower += text[i] == word[i];
		upper += text[i] == high;
	}
	return lower == n || upper == n || (lower == n - 1 && text[0] != word[0]);
}

static bool resolve_word(struct doc *d)
{
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		if (!is_word(d->text, words[i].text))
			continue;
		d->kind = words[i].kind;
		d->integer = words[i].integer;
		return true;
	}
	return false;
}

static const char *after_sign(const char *s)
{
	return s + (*s == '-' || *s == '+');
}

static const char *after(const char *s, const char *set)
{
	return s + strspn(s, set);
}

/* What follows ":30:59" of base 60; s itself where there is none. */
static const char *after_sixties(const char *s)
{
	while (s[0] == ':' && s[1] >= '0' && s[1] <= '9') {
		bool two = s[2] >= '0' && s[2] <= '9';

		if (two && s[1] > '5')
			break;
		s += two ? 3 : 2;
	}
	return s;
}

/* A digit among underscores. */
static bool all_of(const char *s, const char *digits)
{
	s = after(s, "_");
	return *s && !*after(s, digits);
}

static bool is_int(const char *text)
{
	const char *s = after_sign(text);

	if (strncmp(s, "0b", 2) == 0)
		return all_of(s + 2, "01_");
	if (strncmp(s, "0x", 2) == 0)
		return all_of(s + 2, "0123456789abcdefABCDEF_");
	if (*s == '0')
		return !*after(s, "01234567_");
	return *s >= '1' && *s <= '9' && !*after_sixties(after(s, DIGITS));
}

static const char *after_exponent(const char *s)
{
	if ((*s != 'e' && *s != 'E') || (s[1] != '-' && s[1] != '+') || s[2] < '0' || s[2] > '9')
		return s;
	return after(s + 2, "0123456789");
}

static bool is_real(const char *text)
{
	const char *s = after_sign(text), *whole = s;

	if (s == text && *s == '.' && s[1] >= '0' && s[1] <= '9')
		return !*after_exponent(after(s + 1, DIGITS));
	if (*s < '0' || *s > '9')
		return false;
	s = after(s, DIGITS);
	whole = s;
	s = after_sixties(s);
	if (*s != '.')
		return false;
	s = after(s + 1, DIGITS);
	return whole[0] == '.' ? !*after_exponent(s) : !*s;
}

static bool is_nan(const char *text)
{
	return strcmp(text, ".nan") == 0 || strcmp(text, ".NaN") == 0 || strcmp(text, ".NAN") == 0;
}

/* Without the underscores; false where it is too long. */
static bool plain(const char *text, char into[NUMBER_MAX])
{
	size_t n = 0;

	for (; *text && n < NUMBER_MAX - 1; text++)
		if (*text != '_')
			into[n++] = *text;
	into[n] = 0;
	return !*text;
}

/* Of base 60 all but the last part, times 60; *at is the last. */
static double sixties(char **at)
{
	double sum = 0;
	char *colon;

	while ((colon = strchr(*at, ':'))) {
		*colon = 0;
		sum = (sum + strtod(*at, NULL)) * 60;
		*at = colon + 1;
	}
	return sum;
}

static bool read_real(struct doc *d)
{
	char digits[NUMBER_MAX], *at = digits;
	double sum;

	if (!plain(after_sign(d->text), digits))
		return false;
	sum = sixties(&at);
	d->real = sum + strtod(at, NULL);
	if (d->text[0] == '-')
		d->real = -d->real;
	d->kind = DOC_REAL;
	return isfinite(d->real);
}

/* Digits in the base that their beginning says; false where they are too many. */
static bool read_digits(const char *digits, uint64_t *ret_number)
{
	static const struct {
		const char *begin;
		int base;
	} bases[] = {{"0x", 16}, {"0b", 2}, {"0", 8}, {"", 10}};
	size_t k = 0;

	while (strncmp(digits, bases[k].begin, strlen(bases[k].begin)) != 0)
		k++;
	if (bases[k].base != 8)
		digits += strlen(bases[k].begin);
	errno = 0;
	*ret_number = strtoull(digits, NULL, bases[k].base);
	return errno == 0;
}

static bool read_int(struct doc *d)
{
	char digits[NUMBER_MAX], *at = digits;
	uint64_t magnitude;
	double sum;

	if (!plain(after_sign(d->text), digits))
		return false;
	sum = sixties(&at);
	if (!read_digits(at, &magnitude) || magnitude > INT64_MAX || sum > 1e15)
		return false;
	d->kind = DOC_INT;
	d->integer = (int64_t)magnitude;
	if (sum > 0)
		d->integer = (int64_t)sum + atoi(at);
	if (d->text[0] == '-')
		d->integer = -d->integer;
	d->real = (double)d->integer;
	return true;
}

bool scalar_resolve(struct doc *d)
{
	const char *magnitude = after_sign(d->text);

	d->kind = DOC_TEXT;
	if (resolve_word(d))
		return true;
	if (is_int(d->text))
		return read_int(d);
	if (is_real(d->text))
		return read_real(d);
	if (!is_nan(d->text) && !is_word(magnitude, ".inf") && strcmp(magnitude, ".Inf") != 0)
		return true;
	d->kind = DOC_REAL;
	d->real = is_nan(d->text) ? NAN : d->text[0] == '-' ? -INFINITY : INFINITY;
	return true;
}
