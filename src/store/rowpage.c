/*
 * rowpage.c: a page of rows by SQL, in one of two ways. A walk follows the index of the order and
 * stops when the page is full: a few milliseconds wherever many rows are meant. A search finds the
 * few things that the rarest part of the question is true of, by their own index, and sorts what
 * is served of them. Which it is, is counted, not guessed: parts joined by "and" that are about
 * one table are asked of that table alone, up to HITS_MAX. A walk that has looked at too much
 * gives up for the search.
 *
 * Both have the same order: the key, then row numbers as they lie in the index, all in one
 * direction; what has no key comes last (step 1), and what has no certificate after it (step 2).
 * A cursor is the key and the numbers of the last row.
 */
#include "store/rowpage.h"

#include "store/compile.h"

#include <stdio.h>
#include <stdlib.h>

enum walk { WALK_PLACE, WALK_CERTS, WALK_ENDPOINTS, WALK_SIGHTINGS };

struct sort {
	enum field_id field;
	enum walk walk;
	bool is_text;
	const char *key;
	const char *index;
	const char *empty; /* the key of what has none; NULL: all have one */
	bool partial; /* the index leaves out what has none */
};

#define NOCASE " COLLATE NOCASE"

static const struct sort sorts[] = {
    {FIELD_NONE, WALK_PLACE, false, "e.addr", "sqlite_autoindex_endpoints_1", NULL, false},
    {FIELD_IP, WALK_PLACE, false, "e.addr", "sqlite_autoindex_endpoints_1", NULL, false},
    {FIELD_PORT, WALK_ENDPOINTS, false, "e.port", "endpoints_port", NULL, false},
    {FIELD_HOSTNAME, WALK_ENDPOINTS, true, "coalesce(nullif(e.hostname, ''), e.name)" NOCASE,
	"endpoints_hostname", "''", false},
    {FIELD_SNI, WALK_ENDPOINTS, true, "e.name" NOCASE, "endpoints_name", "''", true},
    {FIELD_TRANSPORT, WALK_ENDPOINTS, false, "e.transport", "endpoints_transport", NULL, false},
    {FIELD_TIMESTAMP, WALK_SIGHTINGS, false, "s.last_ms", "sightings_last", NULL, false},
    {FIELD_LAST_SEEN, WALK_SIGHTINGS, false, "s.last_ms", "sightings_last", NULL, false},
    {FIELD_FIRST_SEEN, WALK_SIGHTINGS, false, "s.first_ms", "sightings_first", NULL, false},
    {FIELD_SOURCE, WALK_SIGHTINGS, false, "s.source", "sightings_source", NULL, false},
    {FIELD_OUTCOME, WALK_SIGHTINGS, false, "s.outcome", "sightings_outcome", NULL, false},
    {FIELD_VERSION, WALK_SIGHTINGS, false, "s.version", "sightings_version", "0", false},
    {FIELD_VERSION_ID, WALK_SIGHTINGS, false, "s.version", "sightings_version", "0", false},
    {FIELD_CIPHER, WALK_SIGHTINGS, false, "s.cipher", "sightings_cipher", "0", false},
    {FIELD_CIPHER_ID, WALK_SIGHTINGS, false, "s.cipher", "sightings_cipher", "0", false},
    {FIELD_GROUP, WALK_SIGHTINGS, false, "s.key_group", "sightings_group", "0", false},
    {FIELD_GROUP_ID, WALK_SIGHTINGS, false, "s.key_group", "sightings_group", "0", false},
    {FIELD_STARTTLS, WALK_SIGHTINGS, false, "s.starttls", "sightings_starttls", "0", true},
    {FIELD_CLIENTS, WALK_SIGHTINGS, false, "s.clients", "sightings_clients", "0", true},
    {FIELD_ALPN, WALK_SIGHTINGS, true, "s.alpn" NOCASE, "sightings_alpn", "''", true},
    {FIELD_NOT_AFTER, WALK_CERTS, false, "l.not_after_s", "certificates_not_after", NULL, false},
    {FIELD_NOTVALIDAFTER, WALK_CERTS, false, "l.not_after_s", "certificates_not_after", NULL,
	false},
    {FIELD_NOT_BEFORE, WALK_CERTS, false, "l.not_before_s", "certificates_not_before", NULL, false},
    {FIELD_SUBJECT, WALK_CERTS, true, "l.subject_cn" NOCASE, "certificates_subject", "''", false},
    {FIELD_ISSUER, WALK_CERTS, true, "l.issuer_cn" NOCASE, "certificates_issuer", "''", false},
    {FIELD_SUBJECT_DN, WALK_CERTS, true, "l.subject" NOCASE, "certificates_subject_dn", "''",
	false},
    {FIELD_ISSUER_DN, WALK_CERTS, true, "l.issuer" NOCASE, "certificates_issuer_dn", "''", false},
    {FIELD_KEY, WALK_CERTS, true, "l.key" NOCASE, "certificates_key", "''", false},
    {FIELD_KEY_BITS, WALK_CERTS, false, "l.key_bits", "certificates_key_bits", NULL, false},
    {FIELD_SIG_ALG, WALK_CERTS, true, "l.sig_alg" NOCASE, "certificates_sig_alg", "''", false},
};

