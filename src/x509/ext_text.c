/*
 * ext_text.c: extensions for people, a row and a writer each. A writer walks its value and puts a
 * line per thing said; one that comes upon an error stops there, and the lines before are true.
 * Nothing here decides anything, and nothing is run for a chain that is only judged.
 * Sources: RFC 5280 4.2; RFC 3739 3.2.6; RFC 6962 3.3; RFC 6960 4.2.2.2.1; RFC 7633; RFC 8737;
 * RFC 9345; Microsoft's documentation of AD CS (MS-WCCE 2.2.2.7).
 */
#include "x509/ext_text.h"

#include "base/base64.h"
#include "base/time.h"
#include "inet/cidr.h"
#include "x509/cert.h"
#include "x509/der.h"
#include "x509/limits.h"
#include "x509/oid.h"
#include "x509/own_mark.h"

/* Consumes the value; what is left over, or bad, makes the extension malformed. */
typedef void ext_writer(struct span *value, struct buf *out);

static void line_end(struct buf *out)
{
	buf_str(out, "\n");
}

/* Takes over the error of a part, or what it left over. */
static void must_end(struct span *whole, const struct span *part)
{
	if (!span_end(part))
		whole->bad = true;
}

/* An extension whose value is one SEQUENCE OF something. */
static void each_of(struct span *value, struct buf *out, ext_writer *one)
{
	struct span body = der_take(value, DER_SEQUENCE);

	while (body.n && !body.bad && !out->full)
		one(&body, out);
	if (!out->full)
		must_end(value, &body);
}

static void put_hex(struct span bytes, struct buf *out)
{
	size_t n = bytes.n;

	if (bytes.n > EXT_HEX_MAX)
		bytes.n = EXT_HEX_MAX;
	buf_hex(out, bytes);
	if (n > bytes.n)
		buf_printf(out, "... (%zu bytes)", n);
	line_end(out);
}

static void put_octets(struct span *value, struct buf *out)
{
	struct span bytes = der_take(value, DER_OCTET_STRING);

	if (!bytes.bad)
		put_hex(bytes, out);
}

/* Bit i is words[i]. */
static void put_flags(struct span *value, const char *const words[], size_t n, struct buf *out)
{
	uint16_t flags = der_flags(value);

	for (size_t i = 0; i < n; i++)
		if (flags & 1u << i)
			buf_printf(out, "%s\n", words[i]);
	if (flags >> n)
		buf_str(out, "bits without a meaning\n");
}

static void put_key_usage(struct span *value, struct buf *out)
{
	static const char *const words[] = {"digital signature", "content commitment",
	    "key encipherment", "data encipherment", "key agreement", "certificate signing",
	    "CRL signing", "encipher only", "decipher only"};

	put_flags(value, words, sizeof(words) / sizeof(words[0]), out);
}

static void put_netscape_type(struct span *value, struct buf *out)
{
	static const char *const words[] = {"client", "server", "mail", "object signing",
	    "reserved", "authority", "mail authority", "object signing authority"};

	put_flags(value, words, sizeof(words) / sizeof(words[0]), out);
}

static void put_basic(struct span *value, struct buf *out)
{
	struct span body = der_take(value, DER_SEQUENCE);
	bool is_ca = der_peek(&body) == DER_BOOLEAN && der_bool(&body);

	if (body.bad) {
		value->bad = true;
		return;
	}
	buf_str(out, is_ca ? "an authority: it may sign certificates\n" : "no authority\n");
	if (der_peek(&body) == DER_INTEGER) {
		uint32_t below = der_small(&body);

		if (!body.bad)
			buf_printf(
			    out, "authorities below it: %s%u\n", below ? "at most " : "", below);
	}
	must_end(value, &body);
}

static void put_oid(struct span *value, struct buf *out)
{
	struct span oid = der_take(value, DER_OID);

	if (oid.bad)
		return;
	oid_put(oid, out);
	line_end(out);
}

static void put_purposes(struct span *value, struct buf *out)
{
	each_of(value, out, put_oid);
}

