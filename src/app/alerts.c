/*
 * alerts.c: a finding that holds when the packet passed is an alert if it is at least of medium
 * severity, or one of the connection itself. What the client thought of a certificate is no news
 * where an alert says what is wrong with the certificate, or that its name is another one; an old
 * protocol or a weak cipher does not explain it.
 */
#include "app/alerts.h"

#include "format/getter.h"
#include "verdict/table.h"

#include <stdio.h>
#include <strings.h>

static bool is_opinion(uint16_t id)
{
	return id == FINDING_CLIENT_REJECTED || id == FINDING_CLIENT_LEFT;
}

/* The certificate, or that it was hidden, came before in the same connection. */
bool alerts_is_sequel(const struct observation *seen)
{
	for (size_t i = 0; i < seen->n_findings; i++)
		if (is_opinion(seen->findings[i].id))
			return true;
	return false;
}

/* Another server may have sent the same certificates, and no more. */
static bool concerns(const struct observation *seen, const struct finding *f)
{
	return !(seen->flags & OBS_CHAIN_CUT && finding_is_about_issuers(f->id));
}

static bool is_alerting(const struct finding *f, bool of_chain, int64_t now_s)
{
	return finding_holds(f, now_s) && !is_opinion(f->id) &&
	       (!of_chain || f->severity >= SEVERITY_MEDIUM);
}

/* Findings in order, the chain's first: the n-th that alerts, each id once. */
struct reasons_found {
	const struct finding *each[CHAIN_FINDINGS_MAX + OBSERVATION_FINDINGS_MAX];
	size_t n;
};

static bool has_reason(const struct reasons_found *r, uint16_t id)
{
	for (size_t i = 0; i < r->n; i++)
		if (r->each[i]->id == id)
			return true;
	return false;
}

static void add_reason(struct reasons_found *r, const struct finding *f)
{
	if (!has_reason(r, f->id))
		r->each[r->n++] = f;
}

/* Old clients take the common name where there is no other. */
static bool is_common_name(const struct observed *o)
{
	const struct cert_facts *leaf = o->chain && o->chain->n_certs ? o->chain->facts[0] : NULL;

	return leaf && strcasecmp(leaf->subject_cn, o->seen->endpoint.name) == 0;
}

/*
 * One fault, one alert. A certificate that vouches for itself is what "openssl req -x509" makes: a
 * CA without a name that counts; and to a client that came by address, and so named nobody, it
 * could vouch for no name anyhow. A name that was asked for and is another one is a fault of its
 * own.
 */
static bool goes_without_saying(
    const struct observed *o, const struct reasons_found *said, uint16_t id)
{
	bool self_signed = has_reason(said, FINDING_SELF_SIGNED);

	if (id == FINDING_NO_SAN || id == FINDING_CA_AS_LEAF)
		return self_signed;
	if (id != FINDING_NAME_MISMATCH)
		return false;
	return *o->seen->endpoint.name ? has_reason(said, FINDING_NO_SAN) && is_common_name(o)
				       : self_signed;
}

static void find_faults(const struct observed *o, struct reasons_found *r)
{
	int64_t now_s = o->seen->last_ms / 1000;
	struct reasons_found all = {.n = 0};

	for (size_t i = 0; o->chain && i < o->chain->n_findings; i++)
		if (is_alerting(&o->chain->findings[i], true, now_s) &&
		    concerns(o->seen, &o->chain->findings[i]))
			add_reason(&all, &o->chain->findings[i]);
	for (size_t i = 0; i < o->seen->n_findings; i++)
		if (is_alerting(&o->seen->findings[i], false, now_s))
			add_reason(&all, &o->seen->findings[i]);
	for (size_t i = 0; i < all.n; i++)
		if (!goes_without_saying(o, &all, all.each[i]->id))
			add_reason(r, all.each[i]);
}

static void find_opinions(const struct observed *o, struct reasons_found *r)
{
	for (size_t i = 0; i < o->seen->n_findings; i++)
		if (is_opinion(o->seen->findings[i].id))
			add_reason(r, &o->seen->findings[i]);
}

/* Of the certificate, not of how the two speak to each other. */
static bool has_bad_certificate(const struct reasons_found *faults)
{
	for (size_t i = 0; i < faults->n; i++)
		if (faults->each[i]->id != FINDING_OLD_PROTOCOL &&
		    faults->each[i]->id != FINDING_WEAK_CIPHER)
			return true;
	return false;
}

/* What a sequel's connection has of faults was told with its first observation. */
static void find_reasons(const struct observed *o, struct reasons_found *r)
{
	struct reasons_found faults = {.n = 0};

	find_faults(o, &faults);
	r->n = 0;
	if (!alerts_is_sequel(o->seen))
		*r = faults;
	else if (!has_bad_certificate(&faults))
		find_opinions(o, r);
}

static struct alert alert_of(const struct observed *o, const struct finding *f)
{
	const struct observation *seen = o->seen;
	const struct cert_facts *leaf = o->chain && o->chain->n_certs ? o->chain->facts[0] : NULL;
	struct alert a = {
	    .server = seen->endpoint,
	    .reason = f->id,
	    .severity = f->severity,
	    .sensed = seen->sensed,
	    .first_ms = seen->first_ms,
	    .last_ms = seen->last_ms,
	    .connections = seen->count,
	    .clients = seen->clients,
	};

	if (leaf) {
		a.certificate = leaf->id;
		snprintf(a.subject, sizeof(a.subject), "%s",
		    *leaf->subject_cn ? leaf->subject_cn : leaf->subject);
	}
	memcpy(a.evidence, f->evidence, sizeof(a.evidence));
	return a;
}

struct err alerts_observed(struct store *store, int64_t suppress_ms,
    const struct observed *observed, alerts_tell_fn *tell, void *context)
{
	struct reasons_found reasons;
	struct err e = OK;

	find_reasons(observed, &reasons);
	for (size_t i = 0; i < reasons.n && !err_is(e); i++) {
		struct alert alert = alert_of(observed, reasons.each[i]), known;
		bool due = false;

		e = store_put_alert(store, &alert, suppress_ms, &known, &due);
		if (!err_is(e) && due)
			tell(context, &known);
	}
	return e;
}
