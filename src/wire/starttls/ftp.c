/*
 * ftp.c: FTP with AUTH TLS (RFC 4217), or AUTH SSL where that is all a server knows. Between "220-"
 * and "220 " FTP allows lines that begin with anything (RFC 959 4.2), digits included.
 */
#include "wire/starttls/dialects.h"
#include "wire/starttls/lines.h"

enum { GREETING = LINES_FIRST, GREETING_MORE, AUTH, AUTH_MORE, REFUSED_MORE, AUTH_SSL };

static const struct line_rule rules[] = {
    {GREETING, "120", NULL, GREETING}, /* ready in nnn minutes */
    {GREETING, "220-", NULL, GREETING_MORE},
    {GREETING, "220", "AUTH TLS\r\n", AUTH},
    {GREETING_MORE, "220 ", "AUTH TLS\r\n", AUTH},
    {GREETING_MORE, "", NULL, GREETING_MORE},
    {AUTH, "234-", NULL, AUTH_MORE},
    {AUTH, "234", NULL, LINES_TLS},
    {AUTH, "334", NULL, LINES_TLS}, /* drafts before RFC 2228 */
    {AUTH, "5##-", NULL, REFUSED_MORE},
    {AUTH, "5", "AUTH SSL\r\n", AUTH_SSL},
    {AUTH_MORE, "234 ", NULL, LINES_TLS},
    {AUTH_MORE, "", NULL, AUTH_MORE},
    {REFUSED_MORE, "5## ", "AUTH SSL\r\n", AUTH_SSL},
    {REFUSED_MORE, "", NULL, REFUSED_MORE},
    {AUTH_SSL, "234", NULL, LINES_TLS},
    {AUTH_SSL, "334", NULL, LINES_TLS},
    {0},
};

static enum want step(void *context, struct span *in, struct buf *out)
{
	return lines_step(context, rules, in, out);
}

static bool spoken(struct span first)
{
	return lines_match(first, "220 ") || lines_match(first, "220-") ||
	       lines_match(first, "120 ") || lines_match(first, "421 ") ||
	       lines_match(first, "530 ");
}

const struct dialect dialect_ftp = {
    .id = DIALECT_FTP,
    .name = "ftp",
    .server_first = true,
    .context_size = sizeof(struct lines),
    .start = lines_start,
    .step = step,
    .spoken = spoken,
};