static const struct sort *sort_of(enum field_id field)
{
	for (size_t i = 0; i < sizeof(sorts) / sizeof(sorts[0]); i++)
		if (sorts[i].field == field)
			return &sorts[i];
	return NULL;
}

bool rowpage_sorts(enum field_id field)
{
	return sort_of(field) != NULL;
}

/* What comes behind the key, as it lies in the index. */
static const char *const ids_of[][7] = {
    [WALK_PLACE] = {"e.port", "e.transport", "e.name", "e.zone", "s.chain"},
    [WALK_CERTS] = {"l.id", "s.chain", "s.endpoint"},
    [WALK_ENDPOINTS] = {"e.id", "s.chain"},
    [WALK_SIGHTINGS] = {"s.endpoint", "s.chain"},
};

enum step { STEP_VALUES, STEP_EMPTY, STEP_BARE, STEPS };

/* A page that is being made. */
struct making {
	struct store *s;
	const struct listing *listing;
	const struct order *order;
	const struct sort *sort;
	struct order *tail; /* the place of the last row */
	struct row_page *page;
	size_t limit;
	enum step step;
	bool resumed; /* the cursor is in this step */
	size_t walked; /* rows of the page that a short walk came by */
	unsigned group; /* enum sql_table, by which it is searched; 0: a walk */
};

/* Which table leads. */
static enum walk lead_of(const struct making *m)
{
	if (m->group)
		return m->group == SQL_CERTS	   ? WALK_CERTS
		       : m->group == SQL_ENDPOINTS ? WALK_ENDPOINTS
						   : WALK_SIGHTINGS;
	return m->sort->walk;
}

static void say_tables(const struct making *m, struct sql *q)
{
	enum walk lead = lead_of(m);
	char index[64] = "";

	if (!m->group && m->step == STEP_EMPTY && m->sort->partial)
		snprintf(index, sizeof(index), "NOT INDEXED");
	else if (!m->group && !(m->listing->gone && m->sort->walk == WALK_SIGHTINGS))
		snprintf(index, sizeof(index), "INDEXED BY %s", m->sort->index);
	if (m->step == STEP_BARE)
		sql_say(q,
		    "chains c INDEXED BY chains_leaf CROSS JOIN sightings s ON s.chain = c.id"
		    " CROSS JOIN endpoints e ON e.id = s.endpoint"
		    " LEFT JOIN certificates l ON l.id = c.leaf");
	else if (lead == WALK_CERTS)
		buf_printf(&q->text,
		    "certificates l %s CROSS JOIN chains c ON c.leaf = l.id"
		    " CROSS JOIN sightings s ON s.chain = c.id"
		    " CROSS JOIN endpoints e ON e.id = s.endpoint",
		    index);
	else if (m->group == SQL_FOUND) {
		sql_say_found(q, sql_finding(m->listing->where));
		sql_say(q,
		    " h CROSS JOIN sightings s ON s.endpoint = h.endpoint AND s.chain = h.chain"
		    " CROSS JOIN endpoints e ON e.id = s.endpoint"
		    " CROSS JOIN chains c ON c.id = s.chain"
		    " LEFT JOIN certificates l ON l.id = c.leaf");
	} else if (lead == WALK_SIGHTINGS)
		buf_printf(&q->text,
		    "sightings s %s CROSS JOIN endpoints e ON e.id = s.endpoint"
		    " CROSS JOIN chains c ON c.id = s.chain"
		    " LEFT JOIN certificates l ON l.id = c.leaf",
		    index);
	else
		buf_printf(&q->text,
		    "endpoints e %s CROSS JOIN sightings s ON s.endpoint = e.id"
		    " CROSS JOIN chains c ON c.id = s.chain"
		    " LEFT JOIN certificates l ON l.id = c.leaf",
		    index);
}

