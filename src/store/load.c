/*
 * load.c: a chain as it was put, out of the tables: facts, names, findings, in an arena.
 */
#include "store/db.h"

/* f->n_sans is how many there are. json_each walks an array in its order. */
static struct err sans_load(
    struct store *s, int64_t cert, struct arena *arena, struct cert_facts *f)
{
	static const char sql[] = "SELECT n.value FROM certificates k, json_each(k.names) n"
				  " WHERE k.id = ?";
	struct stmt q;
	const char **sans;
	size_t n = 0;

	if (f->n_sans == 0)
		return OK;
	sans = arena_alloc(arena, f->n_sans * sizeof(*sans));
	if (!sans)
		return err_limit("a certificate with too many names to be read");
	q = stmt_use(s, sql);
	stmt_int(&q, cert);
	while (n < f->n_sans && stmt_row(&q))
		sans[n++] = arena_str(arena, stmt_get_text(&q, 0));
	f->sans = sans;
	f->n_sans = n;
	return stmt_end(&q);
}

/* Columns from `column` on, in the order of FACTS. */
#define FACTS                                                                                      \
	"k.sha256, k.spki_sha256, k.not_before_s, k.not_after_s, k.subject, k.subject_cn, "        \
	"k.issuer,"                                                                                \
	" k.issuer_cn, k.serial, k.sig_alg, k.key, k.key_kind, k.key_bits, k.is_ca, "              \
	"k.self_issued,"                                                                           \
	" k.self_signed, k.unparsed, json_array_length(k.names)"

static struct cert_facts *facts_get(struct stmt *q, struct arena *arena)
{
	struct cert_facts *f = arena_alloc(arena, sizeof(*f));

	if (!f)
		return NULL;
	*f = (struct cert_facts){
	    .id = stmt_get_digest(q, 0),
	    .spki = stmt_get_digest(q, 1),
	    .not_before_s = stmt_get_int(q, 2),
	    .not_after_s = stmt_get_int(q, 3),
	    .subject = arena_str(arena, stmt_get_text(q, 4)),
	    .subject_cn = arena_str(arena, stmt_get_text(q, 5)),
	    .issuer = arena_str(arena, stmt_get_text(q, 6)),
	    .issuer_cn = arena_str(arena, stmt_get_text(q, 7)),
	    .serial = arena_str(arena, stmt_get_text(q, 8)),
	    .sig_alg = arena_str(arena, stmt_get_text(q, 9)),
	    .key_text = arena_str(arena, stmt_get_text(q, 10)),
	    .key_kind = (uint8_t)stmt_get_int(q, 11),
	    .key_bits = (uint16_t)stmt_get_int(q, 12),
	    .is_ca = stmt_get_int(q, 13) != 0,
	    .self_issued = stmt_get_int(q, 14) != 0,
	    .self_signed = stmt_get_int(q, 15) != 0,
	    .unparsed = stmt_get_int(q, 16) != 0,
	    .n_sans = (size_t)stmt_get_int(q, 17),
	};
	return f;
}

static struct err certs_load(
    struct store *s, int64_t chain, bool with_der, struct arena *arena, struct chain_verdict *v)
{
	static const char sql[] =
	    "SELECT " FACTS ", k.id, CASE WHEN ?2 THEN " DER " END"
	    " FROM chain_certificates m JOIN certificates k ON k.id = m.certificate"
	    " WHERE m.chain = ?1 ORDER BY m.position";
	struct stmt q = stmt_use(s, sql);
	struct err e = OK, end;

	stmt_int(&q, chain);
	stmt_int(&q, with_der);
	while (!err_is(e) && v->n_certs < CHAIN_CERTS_MAX && stmt_row(&q)) {
		struct cert_facts *f = facts_get(&q, arena);

		if (!f) {
			e = err_limit("a chain too large to be read");
			break;
		}
		v->der[v->n_certs] = arena_span(arena, stmt_get_blob(&q, 19));
		v->facts[v->n_certs++] = f;
		e = sans_load(s, stmt_get_int(&q, 18), arena, f);
	}
	end = stmt_end(&q);
	return err_is(e) ? e : end;
}

