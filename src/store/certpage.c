/*
 * certpage.c: all that the page of a certificate shows: its facts, the chains it is in, what holds
 * of it, who else has its key, what it took the place of. Read from the tables by their indexes: a
 * few lookups, whatever the size of the inventory.
 */
#include "store/db.h"
#include "store/listing.h"
#include "store/notes.h"

struct reading {
	struct store *s;
	int64_t cert; /* its row */
	int64_t now_s;
	struct arena *arena;
	struct cert_page *page;
};

static struct err no_room(void)
{
	return err_limit("the page of a certificate is too large");
}

#define BRIEF                                                                                      \
	"k.sha256, k.subject_cn, k.issuer_cn, k.not_before_s, k.not_after_s, k.is_ca,"             \
	" k.self_signed"

void brief_get(struct stmt *q, int column, struct arena *arena, struct cert_brief *ret_brief)
{
	*ret_brief = (struct cert_brief){
	    .sha256 = stmt_get_digest(q, column),
	    .subject_cn = arena_str(arena, stmt_get_text(q, column + 1)),
	    .issuer_cn = arena_str(arena, stmt_get_text(q, column + 2)),
	    .not_before_s = stmt_get_int(q, column + 3),
	    .not_after_s = stmt_get_int(q, column + 4),
	    .is_ca = stmt_get_int(q, column + 5) != 0,
	    .self_signed = stmt_get_int(q, column + 6) != 0,
	};
}

/* The rest of a statement that begins with BRIEF and has the certificate's row as its first
 * parameter and the greatest number of rows as its second. */
static struct err briefs_read(
    struct reading *r, const char *sql, const struct cert_brief **ret, size_t *ret_n)
{
	struct cert_brief *v = arena_alloc(r->arena, PAGE_SAME_MAX * sizeof(*v));
	struct stmt q;
	size_t n = 0;

	if (!v)
		return no_room();
	q = stmt_use(r->s, sql);
	stmt_int(&q, r->cert);
	stmt_int(&q, PAGE_SAME_MAX);
	while (n < PAGE_SAME_MAX && stmt_row(&q))
		brief_get(&q, 0, r->arena, &v[n++]);
	*ret = v;
	*ret_n = n;
	return stmt_end(&q);
}

static struct err same_key_read(struct reading *r)
{
	static const char sql[] =
	    "SELECT " BRIEF " FROM certificates o JOIN certificates k"
	    " ON k.spki_sha256 = o.spki_sha256 AND k.id <> o.id WHERE o.id = ?1"
	    " ORDER BY k.not_after_s DESC LIMIT ?2";

	return briefs_read(r, sql, &r->page->same_key, &r->page->n_same_key);
}

/* By the changes that told it, at whichever endpoint. */
static struct err renewals_read(struct reading *r)
{
	static const char before[] =
	    "SELECT DISTINCT " BRIEF " FROM chains c JOIN changes h ON h.after = c.id"
	    " AND h.before <> 0 JOIN chains b ON b.id = h.before JOIN certificates k ON k.id = "
	    "b.leaf"
	    " WHERE c.leaf = ?1 AND k.id <> ?1 ORDER BY k.not_after_s DESC LIMIT ?2";
	static const char after[] =
	    "SELECT DISTINCT " BRIEF " FROM chains c JOIN changes h ON h.before = c.id"
	    " AND h.before <> 0 JOIN chains a ON a.id = h.after JOIN certificates k ON k.id = "
	    "a.leaf"
	    " WHERE c.leaf = ?1 AND k.id <> ?1 ORDER BY k.not_after_s DESC LIMIT ?2";
	struct cert_page *p = r->page;
	struct err e = briefs_read(r, before, &p->before, &p->n_before);

	return err_is(e) ? e : briefs_read(r, after, &p->after, &p->n_after);
}

static struct err chain_members(struct reading *r, int64_t chain, struct cert_chain *ret)
{
	static const char sql[] = "SELECT " BRIEF " FROM chain_certificates m"
				  " JOIN certificates k ON k.id = m.certificate"
				  " WHERE m.chain = ? ORDER BY m.position";
	struct stmt q = stmt_use(r->s, sql);

	stmt_int(&q, chain);
	while (ret->n < CHAIN_CERTS_MAX && stmt_row(&q))
		brief_get(&q, 0, r->arena, &ret->certs[ret->n++]);
	return stmt_end(&q);
}

/* A root is in every chain: the newest ones only, those of which it is the leaf before all
 * others. */
static struct err chains_read(struct reading *r)
{
	static const char sql[] = "SELECT m.chain, c.digest, m.position FROM chain_certificates m"
				  " JOIN chains c ON c.id = m.chain WHERE m.certificate = ?"
				  " ORDER BY m.position = 0 DESC, m.chain DESC LIMIT ?";
	struct cert_chain *v = arena_alloc(r->arena, PAGE_CHAINS_MAX * sizeof(*v));
	struct cert_page *p = r->page;
	struct stmt q;
	struct err e = v ? OK : no_room(), end;

	if (err_is(e))
		return e;
	q = stmt_use(r->s, sql);
	stmt_int(&q, r->cert);
	stmt_int(&q, PAGE_CHAINS_MAX);
	while (!err_is(e) && p->n_chains < PAGE_CHAINS_MAX && stmt_row(&q)) {
		int64_t chain = stmt_get_int(&q, 0);

		if (p->n_chains == 0 && stmt_get_int(&q, 2) == 0)
			e = load_chain(r->s, chain, true, r->arena, &p->chain);
		v[p->n_chains].id = stmt_get_digest(&q, 1);
		if (!err_is(e))
			e = chain_members(r, chain, &v[p->n_chains++]);
	}
	end = stmt_end(&q);
	p->chains = v;
	return err_is(e) ? e : end;
}

