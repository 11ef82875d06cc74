/*
 * counts.c: what the counters know. How many there are is a sum over ports, of which there are few.
 * When certificates end and who issued them is a pass over the chains that are served: they are a
 * fraction of the endpoints, and their rows are short.
 */
#include "store/counts.h"

#include "store/feed.h"

#include <stdlib.h>

bool counts_know(const struct listing *listing)
{
	return !listing->gone && (!listing->where || listing->where->kind == QUERY_ALL);
}

struct err counts_count(
    struct store *s, bool bare, struct listing_count *ret_count, uint64_t *ret_bare)
{
	static const char sql[] =
	    "SELECT t.n_certs, t.n_beside, t.n_beside_any, total(p.n_rows), total(p.n_bare)"
	    " FROM served_totals t LEFT JOIN served_ports p";
	struct stmt q = stmt_use(s, sql);
	struct listing_count count = {.rows = 0};
	uint64_t n_bare = 0;
	struct err e;

	if (stmt_row(&q)) {
		n_bare = (uint64_t)stmt_get_int(&q, 4);
		count.rows = (uint64_t)stmt_get_int(&q, 3) + (bare ? n_bare : 0);
		count.endpoints = count.rows - (uint64_t)stmt_get_int(&q, bare ? 2 : 1);
		count.certificates = (uint64_t)stmt_get_int(&q, 0);
	}
	e = stmt_end(&q);
	if (err_is(e))
		return e;
	*ret_count = count;
	*ret_bare = n_bare;
	return OK;
}

/* Columns chain, leaf (NULL, which is read as 0: none), n_rows, end_s, issuer. */
static void served_take(void *context, sqlite3_value **v)
{
	struct served *to = context;
	uint64_t chain = (uint64_t)sqlite3_value_int64(v[0]);
	uint64_t leaf = (uint64_t)sqlite3_value_int64(v[1]);
	uint32_t n_rows = (uint32_t)sqlite3_value_int64(v[2]);

	if (leaf == 0 || leaf >= to->n_leaves || chain >= to->n_chains)
		return;
	to->chains[chain] = (struct served_chain){n_rows, (uint32_t)leaf};
	to->leaves[leaf].n_rows += n_rows;
	to->leaves[leaf].end_s = sqlite3_value_int64(v[3]);
	to->leaves[leaf].issuer = (uint32_t)sqlite3_value_int64(v[4]);
}

static struct err sizes_get(struct store *s, struct served *v)
{
	static const char sql[] =
	    "SELECT (SELECT max(chain) FROM served), (SELECT max(id) FROM certificates)";
	struct stmt q = stmt_use(s, sql);

	if (stmt_row(&q)) {
		v->n_chains = (size_t)stmt_get_int(&q, 0) + 1;
		v->n_leaves = (size_t)stmt_get_int(&q, 1) + 1;
	}
	return stmt_end(&q);
}

struct err served_load(struct store *s, struct served *ret_served)
{
	struct served v = {.n_chains = 0};
	struct sql *q = sql_new(0, NULL);
	struct err e = sizes_get(s, &v);

	v.chains = calloc(v.n_chains + 1, sizeof(*v.chains));
	v.leaves = calloc(v.n_leaves + 1, sizeof(*v.leaves));
	if (!err_is(e) && (!q || !v.chains || !v.leaves))
		e = err_limit("no memory for what is served");
	if (!err_is(e)) {
		sql_say(q, "SELECT feed(chain, leaf, n_rows, end_s, issuer) FROM served");
		e = feed(s, q, served_take, &v);
	}
	sql_free(q);
	*ret_served = v;
	return e;
}

void served_done(struct served *v)
{
	free(v->chains);
	free(v->leaves);
	*v = (struct served){.n_chains = 0};
}

struct err served_timeline(const struct served *v, int64_t now_s, struct timeline *timeline)
{
	struct ending *endings = calloc(v->n_leaves + 1, sizeof(*endings));
	size_t n = 0;
	struct err e;

	if (!endings)
		return err_limit("no memory for the timeline");
	for (size_t i = 0; i < v->n_leaves; i++)
		if (v->leaves[i].n_rows)
			endings[n++] = (struct ending){.at_s = v->leaves[i].end_s,
			    .certificates = 1,
			    .endpoints = v->leaves[i].n_rows};
	e = timeline_lay(endings, n, now_s, timeline);
	free(endings);
	return e;
}

/* The most frequent go first; of equals who was there before. The number is given. */
static void top_offer(struct facet *f, size_t top, int64_t number, uint64_t count)
{
	size_t at = f->n;

	if (!count || (f->n == top && count <= f->values[f->n - 1].count))
		return;
	at = f->n < top ? f->n++ : f->n - 1;
	for (; at > 0 && f->values[at - 1].count < count; at--)
		f->values[at] = f->values[at - 1];
	f->values[at] = (struct facet_value){.number = number, .count = count};
}

static size_t top_of(size_t top)
{
	return top == 0 ? 1 : top < FACET_VALUES_MAX ? top : FACET_VALUES_MAX;
}

