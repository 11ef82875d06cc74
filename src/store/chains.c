/*
 * chains.c: chains, their certificates, and what the judge said of them. Every run tells every
 * chain again; a chain whose judgement has not changed (a hash tells) costs one lookup and writes
 * nothing.
 *
 * An observation may name a chain that nobody has shown yet (a fingerprint in a log): it gets a row
 * without certificates, which is filled when they come.
 */
#include "store/db.h"

#include "base/jsonw.h"
#include "store/hash.h"
#include "store/notes.h"
#include "store/texts.h"
#include "verdict/table.h"
#include "x509/own_mark.h"

static struct chain_slot *slot_of(struct store *s, const struct digest256 *digest)
{
	uint64_t hash;

	memcpy(&hash, digest->b, sizeof(hash));
	return &s->chains[hash & (CHAIN_SLOTS - 1)];
}

static void slot_set(struct store *s, const struct digest256 *digest, int64_t row)
{
	*slot_of(s, digest) = (struct chain_slot){*digest, row};
}

void chain_rows_forget(struct store *s)
{
	memset(s->chains, 0, CHAIN_SLOTS * sizeof(*s->chains));
}

struct err chain_row(struct store *s, const struct digest256 *digest, int64_t *ret_row)
{
	static const char sql[] = "SELECT id FROM chains WHERE digest = ?";
	struct chain_slot *slot = slot_of(s, digest);
	struct stmt q;
	struct err e;
	int64_t row = 0;

	if (slot->row && digest256_eq(&slot->digest, digest)) {
		*ret_row = slot->row;
		return OK;
	}
	q = stmt_use(s, sql);
	stmt_digest(&q, digest);
	if (stmt_row(&q))
		row = stmt_get_int(&q, 0);
	e = stmt_end(&q);
	if (err_is(e))
		return e;
	if (row)
		slot_set(s, digest, row);
	*ret_row = row;
	return OK;
}

static uint64_t facts_hash(const struct cert_facts *f)
{
	const char *const texts[] = {
	    f->subject, f->subject_cn, f->issuer, f->issuer_cn, f->serial, f->sig_alg, f->key_text};
	uint64_t h = hash_bytes(HASH_START, span_of(f->spki.b, sizeof(f->spki.b)));

	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		h = hash_text(h, texts[i]);
	h = hash_int(h, (uint64_t)f->not_before_s);
	h = hash_int(h, (uint64_t)f->not_after_s);
	h = hash_int(h, f->key_bits);
	h = hash_int(h, (uint64_t)f->key_kind << 4 | (uint64_t)f->is_ca << 3 |
			    (uint64_t)f->self_issued << 2 | (uint64_t)f->self_signed << 1 |
			    f->unparsed);
	for (size_t i = 0; i < f->n_sans; i++)
		h = hash_text(h, f->sans[i]);
	return h;
}

/* The certificates' facts are part of it: a better parser is a new judgement. */
static int64_t judgement_hash(const struct chain_verdict *v)
{
	uint64_t h = hash_findings(HASH_START, v->findings, v->n_findings);

	for (size_t i = 0; i < v->n_certs; i++)
		h = hash_int(h, facts_hash(v->facts[i]));
	return (int64_t)h;
}

/* What stands in the column of that name. */
static const char *names_json(const struct cert_facts *f, struct buf *b)
{
	struct jsonw w;

	jsonw_init(&w, b);
	jsonw_array(&w);
	for (size_t i = 0; i < f->n_sans; i++)
		jsonw_str(&w, f->sans[i]);
	jsonw_end_array(&w);
	return buf_text(b);
}

static void facts_bind(struct stmt *q, const struct cert_facts *f, int64_t hash)
{
	stmt_digest(q, &f->id);
	stmt_digest(q, &f->spki);
	stmt_text(q, f->subject);
	stmt_text(q, f->subject_cn);
	stmt_text(q, f->issuer);
	stmt_text(q, f->issuer_cn);
	stmt_text(q, f->serial);
	stmt_int(q, f->not_before_s);
	stmt_int(q, f->not_after_s);
	stmt_text(q, f->key_text);
	stmt_int(q, f->key_kind);
	stmt_int(q, f->key_bits);
	stmt_text(q, f->sig_alg);
	stmt_int(q, f->is_ca);
	stmt_int(q, f->self_issued);
	stmt_int(q, f->self_signed);
	stmt_int(q, f->unparsed);
	stmt_int(q, hash);
}

