/*
 * smtp.c: SMTP with STARTTLS (RFC 3207). STARTTLS is asked for even where EHLO did not list it:
 * some servers hide it, and a refusal costs nothing. Our name has the form of a host name, since
 * some servers offer less to the others; it is a reserved one (RFC 2606), as we are nobody's mail
 * host.
 */
#include "wire/starttls/dialects.h"
#include "wire/starttls/lines.h"

enum { GREETING = LINES_FIRST, EHLO, UPGRADE };

static const struct line_rule rules[] = {
    {GREETING, "220-", NULL, GREETING},
    {GREETING, "220", "EHLO certscape.invalid\r\n", EHLO},
    {EHLO, "250-", NULL, EHLO},
    {EHLO, "250", "STARTTLS\r\n", UPGRADE},
    {UPGRADE, "220-", NULL, UPGRADE},
    {UPGRADE, "220", NULL, LINES_TLS},
    {0},
};

static enum want step(void *context, struct span *in, struct buf *out)
{
	return lines_step(context, rules, in, out);
}

/* 220 ready, 421 and 554 go away: FTP says the same, but mostly names itself. */
static bool spoken(struct span first)
{
	if (lines_mention(first, "ftp") || lines_mention(first, "filezilla"))
		return false;
	return lines_match(first, "220 ") || lines_match(first, "220-") ||
	       lines_match(first, "421 ") || lines_match(first, "554 ") ||
	       lines_match(first, "554-");
}

const struct dialect dialect_smtp = {
    .id = DIALECT_SMTP,
    .name = "smtp",
    .server_first = true,
    .context_size = sizeof(struct lines),
    .start = lines_start,
    .step = step,
    .spoken = spoken,
};
