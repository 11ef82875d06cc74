/*
 * sort.c: what a page can be sorted by, and by which index it is read in that order.
 */
#include "store/sort.h"

#define ALERT "iif(s.alert_level, s.alert, -1)"
#define OWNER                                                                                      \
	"coalesce(nullif((SELECT n.owner FROM endpoint_notes n WHERE n.addr = e.addr"              \
	" AND n.port = e.port AND n.transport = e.transport AND n.zone = e.zone), ''),"            \
	" (SELECT n.owner FROM certificate_notes n WHERE n.sha256 = l.sha256), '')"

static const struct sort sorts[] = {
    {FIELD_NONE, WALK_PLACE, false, "e.addr", "sqlite_autoindex_endpoints_1", NULL, false},
    {FIELD_IP, WALK_PLACE, false, "e.addr", "sqlite_autoindex_endpoints_1", NULL, false},
    {FIELD_PORT, WALK_SIGHTINGS, false, "s.port", "sightings_port", NULL, false},
    {FIELD_HOSTNAME, WALK_ENDPOINTS, true, "coalesce(nullif(e.hostname, ''), e.name)",
	"endpoints_hostname", "''", false},
    {FIELD_SNI, WALK_ENDPOINTS, true, "e.name", "endpoints_name", "''", true},
    {FIELD_TRANSPORT, WALK_ENDPOINTS, false, "e.transport", "endpoints_transport", NULL, false},
    {FIELD_TIMESTAMP, WALK_SIGHTINGS, false, "s.last_ms", "sightings_last", NULL, false},
    {FIELD_LAST_SEEN, WALK_SIGHTINGS, false, "s.last_ms", "sightings_last", NULL, false},
    {FIELD_FIRST_SEEN, WALK_SIGHTINGS, false, "s.first_ms", "sightings_first", NULL, false},
    {FIELD_SOURCE, WALK_SIGHTINGS, false, "s.source", "sightings_source", NULL, false},
    {FIELD_OUTCOME, WALK_SIGHTINGS, false, "s.outcome", "sightings_outcome", NULL, false},
    {FIELD_VERSION, WALK_SIGHTINGS, false, "s.version", "sightings_version", "0", false},
    {FIELD_VERSION_ID, WALK_SIGHTINGS, false, "s.version", "sightings_version", "0", false},
    {FIELD_CIPHER, WALK_SIGHTINGS, false, "s.cipher", "sightings_cipher", "0", false},
    {FIELD_CIPHER_ID, WALK_SIGHTINGS, false, "s.cipher", "sightings_cipher", "0", false},
    {FIELD_GROUP, WALK_SIGHTINGS, false, "s.key_group", "sightings_group", "0", false},
    {FIELD_GROUP_ID, WALK_SIGHTINGS, false, "s.key_group", "sightings_group", "0", false},
    {FIELD_STARTTLS, WALK_SIGHTINGS, false, "s.starttls", "sightings_starttls", "0", true},
    {FIELD_CLIENTS, WALK_SIGHTINGS, false, "s.clients", "sightings_clients", "0", true},
    {FIELD_ALPN, WALK_SIGHTINGS, true, "s.alpn", "sightings_alpn", "''", true},
    {FIELD_NOT_AFTER, WALK_CERTS, false, "l.not_after_s", "certificates_not_after", NULL, false},
    {FIELD_NOTVALIDAFTER, WALK_CERTS, false, "l.not_after_s", "certificates_not_after", NULL,
	false},
    {FIELD_NOT_BEFORE, WALK_CERTS, false, "l.not_before_s", "certificates_not_before", NULL, false},
    {FIELD_SUBJECT, WALK_CERTS, true, "l.subject_cn", "certificates_subject", "''", false},
    {FIELD_ISSUER, WALK_CERTS, true, "l.issuer_cn", "certificates_issuer", "''", false},
    {FIELD_SUBJECT_DN, WALK_CERTS, true, "l.subject", "certificates_subject_dn", "''", false},
    {FIELD_ISSUER_DN, WALK_CERTS, true, "l.issuer", "certificates_issuer_dn", "''", false},
    {FIELD_KEY, WALK_CERTS, true, "l.key", "certificates_key", "''", false},
    {FIELD_KEY_BITS, WALK_CERTS, false, "l.key_bits", "certificates_key_bits", NULL, false},
    {FIELD_SIG_ALG, WALK_CERTS, true, "l.sig_alg", "certificates_sig_alg", "''", false},
    {FIELD_SEVERITY, WALK_SIGHTINGS, false, NULL, "sqlite_autoindex_sightings_1", NULL, false},
    {FIELD_SERVICE, WALK_SIGHTINGS, false, "(s.starttls << 16 | s.port)", NULL, NULL, false},
    {FIELD_CONNECTIONS, WALK_SIGHTINGS, false, "s.connections", NULL, NULL, false},
    {FIELD_ALERT, WALK_SIGHTINGS, false, ALERT, NULL, "-1", false},
    {FIELD_ALERT_ID, WALK_SIGHTINGS, false, ALERT, NULL, "-1", false},
    {FIELD_OWNER, WALK_SIGHTINGS, true, OWNER, NULL, "''", false},
};

const struct sort *sort_of(enum field_id field)
{
	for (size_t i = 0; i < sizeof(sorts) / sizeof(sorts[0]); i++)
		if (sorts[i].field == field)
			return &sorts[i];
	return NULL;
}
