/*
 * catalog_read.c: from the tables into memory. The same statements read everything or one thing: a
 * range of ids. What is read again takes the place of what was there; its number stays.
 */
#include "store/catalog.h"

#include "base/vec.h"

static const char no_room[] = "no memory for the listing";

/* Room for one more at the end of a table; NULL without memory. */
#define ROOM(table) table_room((void **)&(table)->v, (table)->n, &(table)->cap, sizeof(*(table)->v))

static void *table_room(void **v, size_t n, size_t *cap, size_t item)
{
	void *p = vec_room(*v, n, cap, item, CATALOG_THINGS_MAX);

	if (!p)
		return NULL;
	*v = p;
	return (char *)p + n * item;
}

static uint32_t idmap_get(const struct idmap *m, int64_t id)
{
	return id >= 0 && (size_t)id < m->n ? m->at[id] : 0;
}

static bool idmap_put(struct idmap *m, int64_t id, uint32_t number)
{
	size_t n = m->n ? m->n : 1024;
	uint32_t *at;

	if (id < 0 || id >= 4 * (int64_t)CATALOG_THINGS_MAX)
		return false;
	while (n <= (size_t)id)
		n *= 2;
	if (n > m->n) {
		at = realloc(m->at, n * sizeof(*at));
		if (!at)
			return false;
		memset(at + m->n, 0, (n - m->n) * sizeof(*at));
		m->at = at;
		m->n = n;
	}
	m->at[id] = number + 1;
	return true;
}

static uint32_t text_in(struct catalog *c, enum dict_kind kind, struct stmt *q, int column)
{
	return dict_add(&c->dicts[kind], &c->key, stmt_get_text(q, column));
}

/* Seconds of a column of milliseconds. */
static uint32_t seconds_in(struct stmt *q, int column)
{
	int64_t s = stmt_get_int(q, column) / 1000;

	return s < 0 ? 0 : s > UINT32_MAX ? UINT32_MAX : (uint32_t)s;
}

/* A JSON array of texts, as our own tables have them. One without escapes falls apart at its
 * quotes; SQLite reads the others. */
typedef bool item_fn(struct catalog *c, const char *text, size_t n);

static struct err items_escaped(
    struct catalog *c, struct store *s, const char *json, item_fn *take, size_t *ret_n)
{
	struct stmt q = stmt_use(s, "SELECT value FROM json_each(?)");
	bool taken = true;

	stmt_text(&q, json);
	for (*ret_n = 0; taken && stmt_row(&q); ++*ret_n)
		taken = take(c, stmt_get_text(&q, 0), strlen(stmt_get_text(&q, 0)));
	return taken ? stmt_end(&q) : err_limit(no_room);
}

static struct err items_read(
    struct catalog *c, struct store *s, const char *json, item_fn *take, size_t *ret_n)
{
	*ret_n = 0;
	if (strchr(json, '\\'))
		return items_escaped(c, s, json, take, ret_n);
	for (const char *at = strchr(json, '"'); at; at = strchr(at, '"')) {
		const char *end = strchr(++at, '"');

		if (!end)
			return err_bug("a list in the store is no list");
		if (!take(c, at, (size_t)(end - at)))
			return err_limit(no_room);
		++*ret_n;
		at = end + 1;
	}
	return OK;
}

static bool own_add(struct catalog *c, const char *text, size_t n)
{
	while (c->own.cap - c->own.n < n + 1) {
		size_t cap = c->own.cap ? c->own.cap * 3 / 2 : 4096;
		char *v = cap < UINT32_MAX ? realloc(c->own.v, cap) : NULL;

		if (!v)
			return false;
		c->own.v = v;
		c->own.cap = cap;
	}
	memcpy(c->own.v + c->own.n, text, n);
	c->own.v[c->own.n + n] = 0;
	c->own.n += n + 1;
	return true;
}

const char *catalog_own(const struct catalog *c, uint32_t at, size_t k)
{
	const char *text = c->own.v + at;

	for (; k > 0; k--)
		text += strlen(text) + 1;
	return text;
}

static bool tag_add(struct catalog *c, const char *text, size_t n)
{
	uint32_t *at = ROOM(&c->tags);
	char *tag = strndup(text, n);

	if (at && tag) {
		*at = dict_add(&c->dicts[DICT_TAG], &c->key, tag);
		c->tags.n++;
	}
	free(tag);
	return at && tag;
}

