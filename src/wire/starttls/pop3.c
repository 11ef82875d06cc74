/*
 * pop3.c: POP3 with STLS (RFC 2595 4).
 */
#include "wire/starttls/dialects.h"
#include "wire/starttls/lines.h"

enum { GREETING = LINES_FIRST, UPGRADE };

static const struct line_rule rules[] = {
    {GREETING, "+OK", "STLS\r\n", UPGRADE},
    {UPGRADE, "+OK", NULL, LINES_TLS},
    {0},
};

static enum want step(void *context, struct span *in, struct buf *out)
{
	return lines_step(context, rules, in, out);
}

/* A refusal ("-ERR") alone is no sign: Redis says that too. */
static bool spoken(struct span first)
{
	return lines_match(first, "+OK");
}

const struct dialect dialect_pop3 = {
    .id = DIALECT_POP3,
    .name = "pop3",
    .server_first = true,
    .context_size = sizeof(struct lines),
    .start = lines_start,
    .step = step,
    .spoken = spoken,
};
