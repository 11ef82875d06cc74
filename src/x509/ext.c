/*
 * ext.c: extensions, one row and one reader each. A malformed extension does not spoil the others:
 * the inventory lists what such a certificate still says. Source: RFC 5280 4.2; RFC 6962 3.3
 * (SCTs); RFC 7633 (must-staple).
 */
#include "x509/ext.h"
#include "x509/der.h"

/* Reads the content of an extnValue; false where it is malformed. */
typedef bool ext_reader(struct span value, struct extensions *ext);

static bool read_basic(struct span value, struct extensions *ext)
{
	struct span body = der_take(&value, DER_SEQUENCE);
	bool is_ca = der_peek(&body) == DER_BOOLEAN && der_bool(&body);
	int path_len = PATH_LEN_NONE;

	if (der_peek(&body) == DER_INTEGER) {
		uint32_t n = der_small(&body);

		path_len = n < INT16_MAX ? (int)n : INT16_MAX;
	}
	if (!span_end(&body) || !span_end(&value))
		return false;
	ext->has_basic = true;
	ext->is_ca = is_ca;
	ext->path_len = path_len;
	return true;
}

static bool read_key_usage(struct span value, struct extensions *ext)
{
	uint16_t flags = der_flags(&value);

	if (!span_end(&value))
		return false;
	ext->has_key_usage = true;
	ext->key_usage = flags;
	return true;
}

static uint8_t purpose_of(struct span oid)
{
	static const uint8_t kp[] = {0x2b, 6, 1, 5, 5, 7, 3};
	static const uint8_t any[] = {0x55, 0x1d, 0x25, 0};

	if (span_eq(oid, span_of(any, sizeof(any))))
		return PURPOSE_ANY;
	if (oid.n == sizeof(kp) + 1 && memcmp(oid.p, kp, sizeof(kp)) == 0) {
		if (oid.p[7] == 1)
			return PURPOSE_SERVER;
		if (oid.p[7] == 2)
			return PURPOSE_CLIENT;
	}
	return PURPOSE_OTHER;
}

static bool read_purposes(struct span value, struct extensions *ext)
{
	struct span body = der_take(&value, DER_SEQUENCE);
	uint8_t purposes = 0;

	while (body.n && !body.bad)
		purposes |= purpose_of(der_take(&body, DER_OID));
	if (!span_end(&body) || !span_end(&value))
		return false;
	ext->has_purposes = true;
	ext->purposes = purposes;
	return true;
}

static bool read_san(struct span value, struct extensions *ext)
{
	struct span names = der_take(&value, DER_SEQUENCE), rest = names;
	struct general name;

	ext->has_san = true;
	ext->san = names;
	while (general_next(&rest, &name))
		continue;
	return span_end(&rest) && span_end(&value);
}

static bool read_key_id(struct span value, struct extensions *ext)
{
	struct span id = der_take(&value, DER_OCTET_STRING);

	if (!span_end(&value))
		return false;
	ext->key_id = id;
	return true;
}

static bool read_issuer_key_id(struct span value, struct extensions *ext)
{
	struct span body = der_take(&value, DER_SEQUENCE), id = {NULL, 0, false};

	der_optional(&body, DER_CONTEXT, &id);
	if (body.bad || !span_end(&value))
		return false;
	ext->issuer_key_id = id;
	return true;
}

static bool read_constraints(struct span value, struct extensions *ext)
{
	struct span body = der_take(&value, DER_SEQUENCE);

	ext->has_constraints = true;
	ext->constraints = body;
	return span_end(&value);
}

static bool read_aia(struct span value, struct extensions *ext)
{
	struct span body = der_take(&value, DER_SEQUENCE), rest = body;

	while (rest.n && !rest.bad) {
		struct span description = der_take(&rest, DER_SEQUENCE);
		struct general place;

		der_take(&description, DER_OID);
		if (!general_next(&description, &place) || !span_end(&description))
			return false;
	}
	ext->aia = body;
	return span_end(&rest) && span_end(&value);
}

static bool read_scts(struct span value, struct extensions *ext)
{
	struct span list = der_take(&value, DER_OCTET_STRING);

	ext->has_scts = list.n > 2;
	return span_end(&value);
}

