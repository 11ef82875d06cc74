/*
 * rowpage.c: a page of rows, in one of four ways. A walk follows the index of the order, asks the
 * question of each row, and stops when the page is full: a few milliseconds wherever many rows are
 * meant, and nothing need be in memory for it. A walk that has looked at too much gives up; then
 * the rows that are meant are found first, all of them (scope.h). A few are sorted; for many the
 * index is walked once more, past all that is not among them. An order that is in memory needs
 * neither (rank.h).
 *
 * All have the same order: the key, then row numbers as they lie in the index, in one direction;
 * what has no key comes last, and what has no certificate after it: each is a step. A cursor is the
 * step, the key and the numbers of the last row.
 */
#include "store/rowpage.h"

#include "store/picked.h"
#include "store/rank.h"
#include "store/sort.h"

#include <stdio.h>
#include <stdlib.h>

/* What comes behind the key, as it lies in the index. */
static const char *const ids_of[][7] = {
    [WALK_PLACE] = {"e.port", "e.transport", "e.name", "e.zone", "s.chain"},
    [WALK_CERTS] = {"l.id", "s.chain", "s.endpoint"},
    [WALK_ENDPOINTS] = {"e.id", "s.chain"},
    [WALK_SIGHTINGS] = {"s.endpoint", "s.chain"},
};

enum step { STEP_VALUES, STEP_EMPTY, STEP_BARE, STEPS };

enum way { WAY_WALK, WAY_SORT, WAY_WALK_AMONG };

enum {
	SORTED_AT_ONCE = 4000,
	KNOWN_PART = 10, /* so much sooner a walk is given up where the rows are known */
};

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
	enum way way;
	bool known; /* the rows that are meant are */
	bool opened; /* the scope is */
	struct scope scope;
	size_t hits;
	struct among among;
};

/* How a table is come to in a walk, and from what was picked. */
/* clang-format off */
#define ALL_OF_S \
	" CROSS JOIN endpoints e ON e.id = s.endpoint CROSS JOIN chains c ON c.id = s.chain" \
	" LEFT JOIN certificates l ON l.id = c.leaf"
#define ALL_OF_E \
	" CROSS JOIN sightings s ON s.endpoint = e.id CROSS JOIN chains c ON c.id = s.chain" \
	" LEFT JOIN certificates l ON l.id = c.leaf"

static const struct tables {
	const char *lead;
	const char *rest; /* all of a row */
	const char *few; /* what the order needs */
	const char *picked;
	const char *thing; /* whose row number is asked for among those that are meant; NULL */
	unsigned steps; /* of a walk, in the time in which one row is sorted */
	const char *place; /* columns of a cursor, behind the key */
} tables_of[] = {
    [WALK_PLACE] = {"endpoints e", ALL_OF_E, " CROSS JOIN sightings s ON s.endpoint = e.id",
	"picked s CROSS JOIN endpoints e ON e.id = s.endpoint", "e.id", 40,
	"e.port, e.transport, e.name, e.zone"},
    [WALK_CERTS] = {"certificates l", " CROSS JOIN chains c ON c.leaf = l.id"
	" CROSS JOIN sightings s ON s.chain = c.id CROSS JOIN endpoints e ON e.id = s.endpoint",
	" CROSS JOIN chains c ON c.leaf = l.id CROSS JOIN sightings s ON s.chain = c.id",
	"picked s LEFT JOIN certificates l ON l.id = s.leaf", "l.id", 40, "l.id"},
    [WALK_ENDPOINTS] = {"endpoints e", ALL_OF_E, " CROSS JOIN sightings s ON s.endpoint = e.id",
	"picked s CROSS JOIN endpoints e ON e.id = s.endpoint", "e.id", 40, "0"},
    [WALK_SIGHTINGS] = {"sightings s", ALL_OF_S, "",
	"picked h CROSS JOIN sightings s ON s.endpoint = h.endpoint AND s.chain = h.chain", NULL,
	8, "0"},
};
static const char bare_tables[] =
	"chains c INDEXED BY chains_leaf CROSS JOIN sightings s ON s.chain = c.id"
	" CROSS JOIN endpoints e ON e.id = s.endpoint LEFT JOIN certificates l ON l.id = c.leaf";
/* clang-format on */

