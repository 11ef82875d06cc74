/*
 * observation.c: the words for outcomes and kinds of evidence. They stand in every output and in
 * people's searches: they do not change.
 */
#include "observe/observation.h"

#include <strings.h>

static const char *const outcomes[OUTCOME_MAX] = {
    [OUTCOME_NONE] = "none",
    [OUTCOME_CERTIFICATE] = "certificate",
    [OUTCOME_PARTIAL] = "partial",
    [OUTCOME_FINGERPRINT] = "fingerprint",
    [OUTCOME_NO_TLS] = "no-tls",
    [OUTCOME_NO_CERT] = "no-cert",
    [OUTCOME_NO_UPGRADE] = "no-upgrade",
    [OUTCOME_REFUSED] = "refused",
    [OUTCOME_CLOSED] = "closed",
    [OUTCOME_TIMEOUT] = "timeout",
    [OUTCOME_UNREACHABLE] = "unreachable",
    [OUTCOME_REJECTED] = "rejected",
    [OUTCOME_HIDDEN] = "hidden",
    [OUTCOME_OPEN] = "open",
    [OUTCOME_MALFORMED] = "malformed",
};

static const char *const evidences[EVIDENCE_KINDS] = {
    [EVIDENCE_NONE] = "none",
    [EVIDENCE_SCAN] = "scan",
    [EVIDENCE_SENSOR] = "sensor",
    [EVIDENCE_IMPORT] = "import",
    [EVIDENCE_CHECK] = "check",
};

static const char *const directions[DIRECTION_MAX] = {
    [DIRECTION_UNKNOWN] = "unknown",
    [DIRECTION_OUTBOUND] = "outbound",
    [DIRECTION_INBOUND] = "inbound",
    [DIRECTION_INTERNAL] = "internal",
    [DIRECTION_EXTERNAL] = "external",
};

const char *outcome_text(enum outcome outcome)
{
	return outcome < OUTCOME_MAX ? outcomes[outcome] : "unknown";
}

const char *evidence_text(enum evidence evidence)
{
	return evidence < EVIDENCE_KINDS ? evidences[evidence] : "unknown";
}

enum evidence evidence_by_name(const char *name)
{
	for (int i = 1; i < EVIDENCE_KINDS; i++)
		if (strcasecmp(evidences[i], name) == 0)
			return (enum evidence)i;
	return EVIDENCE_NONE;
}

const char *direction_text(enum direction direction)
{
	return direction < DIRECTION_MAX ? directions[direction] : "unknown";
}
