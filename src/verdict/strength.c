/*
 * strength.c: weak-key, weak-signature, as the policy says. A signature counts only where a client
 * relies on it: a root is believed for its key, whatever it signed itself with. The leaf's is
 * always told, self-signed or not.
 */
#include "verdict/check.h"
#include "x509/sigalg.h"

/* Below which a key can be broken by who wants to. */
static const uint16_t broken_bits[KEY_TYPE_MAX] = {
    [KEY_TYPE_RSA] = 1024,
    [KEY_TYPE_DSA] = 1024,
    [KEY_TYPE_EC] = 160,
};

static uint32_t wanted_bits(const struct policy *policy, uint8_t key_type)
{
	switch (key_type) {
	case KEY_TYPE_RSA:
		return policy->rsa_bits;
	case KEY_TYPE_DSA:
		return policy->dsa_bits;
	case KEY_TYPE_EC:
		return policy->ec_bits;
	default:
		return 0;
	}
}

static bool key_allowed(const struct policy *policy, const struct key *key)
{
	if (key->type == KEY_TYPE_NONE)
		return true; /* unparsable says so */
	if (key->explicit_curve || !policy_allows(policy, POLICY_KEY_TYPES, key_kind_text(key)))
		return false;
	return key->type != KEY_TYPE_EC || policy_allows(policy, POLICY_CURVES, key->text);
}

static enum severity key_severity(const struct policy *policy, const struct key *key)
{
	if (key->exponent_is_one)
		return SEVERITY_CRITICAL;
	if (key->bits && key->bits < wanted_bits(policy, key->type))
		return key->bits < broken_bits[key->type] ? SEVERITY_CRITICAL : SEVERITY_HIGH;
	return key_allowed(policy, key) ? SEVERITY_NONE : SEVERITY_HIGH;
}

static void check_key(struct judged *j, const struct cert *c)
{
	enum severity severity = key_severity(j->policy, &c->key);
	char of[LABEL_MAX + 8];

	if (severity != SEVERITY_NONE)
		finding_always(j->verdict, FINDING_WEAK_KEY, on_path(j, c, severity), "%s%s%s",
		    c->key.text, c->key.exponent_is_one ? " with the exponent 1" : "",
		    of_issuer(j, c, of));
}

static enum severity digest_severity(const struct policy *policy, enum sig_digest digest)
{
	const char *name = sig_digest_text(digest);

	if (!*name || policy_allows(policy, POLICY_HASHES, name))
		return SEVERITY_NONE;
	return policy_match("MD*", name) ? SEVERITY_CRITICAL : SEVERITY_HIGH;
}

static bool signature_counts(const struct judged *j, size_t i)
{
	const struct path_link *link = path_link_of(j, &j->certs[i]);

	return i == 0 || !(j->verdict->facts[i]->self_signed || (link && link->anchor));
}

static void check_signature(struct judged *j, const struct cert *c)
{
	enum severity severity;
	char of[LABEL_MAX + 8];
	struct sigalg alg;

	if (!sigalg_parse(c->signed_with, &alg))
		return;
	severity = digest_severity(j->policy, (enum sig_digest)alg.digest);
	if (severity != SEVERITY_NONE)
		finding_always(j->verdict, FINDING_WEAK_SIGNATURE, on_path(j, c, severity), "%s%s",
		    sig_digest_text((enum sig_digest)alg.digest), of_issuer(j, c, of));
}

void check_strength(struct judged *j)
{
	for (size_t i = 0; i < j->n; i++) {
		check_key(j, &j->certs[i]);
		if (signature_counts(j, i))
			check_signature(j, &j->certs[i]);
	}
}