/* By the index of sightings by chain. */
static struct err endpoints_count(struct reading *r)
{
	static const char sql[] = "SELECT count(*) FROM chains c JOIN sightings s ON s.chain = c.id"
				  " WHERE c.leaf = ? AND s.current";
	struct stmt q = stmt_use(r->s, sql);

	stmt_int(&q, r->cert);
	if (stmt_row(&q))
		r->page->endpoints = (uint64_t)stmt_get_int(&q, 0);
	return stmt_end(&q);
}

static struct err remarks_read(struct reading *r)
{
	const struct noted of = {.certificate = r->page->facts->id};
	struct annotation said = {0};
	struct remarks *remarks;
	struct err e = store_note_get(r->s, &of, r->arena, &said);

	if (err_is(e) || said.at_ms == 0)
		return e;
	remarks = arena_alloc(r->arena, sizeof(*remarks));
	if (!remarks)
		return no_room();
	*remarks = (struct remarks){said.owner, said.note, said.n_tags, said.tags, false};
	r->page->remarks = remarks;
	return OK;
}

static bool is_mute(const struct reading *r, const struct mutes *mutes, const struct finding *f)
{
	const struct cert_facts *facts = r->page->facts;
	const struct remarks *said = r->page->remarks;
	const struct muteable of = {
	    .certificate = &facts->id,
	    .spki = &facts->spki,
	    .issuer = facts->issuer,
	    .issuer_cn = facts->issuer_cn,
	    .n_tags = said ? said->n_tags : 0,
	    .tags = said ? said->tags : NULL,
	    .finding = f ? f->id : 0,
	    .since_s = f ? f->since_s : r->page->first_seen_ms / 1000,
	    .first_ms = r->page->first_seen_ms,
	};

	return !mutes_empty(mutes) && mutes_find(mutes, &of);
}

static bool finding_known(const struct page_finding *v, size_t n, const struct finding *f)
{
	for (size_t i = 0; i < n; i++)
		if (v[i].finding.id == f->id && v[i].finding.since_s == f->since_s)
			return true;
	return false;
}

/* Of the chains of which it is the leaf, the newest first; each once. */
static struct err findings_read(struct reading *r, const struct mutes *mutes)
{
	static const char sql[] = "SELECT f.finding, f.severity, f.since_s, f.until_s, f.evidence"
				  " FROM chains c JOIN chain_findings f ON f.chain = c.id"
				  " WHERE c.leaf = ? ORDER BY c.id DESC, f.position";
	struct page_finding *v = arena_alloc(r->arena, CHAIN_FINDINGS_MAX * sizeof(*v));
	struct stmt q;
	size_t n = 0;

	if (!v)
		return no_room();
	q = stmt_use(r->s, sql);
	stmt_int(&q, r->cert);
	while (n < CHAIN_FINDINGS_MAX && stmt_row(&q)) {
		struct finding *f = &v[n].finding;

		finding_get(&q, 0, f);
		v[n].holds = f->since_s <= r->now_s && r->now_s < f->until_s;
		v[n].muted = is_mute(r, mutes, f);
		n += !finding_known(v, n, f);
	}
	r->page->findings = v;
	r->page->n_findings = n;
	return stmt_end(&q);
}

static struct err said_read(struct reading *r)
{
	struct mutes *mutes = NULL;
	struct err e = store_mutes_load(r->s, r->now_s * 1000, &mutes);

	if (!err_is(e))
		e = remarks_read(r);
	if (!err_is(e))
		e = findings_read(r, mutes);
	mutes_free(mutes);
	return e;
}

static struct err cert_find(struct store *s, const struct digest256 *sha256, int64_t *ret_row)
{
	struct stmt q = stmt_use(s, "SELECT id FROM certificates WHERE sha256 = ?");
	int64_t row = 0;
	struct err e;

	stmt_digest(&q, sha256);
	if (stmt_row(&q))
		row = stmt_get_int(&q, 0);
	e = stmt_end(&q);
	if (!err_is(e) && !row)
		e = err_input(0, "no such certificate in the store");
	*ret_row = row;
	return e;
}

static struct err page_read(struct reading *r)
{
	struct cert_page *p = r->page;
	unsigned hit = r->arena->hit;
	struct err e = load_cert(r->s, r->cert, r->arena, &p->facts, &p->der, &p->first_seen_ms);

	if (!err_is(e))
		e = said_read(r);
	if (!err_is(e))
		e = endpoints_count(r);
	if (!err_is(e))
		e = chains_read(r);
	if (!err_is(e))
		e = same_key_read(r);
	if (!err_is(e))
		e = renewals_read(r);
	return !err_is(e) && r->arena->hit != hit ? no_room() : e;
}

struct err store_cert_page(struct store *s, const struct digest256 *sha256, int64_t now_s,
    struct arena *arena, const struct cert_page **ret_page)
{
	struct reading r = {.s = s, .now_s = now_s, .arena = arena};
	bool began = false;
	struct err e = db_read_begin(s, &began);

	r.page = arena_alloc(arena, sizeof(*r.page));
	if (!err_is(e) && !r.page)
		e = no_room();
	if (!err_is(e))
		e = cert_find(s, sha256, &r.cert);
	if (!err_is(e))
		e = page_read(&r);
	db_read_end(s, began);
	if (!err_is(e))
		*ret_page = r.page;
	return e;
}
