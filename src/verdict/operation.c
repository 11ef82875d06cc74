/*
 * operation.c: old-protocol, weak-cipher, client-rejected-certificate, client-left-after-handshake.
 * What is allowed is the policy's; how bad it is, where it is not, stands here.
 */
#include "verdict/operation.h"

#include "observe/departures.h"
#include "verdict/table.h"
#include "wire/iana.h"

#include <stdarg.h>
#include <stdio.h>

enum { DRAFT_MASK = 0xff00, DRAFT = 0x7f00, EXPERIMENT = 0x7e00 };

/* Anybody can read or change what goes through these: DROWN, POODLE, FREAK, no key at all. */
static const char broken_versions[] = "SSL *";
static const char broken_ciphers[] =
    "*_NULL_*, TLS_SHA*, *_anon_*, *EXPORT*, *_RC2_*, *_DES_*, *_DES40_*";

static __attribute__((format(printf, 4, 5))) void add(
    struct observation *obs, enum finding_id id, enum severity severity, const char *evidence, ...)
{
	struct finding *f = &obs->findings[obs->n_findings];
	va_list args;

	if (obs->n_findings == OBSERVATION_FINDINGS_MAX)
		return;
	*f = (struct finding){.id = (uint16_t)id,
	    .severity = severity ? (uint8_t)severity : finding_by_id(id)->severity,
	    .since_s = ALWAYS_S,
	    .until_s = FOREVER_S};
	va_start(args, evidence);
	vsnprintf(f->evidence, sizeof(f->evidence), evidence, args);
	va_end(args);
	obs->n_findings++;
}

/* NULL: unknown. The drafts of TLS 1.3, and what its authors tried out, are TLS 1.3. */
static const char *version_of(uint16_t version)
{
	uint16_t kind = version & DRAFT_MASK;

	return iana_version(kind == DRAFT || kind == EXPERIMENT ? 0x0304 : version);
}

static void judge_version(struct observation *obs, const struct policy *policy)
{
	const char *version = version_of(obs->version);

	if (version && !policy_allows(policy, POLICY_VERSIONS, version))
		add(obs, FINDING_OLD_PROTOCOL,
		    policy_match(broken_versions, version) ? SEVERITY_CRITICAL : SEVERITY_NONE,
		    "%s", version);
}

/* The name; "" where there is none, or where it is allowed. */
static const char *refused(const struct policy *policy, enum policy_list list, const char *name)
{
	return name && !policy_allows(policy, list, name) ? name : "";
}

/* Numbers of a suite mean nothing in SSL 2.0, and 0 is "unknown" far more often than the suite
 * without any protection. */
static void judge_cipher(struct observation *obs, const struct policy *policy)
{
	bool is_named = obs->cipher && obs->version > 0x0002;
	const char *cipher =
	    refused(policy, POLICY_CIPHERS, is_named ? iana_cipher(obs->cipher) : NULL);
	const char *group =
	    refused(policy, POLICY_GROUPS, obs->group ? iana_group(obs->group) : NULL);

	if (*cipher || *group)
		add(obs, FINDING_WEAK_CIPHER,
		    policy_match(broken_ciphers, cipher) ? SEVERITY_CRITICAL : SEVERITY_NONE,
		    "%s%s%s", cipher, *cipher && *group ? ", " : "", group);
}

void judge_rejection(struct observation *obs)
{
	const char *name = iana_alert(obs->alert);

	if (obs->outcome != OUTCOME_REJECTED)
		return;
	if (name)
		add(obs, FINDING_CLIENT_REJECTED, SEVERITY_NONE, "alert %u, %s", obs->alert, name);
	else
		add(obs, FINDING_CLIENT_REJECTED, SEVERITY_NONE, "alert %u", obs->alert);
}

void judge_numbers(struct observation *obs, const struct policy *policy)
{
	judge_version(obs, policy);
	judge_cipher(obs, policy);
}

void judge_departure(struct observation *obs, uint32_t streak)
{
	if (streak >= DEPARTURES_TELL)
		add(obs, FINDING_CLIENT_LEFT, SEVERITY_NONE,
		    "%u times in a row a client finished the handshake and said nothing", streak);
}
