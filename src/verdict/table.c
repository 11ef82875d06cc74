/*
 * table.c: every finding, one row. Severity is the consequence: critical, clients refuse or anybody
 * can forge; high, most clients refuse; medium, some do, or soon will. The three last columns are
 * what a person saw before coming here, so that searching for it finds the hosts.
 */
#include "verdict/table.h"

#include <string.h>

static const struct finding_row table[] = {
    {
	.id = FINDING_EXPIRED,
	.severity = SEVERITY_CRITICAL,
	.name = "expired",
	.title = "The certificate has expired",
	.chrome = "NET::ERR_CERT_DATE_INVALID",
	.firefox = "SEC_ERROR_EXPIRED_CERTIFICATE",
	.openssl = "10 certificate has expired",
    },
    {
	.id = FINDING_NOT_YET_VALID,
	.severity = SEVERITY_HIGH,
	.name = "not-yet-valid",
	.title = "The certificate is not valid yet",
	.chrome = "NET::ERR_CERT_DATE_INVALID",
	.firefox = "MOZILLA_PKIX_ERROR_NOT_YET_VALID_CERTIFICATE",
	.openssl = "9 certificate is not yet valid",
    },
    {
	.id = FINDING_EXPIRING,
	.severity = SEVERITY_MEDIUM,
	.name = "expiring",
	.title = "The certificate expires soon",
	.chrome = "",
	.firefox = "",
	.openssl = "",
    },
    {
	.id = FINDING_SELF_SIGNED,
	.severity = SEVERITY_HIGH,
	.name = "self-signed",
	.title = "The certificate is signed with its own key",
	.chrome = "NET::ERR_CERT_AUTHORITY_INVALID",
	.firefox = "MOZILLA_PKIX_ERROR_SELF_SIGNED_CERT",
	.openssl = "18 self-signed certificate",
    },
    {
	.id = FINDING_SELF_SIGNED_ROOT_IN_CHAIN,
	.severity = SEVERITY_HIGH,
	.name = "self-signed-root-in-chain",
	.title = "The chain ends in a root that it sent itself and nobody trusts",
	.chrome = "NET::ERR_CERT_AUTHORITY_INVALID",
	.firefox = "SEC_ERROR_UNKNOWN_ISSUER",
	.openssl = "19 self-signed certificate in certificate chain",
    },
    {
	.id = FINDING_UNKNOWN_ISSUER,
	.severity = SEVERITY_HIGH,
	.name = "unknown-issuer",
	.title = "The chain leads to no trusted root",
	.chrome = "NET::ERR_CERT_AUTHORITY_INVALID",
	.firefox = "SEC_ERROR_UNKNOWN_ISSUER",
	.openssl = "20 unable to get local issuer certificate",
    },
    {
	.id = FINDING_INCOMPLETE_CHAIN,
	.severity = SEVERITY_HIGH,
	.name = "incomplete-chain",
	.title = "The server does not send an intermediate certificate",
	.chrome = "NET::ERR_CERT_AUTHORITY_INVALID",
	.firefox = "SEC_ERROR_UNKNOWN_ISSUER",
	.openssl = "21 unable to verify the first certificate",
    },
    {
	.id = FINDING_NAME_MISMATCH,
	.severity = SEVERITY_HIGH,
	.name = "name-mismatch",
	.title = "The certificate is for other names",
	.chrome = "NET::ERR_CERT_COMMON_NAME_INVALID",
	.firefox = "SSL_ERROR_BAD_CERT_DOMAIN",
	.openssl = "62 hostname mismatch",
    },
    {
	.id = FINDING_WEAK_KEY,
	.severity = SEVERITY_HIGH,
	.name = "weak-key",
	.title = "The key is too weak",
	.chrome = "NET::ERR_CERT_WEAK_KEY",
	.firefox = "MOZILLA_PKIX_ERROR_INADEQUATE_KEY_SIZE",
	.openssl = "66 EE certificate key too weak",
    },
    {
	.id = FINDING_WEAK_SIGNATURE,
	.severity = SEVERITY_HIGH,
	.name = "weak-signature",
	.title = "The signature's digest is broken",
	.chrome = "NET::ERR_CERT_WEAK_SIGNATURE_ALGORITHM",
	.firefox = "SEC_ERROR_CERT_SIGNATURE_ALGORITHM_DISABLED",
	.openssl = "68 CA signature digest algorithm too weak",
    },
    {
	.id = FINDING_CA_AS_LEAF,
	.severity = SEVERITY_MEDIUM,
	.name = "ca-as-leaf",
	.title = "A CA's certificate is used for a server",
	.chrome = "",
	.firefox = "MOZILLA_PKIX_ERROR_CA_CERT_USED_AS_END_ENTITY",
	.openssl = "",
    },
    {
	.id = FINDING_NO_SAN,
	.severity = SEVERITY_HIGH,
	.name = "no-san",
	.title = "The certificate names no host that a client may compare",
	.chrome = "NET::ERR_CERT_COMMON_NAME_INVALID",
	.firefox = "SSL_ERROR_BAD_CERT_DOMAIN",
	.openssl = "",
    },
    {
	.id = FINDING_UNPARSABLE,
	.severity = SEVERITY_HIGH,
	.name = "unparsable",
	.title = "The certificate is malformed",
	.chrome = "NET::ERR_CERT_INVALID",
	.firefox = "SEC_ERROR_BAD_DER",
	.openssl = "",
    },
    {
	.id = FINDING_OLD_PROTOCOL,
	.severity = SEVERITY_HIGH,
	.name = "old-protocol",
	.title = "A version of the protocol that is not allowed any more",
	.chrome = "ERR_SSL_VERSION_OR_CIPHER_MISMATCH",
	.firefox = "SSL_ERROR_UNSUPPORTED_VERSION",
	.openssl = "unsupported protocol",
    },
    {
	.id = FINDING_WEAK_CIPHER,
	.severity = SEVERITY_HIGH,
	.name = "weak-cipher",
	.title = "A cipher or key agreement that protects little or nothing",
	.chrome = "ERR_SSL_VERSION_OR_CIPHER_MISMATCH",
	.firefox = "SSL_ERROR_NO_CYPHER_OVERLAP",
	.openssl = "no shared cipher",
    },
    {
	.id = FINDING_CLIENT_REJECTED,
	.severity = SEVERITY_HIGH,
	.name = "client-rejected-certificate",
	.title = "A client refused the certificate",
	.chrome = "",
	.firefox = "",
	.openssl = "",
    },
    {
	.id = FINDING_CLIENT_LEFT,
	.severity = SEVERITY_MEDIUM,
	.name = "client-left-after-handshake",
	.title = "A client leaves without a word once it has seen the certificate",
	.chrome = "",
	.firefox = "",
	.openssl = "",
    },
};

