/*
 * attribute.c: one line for each field that can be searched for, and the few lines that read it. A
 * certificate's fields are the leaf's.
 */
#include "store/attribute.h"

#include "store/notes.h"

static const struct catalog_row *row_at(const struct lens *v, size_t i)
{
	return &v->c->rows.v[i];
}

static const struct catalog_endpoint *endpoint_at(const struct lens *v, size_t i)
{
	return &v->c->endpoints.v[i];
}

static const struct catalog_cert *cert_at(const struct lens *v, size_t i)
{
	return &v->c->certs.v[i];
}

static int64_t unless_zero(uint32_t number)
{
	return number ? number : NO_NUMBER;
}

static int64_t get_first(const struct lens *v, size_t i)
{
	return row_at(v, i)->first_s;
}

static int64_t get_last(const struct lens *v, size_t i)
{
	return row_at(v, i)->last_s;
}

static int64_t get_outcome(const struct lens *v, size_t i)
{
	return row_at(v, i)->outcome;
}

static int64_t get_source(const struct lens *v, size_t i)
{
	return row_at(v, i)->source;
}

static int64_t get_starttls(const struct lens *v, size_t i)
{
	return unless_zero(row_at(v, i)->starttls);
}

static int64_t get_connections(const struct lens *v, size_t i)
{
	return row_at(v, i)->connections;
}

static int64_t get_clients(const struct lens *v, size_t i)
{
	return unless_zero(row_at(v, i)->clients);
}

static int64_t get_version(const struct lens *v, size_t i)
{
	return unless_zero(row_at(v, i)->version);
}

static int64_t get_cipher(const struct lens *v, size_t i)
{
	return unless_zero(row_at(v, i)->cipher);
}

static int64_t get_group(const struct lens *v, size_t i)
{
	return unless_zero(row_at(v, i)->group);
}

static int64_t get_alert(const struct lens *v, size_t i)
{
	return row_at(v, i)->alert_level ? row_at(v, i)->alert : NO_NUMBER;
}

static int64_t get_client_cert_asked(const struct lens *v, size_t i)
{
	return (row_at(v, i)->flags & OBS_CLIENT_CERT_ASKED) != 0;
}

static int64_t get_ocsp_stapled(const struct lens *v, size_t i)
{
	return (row_at(v, i)->flags & OBS_OCSP_STAPLED) != 0;
}

static int64_t get_chain_cut(const struct lens *v, size_t i)
{
	return (row_at(v, i)->flags & OBS_CHAIN_CUT) != 0;
}

static uint32_t get_alpn(const struct lens *v, size_t i)
{
	return row_at(v, i)->alpn;
}

/* The number of FIELD_SERVICE, as field_word_fn has it. */
static int64_t get_service(const struct lens *v, size_t i)
{
	const struct catalog_row *row = row_at(v, i);

	return (int64_t)row->starttls << 16 | endpoint_at(v, row->endpoint)->port;
}

static int64_t get_severity(const struct lens *v, size_t i)
{
	return lens_severity(v, row_at(v, i));
}

static int64_t get_port(const struct lens *v, size_t i)
{
	return endpoint_at(v, i)->port;
}

static int64_t get_transport(const struct lens *v, size_t i)
{
	return endpoint_at(v, i)->transport;
}

static uint32_t get_hostname(const struct lens *v, size_t i)
{
	return endpoint_at(v, i)->hostname;
}

static uint32_t get_sni(const struct lens *v, size_t i)
{
	return endpoint_at(v, i)->name;
}

static int64_t get_not_before(const struct lens *v, size_t i)
{
	return cert_at(v, i)->not_before_s;
}

static int64_t get_not_after(const struct lens *v, size_t i)
{
	return cert_at(v, i)->not_after_s;
}

static int64_t get_key_bits(const struct lens *v, size_t i)
{
	return cert_at(v, i)->key_bits;
}

static int64_t get_is_ca(const struct lens *v, size_t i)
{
	return cert_at(v, i)->is_ca;
}

static int64_t get_self_signed(const struct lens *v, size_t i)
{
	return cert_at(v, i)->self_signed;
}

static uint32_t get_subject(const struct lens *v, size_t i)
{
	return cert_at(v, i)->subject;
}

