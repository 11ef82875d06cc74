/*
 * field.c: the list itself. A field is one row here, one getter in format/getter.c and, where it
 * can be searched for, one column in store/search.c.
 */
#include "query/field.h"

#include "base/text.h"

#include <strings.h>

static const struct field table[] = {
    {FIELD_TIMESTAMP, "timestamp", VALUE_TIME, FIELD_SEARCH | FIELD_SORT, "",
	"when the endpoint was last seen"},
    {FIELD_IP, "ip", VALUE_ADDRESS, FIELD_SEARCH | FIELD_SORT | FIELD_DEFAULT | FIELD_FREE,
	"address cidr", "address of the endpoint"},
    {FIELD_HOSTNAME, "hostname", VALUE_TEXT,
	FIELD_SEARCH | FIELD_FACET | FIELD_SORT | FIELD_DEFAULT | FIELD_FREE, "host",
	"what the target was called, or its reverse name"},
    {FIELD_PORT, "port", VALUE_NUMBER, FIELD_SEARCH | FIELD_FACET | FIELD_SORT | FIELD_DEFAULT, "",
	"port of the endpoint"},
    {FIELD_NOTVALIDAFTER, "notvalidafter", VALUE_TIME, FIELD_SEARCH | FIELD_SORT, "",
	"the same as not_after"},
    {FIELD_SUBJECT, "subject", VALUE_TEXT,
	FIELD_SEARCH | FIELD_FACET | FIELD_SORT | FIELD_DEFAULT | FIELD_FREE, "cn",
	"common name of the subject"},
    {FIELD_ISSUER, "issuer", VALUE_TEXT,
	FIELD_SEARCH | FIELD_FACET | FIELD_SORT | FIELD_DEFAULT | FIELD_FREE, "",
	"common name of the issuer"},
    {FIELD_SANS, "SANs", VALUE_LIST, FIELD_SEARCH | FIELD_FREE, "names name san",
	"subject alternative names"},
    {FIELD_SNI, "sni", VALUE_TEXT, FIELD_SEARCH | FIELD_FACET | FIELD_SORT | FIELD_FREE,
	"server_name", "server name that was sent"},
    {FIELD_TRANSPORT, "transport", VALUE_TEXT, FIELD_SEARCH | FIELD_FACET | FIELD_SORT | FIELD_WORD,
	"", "tcp, udp or quic"},
    {FIELD_SERVICE, "service", VALUE_TEXT, FIELD_SEARCH | FIELD_FACET | FIELD_SORT | FIELD_WORD, "",
	"service behind the port: https, smtp"},
    {FIELD_STARTTLS, "starttls", VALUE_TEXT, FIELD_SEARCH | FIELD_FACET | FIELD_SORT | FIELD_WORD,
	"", "protocol that TLS was begun from"},
    {FIELD_SOURCE, "source", VALUE_TEXT, FIELD_SEARCH | FIELD_FACET | FIELD_SORT | FIELD_WORD, "",
	"how it is known: scan, sensor, import, check"},
    {FIELD_OUTCOME, "outcome", VALUE_TEXT, FIELD_SEARCH | FIELD_FACET | FIELD_SORT | FIELD_WORD, "",
	"certificate, no-tls, refused, timeout"},
    {FIELD_ERROR, "error", VALUE_TEXT, 0, "", "what the system said of a failed connection"},
    {FIELD_FIRST_SEEN, "first_seen", VALUE_TIME, FIELD_SEARCH | FIELD_SORT, "",
	"this chain at this endpoint, first"},
    {FIELD_LAST_SEEN, "last_seen", VALUE_TIME, FIELD_SEARCH | FIELD_SORT, "",
	"this chain at this endpoint, last"},
    {FIELD_CONNECTIONS, "connections", VALUE_NUMBER, FIELD_SEARCH | FIELD_SORT, "",
	"connections that it took, or that a sensor saw"},
    {FIELD_CLIENTS, "clients", VALUE_NUMBER, FIELD_SEARCH | FIELD_SORT, "",
	"clients that the sensor counted"},
    {FIELD_INFERRED, "inferred", VALUE_TEXT, 0, "",
	"SHA-256 of the certificate known for it, where TLS 1.3 hid the one it sent"},
    {FIELD_INFERRED_SUBJECT, "inferred_subject", VALUE_TEXT, 0, "", "common name of that one"},
    {FIELD_INFERRED_CONTRADICTED, "inferred_contradicted", VALUE_BOOL, 0, "",
	"what was sent is too short to be that one"},
    {FIELD_VERSION, "version", VALUE_TEXT, FIELD_SEARCH | FIELD_FACET | FIELD_SORT | FIELD_WORD,
	"tls", "protocol version: TLS 1.3"},
    {FIELD_VERSION_ID, "version_id", VALUE_NUMBER, FIELD_SEARCH | FIELD_SORT, "",
	"its number: 772"},
    {FIELD_CIPHER, "cipher", VALUE_TEXT, FIELD_SEARCH | FIELD_FACET | FIELD_SORT | FIELD_WORD, "",
	"cipher suite by its IANA name"},
    {FIELD_CIPHER_ID, "cipher_id", VALUE_NUMBER, FIELD_SEARCH | FIELD_SORT, "", "its number"},
    {FIELD_GROUP, "group", VALUE_TEXT, FIELD_SEARCH | FIELD_FACET | FIELD_SORT | FIELD_WORD,
	"curve", "group of the key agreement: x25519"},
    {FIELD_GROUP_ID, "group_id", VALUE_NUMBER, FIELD_SEARCH | FIELD_SORT, "", "its number"},
    {FIELD_ALPN, "alpn", VALUE_TEXT, FIELD_SEARCH | FIELD_FACET | FIELD_SORT, "",
	"application protocol that was agreed on"},
    {FIELD_ALERT, "alert", VALUE_TEXT, FIELD_SEARCH | FIELD_FACET | FIELD_SORT | FIELD_WORD, "",
	"alert that the server sent"},
    {FIELD_ALERT_ID, "alert_id", VALUE_NUMBER, FIELD_SEARCH | FIELD_SORT, "", "its number"},
    {FIELD_CLIENT_CERT_ASKED, "client_cert_asked", VALUE_BOOL, FIELD_SEARCH | FIELD_FACET, "mtls",
	"server wants a client certificate"},
    {FIELD_OCSP_STAPLED, "ocsp_stapled", VALUE_BOOL, FIELD_SEARCH | FIELD_FACET, "",
	"an OCSP response came with the chain"},
    {FIELD_CHAIN_CUT, "chain_cut", VALUE_BOOL, FIELD_SEARCH | FIELD_FACET, "",
	"the chain is not complete as it was sent"},
    {FIELD_SHA256, "sha256", VALUE_TEXT, FIELD_SEARCH | FIELD_HEX, "fingerprint",
	"SHA-256 of the certificate"},
    {FIELD_SERIAL, "serial", VALUE_TEXT, FIELD_SEARCH | FIELD_HEX, "",
	"serial number in hexadecimal"},
    {FIELD_SUBJECT_DN, "subject_dn", VALUE_TEXT, FIELD_SEARCH | FIELD_SORT, "",
	"whole distinguished name of the subject"},
    {FIELD_ISSUER_DN, "issuer_dn", VALUE_TEXT, FIELD_SEARCH | FIELD_FACET | FIELD_SORT, "",
	"whole distinguished name of the issuer"},
    {FIELD_NOT_BEFORE, "not_before", VALUE_TIME, FIELD_SEARCH | FIELD_SORT, "issued", "valid from"},
    {FIELD_NOT_AFTER, "not_after", VALUE_TIME, FIELD_SEARCH | FIELD_SORT | FIELD_DEFAULT,
	"expires expiry", "valid until"},
    {FIELD_KEY, "key", VALUE_TEXT, FIELD_SEARCH | FIELD_FACET | FIELD_SORT, "",
	"kind and size of the public key: RSA 2048, P-256"},
    {FIELD_KEY_BITS, "key_bits", VALUE_NUMBER, FIELD_SEARCH | FIELD_FACET | FIELD_SORT, "",
	"size of the public key in bits"},
    {FIELD_SIG_ALG, "sig_alg", VALUE_TEXT, FIELD_SEARCH | FIELD_FACET | FIELD_SORT, "signature",
	"signature algorithm"},
    {FIELD_SPKI_SHA256, "spki_sha256", VALUE_TEXT, FIELD_SEARCH | FIELD_HEX, "spki",
	"SHA-256 of the public key"},
    {FIELD_IS_CA, "is_ca", VALUE_BOOL, FIELD_SEARCH | FIELD_FACET, "",
	"it is the certificate of an authority"},
    {FIELD_SELF_SIGNED, "self_signed", VALUE_BOOL, FIELD_SEARCH | FIELD_FACET, "",
	"it is signed with its own key"},
    {FIELD_SEVERITY, "severity", VALUE_TEXT,
	FIELD_SEARCH | FIELD_FACET | FIELD_SORT | FIELD_DEFAULT | FIELD_WORD | FIELD_ORDERED, "",
	"of the worst finding that holds now"},
    {FIELD_FINDINGS, "findings", VALUE_FINDINGS, FIELD_SEARCH | FIELD_FACET, "finding",
	"what is wrong, and from when to when"},
    {FIELD_CHAIN_ID, "chain_id", VALUE_TEXT, FIELD_SEARCH | FIELD_HEX, "",
	"SHA-256 over the digests of the chain"},
    {FIELD_CHAIN, "chain", VALUE_CHAIN, FIELD_SEARCH | FIELD_HEX, "",
	"the certificates as presented, leaf first"},
    {FIELD_OWNER, "owner", VALUE_TEXT,
	FIELD_SEARCH | FIELD_FACET | FIELD_SORT | FIELD_DEFAULT | FIELD_FREE, "",
	"who looks after it"},
    {FIELD_TAGS, "tags", VALUE_LIST, FIELD_SEARCH | FIELD_FACET | FIELD_FREE, "tag",
	"tags that people gave it"},
    {FIELD_NOTE, "note", VALUE_TEXT, FIELD_SEARCH, "notes", "what people wrote of it"},
    {FIELD_MUTED, "muted", VALUE_BOOL, FIELD_SEARCH | FIELD_FACET, "",
	"nothing of it is told: acknowledged or muted"},
};

