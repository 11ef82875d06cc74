/*
 * expiry.c: expired, not-yet-valid, expiring, as intervals. notAfter itself is still valid (RFC
 * 5280 4.1.2.5), so `expired` begins one second later. A leaf gets all of them. A CA above it is
 * expired when it is, but warns before only where it ends before its leaf does: else the leaf's
 * renewal comes first and brings its CA along. What lies off the path (an old cross-sign that is
 * still sent) hurts nobody.
 */
#include "base/time.h"
#include "verdict/check.h"

enum { DAY_S = 86400 };

static int64_t least(int64_t a, int64_t b)
{
	return a < b ? a : b;
}

static void expired(struct judged *j, const struct cert *c, enum severity severity)
{
	char of[LABEL_MAX + 8], day[TIME_TEXT_MAX];

	finding_during(j->verdict, FINDING_EXPIRED, severity, c->not_after_s + 1, FOREVER_S,
	    "notAfter%s is %s", of_issuer(j, c, of), time_date_text(c->not_after_s, day));
}

static void not_yet_valid(struct judged *j, const struct cert *c)
{
	char of[LABEL_MAX + 8], day[TIME_TEXT_MAX];

	finding_during(j->verdict, FINDING_NOT_YET_VALID, SEVERITY_NONE, ALWAYS_S, c->not_before_s,
	    "notBefore%s is %s", of_issuer(j, c, of), time_date_text(c->not_before_s, day));
}

/* First a third of the lifetime, at most 30 days; then urgent, a tenth, at most 7. */
static void expiring(struct judged *j, const struct cert *c)
{
	int64_t lifetime_s = c->not_after_s - c->not_before_s + 1, end_s = c->not_after_s + 1;
	int64_t soon_s = end_s - least(lifetime_s / 3, 30 * DAY_S);
	int64_t urgent_s = end_s - least(lifetime_s / 10, 7 * DAY_S);
	char of[LABEL_MAX + 8], day[TIME_TEXT_MAX];

	if (lifetime_s <= 0)
		return;
	of_issuer(j, c, of);
	time_date_text(c->not_after_s, day);
	finding_during(j->verdict, FINDING_EXPIRING, SEVERITY_MEDIUM, soon_s, urgent_s,
	    "notAfter%s is %s", of, day);
	finding_during(j->verdict, FINDING_EXPIRING, SEVERITY_CRITICAL, urgent_s, end_s,
	    "notAfter%s is %s", of, day);
}

static void check_leaf(struct judged *j, const struct cert *leaf)
{
	not_yet_valid(j, leaf);
	expiring(j, leaf);
	expired(j, leaf, SEVERITY_CRITICAL);
}

static void check_issuer(struct judged *j, const struct cert *c, enum severity severity)
{
	const struct cert *leaf = &j->certs[0];

	if (c->flaws & FLAW_VALIDITY)
		return;
	if (c->not_before_s > leaf->not_before_s)
		not_yet_valid(j, c);
	if (c->not_after_s < leaf->not_after_s)
		expiring(j, c);
	expired(j, c, severity);
}

void check_expiry(struct judged *j)
{
	if (!(j->certs[0].flaws & FLAW_VALIDITY))
		check_leaf(j, &j->certs[0]);
	for (size_t i = 1; i < j->path.n; i++) {
		const struct path_link *link = &j->path.links[i];

		/* Many clients do not look at the dates of a root that they trust. */
		if (link->presented || link->anchor)
			check_issuer(j, link->cert, link->anchor ? SEVERITY_HIGH : SEVERITY_NONE);
	}
	for (size_t i = 1; i < j->n; i++)
		if (!path_link_of(j, &j->certs[i]) && !(j->certs[i].flaws & FLAW_VALIDITY))
			expired(j, &j->certs[i], SEVERITY_LOW);
}