static uint32_t get_issuer(const struct lens *v, size_t i)
{
	return cert_at(v, i)->issuer;
}

static uint32_t get_issuer_dn(const struct lens *v, size_t i)
{
	return cert_at(v, i)->issuer_dn;
}

static uint32_t get_key(const struct lens *v, size_t i)
{
	return cert_at(v, i)->key;
}

static uint32_t get_sig_alg(const struct lens *v, size_t i)
{
	return cert_at(v, i)->sig_alg;
}

static const char *hex(const struct digest256 *d, char scratch[SCRATCH_MAX])
{
	static const char digits[] = "0123456789abcdef";

	for (size_t i = 0; i < sizeof(d->b); i++) {
		scratch[2 * i] = digits[d->b[i] >> 4];
		scratch[2 * i + 1] = digits[d->b[i] & 15];
	}
	scratch[2 * sizeof(d->b)] = 0;
	return scratch;
}

static const char *get_sha256(const struct lens *v, size_t i, char scratch[SCRATCH_MAX])
{
	return hex(&cert_at(v, i)->sha256, scratch);
}

static const char *get_spki(const struct lens *v, size_t i, char scratch[SCRATCH_MAX])
{
	return hex(&cert_at(v, i)->spki, scratch);
}

static const char *get_subject_dn(const struct lens *v, size_t i, char scratch[SCRATCH_MAX])
{
	(void)scratch;
	return catalog_own(v->c, cert_at(v, i)->own_at, 0);
}

static const char *get_serial(const struct lens *v, size_t i, char scratch[SCRATCH_MAX])
{
	(void)scratch;
	return catalog_own(v->c, cert_at(v, i)->own_at, 1);
}

static const char *get_chain_id(const struct lens *v, size_t i, char scratch[SCRATCH_MAX])
{
	const struct digest256 *d = &v->c->chains.v[i].digest;

	return digest256_is_zero(d) ? "" : hex(d, scratch);
}

static const char *name_item(const struct lens *v, size_t i, size_t k, char scratch[SCRATCH_MAX])
{
	const struct catalog_cert *cert = cert_at(v, i);

	(void)scratch;
	return k < cert->n_names ? catalog_own(v->c, cert->names_at, k) : NULL;
}

static const char *chain_item(const struct lens *v, size_t i, size_t k, char scratch[SCRATCH_MAX])
{
	const struct catalog_chain *chain = &v->c->chains.v[i];

	return k < chain->n_links
		   ? hex(&v->c->certs.v[v->c->links.v[chain->links_at + k]].sha256, scratch)
		   : NULL;
}

/* NULL: nothing was said. */
static const struct said *said_at(const struct lens *v, uint32_t said)
{
	return said ? &v->c->said.v[said] : NULL;
}

static const struct said *endpoint_said(const struct lens *v, size_t row)
{
	return said_at(v, endpoint_at(v, row_at(v, row)->endpoint)->said);
}

static const struct said *leaf_said(const struct lens *v, size_t row)
{
	const struct catalog_cert *leaf = catalog_leaf(v->c, row_at(v, row));

	return leaf ? said_at(v, leaf->said) : NULL;
}

uint32_t lens_owner(const struct lens *v, size_t row)
{
	const struct said *here = endpoint_said(v, row), *there = leaf_said(v, row);

	return here && here->owner ? here->owner : there ? there->owner : 0;
}

static uint32_t row_note(const struct lens *v, size_t row)
{
	const struct said *here = endpoint_said(v, row), *there = leaf_said(v, row);

	return here && here->note ? here->note : there ? there->note : 0;
}

static bool has_tag(const struct lens *v, const struct said *said, uint32_t tag)
{
	for (size_t k = 0; said && k < said->n_tags; k++)
		if (v->c->tags.v[said->tags_at + k] == tag)
			return true;
	return false;
}