/* RFC 7633: SEQUENCE OF INTEGER, the numbers of TLS extensions; 5 is status_request. */
static bool read_features(struct span value, struct extensions *ext)
{
	struct span body = der_take(&value, DER_SEQUENCE);

	while (body.n && !body.bad)
		if (der_small(&body) == 5)
			ext->must_staple = true;
	return span_end(&body) && span_end(&value);
}

/* Known, and of no consequence here: policies, their mappings and constraints, CRL points. */
static bool read_nothing(struct span value, struct extensions *ext)
{
	(void)ext;
	return value.n != 0;
}

static const struct extension {
	uint8_t n;
	uint8_t oid[10];
	ext_reader *read;
} known[] = {
    {3, {0x55, 0x1d, 14}, read_key_id},
    {3, {0x55, 0x1d, 15}, read_key_usage},
    {3, {0x55, 0x1d, 17}, read_san},
    {3, {0x55, 0x1d, 19}, read_basic},
    {3, {0x55, 0x1d, 30}, read_constraints},
    {3, {0x55, 0x1d, 31}, read_nothing}, /* cRLDistributionPoints */
    {3, {0x55, 0x1d, 32}, read_nothing}, /* certificatePolicies */
    {3, {0x55, 0x1d, 33}, read_nothing}, /* policyMappings */
    {3, {0x55, 0x1d, 35}, read_issuer_key_id},
    {3, {0x55, 0x1d, 36}, read_nothing}, /* policyConstraints */
    {3, {0x55, 0x1d, 37}, read_purposes},
    {3, {0x55, 0x1d, 54}, read_nothing}, /* inhibitAnyPolicy */
    {8, {0x2b, 6, 1, 5, 5, 7, 1, 1}, read_aia},
    {8, {0x2b, 6, 1, 5, 5, 7, 1, 24}, read_features},
    {10, {0x2b, 6, 1, 4, 1, 0xd6, 0x79, 2, 4, 2}, read_scts},
};

enum { KNOWN_N = sizeof(known) / sizeof(known[0]) };

static size_t known_index(struct span oid)
{
	size_t i = 0;

	while (i < KNOWN_N && !span_eq(oid, span_of(known[i].oid, known[i].n)))
		i++;
	return i;
}

bool ext_next(struct span *list, struct ext *ret_ext)
{
	struct span body, oid, value;
	bool critical;

	if (list->n == 0)
		return false;
	body = der_take(list, DER_SEQUENCE);
	oid = der_take(&body, DER_OID);
	critical = der_peek(&body) == DER_BOOLEAN && der_bool(&body);
	value = der_take(&body, DER_OCTET_STRING);
	if (body.bad) {
		list->bad = true;
		return false;
	}
	*ret_ext = (struct ext){.oid = oid, .critical = critical, .value = value};
	return true;
}

static void read_one(
    const struct ext *one, struct extensions *ext, uint32_t *seen, struct span *bad)
{
	size_t i = known_index(one->oid);

	ext->n++;
	if (i == KNOWN_N) {
		if (one->critical && ext->unknown.n == 0)
			ext->unknown = one->oid;
		return;
	}
	/* RFC 5280 4.2: a certificate has no extension twice; the first one counts. */
	if ((*seen & 1u << i || !known[i].read(one->value, ext)) && bad->n == 0)
		*bad = one->oid;
	*seen |= 1u << i;
}

bool ext_parse(struct span list, struct extensions *ret_ext, struct span *ret_bad)
{
	uint32_t seen = 0;
	struct ext one;

	*ret_ext = (struct extensions){.all = list, .path_len = PATH_LEN_NONE};
	*ret_bad = (struct span){NULL, 0, false};
	while (ext_next(&list, &one))
		read_one(&one, ret_ext, &seen, ret_bad);
	return span_end(&list);
}

bool aia_uri(struct span aia, enum aia_method method, struct span *ret_uri)
{
	static const uint8_t methods[][8] = {
	    [AIA_ISSUER] = {0x2b, 6, 1, 5, 5, 7, 48, 2},
	    [AIA_OCSP] = {0x2b, 6, 1, 5, 5, 7, 48, 1},
	};

	while (aia.n && !aia.bad) {
		struct span description = der_take(&aia, DER_SEQUENCE);
		struct span oid = der_take(&description, DER_OID);
		struct general place;

		if (!general_next(&description, &place) || place.kind != GENERAL_URI)
			continue;
		if (!span_eq(oid, span_of(methods[method], sizeof(methods[method]))))
			continue;
		*ret_uri = place.value;
		return true;
	}
	return false;
}