static struct err findings_load(struct store *s, int64_t chain, struct chain_verdict *v)
{
	static const char sql[] = "SELECT finding, severity, since_s, until_s, evidence"
				  " FROM chain_findings WHERE chain = ? ORDER BY position";
	struct stmt q = stmt_use(s, sql);

	stmt_int(&q, chain);
	while (v->n_findings < CHAIN_FINDINGS_MAX && stmt_row(&q))
		finding_get(&q, 0, &v->findings[v->n_findings++]);
	return stmt_end(&q);
}

void finding_get(struct stmt *q, int column, struct finding *ret_finding)
{
	ret_finding->id = (uint16_t)stmt_get_int(q, column);
	ret_finding->severity = (uint8_t)stmt_get_int(q, column + 1);
	ret_finding->since_s = stmt_get_int(q, column + 2);
	ret_finding->until_s = stmt_get_int(q, column + 3);
	stmt_get_chars(q, column + 4, ret_finding->evidence, sizeof(ret_finding->evidence));
}

static struct err digest_load(struct store *s, int64_t chain, struct digest256 *ret_digest)
{
	static const char sql[] = "SELECT digest FROM chains WHERE id = ?";
	struct stmt q = stmt_use(s, sql);

	stmt_int(&q, chain);
	if (stmt_row(&q))
		*ret_digest = stmt_get_digest(&q, 0);
	return stmt_end(&q);
}

struct err load_chain(struct store *s, int64_t row, bool with_der, struct arena *arena,
    const struct chain_verdict **ret_chain)
{
	struct chain_verdict *v = arena_alloc(arena, sizeof(*v));
	unsigned hit = arena->hit;
	struct err e;

	if (!v)
		return err_limit("no memory for a chain");
	e = digest_load(s, row, &v->id);
	if (!err_is(e))
		e = certs_load(s, row, with_der, arena, v);
	if (!err_is(e))
		e = findings_load(s, row, v);
	if (!err_is(e) && arena->hit != hit)
		e = err_limit("a chain too large to be read");
	if (!err_is(e))
		*ret_chain = v;
	return e;
}

struct err load_cert(struct store *s, int64_t row, struct arena *arena,
    const struct cert_facts **ret_facts, struct span *ret_der, int64_t *ret_first_ms)
{
	static const char sql[] =
	    "SELECT " FACTS ", k.first_seen_ms, " DER " FROM certificates k WHERE k.id = ?";
	struct stmt q = stmt_use(s, sql);
	struct cert_facts *f = NULL;
	struct span der = {0};
	int64_t first_ms = 0;
	unsigned hit = arena->hit;
	struct err e;

	stmt_int(&q, row);
	if (stmt_row(&q)) {
		f = facts_get(&q, arena);
		first_ms = stmt_get_int(&q, 18);
		der = arena_span(arena, stmt_get_blob(&q, 19));
	}
	e = stmt_end(&q);
	if (!err_is(e) && f)
		e = sans_load(s, row, arena, f);
	if (!err_is(e) && (!f || arena->hit != hit))
		e = err_limit("a certificate too large to be read");
	if (err_is(e))
		return e;
	*ret_facts = f;
	*ret_der = der;
	*ret_first_ms = first_ms;
	return OK;
}

struct err store_get_chain(struct store *s, const struct digest256 *id, struct arena *arena,
    const struct chain_verdict **ret_chain)
{
	int64_t row = 0;
	struct err e = chain_row(s, id, &row);

	if (err_is(e))
		return e;
	return row ? load_chain(s, row, true, arena, ret_chain)
		   : err_input(0, "no such chain in the store");
}