/* A URI without the prefix that keeps it apart from host names. */
static void put_general(const struct general *name, struct buf *out)
{
	if (name->kind == GENERAL_URI)
		der_text(DER_IA5, name->value, out);
	else
		general_text(name, out);
	line_end(out);
}

static void put_names(struct span *names, struct buf *out)
{
	struct general name;

	while (!out->full && general_next(names, &name))
		put_general(&name, out);
}

static void put_issuer_names(struct span *value, struct buf *out)
{
	struct span names = der_take(value, DER_SEQUENCE);

	put_names(&names, out);
	must_end(value, &names);
}

/* They have a place of their own wherever a certificate is shown. */
static void count_names(struct span *value, struct buf *out)
{
	struct span names = der_take(value, DER_SEQUENCE);
	struct general name;
	size_t n = 0;

	while (general_next(&names, &name))
		n++;
	buf_printf(out, "%zu name%s\n", n, n == 1 ? "" : "s");
	must_end(value, &names);
}

/* RFC 5280 4.2.1.10: an address and a mask, each half of the bytes. */
static bool subnet_text(struct span value, char text[ADDR_TEXT_MAX + 8])
{
	struct general net = {.kind = GENERAL_IP, .value = span_take(&value, value.n / 2)};
	struct cidr cidr = {.bits = net.value.n == 4 ? 96 : 0};
	bool ones = true;

	if (value.n != net.value.n || !general_addr(&net, &cidr.addr))
		return false;
	for (size_t i = 0; i < value.n * 8; i++) {
		bool bit = value.p[i / 8] & (0x80u >> (i % 8));

		if (bit && !ones)
			return false;
		ones = bit;
		cidr.bits += bit;
	}
	cidr_text(&cidr, text);
	return true;
}

static void put_subtrees(struct span subtrees, const char *word, struct span *body, struct buf *out)
{
	char text[ADDR_TEXT_MAX + 8];
	struct general base;

	while (subtrees.n && !subtrees.bad && !out->full) {
		struct span subtree = der_take(&subtrees, DER_SEQUENCE);

		if (!general_next(&subtree, &base)) {
			body->bad = true;
			return;
		}
		buf_str(out, word);
		if (base.kind == GENERAL_IP && subnet_text(base.value, text))
			buf_printf(out, "%s\n", text);
		else if (base.kind == GENERAL_DNS && base.value.n == 0)
			buf_str(out, "every name\n");
		else
			put_general(&base, out);
	}
	body->bad |= subtrees.bad;
}

static void put_constraints(struct span *value, struct buf *out)
{
	struct span body = der_take(value, DER_SEQUENCE), subtrees;

	if (der_optional(&body, DER_CONSTRUCTED | 0, &subtrees))
		put_subtrees(subtrees, "only ", &body, out);
	if (der_optional(&body, DER_CONSTRUCTED | 1, &subtrees))
		put_subtrees(subtrees, "never ", &body, out);
	must_end(value, &body);
}

/* DistributionPoint; one that is only a part of its issuer's name says nothing that can be
 * fetched. */
static void put_crl(struct span *value, struct buf *out)
{
	struct span point = der_take(value, DER_SEQUENCE), place, names;

	if (der_optional(&point, DER_CONSTRUCTED | 0, &place)) {
		if (der_optional(&place, DER_CONSTRUCTED | 0, &names)) {
			put_names(&names, out);
			place.bad |= names.bad;
		} else {
			buf_str(out, "by a name within its issuer\n");
		}
		point.bad |= place.bad;
	}
	if (der_optional(&point, DER_CONSTRUCTED | 2, &names) && names.n) {
		buf_str(out, "signed by ");
		put_names(&names, out);
		point.bad |= names.bad;
	}
	value->bad |= point.bad;
}

static void put_crls(struct span *value, struct buf *out)
{
	each_of(value, out, put_crl);
}

/* AccessDescription: "OCSP: http://...". */
static void put_place(struct span *value, struct buf *out)
{
	struct span description = der_take(value, DER_SEQUENCE);
	struct span method = der_take(&description, DER_OID);
	struct general place;

	if (!general_next(&description, &place)) {
		value->bad = true;
		return;
	}
	oid_put(method, out);
	buf_str(out, ": ");
	put_general(&place, out);
	must_end(value, &description);
}

