/*
 * filter.c: one row of code an option. "Expiring within 30 days" means what has expired as well:
 * who asks wants to know what needs work, and nothing needs it more.
 */
#include "query/filter.h"

enum { DAY_S = 86400 };

static bool given(const char *text)
{
	return text && text[0];
}

static const struct query *expiring(const struct list_filter *f, struct arena *a)
{
	return query_number(
	    a, FIELD_NOT_AFTER, QUERY_LT, f->now_s + (int64_t)f->expiring_days * DAY_S);
}

static const struct query *subject(const char *text, struct arena *a)
{
	return query_or(a, query_text(a, FIELD_SUBJECT_DN, QUERY_CONTAINS, text),
	    query_text(a, FIELD_SANS, QUERY_CONTAINS, text));
}

static bool asks(const struct list_filter *f)
{
	return f->expiring || f->has_cidr || f->port || given(f->finding) || given(f->issuer) ||
	       given(f->subject);
}

const struct query *list_filter_query(const struct list_filter *f, struct arena *a)
{
	static const struct query all = {.kind = QUERY_ALL};
	static const struct query nothing = {.kind = QUERY_NOT, .left = &all};
	const struct query *q = &all;

	if (!asks(f))
		return NULL;
	if (f->expiring)
		q = query_and(a, q, expiring(f, a));
	if (given(f->finding))
		q = query_and(a, q, query_has_finding(a, f->finding, f->now_s));
	if (given(f->issuer))
		q = query_and(a, q, query_text(a, FIELD_ISSUER_DN, QUERY_CONTAINS, f->issuer));
	if (given(f->subject))
		q = query_and(a, q, subject(f->subject, a));
	if (f->has_cidr)
		q = query_and(a, q, query_cidr(a, FIELD_IP, &f->cidr.addr, f->cidr.bits));
	if (f->port)
		q = query_and(a, q, query_number(a, FIELD_PORT, QUERY_EQ, f->port));
	return q ? q : &nothing;
}