static void say_step(const struct making *m, struct sql *q)
{
	const struct sort *sort = m->sort;

	if (m->step == STEP_BARE)
		sql_say(q, "c.leaf IS NULL");
	else if (sort->walk == WALK_CERTS)
		sql_say(q, "l.id IS NOT NULL");
	else
		sql_say(q, "1");
	if (m->step != STEP_BARE && sort->empty)
		/* as the partial indexes say it */
		buf_printf(&q->text, " AND %.*s %s %s", (int)strcspn(sort->key, "C"), sort->key,
		    m->step == STEP_VALUES ? "<>" : "=", sort->empty);
	/* where the index is entered */
	if (m->step == STEP_VALUES && sort->empty)
		buf_printf(&q->text, " AND %s > %s", sort->key, sort->empty);
}

/* The terms of the order in this step. */
static size_t terms_of(const struct making *m, const char *terms[7])
{
	const char *const *ids = ids_of[m->sort->walk];
	size_t n = 0;

	if (m->step == STEP_BARE) {
		terms[n++] = "s.chain";
		terms[n++] = "s.endpoint";
		return n;
	}
	if (m->step == STEP_VALUES)
		terms[n++] = m->sort->key;
	for (size_t i = 0; ids[i]; i++)
		terms[n++] = ids[i];
	return n;
}

static void say_term(const struct making *m, struct sql *q, const char *term)
{
	const struct sort_key *after = &m->order->after;
	const struct {
		const char *term;
		int64_t number;
	} numbers[] = {
	    {"s.chain", after->id2},
	    {"s.endpoint", after->id},
	    {"e.id", after->id},
	    {"l.id", (int64_t)after->b},
	    {"e.port", (int64_t)(after->c >> 40)},
	    {"e.transport", (int64_t)(after->c >> 32 & 0xff)},
	    {"e.zone", (int64_t)(after->c & 0xffffffff)},
	};

	if (m->sort->walk == WALK_PLACE && strcmp(term, "e.addr") == 0) {
		struct query_value addr = {.prefix_bits = 128};

		for (size_t i = 0; i < 8; i++) {
			addr.addr.b[i] = (uint8_t)(after->a >> (56 - 8 * i));
			addr.addr.b[8 + i] = (uint8_t)(after->b >> (56 - 8 * i));
		}
		sql_addr(q, &addr.addr);
		return;
	}
	if (strcmp(term, m->sort->key) != 0) {
		for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++) {
			if (strcmp(term, numbers[i].term) != 0)
				continue;
			sql_number(q, numbers[i].number);
			return;
		}
	}
	if (m->sort->is_text || m->sort->walk == WALK_PLACE)
		sql_text(q, after->text);
	else
		sql_number(q, (int64_t)(after->a ^ (uint64_t)1 << 63));
}

/* (a, b, ...) > (?, ?, ...) of the first n terms. */
static void say_beyond(const struct making *m, struct sql *q, const char *const *terms, size_t n,
    const char *comparison)
{
	sql_say(q, " AND (");
	for (size_t i = 0; i < n; i++)
		buf_printf(&q->text, "%s%s", i ? ", " : "", terms[i]);
	buf_printf(&q->text, ") %s (", comparison);
	for (size_t i = 0; i < n; i++) {
		sql_say(q, i ? ", " : "");
		say_term(m, q, terms[i]);
	}
	sql_say(q, ")");
}

/* The first terms, which are the index's, once more by themselves: it is entered with them. */
static void say_after(const struct making *m, struct sql *q)
{
	const char *terms[7];
	size_t n = terms_of(m, terms), leading = n - 1;
	bool down = m->order->descending;

	if (!m->resumed)
		return;
	if (m->sort->walk == WALK_CERTS && m->step != STEP_BARE)
		leading = n - 2;
	if (leading && !m->group)
		say_beyond(m, q, terms, leading, down ? "<=" : ">=");
	say_beyond(m, q, terms, n, down ? "<" : ">");
}