/* Of columns owner, note, tags; NULLs where nothing was said. */
static struct err said_read(struct catalog *c, struct stmt *q, int column, uint32_t *ret_said)
{
	struct said said = {.tags_at = (uint32_t)c->tags.n}, *at;
	size_t n = 0;
	struct err e;

	c->wasted += *ret_said != 0;
	*ret_said = 0;
	if (stmt_get_null(q, column))
		return OK;
	said.owner = text_in(c, DICT_OWNER, q, column);
	said.note = text_in(c, DICT_NOTE, q, column + 1);
	e = items_read(c, q->s, stmt_get_text(q, column + 2), tag_add, &n);
	if (err_is(e))
		return e;
	said.n_tags = n > UINT8_MAX ? UINT8_MAX : (uint8_t)n;
	if (c->said.n == 0 && ROOM(&c->said))
		c->said.v[c->said.n++] = (struct said){0};
	at = ROOM(&c->said);
	if (!at)
		return err_limit(no_room);
	*at = said;
	*ret_said = (uint32_t)c->said.n++;
	return OK;
}

static struct err cert_names(struct catalog *c, struct stmt *q, struct catalog_cert *k)
{
	size_t n = 0;
	struct err e;

	k->own_at = (uint32_t)c->own.n;
	if (!own_add(c, stmt_get_text(q, 15), strlen(stmt_get_text(q, 15))) ||
	    !own_add(c, stmt_get_text(q, 16), strlen(stmt_get_text(q, 16))))
		return err_limit(no_room);
	k->names_at = (uint32_t)c->own.n;
	e = items_read(c, q->s, stmt_get_text(q, 17), own_add, &n);
	k->n_names = n > UINT16_MAX ? UINT16_MAX : (uint16_t)n;
	return e;
}

/* The columns of catalog_read_certs. */
static struct err cert_read(struct catalog *c, struct stmt *q)
{
	int64_t id = stmt_get_int(q, 0);
	uint32_t number = idmap_get(&c->cert_ids, id);
	struct catalog_cert *k = number ? &c->certs.v[number - 1] : ROOM(&c->certs);
	struct catalog_cert cert = {.said = number && k ? k->said : 0};
	struct err e;

	if (!k || (!number && !idmap_put(&c->cert_ids, id, (uint32_t)c->certs.n)))
		return err_limit(no_room);
	c->wasted += number ? 8 : 0;
	c->certs.n += !number;
	*k = (struct catalog_cert){0};
	cert.id = (uint32_t)id;
	cert.sha256 = stmt_get_digest(q, 1);
	cert.spki = stmt_get_digest(q, 2);
	cert.not_before_s = stmt_get_int(q, 3);
	cert.not_after_s = stmt_get_int(q, 4);
	cert.first_seen_s = seconds_in(q, 5);
	cert.subject = text_in(c, DICT_SUBJECT, q, 6);
	cert.issuer = text_in(c, DICT_ISSUER, q, 7);
	cert.issuer_dn = text_in(c, DICT_ISSUER_DN, q, 8);
	cert.key = text_in(c, DICT_KEY, q, 9);
	cert.sig_alg = text_in(c, DICT_SIG_ALG, q, 10);
	cert.key_bits = (uint16_t)stmt_get_int(q, 11);
	cert.is_ca = stmt_get_int(q, 12) != 0;
	cert.self_signed = stmt_get_int(q, 13) != 0;
	e = cert_names(c, q, &cert);
	if (!err_is(e))
		e = said_read(c, q, 18, &cert.said);
	*k = cert;
	return e;
}

/* All rows of a statement that takes the range as its parameters. */
static struct err range_read(struct catalog *c, struct stmt *q, int64_t first, int64_t last,
    struct err (*read)(struct catalog *c, struct stmt *q))
{
	struct err e = OK, end;

	stmt_int(q, first);
	stmt_int(q, last);
	while (!err_is(e) && stmt_row(q))
		e = read(c, q);
	end = stmt_end(q);
	return err_is(e) ? e : end;
}

