/*
 * unparsable.c: what the walk could not read. The certificate is listed nevertheless, with the
 * fields that it did read; this says which are missing.
 */
#include "verdict/check.h"
#include "x509/der.h"

static void put_what(const struct cert *c, struct buf *out)
{
	cert_flaws_text(c->flaws, out);
	if (c->flaws & FLAW_EXTENSION && !(c->flaws & FLAW_FRAME)) {
		buf_str(out, " ");
		der_oid_text(c->bad_extension, out);
	}
}

void check_unparsable(struct judged *j)
{
	for (size_t i = 0; i < j->n; i++) {
		const struct cert *c = &j->certs[i];
		char of[LABEL_MAX + 8];
		struct buf what;

		if (!c->flaws)
			continue;
		buf_init(&what, EVIDENCE_MAX * 2);
		put_what(c, &what);
		finding_always(j->verdict, FINDING_UNPARSABLE,
		    i ? on_path(j, c, SEVERITY_MEDIUM) : SEVERITY_NONE, "malformed%s: %s",
		    of_issuer(j, c, of), buf_text(&what));
		buf_done(&what);
	}
}
