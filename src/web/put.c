/*
 * put.c: writes them. Rows go by the list of fields and its getters (format/getter.h), as NDJSON
 * and CSV do, so that no column can mean two things.
 */
#include "web/put.h"

#include "web/limits.h"

#include "base/time.h"
#include "format/getter.h"
#include "format/word.h"
#include "verdict/table.h"

enum { DAY_S = 86400, NAMES_IN_ROW = 10 };

const char *name_of(const char *cn, const char *dn)
{
	return *cn ? cn : dn;
}

void put_digest(struct jsonw *w, const char *key, const struct digest256 *digest)
{
	jsonw_key(w, key);
	jsonw_hex(w, span_of(digest->b, sizeof(digest->b)));
}

void put_known(struct jsonw *w, const char *key, const char *text)
{
	web_put_text(w, key, text && *text ? text : NULL);
}

int64_t days_left(int64_t not_after_s, int64_t now_s)
{
	int64_t left = not_after_s - now_s;

	return left < 0 ? -((DAY_S - 1 - left) / DAY_S) : left / DAY_S;
}

void put_days_left(struct jsonw *w, int64_t not_after_s, int64_t now_s)
{
	web_put_number(w, "days_left", days_left(not_after_s, now_s));
}

static void put_texts(struct jsonw *w, const char *key, const char *const *texts, size_t n)
{
	jsonw_key(w, key);
	jsonw_array(w);
	for (size_t i = 0; i < n; i++)
		jsonw_str(w, texts[i]);
	jsonw_end_array(w);
}

void put_endpoint(struct jsonw *w, const struct endpoint *e)
{
	char text[ADDR_TEXT_MAX];

	web_put_text(w, "ip", addr_text(&e->addr, text));
	web_put_number(w, "port", e->port);
	web_put_text(w, "transport", transport_text(e->transport));
}

void put_remarks(struct jsonw *w, const struct remarks *remarks)
{
	static const struct remarks none = {.owner = "", .note = ""};

	if (!remarks)
		remarks = &none;
	put_known(w, "owner", remarks->owner);
	put_known(w, "note", remarks->note);
	put_texts(w, "tags", remarks->tags, remarks->n_tags);
}

/* Rows. */

static void put_finding_names(struct jsonw *w, const struct inventory_row *row, int64_t now_s)
{
	const struct finding *f;

	jsonw_array(w);
	for (size_t k = 0; (f = row_finding(row, k)); k++) {
		const struct finding_row *what = finding_by_id(f->id);

		if (what && finding_holds(f, now_s))
			jsonw_str(w, what->name);
	}
	jsonw_end_array(w);
}

static void put_chain_ids(struct jsonw *w, const struct chain_verdict *chain)
{
	jsonw_array(w);
	for (size_t i = 0; chain && i < chain->n_certs; i++)
		jsonw_hex(w, span_of(chain->facts[i]->id.b, sizeof(chain->facts[i]->id.b)));
	jsonw_end_array(w);
}

static void put_scalar(struct jsonw *w, const struct value *v)
{
	char text[ADDR_TEXT_MAX], time[TIME_TEXT_MAX];

	if (!v->present)
		jsonw_null(w);
	else if (v->type == VALUE_NUMBER)
		jsonw_i64(w, v->number);
	else if (v->type == VALUE_BOOL)
		jsonw_bool(w, v->number != 0);
	else if (v->type == VALUE_TIME)
		jsonw_str(w, value_time_text(v, time));
	else if (v->type == VALUE_ADDRESS)
		jsonw_str(w, addr_text(&v->addr, text));
	else
		jsonw_str(w, v->text);
}

static void put_field(
    struct jsonw *w, const struct inventory_row *row, const struct field *field, int64_t now_s)
{
	struct value v;

	if (field->type == VALUE_FINDINGS || field->type == VALUE_CHAIN) {
		jsonw_key(w, field->name);
		if (field->type == VALUE_FINDINGS)
			put_finding_names(w, row, now_s);
		else
			put_chain_ids(w, row->chain);
		return;
	}
	value_get(row, field->id, now_s, &v);
	if (field->type == VALUE_LIST) {
		put_texts(w, field->name, v.list, v.present ? v.n : 0);
		return;
	}
	jsonw_key(w, field->name);
	put_scalar(w, &v);
}