/* A new one, if *row is 0, which gets a row; or one whose facts are read differently now. Two
 * statements: a trigger asks only for the second (schema_counts.h). */
static struct err facts_write(
    struct store *s, const struct cert_facts *f, int64_t seen_ms, int64_t hash, int64_t *row)
{
	static const char add[] =
	    "INSERT INTO certificates (sha256, spki_sha256, subject, subject_cn, issuer, issuer_cn,"
	    " serial, not_before_s, not_after_s, key, key_kind, key_bits, sig_alg, is_ca,"
	    " self_issued, self_signed, unparsed, facts_hash, names, first_seen_ms)"
	    " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16,"
	    " ?17, ?18, ?19, ?20)";
	static const char renew[] =
	    "UPDATE certificates SET spki_sha256 = ?2, subject = ?3, subject_cn = ?4,"
	    " issuer = ?5, issuer_cn = ?6, serial = ?7, not_before_s = ?8, not_after_s = ?9,"
	    " key = ?10, key_kind = ?11, key_bits = ?12, sig_alg = ?13, is_ca = ?14,"
	    " self_issued = ?15, self_signed = ?16, unparsed = ?17, facts_hash = ?18,"
	    " names = ?19, first_seen_ms = min(first_seen_ms, ?20) WHERE sha256 = ?1";
	struct stmt q = stmt_use(s, *row ? renew : add);
	struct buf names;
	struct err e;

	buf_init(&names, ROW_BYTES_MAX);
	facts_bind(&q, f, hash);
	stmt_text(&q, names_json(f, &names));
	stmt_int(&q, seen_ms);
	e = names.full ? stmt_end(&q) : stmt_run(&q);
	if (!err_is(e) && names.full)
		e = err_limit("a certificate with too many names to be stored");
	if (!err_is(e) && !*row)
		*row = sqlite3_last_insert_rowid(s->db);
	buf_done(&names);
	return e;
}

/* ret_row: 0, or the row as it is so far. */
static struct err facts_put(
    struct store *s, const struct cert_facts *f, int64_t seen_ms, int64_t hash, int64_t *ret_row)
{
	struct err e = *ret_row ? texts_drop_cert(s, *ret_row) : OK;

	if (!err_is(e))
		e = facts_write(s, f, seen_ms, hash, ret_row);
	return err_is(e) ? e : texts_put_cert(s, *ret_row);
}

static struct err der_write(struct store *s, int64_t cert, struct span der)
{
	static const char sql[] = "INSERT OR IGNORE INTO certificate_der VALUES (?, ?)";
	struct stmt q = stmt_use(s, sql);

	stmt_int(&q, cert);
	stmt_blob(&q, der.p, der.n);
	return stmt_run(&q);
}

static struct err cert_seen_before(struct store *s, int64_t cert, int64_t seen_ms)
{
	static const char sql[] = "UPDATE certificates SET first_seen_ms = ?2 WHERE id = ?1";
	struct stmt q = stmt_use(s, sql);

	stmt_int(&q, cert);
	stmt_int(&q, seen_ms);
	return stmt_run(&q);
}

/* The service's own certificate is found by its tag, and tells nothing in alerts
 * (alert/gather.c). */
static struct err own_tag(
    struct store *s, const struct cert_facts *f, struct span der, int64_t seen_ms)
{
	return f->self_signed && own_mark_is_in(der)
		   ? notes_tag_new(s, &f->id, "certscape", seen_ms)
		   : OK;
}