static void say_tables(const struct making *m, struct sql *q)
{
	const struct sort *sort = m->sort;
	const struct tables *t = &tables_of[sort->walk];
	bool whole = sort->field == FIELD_OWNER || (m->way == WAY_WALK && m->listing->where);

	if (m->way == WAY_SORT) {
		sql_say(q, t->picked);
		sql_say(q, whole ? t->rest : "");
		return;
	}
	if (m->step == STEP_BARE && sort->walk == WALK_CERTS) {
		sql_say(q, bare_tables);
		return;
	}
	sql_say(q, t->lead);
	if (m->step == STEP_EMPTY && sort->partial)
		sql_say(q, " NOT INDEXED");
	else if (sort->index && !(m->listing->gone && sort->walk == WALK_SIGHTINGS))
		buf_printf(&q->text, " INDEXED BY %s", sort->index);
	sql_say(q, whole ? t->rest : t->few);
}

static void say_key(const struct making *m, struct sql *q)
{
	sql_say(q, m->sort->key);
	if (m->sort->is_text)
		sql_say(q, " COLLATE NOCASE");
}

static void say_step(const struct making *m, struct sql *q)
{
	const struct sort *sort = m->sort;

	if (sort->walk == WALK_CERTS)
		sql_say(q, m->step != STEP_BARE ? "l.id IS NOT NULL"
			   : m->way == WAY_SORT ? "s.leaf = 0"
						: "c.leaf IS NULL");
	else
		sql_say(q, "1");
	if (m->step == STEP_BARE || !sort->empty)
		return;
	/* As the partial indexes say it, and where the others are entered. */
	buf_printf(
	    &q->text, " AND %s %s %s", sort->key, m->step == STEP_VALUES ? "<>" : "=", sort->empty);
	if (m->step == STEP_VALUES && !sort->unordered) {
		sql_say(q, " AND ");
		say_key(m, q);
		buf_printf(&q->text, " > %s", sort->empty);
	}
}

static bool has_key(const struct making *m)
{
	return m->step == STEP_VALUES;
}

/* The terms of the order in this step. */
static size_t terms_of(const struct making *m, const char *terms[7])
{
	const char *const *ids = ids_of[m->sort->walk];
	size_t n = 0;

	if (m->sort->walk == WALK_CERTS && m->step == STEP_BARE) {
		terms[n++] = "s.chain";
		terms[n++] = "s.endpoint";
		return n;
	}
	if (has_key(m))
		terms[n++] = m->sort->key;
	for (size_t i = 0; ids[i]; i++)
		terms[n++] = ids[i];
	return n;
}

static void say_order_term(const struct making *m, struct sql *q, const char *term)
{
	sql_say(q, term);
	if (m->sort->is_text && term == m->sort->key)
		sql_say(q, " COLLATE NOCASE");
}

static void say_place(struct sql *q, const struct sort_key *after)
{
	struct addr addr = {.zone = 0};

	for (size_t i = 0; i < 8; i++) {
		addr.b[i] = (uint8_t)(after->a >> (56 - 8 * i));
		addr.b[8 + i] = (uint8_t)(after->b >> (56 - 8 * i));
	}
	sql_addr(q, &addr);
}