/* What every row has, so that a page can name it; the rest are fields. */
static bool is_always_put(enum field_id id)
{
	return id == FIELD_IP || id == FIELD_PORT || id == FIELD_TRANSPORT || id == FIELD_SNI ||
	       id == FIELD_SHA256;
}

void put_row(struct jsonw *w, const struct inventory_row *row, const struct ask_fields *fields,
    int64_t now_s)
{
	const struct cert_facts *leaf = row_leaf(row);

	jsonw_object(w);
	put_endpoint(w, &row->seen->endpoint);
	web_put_text(w, "sni", row->seen->endpoint.name);
	if (leaf)
		put_digest(w, "sha256", &leaf->id);
	else
		web_put_text(w, "sha256", NULL);
	web_put_bool(w, "gone", row->gone);
	for (size_t i = 0; i < fields->n; i++)
		if (!is_always_put(fields->v[i]))
			put_field(w, row, field_by_id(fields->v[i]), now_s);
	jsonw_end_object(w);
}

/* Findings. */

static void put_bound(struct jsonw *w, const char *key, int64_t seconds)
{
	if (seconds == ALWAYS_S || seconds == FOREVER_S)
		web_put_text(w, key, NULL);
	else
		web_put_time_s(w, key, seconds);
}

void put_finding(struct jsonw *w, const struct finding *f, bool muted, int64_t now_s, bool titles)
{
	const struct finding_row *what = finding_by_id(f->id);

	jsonw_object(w);
	web_put_text(w, "finding", what ? what->name : "unknown");
	web_put_text(w, "severity", severity_text(f->severity));
	web_put_text(w, "title", what ? what->title : "");
	web_put_text(w, "evidence", f->evidence);
	put_bound(w, "since", f->since_s);
	put_bound(w, "until", f->until_s);
	web_put_bool(w, "holds", finding_holds(f, now_s));
	web_put_bool(w, "muted", muted);
	if (titles && what) {
		web_put_text(w, "chrome", what->chrome);
		web_put_text(w, "firefox", what->firefox);
		web_put_text(w, "openssl", what->openssl);
	}
	jsonw_end_object(w);
}

/* Certificates. */

void put_brief(struct jsonw *w, const struct cert_brief *cert)
{
	jsonw_object(w);
	put_digest(w, "sha256", &cert->sha256);
	web_put_text(w, "subject", cert->subject_cn);
	web_put_text(w, "issuer", cert->issuer_cn);
	web_put_time_s(w, "not_before", cert->not_before_s);
	web_put_time_s(w, "not_after", cert->not_after_s);
	web_put_bool(w, "is_ca", cert->is_ca);
	web_put_bool(w, "self_signed", cert->self_signed);
	jsonw_end_object(w);
}

void put_facts(struct jsonw *w, const struct cert_facts *cert)
{
	put_digest(w, "sha256", &cert->id);
	put_digest(w, "spki_sha256", &cert->spki);
	web_put_text(w, "serial", cert->serial);
	web_put_text(w, "subject", name_of(cert->subject_cn, cert->subject));
	web_put_text(w, "subject_dn", cert->subject);
	web_put_text(w, "issuer", name_of(cert->issuer_cn, cert->issuer));
	web_put_text(w, "issuer_dn", cert->issuer);
	web_put_time_s(w, "not_before", cert->not_before_s);
	web_put_time_s(w, "not_after", cert->not_after_s);
	web_put_text(w, "key", cert->key_text);
	web_put_number(w, "key_bits", cert->key_bits);
	web_put_text(w, "sig_alg", cert->sig_alg);
	web_put_bool(w, "is_ca", cert->is_ca);
	web_put_bool(w, "self_issued", cert->self_issued);
	web_put_bool(w, "self_signed", cert->self_signed);
	put_texts(w, "names", cert->sans, cert->n_sans);
	web_put_bool(w, "unparsed", cert->unparsed);
}

static void put_listed_findings(struct jsonw *w, const struct listed_cert *cert, int64_t now_s)
{
	jsonw_key(w, "findings");
	jsonw_array(w);
	for (size_t i = 0; i < cert->n_findings; i++)
		put_finding(w, &cert->findings[i].finding, cert->findings[i].muted, now_s, false);
	jsonw_end_array(w);
}

