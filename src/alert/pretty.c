/*
 * pretty.c: the C library knows the time zone of this host, and the form is strftime's.
 */
#include "alert/pretty.h"

#include <string.h>
#include <time.h>

enum { PRETTY_TEXT_MAX = 256 };

void pretty_time(const struct rule *rule, int64_t ms, struct buf *out)
{
	time_t seconds = (time_t)(ms / 1000);
	char text[PRETTY_TEXT_MAX];
	struct tm tm = {0};

	if (rule->use_local_time)
		localtime_r(&seconds, &tm);
	else
		gmtime_r(&seconds, &tm);
	if (!rule->use_local_time || strcmp(tm.tm_zone, "GMT") == 0)
		tm.tm_zone = "UTC";
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
	buf_put(out, text, strftime(text, sizeof(text), rule->pretty_format, &tm));
#pragma GCC diagnostic pop
}