enum { TABLE_N = sizeof(table) / sizeof(table[0]) };

_Static_assert(TABLE_N == FIELD_MAX - 1, "a row for each field");

const struct field *field_table(size_t *ret_n)
{
	*ret_n = TABLE_N;
	return table;
}

const struct field *field_by_id(enum field_id id)
{
	return id > FIELD_NONE && id < FIELD_MAX ? &table[id - 1] : NULL;
}

struct span field_alias(const struct field *field, size_t k)
{
	struct span rest = span_str(field->aliases);

	for (;; k--) {
		size_t n = strcspn((const char *)rest.p, " ");
		struct span alias = span_take(&rest, n);

		if (n == 0)
			return (struct span){NULL, 0, true};
		if (k == 0)
			return alias;
		span_take(&rest, rest.n > 0);
	}
}

static bool is_called(const struct field *field, const char *name)
{
	struct span alias;

	if (strcasecmp(field->name, name) == 0)
		return true;
	for (size_t k = 0; !(alias = field_alias(field, k)).bad; k++)
		if (text_same(alias, span_str(name)))
			return true;
	return false;
}

const struct field *field_by_name(const char *name)
{
	for (size_t i = 0; i < TABLE_N; i++)
		if (is_called(&table[i], name))
			return &table[i];
	return NULL;
}

const char *value_type_text(enum value_type type)
{
	static const char *const texts[] = {
	    [VALUE_TEXT] = "text",
	    [VALUE_NUMBER] = "number",
	    [VALUE_BOOL] = "yes or no",
	    [VALUE_TIME] = "time",
	    [VALUE_ADDRESS] = "address",
	    [VALUE_LIST] = "list of texts",
	    [VALUE_FINDINGS] = "findings",
	    [VALUE_CHAIN] = "chain",
	};

	return texts[type];
}