struct err catalog_read_certs(struct catalog *c, struct store *s, int64_t first, int64_t last)
{
	static const char sql[] =
	    "SELECT k.id, k.sha256, k.spki_sha256, k.not_before_s, k.not_after_s, k.first_seen_ms,"
	    " k.subject_cn, k.issuer_cn, k.issuer, k.key, k.sig_alg, k.key_bits, k.is_ca,"
	    " k.self_signed, k.id, k.subject, k.serial, k.names, n.owner, n.note, n.tags"
	    " FROM certificates k LEFT JOIN certificate_notes n ON n.sha256 = k.sha256"
	    " WHERE k.id BETWEEN ? AND ? ORDER BY k.id";
	struct stmt q = stmt_use(s, sql);

	return range_read(c, &q, first, last, cert_read);
}

static struct err chain_read(struct catalog *c, struct stmt *q)
{
	int64_t id = stmt_get_int(q, 0);
	uint32_t number = idmap_get(&c->chain_ids, id);
	struct catalog_chain *at = number ? &c->chains.v[number - 1] : ROOM(&c->chains);

	if (!at || (!number && !idmap_put(&c->chain_ids, id, (uint32_t)c->chains.n)))
		return err_limit(no_room);
	c->wasted += number ? (size_t)at->n_findings + at->n_links : 0;
	c->chains.n += !number;
	*at = (struct catalog_chain){
	    .id = (uint32_t)id,
	    .digest = stmt_get_digest(q, 1),
	    .leaf = stmt_get_null(q, 2) ? 0 : idmap_get(&c->cert_ids, stmt_get_int(q, 2)),
	    .findings_at = (uint32_t)c->findings.n,
	    .links_at = (uint32_t)c->links.n,
	};
	return OK;
}

static struct catalog_chain *chain_of(struct catalog *c, struct stmt *q)
{
	uint32_t number = idmap_get(&c->chain_ids, stmt_get_int(q, 0));

	return number ? &c->chains.v[number - 1] : NULL;
}

/* In the order of chains: what belongs to one lies together. */
static struct err link_read(struct catalog *c, struct stmt *q)
{
	struct catalog_chain *chain = chain_of(c, q);
	uint32_t *at = ROOM(&c->links), cert = idmap_get(&c->cert_ids, stmt_get_int(q, 1));

	if (!at || !chain || !cert)
		return at ? err_bug("a chain of what is not stored") : err_limit(no_room);
	if (chain->n_links == 0)
		chain->links_at = (uint32_t)c->links.n;
	chain->n_links++;
	c->links.n++;
	*at = cert - 1;
	return OK;
}

/* Of columns finding, severity, since_s, until_s. */
static struct err finding_read(
    struct catalog *c, struct stmt *q, int column, uint32_t *first, uint8_t *n)
{
	struct catalog_finding *at = ROOM(&c->findings);

	if (!at)
		return err_limit(no_room);
	if (*n == 0)
		*first = (uint32_t)c->findings.n;
	++*n;
	c->findings.n++;
	*at = (struct catalog_finding){
	    .id = (uint16_t)stmt_get_int(q, column),
	    .severity = (uint8_t)stmt_get_int(q, column + 1),
	    .since_s = stmt_get_int(q, column + 2),
	    .until_s = stmt_get_int(q, column + 3),
	};
	return OK;
}

static struct err chain_finding_read(struct catalog *c, struct stmt *q)
{
	struct catalog_chain *chain = chain_of(c, q);

	return chain ? finding_read(c, q, 1, &chain->findings_at, &chain->n_findings)
		     : err_bug("a finding of no chain");
}

struct err catalog_read_chains(struct catalog *c, struct store *s, int64_t first, int64_t last)
{
	static const char chains[] =
	    "SELECT id, digest, leaf FROM chains WHERE id BETWEEN ? AND ? ORDER BY id";
	static const char links[] = "SELECT chain, certificate FROM chain_certificates"
				    " WHERE chain BETWEEN ? AND ? ORDER BY chain, position";
	static const char findings[] = "SELECT chain, finding, severity, since_s, until_s"
				       " FROM chain_findings WHERE chain BETWEEN ? AND ?"
				       " ORDER BY chain, position";
	struct stmt q = stmt_use(s, chains);
	struct err e = range_read(c, &q, first, last, chain_read);

	if (err_is(e))
		return e;
	q = stmt_use(s, links);
	e = range_read(c, &q, first, last, link_read);
	if (err_is(e))
		return e;
	q = stmt_use(s, findings);
	return range_read(c, &q, first, last, chain_finding_read);
}

