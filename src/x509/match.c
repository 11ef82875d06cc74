/*
 * match.c: names are compared label by label as ASCII, letters folded; an internationalised name is
 * its A-label on both sides. A wildcard is the whole left-most label or it is none: "w*.example"
 * and "xn--*" match only themselves, and a host name never holds a star. Source: RFC 9525 6.3.
 */
#include "x509/match.h"

static uint8_t folded(uint8_t c)
{
	return c >= 'A' && c <= 'Z' ? c | 0x20 : c;
}

static bool same_folded(struct span a, struct span b)
{
	if (a.n != b.n)
		return false;
	for (size_t i = 0; i < a.n; i++)
		if (folded(a.p[i]) != folded(b.p[i]))
			return false;
	return true;
}

/* Not empty, no empty label, nothing that is not a host name's. */
static bool is_host(struct span name)
{
	uint8_t before = '.';

	for (size_t i = 0; i < name.n; i++) {
		uint8_t c = name.p[i];

		if ((c == '.' && before == '.') || c <= ' ' || c == '*' || c == 0x7f)
			return false;
		before = c;
	}
	return before != '.';
}

bool match_dns(struct span pattern, struct span host)
{
	const uint8_t *dot;

	if (host.n && host.p[host.n - 1] == '.')
		host.n--;
	if (!is_host(host))
		return false;
	if (!span_starts(pattern, "*."))
		return is_host(pattern) && same_folded(pattern, host);
	span_take(&pattern, 2);
	dot = memchr(host.p, '.', host.n);
	if (!dot || !is_host(pattern) || !memchr(pattern.p, '.', pattern.n))
		return false;
	span_take(&host, (size_t)(dot - host.p) + 1);
	return same_folded(pattern, host);
}