void put_certificate_row(struct jsonw *w, const struct listed_cert *cert, int64_t now_s)
{
	const struct cert_facts *facts = cert->facts;
	char text[ENDPOINT_TEXT_MAX];

	jsonw_object(w);
	put_digest(w, "sha256", &facts->id);
	web_put_text(w, "subject", name_of(facts->subject_cn, facts->subject));
	web_put_text(w, "issuer", name_of(facts->issuer_cn, facts->issuer));
	web_put_time_s(w, "not_before", facts->not_before_s);
	web_put_time_s(w, "not_after", facts->not_after_s);
	put_days_left(w, facts->not_after_s, now_s);
	web_put_text(w, "key", facts->key_text);
	web_put_bool(w, "self_signed", facts->self_signed);
	put_texts(w, "names", facts->sans,
	    facts->n_sans < NAMES_IN_ROW ? facts->n_sans : (size_t)NAMES_IN_ROW);
	web_put_time(w, "first_seen", cert->first_seen_ms);
	web_put_text(w, "severity", severity_text(cert->severity));
	put_listed_findings(w, cert, now_s);
	web_put_number(w, "endpoints", (int64_t)cert->endpoints);
	web_put_text(w, "first_endpoint", endpoint_text(&cert->first_endpoint, text));
	put_remarks(w, cert->remarks);
	web_put_bool(w, "muted", cert->remarks && cert->remarks->muted);
	jsonw_end_object(w);
}

/* Changes. */

static void put_side(struct jsonw *w, const char *key, const struct cert_brief *cert)
{
	jsonw_key(w, key);
	if (!cert) {
		jsonw_null(w);
		return;
	}
	jsonw_object(w);
	put_digest(w, "sha256", &cert->sha256);
	web_put_text(w, "subject", cert->subject_cn);
	web_put_text(w, "issuer", cert->issuer_cn);
	web_put_time_s(w, "not_after", cert->not_after_s);
	jsonw_end_object(w);
}

void put_change(struct jsonw *w, const struct told_change *change)
{
	const struct change *c = &change->change;

	jsonw_object(w);
	web_put_number(w, "sequence", (int64_t)c->sequence);
	web_put_time(w, "at", c->at_ms);
	web_put_text(w, "change", change_text(c->kind));
	put_endpoint(w, &c->endpoint);
	web_put_text(w, "sni", c->endpoint.name);
	put_known(w, "hostname", change->hostname);
	jsonw_key(w, "run");
	if (c->run)
		jsonw_u64(w, c->run);
	else
		jsonw_null(w);
	put_side(w, "before", change->before);
	put_side(w, "after", change->after);
	jsonw_end_object(w);
}

/* Counts. */

static void put_value(struct jsonw *w, enum field_id field, const struct facet_value *value)
{
	const char *word = value->text ? value->text : word_text(field, value->number);

	jsonw_object(w);
	jsonw_key(w, "value");
	if (word)
		jsonw_str(w, word);
	else if (field_by_id(field)->type == VALUE_BOOL)
		jsonw_bool(w, value->number != 0);
	else
		jsonw_i64(w, value->number);
	web_put_number(w, "count", (int64_t)value->count);
	jsonw_end_object(w);
}

void put_facet(struct jsonw *w, const struct facet *facet)
{
	const struct field *field = field_by_id(facet->field);

	jsonw_object(w);
	web_put_text(w, "field", field ? field->name : "");
	jsonw_key(w, "values");
	jsonw_array(w);
	for (size_t i = 0; field && i < facet->n; i++)
		put_value(w, facet->field, &facet->values[i]);
	jsonw_end_array(w);
	web_put_number(w, "other", (int64_t)facet->other);
	web_put_number(w, "missing", (int64_t)facet->missing);
	jsonw_end_object(w);
}

static void put_bucket(struct jsonw *w, const struct timeline_bucket *bucket)
{
	web_put_number(w, "endpoints", (int64_t)bucket->endpoints);
	web_put_number(w, "certificates", (int64_t)bucket->certificates);
	jsonw_end_object(w);
}