static struct err row_findings(
    struct catalog *c, struct store *s, int64_t endpoint, int64_t chain, struct catalog_row *row)
{
	static const char sql[] = "SELECT finding, severity, since_s, until_s"
				  " FROM sighting_findings WHERE endpoint = ? AND chain = ?";
	struct stmt q = stmt_use(s, sql);
	struct err e = OK, end;

	stmt_int(&q, endpoint);
	stmt_int(&q, chain);
	while (!err_is(e) && stmt_row(&q))
		e = finding_read(c, &q, 0, &row->findings_at, &row->n_findings);
	end = stmt_end(&q);
	return err_is(e) ? e : end;
}

/* The row of this endpoint and chain; made where there is none. */
static struct catalog_row *row_of(struct catalog *c, uint32_t endpoint, uint32_t chain)
{
	struct catalog_endpoint *e = &c->endpoints.v[endpoint];
	struct catalog_row *row;

	for (uint32_t at = e->rows; at; at = row->next) {
		row = &c->rows.v[at - 1];
		if (row->chain == chain)
			return row;
	}
	row = ROOM(&c->rows);
	if (!row)
		return NULL;
	*row = (struct catalog_row){.endpoint = endpoint, .chain = chain, .next = e->rows};
	e->rows = (uint32_t)++c->rows.n;
	return row;
}

/* The columns of catalog_read_endpoints from 7 on. */
static struct err row_read(struct catalog *c, struct stmt *q, uint32_t endpoint)
{
	int64_t chain_id = stmt_get_int(q, 7);
	uint32_t chain = idmap_get(&c->chain_ids, chain_id);
	struct catalog_row *row = chain ? row_of(c, endpoint, chain - 1) : NULL;

	if (!row)
		return chain ? err_limit(no_room) : err_bug("a sighting of no chain");
	c->wasted += row->n_findings;
	*row = (struct catalog_row){
	    .endpoint = row->endpoint,
	    .chain = row->chain,
	    .next = row->next,
	    .first_s = seconds_in(q, 8),
	    .last_s = seconds_in(q, 9),
	    .current = stmt_get_int(q, 10) != 0,
	    .outcome = (uint8_t)stmt_get_int(q, 11),
	    .source = (uint8_t)stmt_get_int(q, 12),
	    .starttls = (uint8_t)stmt_get_int(q, 13),
	    .version = (uint16_t)stmt_get_int(q, 14),
	    .cipher = (uint16_t)stmt_get_int(q, 15),
	    .group = (uint16_t)stmt_get_int(q, 16),
	    .alert_level = (uint8_t)stmt_get_int(q, 17),
	    .alert = (uint8_t)stmt_get_int(q, 18),
	    .flags = (uint8_t)stmt_get_int(q, 19),
	    .connections = (uint8_t)stmt_get_int(q, 20),
	    .clients = (uint32_t)stmt_get_int(q, 21),
	    .alpn = text_in(c, DICT_ALPN, q, 22),
	    .alive = true,
	};
	return stmt_get_int(q, 23) ? row_findings(c, q->s, stmt_get_int(q, 0), chain_id, row) : OK;
}

static void rows_end(struct catalog *c, const struct catalog_endpoint *e)
{
	for (uint32_t at = e->rows; at; at = c->rows.v[at - 1].next)
		c->rows.v[at - 1].alive = false;
}

static struct err endpoint_read(struct catalog *c, struct stmt *q, uint32_t *ret_number)
{
	int64_t id = stmt_get_int(q, 0);
	uint32_t number = idmap_get(&c->endpoint_ids, id);
	struct catalog_endpoint *at = number ? &c->endpoints.v[number - 1] : ROOM(&c->endpoints);
	struct span addr = stmt_get_blob(q, 1);

	if (!at || (!number && !idmap_put(&c->endpoint_ids, id, (uint32_t)c->endpoints.n)))
		return err_limit(no_room);
	if (!number) {
		*at = (struct catalog_endpoint){.id = (uint32_t)id};
		number = (uint32_t)++c->endpoints.n;
	}
	if (addr.n == sizeof(at->addr))
		memcpy(at->addr, addr.p, addr.n);
	at->zone = (uint32_t)stmt_get_int(q, 2);
	at->port = (uint16_t)stmt_get_int(q, 3);
	at->transport = (uint8_t)stmt_get_int(q, 4);
	at->name = text_in(c, DICT_SNI, q, 5);
	at->hostname = text_in(c, DICT_HOSTNAME, q, *stmt_get_text(q, 6) ? 6 : 5);
	*ret_number = number - 1;
	return said_read(c, q, 24, &at->said);
}