static void put_places(struct span *value, struct buf *out)
{
	each_of(value, out, put_place);
}

/* UserNotice: its text; a reference to a text elsewhere is passed over. */
static void put_notice(struct span *qualifier, struct buf *out)
{
	struct span notice = der_take(qualifier, DER_SEQUENCE), reference, text;
	uint8_t tag = DER_NONE;

	der_optional(&notice, DER_SEQUENCE, &reference);
	if (notice.n && !notice.bad) {
		text = der_any(&notice, &tag);
		if (der_is_string(tag)) {
			buf_str(out, ": ");
			der_text(tag, text, out);
		}
	}
	qualifier->bad |= notice.bad;
}

/* PolicyQualifierInfo: the address of a statement of practice, or a notice. */
static void put_qualifier(struct span *qualifiers, struct buf *out)
{
	struct span info = der_take(qualifiers, DER_SEQUENCE);
	struct span kind = der_take(&info, DER_OID), uri;

	if (der_optional(&info, DER_IA5, &uri)) {
		buf_str(out, ": ");
		der_text(DER_IA5, uri, out);
	} else if (der_peek(&info) == DER_SEQUENCE) {
		put_notice(&info, out);
	}
	qualifiers->bad |= info.bad || kind.bad;
}

/* PolicyInformation: the policy and what is said of it, in one line. */
static void put_policy(struct span *value, struct buf *out)
{
	struct span info = der_take(value, DER_SEQUENCE), policy = der_take(&info, DER_OID);
	struct span qualifiers = {0};

	if (policy.bad) {
		value->bad = true;
		return;
	}
	oid_put(policy, out);
	der_optional(&info, DER_SEQUENCE, &qualifiers);
	while (qualifiers.n && !qualifiers.bad && !out->full)
		put_qualifier(&qualifiers, out);
	line_end(out);
	value->bad |= info.bad || qualifiers.bad;
}

static void put_policies(struct span *value, struct buf *out)
{
	each_of(value, out, put_policy);
}

/* "a counts as b": the issuer's policy and the holder's. */
static void put_mapping(struct span *value, struct buf *out)
{
	struct span pair = der_take(value, DER_SEQUENCE);
	struct span theirs = der_take(&pair, DER_OID), ours = der_take(&pair, DER_OID);

	if (pair.bad) {
		value->bad = true;
		return;
	}
	oid_put(ours, out);
	buf_str(out, " counts as ");
	oid_put(theirs, out);
	line_end(out);
}

static void put_mappings(struct span *value, struct buf *out)
{
	each_of(value, out, put_mapping);
}

/* After how many more certificates; the number is an INTEGER under a tag of its own. */
static void put_after(struct span *body, uint8_t tag, const char *words, struct buf *out)
{
	struct span number;

	if (!der_optional(body, tag, &number))
		return;
	if (number.n == 0 || number.n > 4)
		body->bad = true;
	else
		buf_printf(
		    out, "%s after %u certificates\n", words, (unsigned)span_be(&number, number.n));
}

static void put_policy_constraints(struct span *value, struct buf *out)
{
	struct span body = der_take(value, DER_SEQUENCE);

	put_after(&body, DER_CONTEXT | 0, "an acceptable policy is required", out);
	put_after(&body, DER_CONTEXT | 1, "mapping of policies ends", out);
	must_end(value, &body);
}

static void put_any_policy_end(struct span *value, struct buf *out)
{
	put_after(value, DER_INTEGER, "\"any policy\" ends", out);
}

static void put_issuer_key(struct span *value, struct buf *out)
{
	struct span body = der_take(value, DER_SEQUENCE), part;

	if (der_optional(&body, DER_CONTEXT | 0, &part) && !part.bad)
		put_hex(part, out);
	if (der_optional(&body, DER_CONSTRUCTED | 1, &part)) {
		put_names(&part, out);
		body.bad |= part.bad;
	}
	if (der_optional(&body, DER_CONTEXT | 2, &part) && !part.bad) {
		buf_str(out, "serial ");
		put_hex(part, out);
	}
	must_end(value, &body);
}

