/*
 * lines.h: what SMTP, IMAP, POP3 and FTP have in common: the server answers in lines, and what it
 * says decides what we say. Such a dialogue is a table of rows, read from the top: the first row of
 * the present state whose pattern begins the line is taken.
 */
#pragma once

#include "base/buf.h"
#include "wire/want.h"

enum {
	LINES_FIRST = 0, /* every dialogue starts in this state */
	LINES_TLS = 254, /* what follows the line is TLS */
	LINES_FAILED = 255, /* also where no row fits */

	LINES_LENGTH_MAX =
	    8192, /* IMAP servers list their capabilities in one line of up to 1 KB */
	LINES_COUNT_MAX = 500, /* FTP greetings are house rules at times; 100 lines were met */
};

struct line_rule {
	uint8_t state;
	const char
	    *expect; /* how the line begins, in any case; '#' is a digit. NULL ends the table */
	const char *send; /* NULL: nothing */
	uint8_t next;
};

/* The context of such a dialect. */
struct lines {
	uint8_t state;
	uint16_t count;
};

/* The server greets first: nothing is said. */
enum want lines_start(void *context, const char *name, struct buf *out);
enum want lines_step(
    struct lines *l, const struct line_rule *rules, struct span *in, struct buf *out);
/* Does s begin with the pattern? */
bool lines_match(struct span s, const char *pattern);
/* Does the word, in any case, stand anywhere in s? */
bool lines_mention(struct span s, const char *word);
