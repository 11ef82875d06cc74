/*
 * getter.c: where each field of query/field.h lies in a row. Most are told by an offset; what needs
 * a thought has a function. A field that does not apply is absent, not empty: an endpoint that
 * refused the connection has no cipher suite.
 */
#include "format/getter.h"

#include "verdict/table.h"
#include "wire/dialect.h"
#include "wire/iana.h"
#include "wire/services.h"

#include <stdio.h>
#include <string.h>

struct source {
	const struct inventory_row *row;
	const struct observation *seen;
	const struct cert_facts *leaf; /* NULL without a certificate */
	int64_t now_s;
};

bool finding_holds(const struct finding *f, int64_t now_s)
{
	return f->since_s <= now_s && now_s < f->until_s;
}

const struct finding *row_finding(const struct inventory_row *row, size_t k)
{
	size_t n = row->chain ? row->chain->n_findings : 0;

	if (k < n)
		return &row->chain->findings[k];
	k -= n;
	return k < row->seen->n_findings ? &row->seen->findings[k] : NULL;
}

uint8_t row_severity(const struct inventory_row *row, int64_t now_s)
{
	const struct finding *f;
	uint8_t worst = SEVERITY_NONE;

	for (size_t k = 0; (f = row_finding(row, k)); k++)
		if (finding_holds(f, now_s) && f->severity > worst)
			worst = f->severity;
	return worst;
}

const struct cert_facts *row_leaf(const struct inventory_row *row)
{
	return row->chain && row->chain->n_certs ? row->chain->facts[0] : NULL;
}

static void put_text(struct value *v, const char *text)
{
	v->text = text ? text : "";
	v->present = v->text[0] != 0;
}

static void put_number(struct value *v, int64_t number)
{
	v->number = number;
	v->present = true;
}

static void put_ms(struct value *v, int64_t ms)
{
	v->number = ms >= 0 ? ms / 1000 : -((999 - ms) / 1000);
	v->ms = (int)(ms - v->number * 1000);
	v->present = ms != 0;
}

static void put_digest(struct value *v, const struct digest256 *d)
{
	if (digest256_is_zero(d))
		return;
	for (size_t i = 0; i < sizeof(d->b); i++) {
		v->scratch[2 * i] = "0123456789abcdef"[d->b[i] >> 4];
		v->scratch[2 * i + 1] = "0123456789abcdef"[d->b[i] & 15];
	}
	v->scratch[2 * sizeof(d->b)] = 0;
	put_text(v, v->scratch);
}

/* A number of a registry by its name, or as "0x0a0a". */
static void put_registered(struct value *v, const char *name, unsigned number)
{
	if (number == 0)
		return;
	if (!name)
		snprintf(v->scratch, sizeof(v->scratch), "0x%04x", number);
	put_text(v, name ? name : v->scratch);
}

static void get_timestamp(const struct source *s, struct value *v)
{
	put_ms(v, s->seen->last_ms);
}

static void get_first_seen(const struct source *s, struct value *v)
{
	put_ms(v, s->row->first_seen_ms);
}

static void get_last_seen(const struct source *s, struct value *v)
{
	put_ms(v, s->row->last_seen_ms);
}

static void get_ip(const struct source *s, struct value *v)
{
	v->addr = s->seen->endpoint.addr;
	v->present = true;
}

static void get_port(const struct source *s, struct value *v)
{
	put_number(v, s->seen->endpoint.port);
}

/* The name that was asked for is better than none. */
static void get_hostname(const struct source *s, struct value *v)
{
	put_text(v, s->seen->hostname[0] ? s->seen->hostname : s->seen->endpoint.name);
}

static void get_transport(const struct source *s, struct value *v)
{
	uint8_t transport = s->seen->endpoint.transport;

	put_text(v, transport == TRANSPORT_NONE ? NULL : transport_text(transport));
}

static void get_service(const struct source *s, struct value *v)
{
	put_text(v, service_name(s->seen->endpoint.port, s->seen->starttls));
}

static void get_starttls(const struct source *s, struct value *v)
{
	const struct dialect *dialect = dialect_by_id(s->seen->starttls);

	put_text(v, dialect ? dialect->name : NULL);
}

static void get_source(const struct source *s, struct value *v)
{
	put_text(v, evidence_text((enum evidence)s->seen->evidence));
}

static void get_outcome(const struct source *s, struct value *v)
{
	put_text(v, outcome_text((enum outcome)s->seen->outcome));
}

static void get_error(const struct source *s, struct value *v)
{
	if (s->seen->os_error)
		put_text(v, strerror(s->seen->os_error));
}

static void get_connections(const struct source *s, struct value *v)
{
	if (s->seen->evidence == EVIDENCE_SENSOR)
		put_number(v, s->seen->count);
	else if (s->seen->connections)
		put_number(v, s->seen->connections);
}

static void get_clients(const struct source *s, struct value *v)
{
	if (s->seen->clients)
		put_number(v, s->seen->clients);
}

static void get_inferred(const struct source *s, struct value *v)
{
	if (s->row->inferred)
		put_digest(v, &s->row->inferred->id);
}