/* RFC 7633: numbers of TLS extensions that the server promises to answer. */
static void put_feature(struct span *value, struct buf *out)
{
	uint32_t number = der_small(value);

	if (value->bad)
		return;
	if (number == 5)
		buf_str(out, "must staple: the server promises a stapled OCSP answer\n");
	else
		buf_printf(out, "TLS extension %u\n", number);
}

static void put_features(struct span *value, struct buf *out)
{
	each_of(value, out, put_feature);
}

/* RFC 6962 3.2. The log is named as lists of logs have it, by the SHA-256 of its key in base64. */
static void put_sct(struct span *list, struct buf *out)
{
	struct span sct = span_vec(list, 2);
	uint8_t version = span_u8(&sct);
	struct span log = span_take(&sct, 32);
	uint64_t time_ms = span_u64(&sct);
	char text[TIME_TEXT_MAX];

	if (!sct.bad && version != 0) {
		buf_printf(out, "of version %u\n", version + 1u);
	} else if (!sct.bad) {
		buf_printf(out, "%s, log ", time_text((int64_t)(time_ms / 1000), text));
		base64_encode(out, log);
		line_end(out);
	}
	list->bad |= sct.bad;
}

static void put_scts(struct span *value, struct buf *out)
{
	struct span octets = der_take(value, DER_OCTET_STRING), list = span_vec(&octets, 2);

	while (list.n && !list.bad && !out->full)
		put_sct(&list, out);
	if (list.bad || !span_end(&octets))
		value->bad = true;
}

/* Its presence is all that it says. */
static void put_presence(struct span *value, struct buf *out)
{
	der_take(value, DER_NULL);
	buf_str(out, "yes\n");
}

/* A string of whatever type. */
static void put_string(struct span *value, struct buf *out)
{
	uint8_t tag = DER_NONE;
	struct span text = der_any(value, &tag);

	if (!der_is_string(tag)) {
		value->bad = true;
		return;
	}
	der_text(tag, text, out);
	line_end(out);
}

/* CertificateTemplate: its number within the forest, and its version. */
static void put_template(struct span *value, struct buf *out)
{
	struct span body = der_take(value, DER_SEQUENCE), oid = der_take(&body, DER_OID);
	uint32_t major, minor = 0;

	if (oid.bad) {
		value->bad = true;
		return;
	}
	oid_put(oid, out);
	if (der_peek(&body) == DER_INTEGER) {
		major = der_small(&body);
		if (der_peek(&body) == DER_INTEGER)
			minor = der_small(&body);
		buf_printf(out, ", version %u.%u", major, minor);
	}
	line_end(out);
	must_end(value, &body);
}

/* The low half counts the authority's certificates, the high half its keys. */
static void put_ca_version(struct span *value, struct buf *out)
{
	uint32_t version = der_small(value);

	if (!value->bad)
		buf_printf(out, "certificate %u, key %u\n", version & 0xffff, version >> 16);
}

/* An otherName whose value is the security identifier of the account, as text. */
static void put_sid(struct span *value, struct buf *out)
{
	struct span body = der_take(value, DER_SEQUENCE), other, wrapped, sid;

	other = der_take(&body, DER_CONSTRUCTED | 0);
	der_take(&other, DER_OID);
	wrapped = der_take(&other, DER_CONSTRUCTED | 0);
	sid = der_take(&wrapped, DER_OCTET_STRING);
	if (sid.bad) {
		value->bad = true;
		return;
	}
	der_text(DER_UTF8, sid, out);
	line_end(out);
	must_end(value, &body);
}

/* QCStatement: its kind; what some kinds add is for those who read their standard. */
static void put_statement(struct span *value, struct buf *out)
{
	struct span statement = der_take(value, DER_SEQUENCE);

	put_oid(&statement, out);
	value->bad |= statement.bad;
}

static void put_statements(struct span *value, struct buf *out)
{
	each_of(value, out, put_statement);
}