static void say_page(const struct making *m, struct sql *q)
{
	const struct listing *l = m->listing;
	const char *terms[7];
	size_t n = terms_of(m, terms);

	sql_say(
	    q, "SELECT s.endpoint, s.chain, l.id, e.addr, e.port, e.transport, e.name, e.zone, ");
	sql_say(q, m->sort->key);
	sql_say(q, " FROM ");
	say_tables(m, q);
	sql_say(q, " WHERE ");
	say_step(m, q);
	if (l->where) {
		sql_say(q, " AND ");
		sql_where(q, l->where);
	}
	if (!l->bare)
		sql_say(q, " AND s.chain <> 0");
	if (!l->gone)
		sql_say(q, " AND s.current");
	say_after(m, q);
	sql_say(q, " ORDER BY ");
	for (size_t i = 0; i < n; i++)
		buf_printf(&q->text, "%s%s%s%s", i ? ", " : "", m->group ? "+" : "", terms[i],
		    m->order->descending ? " DESC" : "");
	sql_say(q, " LIMIT ");
	sql_number(q, (int64_t)(m->limit - m->page->n + 1));
}

/* The place of the present row. */
static void place_take(const struct making *m, struct stmt *row)
{
	struct sort_key *key = &m->tail->after;

	*key = (struct sort_key){.text = m->tail->after_text,
	    .missing = m->step != STEP_VALUES,
	    .id = stmt_get_int(row, 0),
	    .id2 = stmt_get_int(row, 1),
	    .b = (uint64_t)stmt_get_int(row, 2)};
	m->tail->after_text[0] = 0;
	if (m->sort->walk == WALK_PLACE) {
		struct span addr = stmt_get_blob(row, 3);

		key->a = span_u64(&addr);
		key->b = span_u64(&addr);
		key->c = (uint64_t)stmt_get_int(row, 4) << 40 |
			 (uint64_t)stmt_get_int(row, 5) << 32 | (uint64_t)stmt_get_int(row, 7);
		stmt_get_chars(row, 6, m->tail->after_text, sizeof(m->tail->after_text));
		return;
	}
	key->c = m->step;
	if (m->step == STEP_VALUES && m->sort->is_text)
		stmt_get_chars(row, 8, m->tail->after_text, sizeof(m->tail->after_text));
	else if (m->step == STEP_VALUES)
		key->a = (uint64_t)stmt_get_int(row, 8) ^ (uint64_t)1 << 63;
}

static void rows_take(struct making *m, struct stmt *rows)
{
	struct row_page *p = m->page;

	while (stmt_row(rows)) {
		if (p->n == m->limit) {
			cursor_write(m->tail, &m->tail->after, p->next);
			return;
		}
		p->names[p->n++] = (struct row_name){stmt_get_int(rows, 0), stmt_get_int(rows, 1)};
		place_take(m, rows);
	}
}

/* SQLite calls it every thousand steps of its machine. */
static int spend(void *context)
{
	int *left = context;

	return --*left < 0;
}

/* What is done until budget_end may take so many thousand steps; that it took more is no error. */
static void budget_begin(struct store *s, int *left)
{
	sqlite3_progress_handler(s->db, 1000, spend, left);
}

static struct err budget_end(struct store *s, const int *left, bool had_failed, struct err e)
{
	sqlite3_progress_handler(s->db, 0, NULL, NULL);
	if (*left >= 0)
		return e;
	s->failed = had_failed;
	return OK;
}

static struct err step_take(struct making *m)
{
	struct sql *q = sql_new(m->listing->now_s, m->listing->word_text);
	struct stmt rows;
	struct err e;

	if (!q)
		return err_limit("no memory for a page");
	say_page(m, q);
	e = sql_error(q);
	if (!err_is(e)) {
		rows = sql_stmt(q, m->s);
		rows_take(m, &rows);
		e = stmt_end(&rows);
	}
	sql_free(q);
	return e;
}

static bool has_step(const struct making *m, enum step step)
{
	if (step == STEP_EMPTY)
		return m->sort->empty != NULL;
	return step == STEP_VALUES || m->sort->walk == WALK_CERTS;
}

static struct err steps_take(struct making *m)
{
	enum step from = STEP_VALUES;
	struct err e = OK;

	if (m->order->has_after && m->sort->walk != WALK_PLACE && m->order->after.missing)
		from = m->order->after.c == STEP_BARE ? STEP_BARE : STEP_EMPTY;
	for (enum step step = from; step < STEPS && !err_is(e) && !*m->page->next; step++) {
		if (!has_step(m, step))
			continue;
		m->step = step;
		m->resumed = m->order->has_after && step == from;
		e = step_take(m);
	}
	return e;
}

