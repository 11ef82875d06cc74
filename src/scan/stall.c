/*
 * stall.c: the beginning, the end and half a minute of it are news.
 */
#include "scan/stall.h"

#include "scan/limits.h"

#include <stdio.h>

static const char *say(struct stall *s, const struct link_info *l, const char *what)
{
	snprintf(s->text, sizeof(s->text), "%s %s", l->name, what);
	return s->text;
}

const char *stall_look(struct stall *s, const struct link_info *stuck, uint64_t now_us)
{
	const struct link_info *before = s->link;

	s->link = stuck;
	if (stuck != before)
		s->since_us = now_us;
	if (stuck && stuck != before)
		return say(s, stuck, "is down: the scan waits for it");
	if (before && !stuck)
		return say(s, before, "is up again");
	if (!stuck || s->given_up || now_us - s->since_us < LINK_WAIT_US)
		return NULL;
	s->given_up = true;
	return say(s, stuck, "stays down");
}
