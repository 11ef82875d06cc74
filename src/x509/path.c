/*
 * path.c: the search. At each certificate its possible issuers are collected by name, the likely
 * ones first (an anchor, a matching key identifier, the later end), and climbed one after the
 * other. A trusted path that lives as long as its leaf cannot be bettered and ends the search; so
 * the usual chain costs one walk up. Knots of cross-signs, by accident or malice, run into the
 * limits.
 */
#include "x509/path.h"
#include "x509/constraint.h"
#include "x509/name.h"

struct search {
	const struct cert *presented;
	size_t n_presented;
	const struct trust *trust;
	bool use_known;
	unsigned steps;
	uint64_t operations_end;
	struct path now;
	struct path best;
	bool have_best;
	bool done;
};

struct candidates {
	size_t n;
	struct candidate {
		struct path_link link;
		unsigned likely;
	} v[PATH_CANDIDATES_MAX];
};

static int64_t path_until_s(const struct path *p)
{
	int64_t until_s = INT64_MAX;

	for (size_t i = 0; i < p->n; i++)
		if (p->links[i].cert->not_after_s < until_s)
			until_s = p->links[i].cert->not_after_s;
	return until_s;
}

static int64_t path_since_s(const struct path *p)
{
	int64_t since_s = INT64_MIN;

	for (size_t i = 0; i < p->n; i++)
		if (p->links[i].cert->not_before_s > since_s)
			since_s = p->links[i].cert->not_before_s;
	return since_s;
}

static bool is_better(const struct path *a, const struct path *b)
{
	if (a->end != b->end)
		return a->end > b->end;
	if (a->end != PATH_TRUSTED)
		return a->n > b->n;
	if (path_until_s(a) != path_until_s(b))
		return path_until_s(a) > path_until_s(b);
	return a->n < b->n;
}

static bool is_as_good_as_its_leaf(const struct path *p)
{
	const struct cert *leaf = p->links[0].cert;

	return p->end == PATH_TRUSTED && path_until_s(p) >= leaf->not_after_s &&
	       path_since_s(p) <= leaf->not_before_s;
}

static void consider(struct search *s, enum path_end end)
{
	s->now.end = (uint8_t)end;
	if (!s->have_best || is_better(&s->now, &s->best))
		s->best = s->now;
	s->have_best = true;
	s->done = is_as_good_as_its_leaf(&s->best);
}

static bool has_key_ids(const struct cert *child, const struct cert *issuer)
{
	return child->ext.issuer_key_id.n && issuer->ext.key_id.n;
}

static bool key_ids_match(const struct cert *child, const struct cert *issuer)
{
	return has_key_ids(child, issuer) && span_eq(child->ext.issuer_key_id, issuer->ext.key_id);
}

static unsigned likeliness(const struct cert *child, const struct path_link *link)
{
	bool mismatch = has_key_ids(child, link->cert) && !key_ids_match(child, link->cert);

	return (mismatch ? 0 : 4u) + (key_ids_match(child, link->cert) ? 2u : 0) +
	       (link->anchor ? 1u : 0);
}

static bool comes_before(const struct candidate *a, const struct candidate *b)
{
	if (a->likely != b->likely)
		return a->likely > b->likely;
	return a->link.cert->not_after_s > b->link.cert->not_after_s;
}

static void candidate_add(struct candidates *list, const struct cert *child, struct path_link link)
{
	struct candidate fresh = {.link = link, .likely = likeliness(child, &link)};
	size_t i = list->n;

	if (i == PATH_CANDIDATES_MAX) {
		if (!comes_before(&fresh, &list->v[i - 1]))
			return;
		i--;
	} else {
		list->n++;
	}
	for (; i > 0 && comes_before(&fresh, &list->v[i - 1]); i--)
		list->v[i] = list->v[i - 1];
	list->v[i] = fresh;
}

static void candidates_of(const struct search *s, const struct cert *child, struct candidates *list)
{
	list->n = 0;
	for (size_t i = 0; i < s->n_presented; i++) {
		const struct cert *c = &s->presented[i];

		if (c != child && c->subject_name == child->issuer_name)
			candidate_add(list, child,
			    (struct path_link){.cert = c,
				.presented = true,
				.anchor = trust_anchor_of(s->trust, c) != NULL});
	}
	for (const struct trusted *t = trust_first(s->trust, child->issuer_name); t;
	     t = trust_next(t)) {
		bool anchor = trust_is_anchor(s->trust, t);

		if (anchor || s->use_known)
			candidate_add(
			    list, child, (struct path_link){.cert = &t->cert, .anchor = anchor});
	}
}

