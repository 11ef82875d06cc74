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
    {FIELD_NONE, WALK_PLACE, .key = "e.addr", .index = "sqlite_autoindex_endpoints_1"},
    {FIELD_IP, WALK_PLACE, .key = "e.addr", .index = "sqlite_autoindex_endpoints_1"},
    {FIELD_PORT, WALK_SIGHTINGS, .key = "s.port", .index = "sightings_port"},
    {FIELD_HOSTNAME, WALK_ENDPOINTS, .is_text = true,
	.key = "coalesce(nullif(e.hostname, ''), e.name)", .index = "endpoints_hostname",
	.empty = "''"},
    {FIELD_SNI, WALK_ENDPOINTS, .is_text = true, .key = "e.name", .index = "endpoints_name",
	.empty = "''", .partial = true},
    {FIELD_TRANSPORT, WALK_ENDPOINTS, .key = "e.transport", .index = "endpoints_transport"},
    {FIELD_TIMESTAMP, WALK_SIGHTINGS, .key = "s.last_ms", .index = "sightings_last"},
    {FIELD_LAST_SEEN, WALK_SIGHTINGS, .key = "s.last_ms", .index = "sightings_last"},
    {FIELD_FIRST_SEEN, WALK_SIGHTINGS, .key = "s.first_ms", .index = "sightings_first"},
    {FIELD_SOURCE, WALK_SIGHTINGS, .key = "s.source", .index = "sightings_source"},
    {FIELD_OUTCOME, WALK_SIGHTINGS, .key = "s.outcome", .index = "sightings_outcome"},
    {FIELD_VERSION, WALK_SIGHTINGS, .key = "s.version", .index = "sightings_version", .empty = "0"},
    {FIELD_VERSION_ID, WALK_SIGHTINGS, .key = "s.version", .index = "sightings_version",
	.empty = "0"},
    {FIELD_CIPHER, WALK_SIGHTINGS, .key = "s.cipher", .index = "sightings_cipher", .empty = "0"},
    {FIELD_CIPHER_ID, WALK_SIGHTINGS, .key = "s.cipher", .index = "sightings_cipher", .empty = "0"},
    {FIELD_GROUP, WALK_SIGHTINGS, .key = "s.key_group", .index = "sightings_group", .empty = "0"},
    {FIELD_GROUP_ID, WALK_SIGHTINGS, .key = "s.key_group", .index = "sightings_group",
	.empty = "0"},
    {FIELD_STARTTLS, WALK_SIGHTINGS, .key = "s.starttls", .index = "sightings_starttls",
	.empty = "0", .partial = true},
    {FIELD_CLIENTS, WALK_SIGHTINGS, .key = "s.clients", .index = "sightings_clients", .empty = "0",
	.partial = true},
    {FIELD_ALPN, WALK_SIGHTINGS, .is_text = true, .key = "s.alpn", .index = "sightings_alpn",
	.empty = "''", .partial = true},
    {FIELD_NOT_AFTER, WALK_CERTS, .key = "l.not_after_s", .index = "certificates_not_after"},
    {FIELD_NOTVALIDAFTER, WALK_CERTS, .key = "l.not_after_s", .index = "certificates_not_after"},
    {FIELD_NOT_BEFORE, WALK_CERTS, .key = "l.not_before_s", .index = "certificates_not_before"},
    {FIELD_SUBJECT, WALK_CERTS, .is_text = true, .key = "l.subject_cn",
	.index = "certificates_subject", .empty = "''"},
    {FIELD_ISSUER, WALK_CERTS, .is_text = true, .key = "l.issuer_cn",
	.index = "certificates_issuer", .empty = "''"},
    {FIELD_SUBJECT_DN, WALK_CERTS, .is_text = true, .key = "l.subject",
	.index = "certificates_subject_dn", .empty = "''"},
    {FIELD_ISSUER_DN, WALK_CERTS, .is_text = true, .key = "l.issuer",
	.index = "certificates_issuer_dn", .empty = "''"},
    {FIELD_KEY, WALK_CERTS, .is_text = true, .key = "l.key", .index = "certificates_key",
	.empty = "''"},
    {FIELD_KEY_BITS, WALK_CERTS, .key = "l.key_bits", .index = "certificates_key_bits"},
    {FIELD_SIG_ALG, WALK_CERTS, .is_text = true, .key = "l.sig_alg",
	.index = "certificates_sig_alg", .empty = "''"},
    {FIELD_SEVERITY, WALK_SIGHTINGS, .empty = "0", .unordered = true},
    {FIELD_SERVICE, WALK_SIGHTINGS, .unordered = true},
    {FIELD_CONNECTIONS, WALK_SIGHTINGS, .key = "s.connections", .unordered = true},
    {FIELD_ALERT, WALK_SIGHTINGS, .key = ALERT, .empty = "-1", .unordered = true},
    {FIELD_ALERT_ID, WALK_SIGHTINGS, .key = ALERT, .empty = "-1", .unordered = true},
    {FIELD_OWNER, WALK_SIGHTINGS, .is_text = true, .key = OWNER, .empty = "''", .unordered = true},
};

const struct sort *sort_of(enum field_id field)
{
	for (size_t i = 0; i < sizeof(sorts) / sizeof(sorts[0]); i++)
		if (sorts[i].field == field)
			return &sorts[i];
	return NULL;
}
