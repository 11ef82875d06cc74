/*
 * path.c: why a chain is not trusted. Four faults that other tools throw together are four
 * findings: the leaf vouches for itself; a root came along that nobody trusts; the last issuer is
 * unknown; the last issuer exists and was not sent. Only the last is the server's to mend, so it is
 * said only where the missing certificate is known (a bundle, the store, another endpoint) or the
 * leaf says where it lies. An omitted root is right.
 */
#include "verdict/check.h"
#include "x509/der.h"
#include "x509/name.h"

static const struct path_link *top_of(const struct path *p)
{
	return &p->links[p->n - 1];
}

/* The first issuer on the way up that a server has to send and did not; NULL: none. */
static const struct cert *not_sent(const struct path *p)
{
	for (size_t i = 1; i < p->n; i++)
		if (!p->links[i].presented && !p->links[i].anchor &&
		    !cert_is_self_issued(p->links[i].cert))
			return p->links[i].cert;
	return NULL;
}

static void incomplete(struct judged *j, const struct cert *missing)
{
	char label[LABEL_MAX];

	finding_always(j->verdict, FINDING_INCOMPLETE_CHAIN, SEVERITY_NONE, "%s is not sent",
	    cert_label(missing, label));
}

static void self_signed(struct judged *j)
{
	if (j->trust_known)
		finding_always(j->verdict, FINDING_SELF_SIGNED, SEVERITY_NONE,
		    "it signs itself, and is not trusted");
	else
		finding_always(j->verdict, FINDING_SELF_SIGNED, SEVERITY_INFO,
		    "it signs itself; trust is unknown");
}

static void issuer_text(const struct cert *c, char text[LABEL_MAX])
{
	const struct cert named = {.subject = c->issuer};

	cert_label(&named, text);
}

static void unknown_issuer(struct judged *j)
{
	const struct cert *top = top_of(&j->path)->cert, *refused = j->path.refused;
	char issuer[LABEL_MAX], label[LABEL_MAX];

	issuer_text(top, issuer);
	if (refused && name_eq(refused->subject, top->issuer))
		finding_always(j->verdict, FINDING_UNKNOWN_ISSUER, SEVERITY_NONE, "%s %s", issuer,
		    j->path.refused_why);
	else
		finding_always(j->verdict, FINDING_UNKNOWN_ISSUER, SEVERITY_NONE,
		    "%s, the issuer of %s, is not known", issuer, cert_label(top, label));
}

/* The leaf came alone, nobody knows its issuer, and it says where that is to be fetched. */
static bool incomplete_by_aia(struct judged *j)
{
	const struct cert *leaf = &j->certs[0];
	char issuer[LABEL_MAX];
	struct buf place;
	struct span uri;

	if (j->informed.n > 1 || cert_is_ca(leaf) || !aia_uri(leaf->ext.aia, AIA_ISSUER, &uri))
		return false;
	buf_init(&place, EVIDENCE_MAX);
	der_text(DER_IA5, uri, &place);
	issuer_text(leaf, issuer);
	finding_always(j->verdict, FINDING_INCOMPLETE_CHAIN, SEVERITY_NONE,
	    "%s is not sent; it is at %s", issuer, buf_text(&place));
	buf_done(&place);
	return true;
}

static void untrusted(struct judged *j)
{
	const struct cert *missing = not_sent(&j->informed);
	char label[LABEL_MAX];

	if (j->path.end == PATH_SELF_SIGNED) {
		finding_always(j->verdict, FINDING_SELF_SIGNED_ROOT_IN_CHAIN, SEVERITY_NONE,
		    "the root %s is sent, and is not trusted",
		    cert_label(top_of(&j->path)->cert, label));
		return;
	}
	if (missing)
		incomplete(j, missing);
	else if (incomplete_by_aia(j))
		return;
	unknown_issuer(j);
}

void check_path(struct judged *j)
{
	const struct cert *missing;

	if (j->certs[0].flaws & FLAW_FRAME)
		return; /* half a certificate: whoever signed it cannot be asked */
	if (j->path.end == PATH_SELF_SIGNED && j->path.n == 1) {
		self_signed(j);
	} else if (!j->trust_known) {
		return; /* nobody can say what an issuer is worth */
	} else if (j->path.end == PATH_TRUSTED) {
		missing = not_sent(&j->path);
		if (missing)
			incomplete(j, missing);
	} else {
		untrusted(j);
	}
}