/* The endpoint's, then those of the certificate that the endpoint has not. */
static const char *tag_item(const struct lens *v, size_t row, size_t k, char scratch[SCRATCH_MAX])
{
	const struct said *here = endpoint_said(v, row), *there = leaf_said(v, row);
	size_t n = here ? here->n_tags : 0;

	(void)scratch;
	if (k < n)
		return catalog_text(v->c, DICT_TAG, v->c->tags.v[here->tags_at + k]);
	for (size_t i = 0; there && i < there->n_tags; i++) {
		uint32_t tag = v->c->tags.v[there->tags_at + i];

		if (!has_tag(v, here, tag) && n++ == k)
			return catalog_text(v->c, DICT_TAG, tag);
	}
	return NULL;
}

static bool has_one_of(const struct lens *v, const struct said *said, const struct bits *tags)
{
	for (size_t k = 0; said && k < said->n_tags; k++)
		if (bits_has(tags, v->c->tags.v[said->tags_at + k]))
			return true;
	return false;
}

bool lens_has_tag(const struct lens *v, size_t row, const struct bits *tags)
{
	return has_one_of(v, endpoint_said(v, row), tags) || has_one_of(v, leaf_said(v, row), tags);
}

static size_t tags_get(const struct lens *v, size_t row, const char *tags[TAGS_MAX])
{
	size_t n = 0;

	while (n < TAGS_MAX && (tags[n] = tag_item(v, row, n, NULL)))
		n++;
	return n;
}

/* The row as a whole. */
static int64_t get_muted(const struct lens *v, size_t i)
{
	const struct catalog_row *row = row_at(v, i);
	const struct catalog_cert *leaf = catalog_leaf(v->c, row);
	const char *tags[TAGS_MAX];
	struct endpoint endpoint;
	struct muteable of = {.endpoint = &endpoint, .tags = tags, .issuer = "", .issuer_cn = ""};

	if (!v->mutes || mutes_empty(v->mutes))
		return 0;
	catalog_endpoint_get(v->c, row->endpoint, &endpoint);
	of.n_tags = tags_get(v, i, tags);
	of.since_s = row->first_s;
	of.first_ms = of.since_s * 1000;
	if (leaf) {
		of.certificate = &leaf->sha256;
		of.spki = &leaf->spki;
		of.issuer = catalog_text(v->c, DICT_ISSUER_DN, leaf->issuer_dn);
		of.issuer_cn = catalog_text(v->c, DICT_ISSUER, leaf->issuer);
	}
	return mutes_find(v->mutes, &of) != NULL;
}