/* Where the cursor is, in this term. */
static void say_after_term(const struct making *m, struct sql *q, const char *term)
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

	if (m->sort->walk == WALK_PLACE && term == m->sort->key) {
		say_place(q, after);
		return;
	}
	for (size_t i = 0; term != m->sort->key && i < sizeof(numbers) / sizeof(numbers[0]); i++) {
		if (strcmp(term, numbers[i].term) != 0)
			continue;
		sql_number(q, numbers[i].number);
		return;
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
	for (size_t i = 0; i < n; i++) {
		sql_say(q, i ? ", " : "");
		say_order_term(m, q, terms[i]);
	}
	buf_printf(&q->text, ") %s (", comparison);
	for (size_t i = 0; i < n; i++) {
		sql_say(q, i ? ", " : "");
		say_after_term(m, q, terms[i]);
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
	if (leading && m->way != WAY_SORT && !m->sort->unordered)
		say_beyond(m, q, terms, leading, down ? "<=" : ">=");
	say_beyond(m, q, terms, n, down ? "<" : ">");
}

static void say_where(const struct making *m, struct sql *q)
{
	const char *thing = tables_of[m->sort->walk].thing;

	if (m->way == WAY_SORT)
		return;
	if (!m->listing->gone) /* an index of what is current is walked if it is the order's */
		sql_say(q, m->sort->unordered ? " AND +s.current" : " AND s.current");
	if (m->way == WAY_WALK_AMONG) {
		if (thing && m->step != STEP_BARE)
			buf_printf(&q->text, " AND among(%s)", thing);
		sql_say(q, " AND row_among(s.endpoint, s.chain)");
		return;
	}
	if (!m->listing->bare)
		sql_say(q, " AND s.chain <> 0");
	if (m->listing->where) {
		sql_say(q, " AND ");
		sql_where(q, m->listing->where);
	}
}

static void say_page(const struct making *m, struct sql *q)
{
	const char *terms[7];
	size_t n = terms_of(m, terms);

	sql_say(q, "SELECT s.endpoint, s.chain, ");
	sql_say(q, has_key(m) ? m->sort->key : "0");
	sql_say(q, ", ");
	sql_say(q, m->step == STEP_BARE ? "0" : tables_of[m->sort->walk].place);
	sql_say(q, " FROM ");
	say_tables(m, q);
	sql_say(q, " WHERE ");
	say_step(m, q);
	say_where(m, q);
	say_after(m, q);
	sql_say(q, " ORDER BY ");
	for (size_t i = 0; i < n; i++) {
		sql_say(q, i ? ", " : "");
		sql_say(q, m->way == WAY_SORT ? "+" : "");
		say_order_term(m, q, terms[i]);
		sql_say(q, m->order->descending ? " DESC" : "");
	}
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
	    .c = m->step};
	m->tail->after_text[0] = 0;
	if (m->sort->walk == WALK_PLACE) {
		struct span addr = stmt_get_blob(row, 2);

		key->a = span_u64(&addr);
		key->b = span_u64(&addr);
		key->c = (uint64_t)stmt_get_int(row, 3) << 40 |
			 (uint64_t)stmt_get_int(row, 4) << 32 | (uint64_t)stmt_get_int(row, 6);
		stmt_get_chars(row, 5, m->tail->after_text, sizeof(m->tail->after_text));
		return;
	}
	key->b = (uint64_t)stmt_get_int(row, 3);
	if (has_key(m) && m->sort->is_text)
		stmt_get_chars(row, 2, m->tail->after_text, sizeof(m->tail->after_text));
	else if (has_key(m))
		key->a = (uint64_t)stmt_get_int(row, 2) ^ (uint64_t)1 << 63;
}

/* False: the page is full. */
static bool row_put(struct making *m, int64_t endpoint, int64_t chain)
{
	struct row_page *p = m->page;

	if (p->n == m->limit) {
		cursor_write(m->tail, &m->tail->after, p->next);
		return false;
	}
	p->names[p->n++] = (struct row_name){endpoint, chain};
	return true;
}

static void rows_take(struct making *m, struct stmt *rows)
{
	while (stmt_row(rows)) {
		if (!row_put(m, stmt_get_int(rows, 0), stmt_get_int(rows, 1)))
			return;
		place_take(m, rows);
	}
}

static struct err rows_choose(struct making *m)
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

/* SQLite calls it every thousand steps of its machine. */
static int spend(void *context)
{
	int *left = context;

	return --*left < 0;
}

/* A walk, as far as it is a short one; else nothing was done. */
static struct err walk_briefly(struct making *m, enum way way, int steps_max, bool *ret_done)
{
	struct order tail = *m->tail;
	size_t n = m->page->n;
	int left = steps_max;
	bool had_failed = m->s->failed;
	struct err e;

	m->way = way;
	sqlite3_progress_handler(m->s->db, 1000, spend, &left);
	e = rows_choose(m);
	sqlite3_progress_handler(m->s->db, 0, NULL, NULL);
	*ret_done = left >= 0;
	if (left >= 0)
		return e;
	m->s->failed = had_failed; /* that it took too long is no failure */
	m->page->n = n;
	*m->page->next = 0;
	*m->tail = tail;
	return OK;
}

static uint32_t thing_of(const struct making *m, const struct sighting *of)
{
	return m->sort->walk == WALK_CERTS ? m->scope.of->leaf[of->chain] : of->endpoint;
}

static struct err among_make(struct making *m)
{
	const struct sightings *of = m->scope.of;
	size_t at = 0, row;