static struct err cert_put(
    struct store *s, const struct cert_facts *f, struct span der, int64_t seen_ms, int64_t *ret_row)
{
	static const char sql[] =
	    "SELECT id, facts_hash, first_seen_ms FROM certificates WHERE sha256 = ?";
	struct stmt q = stmt_use(s, sql);
	int64_t row = 0, hash = (int64_t)facts_hash(f), stored_hash = 0, first_ms = 0;
	bool known;
	struct err e;

	stmt_digest(&q, &f->id);
	if (stmt_row(&q)) {
		row = stmt_get_int(&q, 0);
		stored_hash = stmt_get_int(&q, 1);
		first_ms = stmt_get_int(&q, 2);
	}
	e = stmt_end(&q);
	known = row != 0;
	if (!err_is(e) && (!known || stored_hash != hash))
		e = facts_put(s, f, seen_ms, hash, &row);
	if (!err_is(e) && !known)
		e = der_write(s, row, der);
	if (!err_is(e) && !known)
		e = own_tag(s, f, der, seen_ms);
	if (!err_is(e) && first_ms > seen_ms)
		e = cert_seen_before(s, row, seen_ms);
	if (!err_is(e))
		*ret_row = row;
	return e;
}

static struct err certs_put(struct store *s, int64_t chain, const struct chain_verdict *v,
    int64_t seen_ms, int64_t *ret_leaf)
{
	static const char sql[] = "INSERT OR IGNORE INTO chain_certificates VALUES (?, ?, ?)";
	struct err e = OK;

	for (size_t i = 0; i < v->n_certs && !err_is(e); i++) {
		int64_t cert = 0;
		struct stmt q;

		e = cert_put(s, v->facts[i], v->der[i], seen_ms, &cert);
		if (err_is(e))
			return e;
		q = stmt_use(s, sql);
		stmt_int(&q, chain);
		stmt_int(&q, (int64_t)i);
		stmt_int(&q, cert);
		e = stmt_run(&q);
		if (i == 0)
			*ret_leaf = cert;
	}
	return e;
}

static struct err findings_put(struct store *s, int64_t chain, const struct chain_verdict *v)
{
	static const char drop[] = "DELETE FROM chain_findings WHERE chain = ?";
	static const char add[] = "INSERT INTO chain_findings VALUES (?, ?, ?, ?, ?, ?, ?)";
	struct stmt q = stmt_use(s, drop);
	struct err e;

	stmt_int(&q, chain);
	e = stmt_run(&q);
	for (size_t i = 0; i < v->n_findings && !err_is(e); i++) {
		const struct finding *f = &v->findings[i];

		q = stmt_use(s, add);
		stmt_int(&q, chain);
		stmt_int(&q, (int64_t)i);
		stmt_int(&q, f->id);
		stmt_int(&q, f->severity);
		stmt_int(&q, f->since_s);
		stmt_int(&q, f->until_s);
		stmt_text(&q, f->evidence);
		e = stmt_run(&q);
	}
	return e;
}

static const struct cert_facts *issuer_in_chain(
    const struct chain_verdict *v, const struct cert_facts *of)
{
	for (size_t i = 0; i < v->n_certs; i++)
		if (v->facts[i] != of && strcmp(v->facts[i]->subject, of->issuer) == 0)
			return v->facts[i];
	return NULL;
}

/* The issuer that an unknown-issuer is about: where the walk up from the leaf ends. NULL: none is
 * missing. */
static const char *missing_issuer(const struct chain_verdict *v)
{
	const struct cert_facts *at = v->n_certs ? v->facts[0] : NULL;
	bool unknown = false;

	for (size_t i = 0; i < v->n_findings; i++)
		unknown |= v->findings[i].id == FINDING_UNKNOWN_ISSUER;
	for (size_t i = 0; at && unknown && i < v->n_certs; i++) {
		const struct cert_facts *above = at->self_issued ? NULL : issuer_in_chain(v, at);

		if (!above)
			break;
		at = above;
	}
	return at && unknown && !at->self_issued ? at->issuer : NULL;
}

static struct err chain_insert(struct store *s, const struct digest256 *digest, int64_t *ret_row)
{
	static const char sql[] = "INSERT INTO chains (digest, n_certs, judgement, judged_after)"
				  " VALUES (?, 0, 0, 0)";
	struct stmt q = stmt_use(s, sql);
	struct err e;