enum { ROWS = sizeof(table) / sizeof(table[0]) };

static const char *const severities[SEVERITY_MAX] = {
    [SEVERITY_NONE] = "none",
    [SEVERITY_INFO] = "info",
    [SEVERITY_LOW] = "low",
    [SEVERITY_MEDIUM] = "medium",
    [SEVERITY_HIGH] = "high",
    [SEVERITY_CRITICAL] = "critical",
};

const struct finding_row *finding_table(size_t *ret_n)
{
	*ret_n = ROWS;
	return table;
}

const struct finding_row *finding_by_id(uint16_t id)
{
	for (size_t i = 0; i < ROWS; i++)
		if (table[i].id == id)
			return &table[i];
	return NULL;
}

const struct finding_row *finding_by_name(const char *name)
{
	for (size_t i = 0; i < ROWS; i++)
		if (strcmp(table[i].name, name) == 0)
			return &table[i];
	return NULL;
}

bool finding_is_about_issuers(uint16_t id)
{
	return id == FINDING_UNKNOWN_ISSUER || id == FINDING_INCOMPLETE_CHAIN;
}

const char *severity_text(uint8_t severity)
{
	return severity < SEVERITY_MAX ? severities[severity] : "?";
}

uint8_t severity_by_name(const char *name)
{
	for (uint8_t i = SEVERITY_INFO; i < SEVERITY_MAX; i++)
		if (strcmp(severities[i], name) == 0)
			return i;
	return SEVERITY_NONE;
}
