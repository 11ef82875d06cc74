/*
 * identity.c: for whom a certificate is: ca-as-leaf, no-san, name-mismatch. Only subjectAltName
 * counts: no client has compared the common name since 2017, and RFC 9525 2 forbids it. The names
 * are read back from the facts' texts, because the question comes later than the certificate: one
 * chain, many endpoints.
 */
#include "base/text.h"
#include "inet/addr.h"
#include "verdict/check.h"
#include "verdict/judge.h"
#include "x509/match.h"

static bool has_host_name(const struct cert *c)
{
	struct span rest = c->ext.san;
	struct general name;

	while (general_next(&rest, &name))
		if (name.kind == GENERAL_DNS || name.kind == GENERAL_IP)
			return true;
	return false;
}

void check_identity(struct judged *j)
{
	const struct cert *leaf = &j->certs[0];
	const char *cn = j->verdict->facts[0]->subject_cn;

	if (leaf->ext.has_basic && leaf->ext.is_ca)
		finding_always(j->verdict, FINDING_CA_AS_LEAF, SEVERITY_NONE,
		    "basicConstraints says that it is a CA");
	if (leaf->flaws & (FLAW_FRAME | FLAW_EXTENSIONS) || has_host_name(leaf))
		return;
	if (*cn)
		finding_always(
		    j->verdict, FINDING_NO_SAN, SEVERITY_NONE, "only the common name %s", cn);
	else
		finding_always(j->verdict, FINDING_NO_SAN, SEVERITY_NONE, "no name at all");
}

/* A text of the facts' sans, and a name that was asked for: an address matches an address alone. */
static bool covers(const char *san, const char *name, const struct addr *addr)
{
	struct addr other;
	bool is_addr = !err_is(addr_parse(span_str(san), &other));

	if (addr)
		return is_addr && addr_eq(&other, addr);
	return !is_addr && !strchr(san, ':') && match_dns(span_str(san), span_str(name));
}

static void name_evidence(const struct cert_facts *leaf, const char *name, char *text, size_t size)
{
	struct buf line;
	size_t i = 0;

	buf_init(&line, size * 4);
	buf_str(&line, "asked for ");
	text_clip(&line, span_str(name), 60);
	buf_str(&line, ", it is for ");
	for (; i < leaf->n_sans && (i == 0 || line.n < size / 2); i++) {
		buf_str(&line, i ? ", " : "");
		text_clip(&line, span_str(leaf->sans[i]), 40);
	}
	if (i < leaf->n_sans)
		buf_printf(&line, " and %zu more", leaf->n_sans - i);
	else if (i == 0)
		buf_str(&line, "no name");
	fit_text(text, size, buf_view(&line));
	buf_done(&line);
}

bool judge_name(const struct cert_facts *leaf, const char *name, struct finding *ret_finding)
{
	struct addr addr;
	bool is_addr = !err_is(addr_parse(span_str(name), &addr));
	const struct finding_row *row = finding_by_id(FINDING_NAME_MISMATCH);

	for (size_t i = 0; i < leaf->n_sans; i++)
		if (covers(leaf->sans[i], name, is_addr ? &addr : NULL))
			return false;
	*ret_finding = (struct finding){
	    .id = row->id, .severity = row->severity, .since_s = ALWAYS_S, .until_s = FOREVER_S};
	name_evidence(leaf, name, ret_finding->evidence, sizeof(ret_finding->evidence));
	return true;
}