	m->among.of = of;
	m->among.rows = &m->scope.rows;
	if (!bits_init(
		&m->among.things, m->sort->walk == WALK_CERTS ? of->n_leaves : of->n_endpoints))
		return err_limit("no memory for a page");
	while (bits_next(&m->scope.rows, &at, &row))
		bits_add(&m->among.things, thing_of(m, &of->v[row]));
	return OK;
}

/* What the question is true of. */
static struct err making_open(struct making *m)
{
	struct err e;

	if (m->opened)
		return OK;
	m->opened = true;
	e = scope_open(&m->scope, m->s, m->listing);
	if (err_is(e))
		return e;
	m->hits = bits_count(&m->scope.rows);
	return rank_knows(m->sort->field) ? OK : among_make(m);
}

static void making_close(struct making *m)
{
	m->s->searching.among = NULL;
	bits_done(&m->among.things);
	if (m->opened)
		scope_close(&m->scope);
}

static struct err ranks_take(struct making *m)
{
	const struct sort_key *after = m->resumed ? &m->order->after : NULL;
	struct ranked *ranked = calloc(m->limit + 1, sizeof(*ranked));
	size_t n = 0;
	struct err e = err_limit("no memory for a page");

	if (ranked)
		e = rank_rows(&m->scope, m->sort->field, has_key(m), m->order, after,
		    m->limit - m->page->n, ranked, &n);
	for (size_t i = 0; i < n && !err_is(e); i++) {
		const struct sighting *of = &m->scope.of->v[ranked[i].row];

		if (!row_put(m, of->endpoint, of->chain))
			break;
		m->tail->after = (struct sort_key){.text = "",
		    .missing = !has_key(m),
		    .a = has_key(m) ? ranked[i].value ^ (uint64_t)1 << 63 : 0,
		    .id = of->endpoint,
		    .id2 = of->chain,
		    .c = m->step};
	}
	free(ranked);
	return e;
}

/* A few are sorted at once; of more it is seen first whether a walk takes no longer than that. */
static struct err found_take(struct making *m)
{
	bool sorted = m->hits <= (uint64_t)m->s->hits_max, done = false;
	int steps_max = (int)(m->hits * tables_of[m->sort->walk].steps / 1000);
	struct err e = OK;

	picked_put(m->s, &m->scope.rows, m->scope.of);
	m->s->searching.among = &m->among;
	if (sorted && m->hits > SORTED_AT_ONCE && !m->sort->unordered && m->s->walk_steps_max)
		e = walk_briefly(m, WAY_WALK_AMONG, steps_max, &done);
	if (err_is(e) || done)
		return e;
	m->way = sorted ? WAY_SORT : WAY_WALK_AMONG;
	return rows_choose(m);
}

static struct err step_take(struct making *m)
{
	int steps_max = m->s->walk_steps_max / (m->known ? KNOWN_PART : 1);
	bool done = false;
	struct err e = OK;

	if (!m->sort->unordered && steps_max)
		e = walk_briefly(m, WAY_WALK, steps_max, &done);
	if (err_is(e) || done)
		return e;
	e = making_open(m);
	if (err_is(e) || m->hits == 0)
		return e;
	return rank_knows(m->sort->field) ? ranks_take(m) : found_take(m);
}

static bool has_step(const struct making *m, unsigned step)
{
	if (step == STEP_EMPTY)
		return m->sort->empty != NULL;
	return step == STEP_VALUES || m->sort->walk == WALK_CERTS;
}

static struct err steps_take(struct making *m)
{
	const struct order *o = m->order;
	unsigned from = o->has_after && m->sort->walk != WALK_PLACE ? (unsigned)o->after.c : 0;
	struct err e = OK;

	for (unsigned step = from; step < STEPS && !err_is(e) && !*m->page->next; step++) {
		if (!has_step(m, step))
			continue;
		m->step = step;
		m->resumed = o->has_after && step == from;
		e = step_take(m);
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
	struct err e;

	if (!m.sort)
		return err_input(0, "the listing cannot be sorted by this field");
	ret_page->names = calloc(limit + 1, sizeof(*ret_page->names));
	if (!ret_page->names)
		return err_limit("no memory for a page");
	m.known = scope_knows(s, listing);
	e = steps_take(&m);
	making_close(&m);
	return e;
}
