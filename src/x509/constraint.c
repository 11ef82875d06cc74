/*
 * constraint.c: every name against every subtree. A name must not match an excluded subtree, and
 * where there are permitted subtrees of its kind it must match one. A wildcard name stands for all
 * that it can become: "*.example" is excluded by "secret.example", which it covers. The product of
 * names and subtrees is bounded, because both are the stranger's to choose. Source: RFC 5280
 * 4.2.1.10.
 */
#include "x509/constraint.h"
#include "base/text.h"
#include "x509/der.h"
#include "x509/limits.h"
#include "x509/name.h"

struct subtrees {
	struct span permitted;
	struct span excluded;
	unsigned comparisons;
	bool malformed;
};

enum match { MATCH_NO, MATCH_YES, MATCH_MALFORMED };

/* Labels of letters, digits, '-' and '_', none empty; stars where they are allowed to be: not
 * here. */
static bool is_dns(struct span name)
{
	uint8_t before = '.';

	for (size_t i = 0; i < name.n; i++) {
		uint8_t c = text_lower(name.p[i]);
		bool good = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' ||
			    c == '_' || (c == '.' && before != '.');

		if (!good)
			return false;
		before = c;
	}
	return before != '.';
}

static struct span tail(struct span s, size_t n)
{
	return span_of(s.p + s.n - n, n);
}

/* The name itself, or any below it. */
static bool is_within(struct span name, struct span base)
{
	if (base.n == 0)
		return true;
	if (name.n == base.n)
		return text_same(name, base);
	return name.n > base.n && name.p[name.n - base.n - 1] == '.' &&
	       text_same(tail(name, base.n), base);
}

static struct span parent(struct span name)
{
	const uint8_t *dot = name.n ? memchr(name.p, '.', name.n) : NULL;

	span_take(&name, dot ? (size_t)(dot - name.p) + 1 : name.n);
	return name;
}

static enum match match_dns_base(struct span name, struct span base, bool excluded)
{
	bool wildcard = span_starts(name, "*.");
	struct span host = name;

	if (wildcard)
		span_take(&host, 2);
	if (!is_dns(host) || (base.n && !is_dns(base)))
		return MATCH_MALFORMED;
	if (wildcard && excluded && base.n && text_same(host, parent(base)))
		return MATCH_YES;
	return is_within(wildcard ? host : name, base) ? MATCH_YES : MATCH_NO;
}

static bool is_prefix_mask(struct span mask)
{
	bool ended = false;

	for (size_t i = 0; i < mask.n * 8; i++) {
		bool bit = mask.p[i / 8] & (0x80u >> (i % 8));

		if (bit && ended)
			return false;
		ended |= !bit;
	}
	return true;
}

/* An address of 4 or 16 bytes; the base is an address and a mask of the same length. */
static enum match match_ip_base(struct span name, struct span base)
{
	struct span mask = base, network = span_take(&mask, base.n / 2);

	if ((name.n != 4 && name.n != 16) || (base.n != 8 && base.n != 32) || !is_prefix_mask(mask))
		return MATCH_MALFORMED;
	if (name.n != network.n)
		return MATCH_NO;
	for (size_t i = 0; i < name.n; i++)
		if ((name.p[i] ^ network.p[i]) & mask.p[i])
			return MATCH_NO;
	return MATCH_YES;
}

/* The base is the beginning of the name: the normal forms are built RDN by RDN. */
static enum match match_directory_base(struct span name, struct span base)
{
	struct buf whole, head;
	bool same;

	if (!name_is_readable(name) || !name_is_readable(base))
		return MATCH_MALFORMED;
	buf_init(&whole, NAME_TEXT_MAX);
	buf_init(&head, NAME_TEXT_MAX);
	name_normal(name, &whole);
	name_normal(base, &head);
	same = !whole.full && !head.full && whole.n >= head.n &&
	       span_eq(span_of(whole.p, head.n), buf_view(&head));
	buf_done(&whole);
	buf_done(&head);
	return same ? MATCH_YES : MATCH_NO;
}

static enum match match_base(const struct general *name, const struct general *base, bool excluded)
{
	switch (name->kind) {
	case GENERAL_DNS:
		return match_dns_base(name->value, base->value, excluded);
	case GENERAL_IP:
		return match_ip_base(name->value, base->value);
	case GENERAL_DIRECTORY:
		return match_directory_base(name->value, base->value);
	default:
		return MATCH_MALFORMED; /* not compared: constrained at all is refused */
	}
}

/* The base of the next GeneralSubtree; minimum and maximum must be left out (RFC 5280). */
static bool next_base(struct span *list, struct general *ret_base)
{
	struct span subtree;

	if (list->n == 0 || list->bad)
		return false;
	subtree = der_take(list, DER_SEQUENCE);
	if (!general_next(&subtree, ret_base) || !span_end(&subtree))
		list->bad = true;
	return !list->bad;
}

/* Whether a subtree of the list matches; *ret_any: one was of the name's kind. */
static bool any_matches(
    struct subtrees *s, struct span list, const struct general *name, bool excluded, bool *ret_any)
{
	struct general base;
	bool found = false;

	*ret_any = false;
	while (!found && next_base(&list, &base)) {
		if (++s->comparisons > CONSTRAINT_COMPARISONS_MAX)
			s->malformed = true;
		if (s->malformed)
			return false;
		if (base.kind != name->kind)
			continue;
		*ret_any = true;
		switch (match_base(name, &base, excluded)) {
		case MATCH_YES:
			found = true;
			break;
		case MATCH_NO:
			break;
		case MATCH_MALFORMED:
			s->malformed = true;
		}
	}
	s->malformed |= list.bad;
	return found;
}

static bool allows(struct subtrees *s, const struct general *name)
{
	bool any, matches = any_matches(s, s->excluded, name, true, &any);

	if (matches)
		return false;
	matches = any_matches(s, s->permitted, name, false, &any);
	return (matches || !any) && !s->malformed;
}

static bool read_subtrees(struct span body, struct subtrees *s)
{
	bool any = der_optional(&body, DER_CONSTRUCTED | 0, &s->permitted);

	any |= der_optional(&body, DER_CONSTRUCTED | 1, &s->excluded);
	return span_end(&body) && any && s->permitted.n + s->excluded.n > 0;
}

bool constraint_allows(const struct cert *issuer, const struct cert *c)
{
	struct general name = {.kind = GENERAL_DIRECTORY, .value = c->subject};
	struct subtrees s = {0};
	struct span names = c->ext.san;

	if (!issuer->ext.has_constraints)
		return true;
	if (!read_subtrees(issuer->ext.constraints, &s))
		return false;
	if (!name_is_empty(c->subject) && !allows(&s, &name))
		return false;
	while (general_next(&names, &name))
		if (!allows(&s, &name))
			return false;
	return !names.bad;
}