/* The parts of a question that are joined by "and" and are about one table. */
static const struct query *part_of(struct arena *arena, const struct query *query, unsigned table)
{
	const struct query *left, *right;

	if (query->kind == QUERY_AND) {
		left = part_of(arena, query->left, table);
		right = part_of(arena, query->right, table);
		return left && right ? query_and(arena, left, right) : left ? left : right;
	}
	return sql_tables(query) == table ? query : NULL;
}

/* How many, up to HITS_MAX; that also where it would take too long to know. */
static struct err part_count(struct store *s, const struct listing *listing,
    const struct query *part, const char *table, int64_t *ret_n)
{
	struct sql *q = sql_new(listing->now_s, listing->word_text);
	int left = PART_STEPS_MAX;
	bool had_failed = s->failed;
	struct stmt count;
	struct err e;

	if (!q)
		return err_limit("no memory for a page");
	sql_say(q, "SELECT count(*) FROM (SELECT 1 FROM ");
	if (table) {
		buf_printf(&q->text, "%s WHERE ", table);
		sql_where(q, part);
	} else {
		sql_say_finding(q, part);
	}
	sql_say(q, " LIMIT ");
	sql_number(q, HITS_MAX);
	sql_say(q, ")");
	e = sql_error(q);
	if (!err_is(e)) {
		budget_begin(s, &left);
		count = sql_stmt(q, s);
		*ret_n = stmt_row(&count) ? stmt_get_int(&count, 0) : HITS_MAX;
		e = budget_end(s, &left, had_failed, stmt_end(&count));
	}
	sql_free(q);
	return e;
}

/* What the walk would take to its end, in hits of a search that take as long. */
static int64_t walk_in_hits(const struct making *m)
{
	int64_t hits = (int64_t)WALK_STEPS_MAX * 1000 / HIT_STEPS;

	return m->walked ? hits * (int64_t)(m->limit + 1) / (int64_t)m->walked : HITS_MAX;
}

/* The table by which few are found; none where the walk is as short. */
static struct err group_choose(struct making *m)
{
	static const struct {
		unsigned table;
		const char *name;
	} tables[] = {{SQL_CERTS, "certificates l"}, {SQL_ENDPOINTS, "endpoints e"},
	    {SQL_SIGHTINGS, "sightings s"}, {SQL_FOUND, NULL}};
	int64_t best = walk_in_hits(m);
	struct arena arena;
	struct err e = OK;

	if (!m->listing->where)
		return OK;
	arena_init(&arena, ROW_BYTES_MAX);
	for (size_t i = 0; i < sizeof(tables) / sizeof(tables[0]) && !err_is(e); i++) {
		const struct query *part = tables[i].name
					       ? part_of(&arena, m->listing->where, tables[i].table)
					       : sql_finding(m->listing->where);
		int64_t n = HITS_MAX;

		if (part && (!tables[i].name || sql_is_indexed(part)))
			e = part_count(m->s, m->listing, part, tables[i].name, &n);
		if (n < best) {
			best = n;
			m->group = tables[i].table;
		}
	}
	arena_done(&arena);
	return e;
}

/* The walk, as far as it is a short one. */
static struct err walk_some(struct making *m, bool *ret_done)
{
	int left = WALK_STEPS_MAX;
	bool had_failed = m->s->failed;
	struct err e;

	budget_begin(m->s, &left);
	e = budget_end(m->s, &left, had_failed, steps_take(m));
	*ret_done = left >= 0;
	if (left < 0) {
		m->walked = m->page->n;
		m->page->n = 0;
		*m->page->next = 0;
		*m->tail = *m->order;
	}
	return e;
}

struct err rowpage_choose(struct store *s, const struct listing *listing, const struct order *order,
    size_t limit, struct row_page *ret_page)
{
	struct order tail = *order;
	struct making m = {.s = s,
	    .listing = listing,
	    .order = order,
	    .sort = sort_of(listing->sort),
	    .tail = &tail,
	    .page = ret_page,
	    .limit = limit};
	bool done = false;
	struct err e;

	ret_page->names = calloc(limit + 1, sizeof(*ret_page->names));
	if (!ret_page->names)
		return err_limit("no memory for a page");
	e = walk_some(&m, &done);
	if (err_is(e) || done)
		return e;
	e = group_choose(&m);
	return err_is(e) ? e : steps_take(&m);
}