static void get_inferred_subject(const struct source *s, struct value *v)
{
	if (s->row->inferred)
		put_text(v, s->row->inferred->subject_cn);
}

static void get_inferred_contradicted(const struct source *s, struct value *v)
{
	v->present = s->row->inferred != NULL;
	v->number = s->row->contradicted;
}

static void get_version(const struct source *s, struct value *v)
{
	put_registered(v, iana_version(s->seen->version), s->seen->version);
}

static void get_cipher(const struct source *s, struct value *v)
{
	put_registered(v, iana_cipher(s->seen->cipher), s->seen->cipher);
}

static void get_group(const struct source *s, struct value *v)
{
	put_registered(v, iana_group(s->seen->group), s->seen->group);
}

static void get_alert(const struct source *s, struct value *v)
{
	const char *name = iana_alert(s->seen->alert);

	if (!s->seen->alert_level)
		return;
	if (!name)
		snprintf(v->scratch, sizeof(v->scratch), "%u", s->seen->alert);
	put_text(v, name ? name : v->scratch);
}

static void get_alert_id(const struct source *s, struct value *v)
{
	if (s->seen->alert_level)
		put_number(v, s->seen->alert);
}

static void get_key_bits(const struct source *s, struct value *v)
{
	if (s->leaf && s->leaf->key_bits)
		put_number(v, s->leaf->key_bits);
}

static void get_sans(const struct source *s, struct value *v)
{
	if (!s->leaf || !s->leaf->n_sans)
		return;
	v->list = s->leaf->sans;
	v->n = s->leaf->n_sans;
	v->present = true;
}

static void get_severity(const struct source *s, struct value *v)
{
	uint8_t severity = row_severity(s->row, s->now_s);

	if (severity != SEVERITY_NONE)
		put_text(v, severity_text(severity));
}

static void get_findings(const struct source *s, struct value *v)
{
	v->present = row_finding(s->row, 0) != NULL;
}

static void get_chain_id(const struct source *s, struct value *v)
{
	if (s->row->chain)
		put_digest(v, &s->row->chain->id);
}

static void get_chain(const struct source *s, struct value *v)
{
	v->present = s->leaf != NULL;
}

static void get_owner(const struct source *s, struct value *v)
{
	if (s->row->remarks)
		put_text(v, s->row->remarks->owner);
}

static void get_note(const struct source *s, struct value *v)
{
	if (s->row->remarks)
		put_text(v, s->row->remarks->note);
}

static void get_tags(const struct source *s, struct value *v)
{
	const struct remarks *remarks = s->row->remarks;

	if (!remarks || !remarks->n_tags)
		return;
	v->list = remarks->tags;
	v->n = remarks->n_tags;
	v->present = true;
}

static void get_muted(const struct source *s, struct value *v)
{
	if (s->row->remarks)
		put_number(v, s->row->remarks->muted);
}

enum place {
	PLACE_FUNCTION,
	LEAF_TEXT,
	LEAF_TIME,
	LEAF_BOOL,
	LEAF_DIGEST,
	SEEN_TEXT,
	SEEN_U16,
	SEEN_FLAG
};

