/*
 * lines.c: runs the tables of the line protocols. It eats whole lines only: half a line stays in
 * the caller's buffer until the rest has come, and bytes behind the line that says "begin TLS" are
 * left there too. They would be an injection (CVE-2011-0411); the TLS reader refuses them by
 * itself.
 */
#include "wire/starttls/lines.h"

#include <ctype.h>

static bool byte_matches(uint8_t byte, char pattern)
{
	if (pattern == '#')
		return isdigit(byte);
	return tolower(byte) == tolower((unsigned char)pattern);
}

bool lines_match(struct span s, const char *pattern)
{
	for (size_t i = 0; pattern[i]; i++)
		if (i >= s.n || !byte_matches(s.p[i], pattern[i]))
			return false;
	return true;
}

bool lines_mention(struct span s, const char *word)
{
	for (; s.n; span_take(&s, 1))
		if (lines_match(s, word))
			return true;
	return false;
}

static const struct line_rule *rule_for(
    const struct line_rule *rules, uint8_t state, struct span line)
{
	for (const struct line_rule *rule = rules; rule->expect; rule++)
		if (rule->state == state && lines_match(line, rule->expect))
			return rule;
	return NULL;
}

enum want lines_start(void *context, const char *name, struct buf *out)
{
	(void)context, (void)name, (void)out;
	return WANT_READ;
}

enum want lines_step(
    struct lines *l, const struct line_rule *rules, struct span *in, struct buf *out)
{
	struct span line;

	while (l->state != LINES_TLS && l->state != LINES_FAILED && span_line(in, &line)) {
		const struct line_rule *rule = rule_for(rules, l->state, line);

		if (rule && rule->send)
			buf_str(out, rule->send);
		l->state = rule ? rule->next : LINES_FAILED;
		if (++l->count > LINES_COUNT_MAX || line.n > LINES_LENGTH_MAX)
			l->state = LINES_FAILED;
	}
	if (l->state == LINES_TLS)
		return WANT_DONE;
	return l->state == LINES_FAILED || in->n > LINES_LENGTH_MAX ? WANT_FAILED : WANT_READ;
}