/* What was known of them is not so any more unless it is read again. */
static void endpoints_end(struct catalog *c, int64_t first, int64_t last)
{
	if (last >= (int64_t)c->endpoint_ids.n)
		last = (int64_t)c->endpoint_ids.n - 1;
	for (int64_t id = first; id <= last; id++) {
		uint32_t number = idmap_get(&c->endpoint_ids, id);

		if (number)
			rows_end(c, &c->endpoints.v[number - 1]);
	}
}

struct err catalog_read_endpoints(struct catalog *c, struct store *s, int64_t first, int64_t last)
{
	static const char sql[] =
	    "SELECT e.id, e.addr, e.zone, e.port, e.transport, e.name, e.hostname, s.chain,"
	    " s.first_ms, s.last_ms, s.current, s.outcome, s.source, s.starttls, s.version,"
	    " s.cipher, s.key_group, s.alert_level, s.alert, s.flags, s.connections, s.clients,"
	    " s.alpn, s.findings_hash, n.owner, n.note, n.tags"
	    " FROM endpoints e LEFT JOIN endpoint_notes n ON n.addr = e.addr AND n.port = e.port"
	    " AND n.transport = e.transport AND n.zone = e.zone"
	    " JOIN sightings s ON s.endpoint = e.id"
	    " WHERE e.id BETWEEN ? AND ? ORDER BY e.id, s.chain";
	struct stmt q = stmt_use(s, sql);
	int64_t id = -1;
	uint32_t endpoint = 0;
	struct err e = OK, end;

	endpoints_end(c, first, last);
	stmt_int(&q, first);
	stmt_int(&q, last);
	while (!err_is(e) && stmt_row(&q)) {
		if (stmt_get_int(&q, 0) != id)
			e = endpoint_read(c, &q, &endpoint);
		id = stmt_get_int(&q, 0);
		if (!err_is(e))
			e = row_read(c, &q, endpoint);
	}
	end = stmt_end(&q);
	return err_is(e) ? e : end;
}

static void served_done(struct catalog *c)
{
	for (int i = 0; i < 4; i++)
		bits_done(&c->served[i / 2][i % 2]);
}

struct err catalog_link(struct catalog *c)
{
	served_done(c);
	for (int i = 0; i < 4; i++)
		if (!bits_init(&c->served[i / 2][i % 2], c->rows.n))
			return err_limit(no_room);
	for (size_t i = 0; i < c->rows.n; i++) {
		struct catalog_row *row = &c->rows.v[i];
		bool bare = c->chains.v[row->chain].id == 0;

		row->leaf = c->chains.v[row->chain].leaf;
		for (int with = 0; with < 4 && row->alive; with++)
			if ((with / 2 || !bare) && (with % 2 || row->current))
				bits_add(&c->served[with / 2][with % 2], i);
	}
	return OK;
}

void catalog_forget(struct catalog *c)
{
	served_done(c);
	for (size_t i = 0; i < DICT_KINDS; i++)
		dict_done(&c->dicts[i]);
	free(c->certs.v);
	free(c->chains.v);
	free(c->endpoints.v);
	free(c->rows.v);
	free(c->findings.v);
	free(c->links.v);
	free(c->said.v);
	free(c->tags.v);
	free(c->own.v);
	free(c->cert_ids.at);
	free(c->chain_ids.at);
	free(c->endpoint_ids.at);
	memset(&c->certs, 0, sizeof(c->certs));
	memset(&c->chains, 0, sizeof(c->chains));
	memset(&c->endpoints, 0, sizeof(c->endpoints));
	memset(&c->rows, 0, sizeof(c->rows));
	memset(&c->findings, 0, sizeof(c->findings));
	memset(&c->links, 0, sizeof(c->links));
	memset(&c->said, 0, sizeof(c->said));
	memset(&c->tags, 0, sizeof(c->tags));
	memset(&c->own, 0, sizeof(c->own));
	c->cert_ids = c->chain_ids = c->endpoint_ids = (struct idmap){0};
	c->wasted = 0;
	c->whole = false;
}
