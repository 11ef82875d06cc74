/*
 * policy.c: patterns over names. Lists stay text, for they are looked through once a session or a
 * new certificate, and what is not parsed cannot be parsed wrongly.
 */
#include "verdict/policy.h"

#include "base/text.h"

/* Versions: RFC 8996. Ciphers: RFC 7465 (RC4), RFC 5469 (DES, IDEA), RFC 9155, Sweet32 (3DES).
 * Groups and keys: 112 bits of security (NIST SP 800-57), which is where browsers stand too. */
const struct policy policy_default = {
    .rsa_bits = 2048,
    .dsa_bits = 2048,
    .ec_bits = 224,
    .lists =
	{
	    [POLICY_VERSIONS] = "TLS 1.2, TLS 1.3, DTLS 1.2, DTLS 1.3",
	    [POLICY_CIPHERS] = "*, !*_NULL_*, !TLS_SHA*, !*_anon_*, !*EXPORT*, !*_RC2_*, "
			       "!*_RC4_*, !*_DES_*, !*_DES40_*, !*_3DES_*, !*_IDEA_*",
	    [POLICY_GROUPS] = "*, !secp160*, !secp192*, !sect163*, !sect193*",
	    [POLICY_HASHES] = "*, !MD2, !MD4, !MD5, !SHA-1",
	    [POLICY_KEY_TYPES] = "*",
	    [POLICY_CURVES] = "*",
	},
};

/* `*` gives back letters until the rest fits: linear in practice, names are short. */
static bool glob(struct span pattern, struct span name)
{
	struct span star = {0}, held = {0};

	while (name.n || pattern.n) {
		if (pattern.n && *pattern.p == '*') {
			span_take(&pattern, 1);
			star = pattern;
			held = name;
		} else if (pattern.n && name.n && text_lower(*pattern.p) == text_lower(*name.p)) {
			span_take(&pattern, 1);
			span_take(&name, 1);
		} else if (star.p && held.n) {
			span_take(&held, 1);
			pattern = star;
			name = held;
		} else {
			return false;
		}
	}
	return true;
}

static struct span trim(struct span s)
{
	while (s.n && (*s.p == ' ' || *s.p == '\t'))
		span_take(&s, 1);
	while (s.n && (s.p[s.n - 1] == ' ' || s.p[s.n - 1] == '\t'))
		s.n--;
	return s;
}

/* The next item of a list. */
static struct span next_item(struct span *list)
{
	const uint8_t *comma = memchr(list->p, ',', list->n);
	struct span item = span_take(list, comma ? (size_t)(comma - list->p) : list->n);

	if (comma)
		span_take(list, 1);
	return trim(item);
}

bool policy_match(const char *patterns, const char *name)
{
	struct span rest = span_str(patterns), item;
	bool allowed = false, no;

	while (rest.n) {
		item = next_item(&rest);
		no = span_starts(item, "!");
		if (no)
			span_take(&item, 1);
		if (allowed == no && glob(item, span_str(name)))
			allowed = !no;
	}
	return allowed;
}

bool policy_allows(const struct policy *p, enum policy_list list, const char *name)
{
	return policy_match((p ? p : &policy_default)->lists[list], name);
}