static const struct known {
	const char *dotted, *name;
	ext_writer *write;
} known[] = {
    {"2.5.29.19", "Basic constraints", put_basic},
    {"2.5.29.15", "Key usage", put_key_usage},
    {"2.5.29.37", "Extended key usage", put_purposes},
    {"2.5.29.17", "Names", count_names},
    {"2.5.29.18", "Issuer's other names", put_issuer_names},
    {"2.5.29.14", "Subject key id", put_octets},
    {"2.5.29.35", "Authority key id", put_issuer_key},
    {"2.5.29.30", "Name constraints", put_constraints},
    {"2.5.29.32", "Policies", put_policies},
    {"2.5.29.33", "Policy mappings", put_mappings},
    {"2.5.29.36", "Policy constraints", put_policy_constraints},
    {"2.5.29.54", "Policy constraints", put_any_policy_end},
    {"1.3.6.1.5.5.7.1.1", "Addresses of the issuer", put_places},
    {"1.3.6.1.5.5.7.1.11", "Addresses of the subject", put_places},
    {"2.5.29.31", "Revocation lists (CRL)", put_crls},
    {"2.5.29.46", "Delta revocation lists", put_crls},
    {"1.3.6.1.5.5.7.1.24", "TLS features", put_features},
    {"1.3.6.1.4.1.11129.2.4.2", "Timestamps of logs (CT)", put_scts},
    {"1.3.6.1.4.1.11129.2.4.3", "Precertificate (CT)", put_presence},
    {"1.3.6.1.5.5.7.1.3", "Qualified statements", put_statements},
    {"1.3.6.1.5.5.7.1.31", "ACME challenge", put_octets},
    {"1.3.6.1.5.5.7.48.1.5", "Status is not asked for", put_presence},
    {"1.3.6.1.4.1.44363.44", "Delegated credentials", put_presence},
    {"1.3.6.1.4.1.311.20.2", "Template (Microsoft)", put_string},
    {"1.3.6.1.4.1.311.21.7", "Template (Microsoft)", put_template},
    {"1.3.6.1.4.1.311.21.1", "CA version (Microsoft)", put_ca_version},
    {"1.3.6.1.4.1.311.21.2", "CA before (Microsoft)", put_octets},
    {"1.3.6.1.4.1.311.21.10", "Purposes (Microsoft)", put_policies},
    {"1.3.6.1.4.1.311.25.2", "Account (Microsoft)", put_sid},
    {OWN_MARK_OID, "Made by", put_string},
    {"2.16.840.1.113730.1.1", "Netscape type", put_netscape_type},
    {"2.16.840.1.113730.1.13", "Comment", put_string},
};

static const struct known *known_find(const char *dotted)
{
	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
		if (strcmp(known[i].dotted, dotted) == 0)
			return &known[i];
	return NULL;
}

/* Up to the last line that is whole. */
static struct span whole_lines(const struct buf *values)
{
	struct span lines = buf_view(values);

	while (lines.n && lines.p[lines.n - 1] != '\n')
		lines.n--;
	return lines;
}

void ext_text(const struct ext *ext, struct buf *values, struct ext_text *ret_text)
{
	struct span value = ext->value;
	const struct known *row;

	buf_reset(values);
	der_oid_text(ext->oid, values);
	row = known_find(buf_text(values));
	buf_reset(values);
	if (row)
		row->write(&value, values);
	else
		put_hex(value, values);
	*ret_text = (struct ext_text){
	    .name = row ? row->name : NULL,
	    .partial = values->full || (row && !span_end(&value)),
	    .values = whole_lines(values),
	};
}

bool ext_text_each(struct span der, ext_text_fn *each, void *context)
{
	struct ext_text text;
	struct buf values;
	struct cert cert;
	struct span rest;
	struct ext ext;

	cert_parse(der, &cert);
	rest = cert.ext.all;
	buf_init(&values, EXT_TEXT_MAX);
	while (ext_next(&rest, &ext)) {
		ext_text(&ext, &values, &text);
		each(context, &ext, &text);
	}
	buf_done(&values);
	return !rest.bad;
}