static void others_tell(struct facet *f, uint64_t with_value)
{
	f->other = with_value;
	for (size_t i = 0; i < f->n; i++)
		f->other -= f->values[i].count;
}

static struct err issuers_name(struct store *s, struct arena *arena, struct facet *f)
{
	static const char sql[] = "SELECT issuer_cn FROM served_issuers WHERE id = ?";
	struct err e = OK;

	for (size_t i = 0; i < f->n && !err_is(e); i++) {
		struct stmt q = stmt_use(s, sql);

		stmt_int(&q, f->values[i].number);
		f->values[i].text = stmt_row(&q) ? arena_str(arena, stmt_get_text(&q, 0)) : NULL;
		f->values[i].number = 0;
		e = stmt_end(&q);
		if (!err_is(e) && !f->values[i].text)
			e = err_limit("facets too large");
	}
	return e;
}

/* Rows by issuer; nobody is issuer 0. */
static struct err issuers_count(
    struct store *s, const struct served *v, uint64_t **ret_rows, size_t *ret_n)
{
	uint64_t last = 0, *rows;
	struct err e = stmt_number(s, "SELECT max(id) FROM served_issuers", &last);

	if (err_is(e))
		return e;
	rows = calloc((size_t)last + 1, sizeof(*rows));
	if (!rows)
		return err_limit("no memory for issuers");
	for (size_t i = 0; i < v->n_leaves; i++)
		if (v->leaves[i].issuer <= last)
			rows[v->leaves[i].issuer] += v->leaves[i].n_rows;
	*ret_rows = rows;
	*ret_n = (size_t)last + 1;
	return OK;
}

struct err counts_issuers(struct store *s, const struct served *v, bool bare, size_t top,
    struct arena *arena, struct facet *ret_facet)
{
	struct facet f = {.field = FIELD_ISSUER};
	struct listing_count count = {.rows = 0};
	uint64_t nameless = 0, with = 0, n_bare, *rows = NULL;
	size_t n = 0;
	struct err e = counts_count(s, bare, &count, &n_bare);

	if (!err_is(e))
		e = stmt_number(s, "SELECT id FROM served_issuers WHERE issuer_cn = ''", &nameless);
	if (!err_is(e))
		e = issuers_count(s, v, &rows, &n);
	for (size_t i = 0; i < n; i++) {
		if (i == nameless)
			continue;
		with += rows[i];
		top_offer(&f, top_of(top), (int64_t)i, rows[i]);
	}
	free(rows);
	others_tell(&f, with);
	f.missing = count.rows - with;
	if (!err_is(e))
		e = issuers_name(s, arena, &f);
	if (!err_is(e))
		*ret_facet = f;
	return e;
}

struct err counts_ports(struct store *s, bool bare, size_t top, struct facet *ret_facet)
{
	static const char sql[] =
	    "SELECT port, n_rows + ? * n_bare FROM served_ports ORDER BY port";
	struct facet f = {.field = FIELD_PORT};
	struct stmt q = stmt_use(s, sql);
	uint64_t with = 0;
	struct err e;

	stmt_int(&q, bare);
	while (stmt_row(&q)) {
		with += (uint64_t)stmt_get_int(&q, 1);
		top_offer(&f, top_of(top), stmt_get_int(&q, 0), (uint64_t)stmt_get_int(&q, 1));
	}
	e = stmt_end(&q);
	if (err_is(e))
		return e;
	others_tell(&f, with);
	*ret_facet = f;
	return OK;
}

/* One state of the store; read_end and served_done whatever happened. */
static struct err read_begin(struct store *s, bool *ret_began, struct served *ret_served)
{
	struct err e = db_read_begin(s, ret_began);

	*ret_served = (struct served){.n_chains = 0};
	return err_is(e) ? e : served_load(s, ret_served);
}

struct err counts_timeline(struct store *s, int64_t now_s, struct timeline *timeline)
{
	struct served served;
	bool began = false;
	struct err e = read_begin(s, &began, &served);

	if (!err_is(e))
		e = served_timeline(&served, now_s, timeline);
	served_done(&served);
	db_read_end(s, began);
	return e;
}

bool counts_know_facets(const enum field_id *fields, size_t n)
{
	size_t i = 0;

	while (i < n && (fields[i] == FIELD_ISSUER || fields[i] == FIELD_PORT))
		i++;
	return i == n;
}

struct err counts_facets(struct store *s, bool bare, const enum field_id *fields, size_t n,
    size_t top, struct arena *arena, struct facet *ret_facets, struct listing_count *ret_count)
{
	struct served served;
	uint64_t n_bare;
	bool began = false;
	struct err e = read_begin(s, &began, &served);

	for (size_t i = 0; i < n && !err_is(e); i++)
		e = fields[i] == FIELD_PORT
			? counts_ports(s, bare, top, &ret_facets[i])
			: counts_issuers(s, &served, bare, top, arena, &ret_facets[i]);
	if (!err_is(e))
		e = counts_count(s, bare, ret_count, &n_bare);
	served_done(&served);
	db_read_end(s, began);
	return e;
}