void put_timeline(struct jsonw *w, const struct timeline *timeline)
{
	jsonw_object(w);
	web_put_time_s(w, "from", timeline->from_s);
	web_put_time_s(w, "to", timeline->to_s);
	web_put_number(w, "bucket_s", timeline->bucket_s);
	jsonw_key(w, "buckets");
	jsonw_array(w);
	for (size_t i = 0; i < timeline->n; i++) {
		jsonw_object(w);
		web_put_time_s(w, "start", timeline->from_s + (int64_t)i * timeline->bucket_s);
		web_put_number(w, "expired", (int64_t)timeline->buckets[i].expired);
		web_put_number(w, "soon", (int64_t)timeline->buckets[i].soon);
		put_bucket(w, &timeline->buckets[i]);
	}
	jsonw_end_array(w);
	jsonw_key(w, "before");
	jsonw_object(w);
	put_bucket(w, &timeline->before);
	jsonw_key(w, "after");
	jsonw_object(w);
	put_bucket(w, &timeline->after);
	jsonw_end_object(w);
}

/* Mutes and runs. */

void put_mute(struct jsonw *w, const struct mute *mute)
{
	const struct finding_row *what = finding_by_id(mute->finding);

	jsonw_object(w);
	web_put_number(w, "id", mute->id);
	web_put_text(w, "kind", mute_kind_text(mute->kind));
	web_put_text(w, "thing", mute_thing_text(mute->thing));
	web_put_text(w, "key", mute->key);
	web_put_text(w, "finding", what ? what->name : NULL);
	web_put_time(w, "until", mute->until_ms);
	web_put_text(w, "why", mute->why);
	web_put_text(w, "by", mute->by);
	web_put_time(w, "at", mute->at_ms);
	jsonw_end_object(w);
}

/* Connections a second since it began, and when it will be done at that. */
static void put_speed(struct jsonw *w, const struct run *run, const struct progress *p)
{
	int64_t took_ms = run->heard_ms - run->started_ms;
	uint64_t rate = took_ms > 0 ? p->tried * 1000 / (uint64_t)took_ms : 0;

	web_put_number(w, "rate", (int64_t)rate);
	jsonw_key(w, "eta_s");
	if (run->state == RUN_UNFINISHED && rate && p->total > p->tried)
		jsonw_u64(w, (p->total - p->tried) / rate);
	else
		jsonw_null(w);
}

static void put_progress(struct jsonw *w, const struct run *run)
{
	struct progress p = run_progress(run);

	jsonw_key(w, "progress");
	jsonw_object(w);
	web_put_number(w, "total", (int64_t)p.total);
	web_put_number(w, "tried", (int64_t)p.tried);
	web_put_number(w, "open", (int64_t)p.open);
	web_put_number(w, "refused", (int64_t)p.refused);
	web_put_number(w, "timeout", (int64_t)p.timeout);
	web_put_number(w, "unreachable", (int64_t)p.unreachable);
	web_put_number(w, "pending", (int64_t)p.grabs_pending);
	put_speed(w, run, &p);
	jsonw_end_object(w);
}

/* A run that is not whole is what its job is. A scan of the command line has none: it goes on if
 * somebody has heard of it lately, for one that was killed cannot say so. */
static const char *run_word(const struct run *run, const struct job *job, int64_t now_ms)
{
	if (job && run->state != RUN_COMPLETED)
		return job_state_text(job->state);
	if (run->state != RUN_UNFINISHED)
		return run_state_text(run->state);
	return now_ms - run->heard_ms < WEB_RUN_SILENCE_MS ? "running" : run_state_text(run->state);
}

void put_run_members(struct jsonw *w, const struct run *run, const struct job *job, int64_t now_ms)
{
	web_put_number(w, "id", (int64_t)run->id);
	web_put_text(w, "source", evidence_text(run->evidence));
	web_put_text(w, "state", run_word(run, job, now_ms));
	web_put_time(w, "started", run->started_ms);
	web_put_time(w, "ended", run->ended_ms);
	web_put_text(w, "spec", run->spec);
	jsonw_key(w, "schedule");
	if (job && job->schedule)
		jsonw_i64(w, job->schedule);
	else
		jsonw_null(w);
	put_progress(w, run);
}

void put_run(struct jsonw *w, const struct run *run, const struct job *job, int64_t now_ms)
{
	jsonw_object(w);
	put_run_members(w, run, job, now_ms);
	jsonw_end_object(w);
}
