/*
 * syslog.c: one line of a log: RFC 5424 over UDP (RFC 5426) or TCP with octet counting (RFC 6587),
 * and the form that the daemons of Linux take at /dev/log, who know host and time themselves.
 */
#include "alert/render.h"

#include "alert/limits.h"
#include "base/text.h"
#include "base/time.h"
#include "observe/finding.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct channel_option options[] = {
    {"to", CHANNEL_TEXT,
	.help = "\"local\", which is the default, udp://host:514 or tcp://host:514"},
    {"facility", CHANNEL_WORD,
	.words = "user daemon auth local0 local1 local2 local3 local4 "
		 "local5 local6 local7",
	.help = "daemon unless it is said"},
};

/* RFC 5424 6.2.1 */
static unsigned facility_of(const char *word)
{
	static const struct {
		const char *word;
		unsigned number;
	} words[] = {{"user", 1}, {"daemon", 3}, {"auth", 4}};

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (!strcmp(word, words[i].word))
			return words[i].number;
	return 16 + (unsigned)(word[strlen(word) - 1] - '0');
}

static unsigned priority_of(const struct rendering *r)
{
	static const uint8_t levels[SEVERITY_MAX] = {
	    [SEVERITY_NONE] = 6,
	    [SEVERITY_INFO] = 6,
	    [SEVERITY_LOW] = 5,
	    [SEVERITY_MEDIUM] = 4,
	    [SEVERITY_HIGH] = 3,
	    [SEVERITY_CRITICAL] = 2,
	};
	uint8_t severity = r->message->severity;

	return facility_of(render_text(r, "facility", "daemon")) << 3 |
	       levels[severity < SEVERITY_MAX ? severity : SEVERITY_NONE];
}

/* "udp://host:514"; false: it is none. */
static bool target(struct rendering *r, const char *to, struct parcel *ret)
{
	const char *port = strrchr(to, ':'), *rest;
	char *end = NULL;
	unsigned long number;

	if (!strncmp(to, "udp://", 6))
		ret->syslog.way = SYSLOG_UDP;
	else if (!strncmp(to, "tcp://", 6))
		ret->syslog.way = SYSLOG_TCP;
	else
		return false;
	rest = to + 6;
	number = port > to + 5 ? strtoul(port + 1, &end, 10) : 0ul;
	if (number == 0 || number > 65535 || *end || port == rest)
		return false;
	if (*rest == '[' && port[-1] == ']')
		ret->syslog.host =
		    arena_text(r->arena, span_of(rest + 1, (size_t)(port - rest - 2)));
	else
		ret->syslog.host = arena_text(r->arena, span_of(rest, (size_t)(port - rest)));
	ret->syslog.port = (uint16_t)number;
	return ret->syslog.host != NULL;
}

/* The subject and the link, on one line. */
static void words_put(const struct rendering *r, struct buf *b)
{
	const char *url = render_detail(r, "url");

	text_safe(b, span_str(r->message->subject));
	if (*url) {
		buf_str(b, " ");
		text_safe(b, span_str(url));
	}
}

static void header_put(const struct rendering *r, enum syslog_way way, struct buf *b)
{
	char text[TIME_TEXT_MAX];

	if (way == SYSLOG_LOCAL)
		buf_printf(b, "<%u>certscape: ", priority_of(r));
	else
		buf_printf(b, "<%u>1 %s %s certscape - alert - \xef\xbb\xbf", priority_of(r),
		    time_text_ms(r->now_ms, text), r->host);
}

/* As long as receivers must take, and not in the middle of a character. */
static size_t fitting(const struct buf *line)
{
	size_t n = SYSLOG_LINE_MAX;

	if (line->n <= n)
		return line->n;
	while (n && (line->p[n] & 0xc0) == 0x80)
		n--;
	return n;
}

static struct err render(struct rendering *r, struct parcel *ret)
{
	const char *to = render_text(r, "to", "local");
	struct buf line, framed;

	ret->carrier = CARRIER_SYSLOG;
	ret->to = to;
	ret->syslog.way = SYSLOG_LOCAL;
	if (strcmp(to, "local") != 0 && !target(r, to, ret)) {
		snprintf(r->why, CHANNEL_WHY_MAX,
		    "to: \"local\", udp://host:port or tcp://host:port is expected");
		return err_input(0, "not a log");
	}
	buf_init(&line, 64 << 10);
	buf_init(&framed, 64 << 10);
	header_put(r, ret->syslog.way, &line);
	words_put(r, &line);
	line.n = fitting(&line);
	if (ret->syslog.way == SYSLOG_TCP)
		buf_printf(&framed, "%zu ", line.n);
	buf_put(&framed, line.p, line.n);
	buf_done(&line);
	return render_keep(r, &framed, &ret->syslog.line);
}

const struct channel_type channel_syslog = {
    .name = "syslog",
    .title = "Syslog",
    .help = "a line to the local log or to a log server",
    .options = options,
    .n_options = sizeof(options) / sizeof(options[0]),
    .render = render,
};