static const struct getter {
	enum place place;
	size_t offset; /* in cert_facts or observation; SEEN_FLAG: the flag */
	void (*get)(const struct source *s, struct value *v);
} getters[FIELD_MAX] = {
    [FIELD_TIMESTAMP] = {.get = get_timestamp},
    [FIELD_IP] = {.get = get_ip},
    [FIELD_HOSTNAME] = {.get = get_hostname},
    [FIELD_PORT] = {.get = get_port},
    [FIELD_NOTVALIDAFTER] = {LEAF_TIME, offsetof(struct cert_facts, not_after_s), NULL},
    [FIELD_SUBJECT] = {LEAF_TEXT, offsetof(struct cert_facts, subject_cn), NULL},
    [FIELD_ISSUER] = {LEAF_TEXT, offsetof(struct cert_facts, issuer_cn), NULL},
    [FIELD_SANS] = {.get = get_sans},
    [FIELD_SNI] = {SEEN_TEXT, offsetof(struct observation, endpoint.name), NULL},
    [FIELD_TRANSPORT] = {.get = get_transport},
    [FIELD_SERVICE] = {.get = get_service},
    [FIELD_STARTTLS] = {.get = get_starttls},
    [FIELD_SOURCE] = {.get = get_source},
    [FIELD_OUTCOME] = {.get = get_outcome},
    [FIELD_ERROR] = {.get = get_error},
    [FIELD_FIRST_SEEN] = {.get = get_first_seen},
    [FIELD_LAST_SEEN] = {.get = get_last_seen},
    [FIELD_CONNECTIONS] = {.get = get_connections},
    [FIELD_CLIENTS] = {.get = get_clients},
    [FIELD_INFERRED] = {.get = get_inferred},
    [FIELD_INFERRED_SUBJECT] = {.get = get_inferred_subject},
    [FIELD_INFERRED_CONTRADICTED] = {.get = get_inferred_contradicted},
    [FIELD_VERSION] = {.get = get_version},
    [FIELD_VERSION_ID] = {SEEN_U16, offsetof(struct observation, version), NULL},
    [FIELD_CIPHER] = {.get = get_cipher},
    [FIELD_CIPHER_ID] = {SEEN_U16, offsetof(struct observation, cipher), NULL},
    [FIELD_GROUP] = {.get = get_group},
    [FIELD_GROUP_ID] = {SEEN_U16, offsetof(struct observation, group), NULL},
    [FIELD_ALPN] = {SEEN_TEXT, offsetof(struct observation, alpn), NULL},
    [FIELD_ALERT] = {.get = get_alert},
    [FIELD_ALERT_ID] = {.get = get_alert_id},
    [FIELD_CLIENT_CERT_ASKED] = {SEEN_FLAG, OBS_CLIENT_CERT_ASKED, NULL},
    [FIELD_OCSP_STAPLED] = {SEEN_FLAG, OBS_OCSP_STAPLED, NULL},
    [FIELD_CHAIN_CUT] = {SEEN_FLAG, OBS_CHAIN_CUT, NULL},
    [FIELD_SHA256] = {LEAF_DIGEST, offsetof(struct cert_facts, id), NULL},
    [FIELD_SERIAL] = {LEAF_TEXT, offsetof(struct cert_facts, serial), NULL},
    [FIELD_SUBJECT_DN] = {LEAF_TEXT, offsetof(struct cert_facts, subject), NULL},
    [FIELD_ISSUER_DN] = {LEAF_TEXT, offsetof(struct cert_facts, issuer), NULL},
    [FIELD_NOT_BEFORE] = {LEAF_TIME, offsetof(struct cert_facts, not_before_s), NULL},
    [FIELD_NOT_AFTER] = {LEAF_TIME, offsetof(struct cert_facts, not_after_s), NULL},
    [FIELD_KEY] = {LEAF_TEXT, offsetof(struct cert_facts, key_text), NULL},
    [FIELD_KEY_BITS] = {.get = get_key_bits},
    [FIELD_SIG_ALG] = {LEAF_TEXT, offsetof(struct cert_facts, sig_alg), NULL},
    [FIELD_SPKI_SHA256] = {LEAF_DIGEST, offsetof(struct cert_facts, spki), NULL},
    [FIELD_IS_CA] = {LEAF_BOOL, offsetof(struct cert_facts, is_ca), NULL},
    [FIELD_SELF_SIGNED] = {LEAF_BOOL, offsetof(struct cert_facts, self_signed), NULL},
    [FIELD_SEVERITY] = {.get = get_severity},
    [FIELD_FINDINGS] = {.get = get_findings},
    [FIELD_CHAIN_ID] = {.get = get_chain_id},
    [FIELD_CHAIN] = {.get = get_chain},
    [FIELD_OWNER] = {.get = get_owner},
    [FIELD_TAGS] = {.get = get_tags},
    [FIELD_NOTE] = {.get = get_note},
    [FIELD_MUTED] = {.get = get_muted},
};

static void get_of_seen(
    const struct getter *getter, const struct observation *seen, struct value *v)
{
	const char *at = (const char *)seen + getter->offset;

	if (getter->place == SEEN_TEXT)
		put_text(v, at);
	else if (getter->place == SEEN_FLAG)
		put_number(v, (seen->flags & getter->offset) != 0);
	else if (*(const uint16_t *)at)
		put_number(v, *(const uint16_t *)at);
}

static void get_of_leaf(const struct getter *getter, const struct cert_facts *leaf, struct value *v)
{
	const char *at = (const char *)leaf + getter->offset;

	if (getter->place == LEAF_TEXT)
		put_text(v, *(const char *const *)at);
	else if (getter->place == LEAF_TIME)
		put_number(v, *(const int64_t *)at);
	else if (getter->place == LEAF_BOOL)
		put_number(v, *(const bool *)at);
	else
		put_digest(v, (const struct digest256 *)at);
}

void value_get(
    const struct inventory_row *row, enum field_id field, int64_t now_s, struct value *ret_value)
{
	struct source s = {row, row->seen, row_leaf(row), now_s};
	const struct getter *getter = &getters[field];

	ret_value->type = field_by_id(field)->type;
	ret_value->present = false;
	ret_value->text = "";
	ret_value->number = 0;
	ret_value->ms = -1;
	ret_value->list = NULL;
	ret_value->n = 0;
	if (getter->place == PLACE_FUNCTION)
		getter->get(&s, ret_value);
	else if (getter->place == SEEN_TEXT || getter->place == SEEN_U16 ||
		 getter->place == SEEN_FLAG)
		get_of_seen(getter, s.seen, ret_value);
	else if (s.leaf)
		get_of_leaf(getter, s.leaf, ret_value);
}

const char *value_time_text(const struct value *v, char text[TIME_TEXT_MAX])
{
	return v->ms < 0 ? time_text(v->number, text)
			 : time_text_ms(v->number * 1000 + v->ms, text);
}
