/*
 * value.c: small readers of single headers. They find or they do not; nothing here is worth
 * refusing a request for. Addresses come as proxies write them: alone, with a port, in brackets.
 */
#include "http/value.h"

#include "base/text.h"

static struct span trim(struct span s)
{
	while (s.n && (s.p[0] == ' ' || s.p[0] == '\t'))
		span_take(&s, 1);
	while (s.n && (s.p[s.n - 1] == ' ' || s.p[s.n - 1] == '\t'))
		s.n--;
	return s;
}

/* What stands before the first `end`, or all; taken from the front together with it. */
static struct span cut(struct span *s, uint8_t end)
{
	const uint8_t *at = s->n ? memchr(s->p, end, s->n) : NULL;
	struct span piece = span_take(s, at ? (size_t)(at - s->p) : s->n);

	if (at)
		span_take(s, 1);
	return trim(piece);
}

bool value_cookie(struct span header, const char *name, struct span *ret_value)
{
	while (header.n) {
		struct span pair = cut(&header, ';');
		struct span own = cut(&pair, '=');

		if (!span_is(own, name))
			continue;
		*ret_value = trim(pair);
		return true;
	}
	return false;
}

static struct span without_weak(struct span tag)
{
	if (span_starts(tag, "W/"))
		span_take(&tag, 2);
	return tag;
}

bool value_matches_etag(struct span if_none_match, const char *etag)
{
	struct span own = without_weak(span_str(etag));

	while (if_none_match.n) {
		struct span tag = cut(&if_none_match, ',');

		if (span_is(tag, "*") || span_eq(without_weak(tag), own))
			return true;
	}
	return false;
}

/* "q=0", "q=0.00": not at all. */
static bool is_zero_weight(struct span parameters)
{
	while (parameters.n) {
		struct span one = cut(&parameters, ';');

		if (one.n < 3 || text_lower(one.p[0]) != 'q' || one.p[1] != '=')
			continue;
		for (size_t i = 2; i < one.n; i++)
			if (one.p[i] != '0' && one.p[i] != '.')
				return false;
		return true;
	}
	return false;
}

bool value_takes_coding(struct span accept_encoding, const char *coding)
{
	while (accept_encoding.n) {
		struct span one = cut(&accept_encoding, ',');
		struct span name = cut(&one, ';');

		if (text_same(name, span_str(coding)))
			return !is_zero_weight(one);
	}
	return false;
}

bool cidr_any_contains(const struct cidr *v, size_t n, const struct addr *a)
{
	for (size_t i = 0; i < n; i++)
		if (cidr_contains(&v[i], a))
			return true;
	return false;
}

/* What stands behind the last comma, or all; taken off the end. */
static struct span cut_last(struct span *s)
{
	const uint8_t *at = s->n ? memrchr(s->p, ',', s->n) : NULL;
	size_t before = at ? (size_t)(at - s->p) : 0;
	struct span piece = span_of(s->p + before + (at ? 1 : 0), s->n - before - (at ? 1 : 0));

	s->n = before;
	return trim(piece);
}

/* "192.0.2.1", "192.0.2.1:999", "2001:db8::1", "[2001:db8::1]:999". */
static bool read_addr(struct span text, struct addr *ret_addr)
{
	const uint8_t *colon = text.n ? memchr(text.p, ':', text.n) : NULL;

	if (span_starts(text, "[")) {
		span_take(&text, 1);
		text = cut(&text, ']');
	} else if (colon && !memchr(colon + 1, ':', text.n - (size_t)(colon + 1 - text.p))) {
		text.n = (size_t)(colon - text.p);
	}
	return !err_is(addr_parse(text, ret_addr));
}

bool value_forwarded_for(
    struct span header, const struct cidr *proxies, size_t n_proxies, struct addr *ret_addr)
{
	while (header.n) {
		struct addr a;

		if (!read_addr(cut_last(&header), &a))
			return true;
		*ret_addr = a;
		if (!cidr_any_contains(proxies, n_proxies, &a))
			return true;
	}
	return false;
}

bool value_forwarded_https(struct span header)
{
	return text_same(cut_last(&header), span_str("https"));
}