	stmt_digest(&q, digest);
	e = stmt_run(&q);
	if (err_is(e))
		return e;
	*ret_row = sqlite3_last_insert_rowid(s->db);
	slot_set(s, digest, *ret_row);
	return OK;
}

struct err chain_row_made(struct store *s, const struct digest256 *digest, int64_t *ret_row)
{
	struct err e = chain_row(s, digest, ret_row);

	return err_is(e) || *ret_row || digest256_is_zero(digest)
		   ? e
		   : chain_insert(s, digest, ret_row);
}

static struct err chain_update(
    struct store *s, int64_t chain, int64_t leaf, const struct chain_verdict *v, int64_t judgement)
{
	static const char sql[] =
	    "UPDATE OR FAIL chains SET leaf = ?2, n_certs = ?3, judgement = ?4,"
	    " missing_issuer = nullif(?5, ''), judged_after = ?6 WHERE id = ?1";
	struct stmt q = stmt_use(s, sql);

	stmt_int(&q, chain);
	stmt_int(&q, leaf);
	stmt_int(&q, (int64_t)v->n_certs);
	stmt_int(&q, judgement);
	stmt_text(&q, missing_issuer(v));
	stmt_int(&q, s->issuers_seen);
	return stmt_run(&q);
}

/* What is stored of a chain, to tell whether anything is new. */
struct judged {
	int64_t row; /* 0: not stored */
	int64_t judgement;
	int64_t judged_after;
	int64_t leaf_first_ms;
	bool wants_issuer;
	bool lacks_issuer; /* a finding says so */
};

static struct err judged_get(struct store *s, const struct digest256 *digest, struct judged *ret)
{
	static const char sql[] =
	    "SELECT c.id, c.judgement, c.judged_after, c.missing_issuer IS NOT NULL,"
	    " l.first_seen_ms, EXISTS (SELECT 1 FROM chain_findings f WHERE f.chain = c.id"
	    " AND f.finding IN (?2, ?3)) FROM chains c"
	    " LEFT JOIN certificates l ON l.id = c.leaf WHERE c.digest = ?1";
	struct stmt q = stmt_use(s, sql);

	stmt_digest(&q, digest);
	stmt_int(&q, FINDING_UNKNOWN_ISSUER);
	stmt_int(&q, FINDING_INCOMPLETE_CHAIN);
	if (stmt_row(&q))
		*ret = (struct judged){
		    .row = stmt_get_int(&q, 0),
		    .judgement = stmt_get_int(&q, 1),
		    .judged_after = stmt_get_int(&q, 2),
		    .wants_issuer = stmt_get_int(&q, 3) != 0,
		    .leaf_first_ms = stmt_get_int(&q, 4),
		    .lacks_issuer = stmt_get_int(&q, 5) != 0,
		};
	return stmt_end(&q);
}

struct err store_put_chain(struct store *s, const struct chain_verdict *verdict, int64_t seen_ms)
{
	int64_t judgement = judgement_hash(verdict), leaf = 0;
	struct judged stored = {0};
	struct err e = judged_get(s, &verdict->id, &stored);
	bool cut_short = verdict->cut && stored.lacks_issuer; /* its certificates only */

	if (err_is(e))
		return e;
	if (stored.row && stored.judgement == judgement && stored.leaf_first_ms <= seen_ms &&
	    !(stored.wants_issuer && stored.judged_after < s->issuers_seen) && !cut_short)
		return OK;
	if (!stored.row)
		e = chain_insert(s, &verdict->id, &stored.row);
	if (!err_is(e))
		e = certs_put(s, stored.row, verdict, seen_ms, &leaf);
	if (!err_is(e) && !cut_short && (stored.judgement != judgement || !stored.leaf_first_ms))
		e = findings_put(s, stored.row, verdict);
	if (!err_is(e) && !cut_short)
		e = chain_update(s, stored.row, leaf, verdict, judgement);
	return err_is(e) ? e : version_unless_batch(s);
}
