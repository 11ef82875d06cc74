/*
 * ndjson.c: a walk over the list of fields. The flat eight are in every record, null where unknown,
 * for dashboards and rules that count on them; of the others only what there is.
 */
#include "format/ndjson.h"

#include "base/jsonw.h"
#include "format/getter.h"
#include "verdict/table.h"

static void put_time(struct jsonw *w, const char *key, int64_t seconds)
{
	char text[TIME_TEXT_MAX];

	jsonw_key(w, key);
	jsonw_str(w, time_text(seconds, text));
}

/* The ends of for ever are null. */
static void put_bound(struct jsonw *w, const char *key, int64_t seconds)
{
	if (seconds != ALWAYS_S && seconds != FOREVER_S) {
		put_time(w, key, seconds);
		return;
	}
	jsonw_key(w, key);
	jsonw_null(w);
}

static void put_text(struct jsonw *w, const char *key, const char *text)
{
	jsonw_key(w, key);
	jsonw_str(w, text);
}

static void put_if(struct jsonw *w, const char *key, const char *text)
{
	if (text && text[0])
		put_text(w, key, text);
}

static void put_list(struct jsonw *w, const char *const *list, size_t n)
{
	jsonw_array(w);
	for (size_t i = 0; i < n; i++)
		jsonw_str(w, list[i]);
	jsonw_end_array(w);
}

static void put_finding(struct jsonw *w, const struct finding *f, int64_t now_s)
{
	const struct finding_row *row = finding_by_id(f->id);

	jsonw_object(w);
	jsonw_key(w, "id");
	jsonw_u64(w, f->id);
	put_text(w, "name", row ? row->name : "unknown");
	put_text(w, "severity", severity_text(f->severity));
	jsonw_key(w, "active");
	jsonw_bool(w, finding_holds(f, now_s));
	put_bound(w, "since", f->since_s);
	put_bound(w, "until", f->until_s);
	put_if(w, "evidence", f->evidence);
	put_if(w, "chrome", row ? row->chrome : NULL);
	put_if(w, "firefox", row ? row->firefox : NULL);
	put_if(w, "openssl", row ? row->openssl : NULL);
	jsonw_end_object(w);
}

static void put_findings(struct jsonw *w, const struct inventory_row *row, int64_t now_s)
{
	const struct finding *f;

	jsonw_array(w);
	for (size_t k = 0; (f = row_finding(row, k)); k++)
		put_finding(w, f, now_s);
	jsonw_end_array(w);
}

static void put_cert(struct jsonw *w, const struct cert_facts *cert)
{
	jsonw_object(w);
	jsonw_key(w, "sha256");
	jsonw_hex(w, span_of(cert->id.b, sizeof(cert->id.b)));
	put_text(w, "subject_dn", cert->subject);
	put_text(w, "issuer_dn", cert->issuer);
	put_if(w, "serial", cert->serial);
	put_time(w, "not_before", cert->not_before_s);
	put_time(w, "not_after", cert->not_after_s);
	put_if(w, "key", cert->key_text);
	put_if(w, "sig_alg", cert->sig_alg);
	jsonw_key(w, "spki_sha256");
	jsonw_hex(w, span_of(cert->spki.b, sizeof(cert->spki.b)));
	jsonw_key(w, "is_ca");
	jsonw_bool(w, cert->is_ca);
	jsonw_key(w, "self_signed");
	jsonw_bool(w, cert->self_signed);
	if (cert->unparsed) {
		jsonw_key(w, "unparsed");
		jsonw_bool(w, true);
	}
	jsonw_end_object(w);
}

static void put_chain(struct jsonw *w, const struct chain_verdict *chain)
{
	jsonw_array(w);
	for (size_t i = 0; chain && i < chain->n_certs; i++)
		put_cert(w, chain->facts[i]);
	jsonw_end_array(w);
}

static void put_scalar(struct jsonw *w, const struct value *v)
{
	char text[ADDR_TEXT_MAX], time[TIME_TEXT_MAX];

	switch (v->type) {
	case VALUE_NUMBER:
		jsonw_i64(w, v->number);
		break;
	case VALUE_BOOL:
		jsonw_bool(w, v->number != 0);
		break;
	case VALUE_TIME:
		jsonw_str(w, value_time_text(v, time));
		break;
	case VALUE_ADDRESS:
		jsonw_str(w, addr_text(&v->addr, text));
		break;
	case VALUE_TEXT:
	case VALUE_LIST:
	case VALUE_FINDINGS:
	case VALUE_CHAIN:
		jsonw_str(w, v->text);
		break;
	}
}

static void put_field(
    struct jsonw *w, const struct field *field, const struct inventory_row *row, int64_t now_s)
{
	struct value v;

	value_get(row, field->id, now_s, &v);
	if (!v.present && field->id > FIELD_SANS && field->type != VALUE_FINDINGS)
		return;
	jsonw_key(w, field->name);
	if (field->type == VALUE_LIST)
		put_list(w, v.list, v.n);
	else if (field->type == VALUE_FINDINGS)
		put_findings(w, row, now_s);
	else if (field->type == VALUE_CHAIN)
		put_chain(w, row->chain);
	else if (v.present)
		put_scalar(w, &v);
	else
		jsonw_null(w);
}

void ndjson_row_of(const struct inventory_row *row, const enum field_id *fields, size_t n,
    int64_t now_s, struct buf *out)
{
	struct jsonw w;

	jsonw_init(&w, out);
	jsonw_object(&w);
	for (size_t i = 0; i < n; i++)
		put_field(&w, field_by_id(fields[i]), row, now_s);
	jsonw_end_object(&w);
	buf_str(out, "\n");
}

void ndjson_row(const struct inventory_row *row, int64_t now_s, struct buf *out)
{
	size_t n;
	const struct field *table = field_table(&n);
	enum field_id ids[FIELD_MAX];

	for (size_t i = 0; i < n; i++)
		ids[i] = table[i].id;
	ndjson_row_of(row, ids, n, now_s, out);
}