static const struct attribute attributes[] = {
    {FIELD_TIMESTAMP, OF_ROW, AS_NUMBER, .number = get_last},
    {FIELD_IP, OF_ENDPOINT, AS_ADDRESS, .number = NULL},
    {FIELD_HOSTNAME, OF_ENDPOINT, AS_SHARED, .shared = get_hostname, .dict = DICT_HOSTNAME},
    {FIELD_PORT, OF_ENDPOINT, AS_NUMBER, .number = get_port},
    {FIELD_NOTVALIDAFTER, OF_CERT, AS_NUMBER, .number = get_not_after},
    {FIELD_SUBJECT, OF_CERT, AS_SHARED, .shared = get_subject, .dict = DICT_SUBJECT},
    {FIELD_ISSUER, OF_CERT, AS_SHARED, .shared = get_issuer, .dict = DICT_ISSUER},
    {FIELD_SANS, OF_CERT, AS_LIST, .item = name_item},
    {FIELD_SNI, OF_ENDPOINT, AS_SHARED, .shared = get_sni, .dict = DICT_SNI},
    {FIELD_TRANSPORT, OF_ENDPOINT, AS_WORD, .number = get_transport},
    {FIELD_SERVICE, OF_ROW, AS_WORD, .number = get_service},
    {FIELD_STARTTLS, OF_ROW, AS_WORD, .number = get_starttls},
    {FIELD_SOURCE, OF_ROW, AS_WORD, .number = get_source},
    {FIELD_OUTCOME, OF_ROW, AS_WORD, .number = get_outcome},
    {FIELD_FIRST_SEEN, OF_ROW, AS_NUMBER, .number = get_first},
    {FIELD_LAST_SEEN, OF_ROW, AS_NUMBER, .number = get_last},
    {FIELD_CONNECTIONS, OF_ROW, AS_NUMBER, .number = get_connections},
    {FIELD_CLIENTS, OF_ROW, AS_NUMBER, .number = get_clients},
    {FIELD_VERSION, OF_ROW, AS_WORD, .number = get_version},
    {FIELD_VERSION_ID, OF_ROW, AS_NUMBER, .number = get_version},
    {FIELD_CIPHER, OF_ROW, AS_WORD, .number = get_cipher},
    {FIELD_CIPHER_ID, OF_ROW, AS_NUMBER, .number = get_cipher},
    {FIELD_GROUP, OF_ROW, AS_WORD, .number = get_group},
    {FIELD_GROUP_ID, OF_ROW, AS_NUMBER, .number = get_group},
    {FIELD_ALPN, OF_ROW, AS_SHARED, .shared = get_alpn, .dict = DICT_ALPN},
    {FIELD_ALERT, OF_ROW, AS_WORD, .number = get_alert},
    {FIELD_ALERT_ID, OF_ROW, AS_NUMBER, .number = get_alert},
    {FIELD_CLIENT_CERT_ASKED, OF_ROW, AS_NUMBER, .number = get_client_cert_asked},
    {FIELD_OCSP_STAPLED, OF_ROW, AS_NUMBER, .number = get_ocsp_stapled},
    {FIELD_CHAIN_CUT, OF_ROW, AS_NUMBER, .number = get_chain_cut},
    {FIELD_SHA256, OF_CERT, AS_TEXT, .text = get_sha256},
    {FIELD_SERIAL, OF_CERT, AS_TEXT, .text = get_serial},
    {FIELD_SUBJECT_DN, OF_CERT, AS_TEXT, .text = get_subject_dn},
    {FIELD_ISSUER_DN, OF_CERT, AS_SHARED, .shared = get_issuer_dn, .dict = DICT_ISSUER_DN},
    {FIELD_NOT_BEFORE, OF_CERT, AS_NUMBER, .number = get_not_before},
    {FIELD_NOT_AFTER, OF_CERT, AS_NUMBER, .number = get_not_after},
    {FIELD_KEY, OF_CERT, AS_SHARED, .shared = get_key, .dict = DICT_KEY},
    {FIELD_KEY_BITS, OF_CERT, AS_NUMBER, .number = get_key_bits},
    {FIELD_SIG_ALG, OF_CERT, AS_SHARED, .shared = get_sig_alg, .dict = DICT_SIG_ALG},
    {FIELD_SPKI_SHA256, OF_CERT, AS_TEXT, .text = get_spki},
    {FIELD_IS_CA, OF_CERT, AS_NUMBER, .number = get_is_ca},
    {FIELD_SELF_SIGNED, OF_CERT, AS_NUMBER, .number = get_self_signed},
    {FIELD_SEVERITY, OF_ROW, AS_WORD, .number = get_severity},
    {FIELD_FINDINGS, OF_ROW, AS_FINDINGS, .number = NULL},
    {FIELD_CHAIN_ID, OF_CHAIN, AS_TEXT, .text = get_chain_id},
    {FIELD_CHAIN, OF_CHAIN, AS_LIST, .item = chain_item},
    {FIELD_OWNER, OF_ROW, AS_SHARED, .shared = lens_owner, .dict = DICT_OWNER},
    {FIELD_TAGS, OF_ROW, AS_TAGS, .item = tag_item, .dict = DICT_TAG},
    {FIELD_NOTE, OF_ROW, AS_SHARED, .shared = row_note, .dict = DICT_NOTE},
    {FIELD_MUTED, OF_ROW, AS_NUMBER, .number = get_muted},
};

const struct attribute *attribute_of(enum field_id field)
{
	for (size_t i = 0; i < sizeof(attributes) / sizeof(attributes[0]); i++)
		if (attributes[i].field == field)
			return &attributes[i];
	return NULL;
}

size_t things_n(const struct catalog *c, enum thing of)
{
	const size_t n[] = {
	    [OF_ROW] = c->rows.n,
	    [OF_ENDPOINT] = c->endpoints.n,
	    [OF_CHAIN] = c->chains.n,
	    [OF_CERT] = c->certs.n,
	};

	return n[of];
}