/* RFC 4158 5.2: the same name with the same key is the same CA, and a path meets no CA twice. */
static bool is_in_path(const struct path *p, const struct cert *c)
{
	for (size_t i = 0; i < p->n; i++)
		if (p->links[i].cert->subject_name == c->subject_name &&
		    span_eq(p->links[i].cert->key.spki, c->key.spki))
			return true;
	return false;
}

/* RFC 5280 4.2.1.9: intermediates below, the leaf and self-issued ones not counted. */
static int intermediates_below(const struct path *p)
{
	int n = 0;

	for (size_t i = 1; i < p->n; i++)
		n += !cert_is_self_issued(p->links[i].cert);
	return n;
}

/* RFC 5280 6.1.3 (b), (c): of all below but self-issued intermediates. */
static bool names_are_allowed(const struct path *p, const struct cert *issuer)
{
	for (size_t i = 0; i < p->n; i++) {
		const struct cert *c = p->links[i].cert;

		if ((i == 0 || !cert_is_self_issued(c)) && !constraint_allows(issuer, c))
			return false;
	}
	return true;
}

/* Why it may not sign what stands below it in the path; NULL: it may. */
static const char *no_right(const struct path *p, const struct cert *issuer)
{
	if (!cert_is_ca(issuer))
		return "is not a CA";
	if (name_is_empty(issuer->subject)) /* RFC 5280 4.1.2.6 */
		return "has no name";
	if (issuer->ext.has_key_usage && !(issuer->ext.key_usage & USAGE_CERT_SIGN))
		return "may not sign certificates (keyUsage)";
	if (issuer->ext.path_len != PATH_LEN_NONE && intermediates_below(p) > issuer->ext.path_len)
		return "allows fewer CAs below it (pathLen)";
	if (issuer->ext.unknown.n)
		return "has a critical extension that nobody knows";
	if (issuer->ext.has_constraints && !names_are_allowed(p, issuer))
		return "is not allowed to certify these names (nameConstraints)";
	return NULL;
}

static bool may_issue(struct search *s, const struct cert *child, const struct cert *issuer)
{
	const char *why;

	s->steps++;
	if (is_in_path(&s->now, issuer) || !name_eq(issuer->subject, child->issuer))
		return false;
	why = no_right(&s->now, issuer);
	if (!why) {
		switch (verify_signed(trust_verifier(s->trust), child, issuer)) {
		case SIGNED_YES:
			return true;
		case SIGNED_NO:
			if (has_key_ids(child, issuer) && !key_ids_match(child, issuer))
				return false; /* nobody said that it had */
			why = "has not signed it";
			break;
		case SIGNED_UNKNOWN:
			why = "has a key or an algorithm that cannot be checked";
		}
	}
	s->now.refused = issuer;
	s->now.refused_why = why;
	return false;
}

static bool is_exhausted(const struct search *s)
{
	return s->done || s->steps >= PATH_STEPS_MAX || s->now.n == PATH_CERTS_MAX ||
	       verifier_operations(trust_verifier(s->trust)) >= s->operations_end;
}

static bool signs_itself(const struct search *s, const struct cert *c)
{
	return cert_is_self_issued(c) &&
	       verify_signed(trust_verifier(s->trust), c, c) == SIGNED_YES;
}

static void climb(struct search *s)
{
	const struct path_link *top = &s->now.links[s->now.n - 1];
	struct candidates list;
	bool climbed = false;

	if (top->anchor) {
		consider(s, PATH_TRUSTED);
		return;
	}
	candidates_of(s, top->cert, &list);
	for (size_t i = 0; i < list.n && !is_exhausted(s); i++) {
		if (!may_issue(s, top->cert, list.v[i].link.cert))
			continue;
		climbed = true;
		s->now.links[s->now.n++] = list.v[i].link;
		climb(s);
		s->now.n--;
	}
	if (!climbed)
		consider(s, signs_itself(s, top->cert) ? PATH_SELF_SIGNED : PATH_OPEN);
}

void path_find(const struct cert *presented, size_t n, const struct trust *trust, bool use_known,
    struct path *ret_path)
{
	struct search s = {
	    .presented = presented,
	    .n_presented = n,
	    .trust = trust,
	    .use_known = use_known,
	    .operations_end = verifier_operations(trust_verifier(trust)) + PATH_OPERATIONS_MAX,
	};

	s.now.n = 1;
	s.now.links[0] = (struct path_link){.cert = &presented[0],
	    .presented = true,
	    .anchor = trust_anchor_of(trust, &presented[0]) != NULL};
	climb(&s);
	*ret_path = s.best;
}
