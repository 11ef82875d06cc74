/*
 * strength.c: weak-key, weak-signature. A signature counts only where a client relies on it: a root
 * is believed for its key, whatever it signed itself with. The leaf's is always told, self-signed
 * or not.
 */
#include "verdict/check.h"
#include "x509/sigalg.h"

/* Below which a key is weak, and below which it can be broken by who wants to. */
static const struct {
	uint16_t weak_bits;
	uint16_t broken_bits;
} floors[KEY_TYPE_MAX] = {
    [KEY_TYPE_RSA] = {2048, 1024},
    [KEY_TYPE_DSA] = {2048, 1024},
    [KEY_TYPE_EC] = {224, 160},
};

static enum severity key_severity(const struct key *key)
{
	if (key->exponent_is_one)
		return SEVERITY_CRITICAL;
	if (key->bits && key->bits < floors[key->type].weak_bits)
		return key->bits < floors[key->type].broken_bits ? SEVERITY_CRITICAL
								 : SEVERITY_HIGH;
	return key->explicit_curve ? SEVERITY_HIGH : SEVERITY_NONE;
}

static void check_key(struct judged *j, const struct cert *c)
{
	enum severity severity = key_severity(&c->key);
	char of[LABEL_MAX + 8];

	if (severity != SEVERITY_NONE)
		finding_always(j->verdict, FINDING_WEAK_KEY, on_path(j, c, severity), "%s%s%s",
		    c->key.text, c->key.exponent_is_one ? " with the exponent 1" : "",
		    of_issuer(j, c, of));
}

static enum severity digest_severity(enum sig_digest digest)
{
	switch (digest) {
	case SIG_DIGEST_MD2:
	case SIG_DIGEST_MD4:
	case SIG_DIGEST_MD5:
		return SEVERITY_CRITICAL;
	case SIG_DIGEST_SHA1:
		return SEVERITY_HIGH;
	case SIG_DIGEST_NONE:
	case SIG_DIGEST_SHA224:
	case SIG_DIGEST_SHA256:
	case SIG_DIGEST_SHA384:
	case SIG_DIGEST_SHA512:
	case SIG_DIGEST_SHA3_256:
	case SIG_DIGEST_SHA3_384:
	case SIG_DIGEST_SHA3_512:
	case SIG_DIGEST_MAX:
		break;
	}
	return SEVERITY_NONE;
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
	severity = digest_severity((enum sig_digest)alg.digest);
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
