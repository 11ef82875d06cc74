/*
 * policy.c: patterns over names. Lists stay text, for they are looked through once a session or a
 * new certificate. A file's patterns are held against every name there is: one that matches nothing
 * is a slip.
 */
#include "verdict/policy.h"

#include "base/text.h"
#include "wire/iana.h"
#include "x509/key.h"
#include "x509/sigalg.h"

#include <stdio.h>

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

/* The file. */

enum { NUMBERS = 65536, BITS_MAX = 65536, WORD_MAX = 64 };

typedef const char *name_fn(size_t i);

static const char *version_name(size_t i)
{
	return iana_version((uint16_t)i);
}

static const char *cipher_name(size_t i)
{
	return iana_cipher((uint16_t)i);
}

static const char *group_name(size_t i)
{
	return iana_group((uint16_t)i);
}

static const char *hash_name(size_t i)
{
	return sig_digest_text((enum sig_digest)i);
}

struct policy_key {
	const char *name;
	const char *example; /* of a list */
	name_fn *names; /* NULL: it is a number of bits */
	size_t n_names; /* 0: up to the first NULL */
	size_t offset; /* in struct policy */
};

#define LIST(i) offsetof(struct policy, lists) + sizeof(policy_default.lists[0]) * (i)

static const struct policy_key keys[] = {
    {"versions", "TLS 1.2", version_name, NUMBERS, LIST(POLICY_VERSIONS)},
    {"ciphers", "TLS_AES_128_GCM_SHA256", cipher_name, NUMBERS, LIST(POLICY_CIPHERS)},
    {"groups", "x25519", group_name, NUMBERS, LIST(POLICY_GROUPS)},
    {"hashes", "SHA-256", hash_name, SIG_DIGEST_MAX, LIST(POLICY_HASHES)},
    {"key-types", "RSA", key_kind_name, 0, LIST(POLICY_KEY_TYPES)},
    {"curves", "P-256", key_curve_name, 0, LIST(POLICY_CURVES)},
    {"rsa-bits", NULL, NULL, 0, offsetof(struct policy, rsa_bits)},
    {"dsa-bits", NULL, NULL, 0, offsetof(struct policy, dsa_bits)},
    {"ec-bits", NULL, NULL, 0, offsetof(struct policy, ec_bits)},
};

#undef LIST

enum { KEYS = sizeof(keys) / sizeof(keys[0]) };

struct policy_reader {
	struct policy *policy;
	const struct policy_key *key; /* of the last line; NULL: none yet */
	uint32_t seen; /* 1 << index in keys */
	size_t line;
	struct buf *message;
};

/* `what` is the front of the sentence, the word ends it. */
static struct err wrong(struct policy_reader *r, const char *what, struct span word)
{
	buf_str(r->message, what);
	if (word.n) {
		buf_str(r->message, ": ");
		text_clip(r->message, word, WORD_MAX);
	}
	return err_input(r->line, "not a policy");
}

static struct err no_such_key(struct policy_reader *r, struct span word)
{
	struct err e = wrong(r, "no such key", word);

	buf_str(r->message, " (there are");
	for (size_t i = 0; i < KEYS; i++)
		buf_printf(r->message, "%s %s", i ? "," : "", keys[i].name);
	buf_str(r->message, ")");
	return e;
}

static bool names_something(const struct policy_key *key, struct span pattern)
{
	for (size_t i = 0; i < key->n_names || key->n_names == 0; i++) {
		const char *name = key->names(i);

		if (name && *name && glob(pattern, span_str(name)))
			return true;
		if (!name && key->n_names == 0)
			return false;
	}
	return false;
}

static struct err read_item(struct policy_reader *r, struct span item)
{
	char *list = (char *)r->policy + r->key->offset;
	size_t n = strlen(list);
	struct span pattern = item;
	struct err e;

	if (span_starts(pattern, "!"))
		span_take(&pattern, 1);
	if (!names_something(r->key, pattern)) {
		e = wrong(r, "no such name", item);
		buf_printf(r->message, " (one is %s)", r->key->example);
		return e;
	}
	if (n + item.n + sizeof(", ") > POLICY_LIST_MAX)
		return wrong(r, "the list is too long", span_of("", 0));
	snprintf(list + n, POLICY_LIST_MAX - n, "%s%.*s", n ? ", " : "", (int)item.n,
	    (const char *)item.p);
	return OK;
}

static struct err read_list(struct policy_reader *r, struct span value)
{
	struct err e = OK;

	while (value.n && !err_is(e)) {
		struct span item = next_item(&value);

		if (item.n)
			e = read_item(r, item);
	}
	return e;
}

static struct err read_bits(struct policy_reader *r, struct span value)
{
	uint32_t bits = 0;

	for (size_t i = 0; i < value.n && bits <= BITS_MAX; i++) {
		if (value.p[i] < '0' || value.p[i] > '9')
			return wrong(r, "not a number of bits", value);
		bits = bits * 10 + (uint32_t)(value.p[i] - '0');
	}
	if (bits > BITS_MAX)
		return wrong(r, "not a number of bits", value);
	memcpy((char *)r->policy + r->key->offset, &bits, sizeof(bits));
	return OK;
}

static struct err read_value(struct policy_reader *r, struct span value)
{
	if (r->key->names)
		return read_list(r, value);
	return read_bits(r, value);
}

static struct err read_key(struct policy_reader *r, struct span word)
{
	size_t i = 0;

	while (i < KEYS && !span_is(word, keys[i].name))
		i++;
	if (i == KEYS)
		return no_such_key(r, word);
	if (r->seen & 1u << i)
		return wrong(r, "said twice", word);
	r->seen |= 1u << i;
	r->key = &keys[i];
	if (r->key->names)
		((char *)r->policy)[r->key->offset] = 0;
	return OK;
}

static struct err read_line(struct policy_reader *r, struct span line)
{
	const uint8_t *hash = line.n ? memchr(line.p, '#', line.n) : NULL;
	bool goes_on = line.n && (*line.p == ' ' || *line.p == '\t');
	struct span rest = trim(span_of(line.p, hash ? (size_t)(hash - line.p) : line.n)), value;
	const uint8_t *equals = rest.n ? memchr(rest.p, '=', rest.n) : NULL;
	struct err e;

	if (rest.n == 0)
		return OK;
	if (goes_on && r->key && r->key->names)
		return read_list(r, rest);
	if (!equals)
		return wrong(r, "expected key = value", rest);
	e = read_key(r, trim(span_take(&rest, (size_t)(equals - rest.p))));
	if (err_is(e))
		return e;
	span_take(&rest, 1);
	value = trim(rest);
	if (value.n == 0)
		return wrong(r, "no value", span_str(r->key->name));
	return read_value(r, value);
}

struct err policy_parse(struct span text, struct policy *ret_policy, struct buf *message)
{
	struct policy policy = policy_default;
	struct policy_reader r = {.policy = &policy, .message = message};
	struct span line;
	struct err e = OK;

	while (text.n && !err_is(e)) {
		r.line++;
		if (!span_line(&text, &line))
			line = span_take(&text, text.n);
		e = memchr(line.p, 0, line.n) ? wrong(&r, "not a text", span_of("", 0))
					      : read_line(&r, line);
	}
	if (!err_is(e))
		*ret_policy = policy;
	return e;
}
