/*
 * field.c: the list itself. A field is one row here, one getter in format/getter.c and, where it
 * can be searched for, one column in store/search.c.
 */
#include "query/field.h"

#include <strings.h>

static const struct field table[] = {
    {FIELD_TIMESTAMP, "timestamp", VALUE_TIME, "when the endpoint was last seen"},
    {FIELD_IP, "ip", VALUE_ADDRESS, "address of the endpoint"},
    {FIELD_HOSTNAME, "hostname", VALUE_TEXT, "what the target was called, or its reverse name"},
    {FIELD_PORT, "port", VALUE_NUMBER, "port of the endpoint"},
    {FIELD_NOTVALIDAFTER, "notvalidafter", VALUE_TIME, "the same as not_after"},
    {FIELD_SUBJECT, "subject", VALUE_TEXT, "common name of the subject"},
    {FIELD_ISSUER, "issuer", VALUE_TEXT, "common name of the issuer"},
    {FIELD_SANS, "SANs", VALUE_LIST, "subject alternative names"},
    {FIELD_SNI, "sni", VALUE_TEXT, "server name that was sent"},
    {FIELD_TRANSPORT, "transport", VALUE_TEXT, "tcp, udp or quic"},
    {FIELD_SERVICE, "service", VALUE_TEXT, "service behind the port: https, smtp"},
    {FIELD_STARTTLS, "starttls", VALUE_TEXT, "protocol that TLS was begun from"},
    {FIELD_SOURCE, "source", VALUE_TEXT, "how it is known: scan, sensor, import, check"},
    {FIELD_OUTCOME, "outcome", VALUE_TEXT, "certificate, no-tls, refused, timeout"},
    {FIELD_ERROR, "error", VALUE_TEXT, "what the system said of a failed connection"},
    {FIELD_FIRST_SEEN, "first_seen", VALUE_TIME, "this chain at this endpoint, first"},
    {FIELD_LAST_SEEN, "last_seen", VALUE_TIME, "this chain at this endpoint, last"},
    {FIELD_CONNECTIONS, "connections", VALUE_NUMBER,
	"connections that it took, or that a sensor saw"},
    {FIELD_CLIENTS, "clients", VALUE_NUMBER, "clients that the sensor counted"},
    {FIELD_INFERRED, "inferred", VALUE_TEXT,
	"SHA-256 of the certificate known for it, where TLS 1.3 hid the one it sent"},
    {FIELD_INFERRED_SUBJECT, "inferred_subject", VALUE_TEXT, "common name of that one"},
    {FIELD_INFERRED_CONTRADICTED, "inferred_contradicted", VALUE_BOOL,
	"what was sent is too short to be that one"},
    {FIELD_VERSION, "version", VALUE_TEXT, "protocol version: TLS 1.3"},
    {FIELD_VERSION_ID, "version_id", VALUE_NUMBER, "its number: 772"},
    {FIELD_CIPHER, "cipher", VALUE_TEXT, "cipher suite by its IANA name"},
    {FIELD_CIPHER_ID, "cipher_id", VALUE_NUMBER, "its number"},
    {FIELD_GROUP, "group", VALUE_TEXT, "group of the key agreement: x25519"},
    {FIELD_GROUP_ID, "group_id", VALUE_NUMBER, "its number"},
    {FIELD_ALPN, "alpn", VALUE_TEXT, "application protocol that was agreed on"},
    {FIELD_ALERT, "alert", VALUE_TEXT, "alert that the server sent"},
    {FIELD_ALERT_ID, "alert_id", VALUE_NUMBER, "its number"},
    {FIELD_CLIENT_CERT_ASKED, "client_cert_asked", VALUE_BOOL, "server wants a client certificate"},
    {FIELD_OCSP_STAPLED, "ocsp_stapled", VALUE_BOOL, "an OCSP response came with the chain"},
    {FIELD_CHAIN_CUT, "chain_cut", VALUE_BOOL, "the chain is not complete as it was sent"},
    {FIELD_SHA256, "sha256", VALUE_TEXT, "SHA-256 of the certificate"},
    {FIELD_SERIAL, "serial", VALUE_TEXT, "serial number in hexadecimal"},
    {FIELD_SUBJECT_DN, "subject_dn", VALUE_TEXT, "whole distinguished name of the subject"},
    {FIELD_ISSUER_DN, "issuer_dn", VALUE_TEXT, "whole distinguished name of the issuer"},
    {FIELD_NOT_BEFORE, "not_before", VALUE_TIME, "valid from"},
    {FIELD_NOT_AFTER, "not_after", VALUE_TIME, "valid until"},
    {FIELD_KEY, "key", VALUE_TEXT, "kind and size of the public key: RSA 2048, P-256"},
    {FIELD_KEY_BITS, "key_bits", VALUE_NUMBER, "size of the public key in bits"},
    {FIELD_SIG_ALG, "sig_alg", VALUE_TEXT, "signature algorithm"},
    {FIELD_SPKI_SHA256, "spki_sha256", VALUE_TEXT, "SHA-256 of the public key"},
    {FIELD_IS_CA, "is_ca", VALUE_BOOL, "it is the certificate of an authority"},
    {FIELD_SELF_SIGNED, "self_signed", VALUE_BOOL, "it is signed with its own key"},
    {FIELD_SEVERITY, "severity", VALUE_TEXT, "of the worst finding that holds now"},
    {FIELD_FINDINGS, "findings", VALUE_FINDINGS, "what is wrong, and from when to when"},
    {FIELD_CHAIN_ID, "chain_id", VALUE_TEXT, "SHA-256 over the digests of the chain"},
    {FIELD_CHAIN, "chain", VALUE_CHAIN, "the certificates as presented, leaf first"},
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

const struct field *field_by_name(const char *name)
{
	for (size_t i = 0; i < TABLE_N; i++)
		if (strcasecmp(table[i].name, name) == 0)
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