const char *stored_word(field_word_fn *word_text, enum field_id field, int64_t number)
{
	if (field == FIELD_OUTCOME)
		return number < OUTCOME_MAX ? outcome_text((enum outcome)number) : NULL;
	if (field == FIELD_SOURCE)
		return number < EVIDENCE_KINDS ? evidence_text((enum evidence)number) : NULL;
	if (field == FIELD_TRANSPORT)
		return number < TRANSPORT_MAX ? transport_text((enum transport)number) : NULL;
	return word_text ? word_text(field, number) : NULL;
}

const char *attribute_word(const struct lens *v, enum field_id field, int64_t number)
{
	return number == NO_NUMBER ? NULL : stored_word(v->word_text, field, number);
}

static uint8_t worst(const struct lens *v, uint32_t findings_at, size_t n, uint8_t severity)
{
	const struct catalog_finding *f = v->c->findings.v + findings_at;

	for (size_t i = 0; i < n; i++)
		if (f[i].severity > severity && catalog_finding_holds(&f[i], v->now_s))
			severity = f[i].severity;
	return severity;
}

static uint8_t chain_severity(const struct lens *v, uint32_t i)
{
	const struct catalog_chain *chain = &v->c->chains.v[i];

	return worst(v, chain->findings_at, chain->n_findings, SEVERITY_NONE);
}

/* NULL without memory: then each row looks for itself. */
static const uint8_t *chain_severities(const struct lens *v)
{
	if (*v->worst)
		return *v->worst;
	*v->worst = malloc(v->c->chains.n + 1);
	for (uint32_t i = 0; *v->worst && i < v->c->chains.n; i++)
		(*v->worst)[i] = chain_severity(v, i);
	return *v->worst;
}

uint8_t lens_severity(const struct lens *v, const struct catalog_row *row)
{
	const uint8_t *known = chain_severities(v);
	uint8_t severity = known ? known[row->chain] : chain_severity(v, row->chain);

	return worst(v, row->findings_at, row->n_findings, severity);
}

static size_t held_add(const struct lens *v, uint32_t findings_at, size_t n_findings,
    struct held held[HELD_MAX], size_t n)
{
	const struct catalog_finding *f = v->c->findings.v + findings_at;

	for (size_t i = 0; i < n_findings; i++) {
		size_t k = 0;

		if (!catalog_finding_holds(&f[i], v->now_s))
			continue;
		while (k < n && held[k].id != f[i].id)
			k++;
		if (k == n && n < HELD_MAX)
			held[n++] = (struct held){f[i].id, f[i].severity};
		else if (k < n && f[i].severity > held[k].severity)
			held[k].severity = f[i].severity;
	}
	return n;
}

size_t lens_held(const struct lens *v, const struct catalog_row *row, struct held held[HELD_MAX])
{
	const struct catalog_chain *chain = &v->c->chains.v[row->chain];
	size_t n = held_add(v, chain->findings_at, chain->n_findings, held, 0);

	return held_add(v, row->findings_at, row->n_findings, held, n);
}

/* id 0: any. */
static bool has(const struct lens *v, uint32_t findings_at, size_t n, uint16_t id, int64_t at_s)
{
	const struct catalog_finding *f = v->c->findings.v + findings_at;

	for (size_t i = 0; i < n; i++)
		if ((id == 0 || f[i].id == id) && catalog_finding_holds(&f[i], at_s))
			return true;
	return false;
}

bool lens_has_finding(
    const struct lens *v, const struct catalog_row *row, uint16_t id, int64_t at_s)
{
	const struct catalog_chain *chain = &v->c->chains.v[row->chain];

	return has(v, chain->findings_at, chain->n_findings, id, at_s) ||
	       has(v, row->findings_at, row->n_findings, id, at_s);
}

void catalog_endpoint_get(const struct catalog *c, size_t i, struct endpoint *ret_endpoint)
{
	const struct catalog_endpoint *e = &c->endpoints.v[i];

	*ret_endpoint = (struct endpoint){.port = e->port, .transport = e->transport};
	memcpy(ret_endpoint->addr.b, e->addr, sizeof(e->addr));
	ret_endpoint->addr.zone = e->zone;
	strncpy(
	    ret_endpoint->name, catalog_text(c, DICT_SNI, e->name), sizeof(ret_endpoint->name) - 1);
}
