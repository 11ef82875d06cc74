/*
 * check.h: what a check is given, and how it says what it found. A family of findings is one file
 * (expiry.c, identity.c, ...) and one row in judge.c; a check sees the whole chain and reports each
 * thing that is wrong, never only the first.
 */
#pragma once

#include "observe/chain.h"
#include "verdict/limits.h"
#include "verdict/policy.h"
#include "verdict/table.h"
#include "x509/path.h"

struct judged {
	const struct cert *certs; /* as presented; certs[0] is the leaf */
	size_t n;
	const struct trust *trust;
	const struct policy *policy;
	bool trust_known; /* there are roots: what does not lead to one is a finding */
	struct path path; /* the way up that is taken; the best there is where none is trusted */
	struct path informed; /* the way up over all certificates that are known to exist */
	struct chain_verdict *verdict;
};

typedef void check_fn(struct judged *j);

check_fn check_unparsable;
check_fn check_expiry;
check_fn check_identity;
check_fn check_strength;
check_fn check_path;

/* Reports one finding for always. Severity SEVERITY_NONE: the table's. Too many
 * (CHAIN_FINDINGS_MAX): the least severe goes. */
void finding_always(struct chain_verdict *v, enum finding_id id, enum severity severity,
    const char *evidence, ...) __attribute__((format(printf, 4, 5)));
/* The same for an interval, until_s exclusive; an empty one is not reported. */
void finding_during(struct chain_verdict *v, enum finding_id id, enum severity severity,
    int64_t since_s, int64_t until_s, const char *evidence, ...)
    __attribute__((format(printf, 6, 7)));

/* As much of a text as fits, cut at a character. Returns to. */
const char *fit_text(char *to, size_t size, struct span from);
/* What to call a certificate in a sentence: its common name, else its subject, else its serial
 * number; cut to fit. Returns text. */
const char *cert_label(const struct cert *c, char text[LABEL_MAX]);
/* For evidence: "" of the leaf, " of Some CA" of another. Returns text. */
const char *of_issuer(const struct judged *j, const struct cert *c, char text[LABEL_MAX + 8]);
/* What is wrong off the path hurts nobody: SEVERITY_LOW there, else the given one. */
enum severity on_path(const struct judged *j, const struct cert *c, enum severity severity);
/* The link of the taken path that this presented certificate is; NULL: it is not on it. */
const struct path_link *path_link_of(const struct judged *j, const struct cert *c);
