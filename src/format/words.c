/*
 * words.c: numbers and times as a person says them. A comma parts thousands whatever the locale:
 * what is printed here is read in tickets, not parsed.
 */
#include "format/words.h"

#include "observe/finding.h"

#include <inttypes.h>
#include <stdio.h>

const char *number_text(uint64_t n, char text[NUMBER_TEXT_MAX])
{
	char digits[NUMBER_TEXT_MAX];
	int count = snprintf(digits, sizeof(digits), "%" PRIu64, n);
	size_t at = 0;

	for (int i = 0; i < count; i++) {
		if (i && (count - i) % 3 == 0)
			text[at++] = ',';
		text[at++] = digits[i];
	}
	text[at] = 0;
	return text;
}

const char *until_text(int64_t at_s, int64_t now_s, char text[TIME_TEXT_MAX])
{
	char length[TIME_TEXT_MAX];
	bool over = at_s <= now_s;
	int64_t seconds;

	if (__builtin_sub_overflow(over ? now_s : at_s, over ? at_s : now_s, &seconds))
		seconds = INT64_MAX;
	time_duration_text(seconds, length);
	snprintf(text, TIME_TEXT_MAX, "%s%.40s%s", over ? "" : "in ", length, over ? " ago" : "");
	return text;
}

const char *took_text(uint64_t s, char text[TIME_TEXT_MAX])
{
	unsigned minutes = (unsigned)(s / 60 % 60), seconds = (unsigned)(s % 60);

	if (s < 60)
		snprintf(text, TIME_TEXT_MAX, "%u s", seconds);
	else if (s < 3600)
		snprintf(text, TIME_TEXT_MAX, "%u:%02u min", minutes, seconds);
	else
		snprintf(
		    text, TIME_TEXT_MAX, "%" PRIu64 ":%02u:%02u h", s / 3600, minutes, seconds);
	return text;
}

void put_count(struct buf *out, uint64_t n, const char *one, const char *many)
{
	char text[NUMBER_TEXT_MAX];

	buf_printf(out, "%s %s", number_text(n, text), n == 1 ? one : many);
}

const char *colour_of(const struct style *style, uint8_t severity)
{
	static const char *const colours[SEVERITY_MAX] = {
	    [SEVERITY_NONE] = "",
	    [SEVERITY_INFO] = "\033[36m",
	    [SEVERITY_LOW] = "\033[34m",
	    [SEVERITY_MEDIUM] = "\033[33m",
	    [SEVERITY_HIGH] = "\033[31m",
	    [SEVERITY_CRITICAL] = "\033[1;31m",
	};

	return style->colour && severity < SEVERITY_MAX ? colours[severity] : "";
}

const char *colour_bold(const struct style *style)
{
	return style->colour ? "\033[1m" : "";
}

const char *colour_off(const struct style *style)
{
	return style->colour ? "\033[0m" : "";
}
