/*
 * match.c: names are compared label by label as ASCII, letters folded; an internationalised name is
 * its A-label on both sides. A wildcard is the whole left-most label or it is none: "w*.example"
 * and "xn--*" match only themselves, and a host name never holds a star. Source: RFC 9525 6.3.
 */
#include "x509/match.h"

#include "base/text.h"

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
		return is_host(pattern) && text_same(pattern, host);
	span_take(&pattern, 2);
	dot = memchr(host.p, '.', host.n);
	if (!dot || !is_host(pattern) || !memchr(pattern.p, '.', pattern.n))
		return false;
	span_take(&host, (size_t)(dot - host.p) + 1);
	return text_same(pattern, host);
}
