/*
 * imap.c: IMAP with STARTTLS (RFC 9051 6.2.1). A server that greets with PREAUTH has already logged
 * us in and may not upgrade any more. Untagged lines may come before the tagged answer.
 */
#include "wire/starttls/dialects.h"
#include "wire/starttls/lines.h"

enum { GREETING = LINES_FIRST, UPGRADE };

static const struct line_rule rules[] = {
    {GREETING, "* OK", "a1 STARTTLS\r\n", UPGRADE},
    {UPGRADE, "a1 OK", NULL, LINES_TLS},
    {UPGRADE, "* BYE", NULL, LINES_FAILED},
    {UPGRADE, "* ", NULL, UPGRADE},
    {0},
};

static enum want step(void *context, struct span *in, struct buf *out)
{
	return lines_step(context, rules, in, out);
}

static bool spoken(struct span first)
{
	return lines_match(first, "* OK") || lines_match(first, "* PREAUTH") ||
	       lines_match(first, "* BYE");
}

const struct dialect dialect_imap = {
    .id = DIALECT_IMAP,
    .name = "imap",
    .server_first = true,
    .context_size = sizeof(struct lines),
    .start = lines_start,
    .step = step,
    .spoken = spoken,
};
