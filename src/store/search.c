/*
 * search.c: a question (query/tree.h) as SQL. Every value is a bound parameter; the text of the SQL
 * is made of constants of this file only. A comparison with what is not there (no certificate) is
 * false and its negation true, so that `not` means what a person means by it: coalesce() sees to
 * that.
 */
#include "store/db.h"

#include "verdict/table.h"

#include <stdlib.h>
#include <strings.h>

struct question {
	struct buf sql;
	struct err error; /* the first */
	int64_t now_s;
	unsigned depth;
	size_t n;
	struct query_value
	    values[SEARCH_VALUES_MAX]; /* text, else blob (prefix_bits 128), else number */
};

enum how {
	HOW_TEXT,
	HOW_NUMBER,
	HOW_WORD, /* stored as a number, asked for by its word */
	HOW_LIST, /* expr is a subquery up to its condition; the text in it is called `item` */
	HOW_ADDRESS,
	HOW_FINDINGS,
	HOW_SEVERITY,
};

struct column {
	enum field_id field;
	enum how how;
	const char *expr;
	/* HOW_WORD: the number of a word; -1: none. */
	int64_t (*number)(const char *word);
};

static int64_t outcome_number(const char *word)
{
	for (int i = 1; i < OUTCOME_MAX; i++)
		if (strcasecmp(outcome_text((enum outcome)i), word) == 0)
			return i;
	return -1;
}

static int64_t source_number(const char *word)
{
	enum evidence evidence = evidence_by_name(word);

	return evidence == EVIDENCE_NONE ? -1 : (int64_t)evidence;
}

static int64_t transport_number(const char *word)
{
	for (uint8_t i = 1; i < TRANSPORT_MAX; i++)
		if (strcasecmp(transport_text(i), word) == 0)
			return i;
	return -1;
}

#define NAMES_LIST "SELECT 1 FROM (SELECT value AS item FROM json_each(l.names))"
#define CHAIN_LIST                                                                                 \
	"SELECT 1 FROM (SELECT hex(k.sha256) AS item FROM chain_certificates m"                    \
	" JOIN certificates k ON k.id = m.certificate WHERE m.chain = s.chain)"

/* Fields that are not here are made from numbers by format/ (names of ciphers, services, ...):
 * their numbers can be searched for. */
static const struct column columns[] = {
    {FIELD_TIMESTAMP, HOW_NUMBER, "s.last_ms / 1000", NULL},
    {FIELD_IP, HOW_ADDRESS, "e.addr", NULL},
    {FIELD_HOSTNAME, HOW_TEXT, "e.hostname", NULL},
    {FIELD_PORT, HOW_NUMBER, "e.port", NULL},
    {FIELD_NOTVALIDAFTER, HOW_NUMBER, "l.not_after_s", NULL},
    {FIELD_SUBJECT, HOW_TEXT, "l.subject_cn", NULL},
    {FIELD_ISSUER, HOW_TEXT, "l.issuer_cn", NULL},
    {FIELD_SANS, HOW_LIST, NAMES_LIST, NULL},
    {FIELD_SNI, HOW_TEXT, "e.name", NULL},
    {FIELD_TRANSPORT, HOW_WORD, "e.transport", transport_number},
    {FIELD_SOURCE, HOW_WORD, "s.source", source_number},
    {FIELD_OUTCOME, HOW_WORD, "s.outcome", outcome_number},
    {FIELD_FIRST_SEEN, HOW_NUMBER, "s.first_ms / 1000", NULL},
    {FIELD_LAST_SEEN, HOW_NUMBER, "s.last_ms / 1000", NULL},
    {FIELD_CONNECTIONS, HOW_NUMBER, "s.connections", NULL},
    {FIELD_CLIENTS, HOW_NUMBER, "nullif(s.clients, 0)", NULL},
    {FIELD_VERSION_ID, HOW_NUMBER, "nullif(s.version, 0)", NULL},
    {FIELD_CIPHER_ID, HOW_NUMBER, "nullif(s.cipher, 0)", NULL},
    {FIELD_GROUP_ID, HOW_NUMBER, "nullif(s.key_group, 0)", NULL},
    {FIELD_ALPN, HOW_TEXT, "s.alpn", NULL},
    {FIELD_ALERT_ID, HOW_NUMBER, "iif(s.alert_level, s.alert, NULL)", NULL},
    {FIELD_CLIENT_CERT_ASKED, HOW_NUMBER, "(s.flags & 1)", NULL},
    {FIELD_OCSP_STAPLED, HOW_NUMBER, "(s.flags >> 1 & 1)", NULL},
    {FIELD_CHAIN_CUT, HOW_NUMBER, "(s.flags >> 2 & 1)", NULL},
    {FIELD_SHA256, HOW_TEXT, "hex(l.sha256)", NULL},
    {FIELD_SERIAL, HOW_TEXT, "l.serial", NULL},
    {FIELD_SUBJECT_DN, HOW_TEXT, "l.subject", NULL},
    {FIELD_ISSUER_DN, HOW_TEXT, "l.issuer", NULL},
    {FIELD_NOT_BEFORE, HOW_NUMBER, "l.not_before_s", NULL},
    {FIELD_NOT_AFTER, HOW_NUMBER, "l.not_after_s", NULL},
    {FIELD_KEY, HOW_TEXT, "l.key", NULL},
    {FIELD_KEY_BITS, HOW_NUMBER, "l.key_bits", NULL},
    {FIELD_SIG_ALG, HOW_TEXT, "l.sig_alg", NULL},
    {FIELD_SPKI_SHA256, HOW_TEXT, "hex(l.spki_sha256)", NULL},
    {FIELD_IS_CA, HOW_NUMBER, "l.is_ca", NULL},
    {FIELD_SELF_SIGNED, HOW_NUMBER, "l.self_signed", NULL},
    {FIELD_SEVERITY, HOW_SEVERITY, "", NULL},
    {FIELD_FINDINGS, HOW_FINDINGS, "", NULL},
    {FIELD_CHAIN_ID, HOW_TEXT, "hex(nullif(c.digest, zeroblob(32)))", NULL},
    {FIELD_CHAIN, HOW_LIST, CHAIN_LIST, NULL},
};

_Static_assert(OBS_CLIENT_CERT_ASKED == 1 && OBS_OCSP_STAPLED == 2 && OBS_CHAIN_CUT == 4,
    "the bits of the columns above");

static const struct column *column_of(enum field_id field)
{
	for (size_t i = 0; i < sizeof(columns) / sizeof(columns[0]); i++)
		if (columns[i].field == field)
			return &columns[i];
	return NULL;
}

static void fail(struct question *q, const char *what)
{
	if (!err_is(q->error))
		q->error = err_input(0, what);
}

static void say(struct question *q, const char *sql)
{
	buf_str(&q->sql, sql);
}

/* A parameter: its place in the text and its value. */
static void bind_value(struct question *q, struct query_value value)
{
	if (q->n == SEARCH_VALUES_MAX) {
		fail(q, "a search with too many values");
		return;
	}
	q->values[q->n++] = value;
	say(q, "?");
}

static void bind_text(struct question *q, const char *text)
{
	if (!text)
		fail(q, "this field is compared with a text");
	bind_value(q, (struct query_value){.text = text ? text : ""});
}

static void bind_number(struct question *q, int64_t number)
{
	bind_value(q, (struct query_value){.number = number});
}

static void bind_addr(struct question *q, const struct addr *addr)
{
	bind_value(q, (struct query_value){.addr = *addr, .prefix_bits = 128});
}

/* " < " for those that compare; NULL for the others. */
static const char *operator_of(enum query_op op)
{
	static const char *const table[QUERY_OP_MAX] = {
	    [QUERY_EQ] = " = ",
	    [QUERY_NE] = " <> ",
	    [QUERY_LT] = " < ",
	    [QUERY_LE] = " <= ",
	    [QUERY_GT] = " > ",
	    [QUERY_GE] = " >= ",
	};

	return op < QUERY_OP_MAX ? table[op] : NULL;
}

/* An expression that is a text, with what is asked of it. */
static void say_text(struct question *q, const char *expr, enum query_op op, const char *text)
{
	if (op == QUERY_CONTAINS) {
		buf_printf(&q->sql, "instr(lower(%s), lower(", expr);
		bind_text(q, text);
		say(q, ")) > 0");
	} else if (op == QUERY_EQ || op == QUERY_NE) {
		buf_printf(&q->sql, "%s%s", expr, operator_of(op));
		bind_text(q, text);
		say(q, " COLLATE NOCASE");
	} else if (op == QUERY_EXISTS) {
		buf_printf(&q->sql, "%s <> ''", expr);
	} else {
		fail(q, "a text is searched for with =, != or contains");
	}
}

static void say_number(struct question *q, const char *expr, enum query_op op, int64_t number)
{
	if (op == QUERY_EXISTS) {
		buf_printf(&q->sql, "%s IS NOT NULL", expr);
		return;
	}
	if (!operator_of(op)) {
		fail(q, "a number is searched for with =, !=, <, <=, > or >=");
		return;
	}
	buf_printf(&q->sql, "%s%s", expr, operator_of(op));
	bind_number(q, number);
}

static void say_word(struct question *q, const struct column *c, const struct query *compare)
{
	int64_t number = compare->value.text ? c->number(compare->value.text) : -1;

	if (compare->op == QUERY_EXISTS)
		say(q, "1");
	else if (number < 0)
		fail(q, "no such word for this field");
	else if (compare->op == QUERY_EQ || compare->op == QUERY_NE)
		say_number(q, c->expr, compare->op, number);
	else
		fail(q, "a word is searched for with = or !=");
}

/* One of the list; != is none of it. */
static void say_list(struct question *q, const struct column *c, const struct query *compare)
{
	enum query_op op = compare->op;

	if (op == QUERY_NE)
		say(q, "NOT ");
	buf_printf(&q->sql, "EXISTS (%s WHERE ", c->expr);
	say_text(q, "item", op == QUERY_NE ? QUERY_EQ : op, compare->value.text);
	say(q, ")");
}

/* The first and the last address of a prefix. */
static void prefix_ends(const struct query_value *v, struct addr *ret_first, struct addr *ret_last)
{
	*ret_first = *ret_last = v->addr;
	for (unsigned bit = v->prefix_bits; bit < 128; bit++) {
		uint8_t mask = (uint8_t)(0x80 >> bit % 8);

		ret_first->b[bit / 8] &= (uint8_t)~mask;
		ret_last->b[bit / 8] |= mask;
	}
}

static void say_address(struct question *q, const struct column *c, const struct query *compare)
{
	struct query_value v = compare->value;
	struct addr first, last;

	if (compare->op == QUERY_EXISTS) {
		say(q, "1");
		return;
	}
	if (compare->op != QUERY_CIDR && compare->op != QUERY_EQ && compare->op != QUERY_NE) {
		fail(q, "an address is searched for with =, != or in");
		return;
	}
	if (compare->op != QUERY_CIDR)
		v.prefix_bits = 128;
	prefix_ends(&v, &first, &last);
	say(q, c->expr);
	say(q, compare->op == QUERY_NE ? " NOT BETWEEN " : " BETWEEN ");
	bind_addr(q, &first);
	say(q, " AND ");
	bind_addr(q, &last);
}

/* Of the chain and of the endpoint: the ones that hold at a time. The text goes on with a
 * condition. */
static void say_findings(
    struct question *q, const char *what, const char *and, int64_t at_s, uint16_t id)
{
	static const char *const tables[] = {
	    "chain_findings f WHERE f.chain = s.chain",
	    "sighting_findings f WHERE f.endpoint = s.endpoint AND f.chain = s.chain",
	};

	for (size_t i = 0; i < 2; i++) {
		buf_printf(&q->sql, "%s(SELECT %s FROM %s AND f.since_s <= ", i ? and : "", what,
		    tables[i]);
		bind_number(q, at_s);
		say(q, " AND f.until_s > ");
		bind_number(q, at_s);
		if (id) {
			say(q, " AND f.finding = ");
			bind_number(q, id);
		}
		say(q, ")");
	}
}

static void say_has_finding(struct question *q, const struct query *compare)
{
	const char *name = compare->value.text;
	const struct finding_row *row = name ? finding_by_name(name) : NULL;

	if (compare->op == QUERY_EXISTS) {
		say(q, "EXISTS ");
		say_findings(q, "1", " OR EXISTS ", q->now_s, 0);
	} else if (compare->op != QUERY_HAS_FINDING) {
		fail(q, "findings are searched for by name: has");
	} else if (!row) {
		fail(q, "no such finding");
	} else {
		say(q, "EXISTS ");
		say_findings(q, "1", " OR EXISTS ", compare->value.number, row->id);
	}
}

static void say_severity(struct question *q, const struct query *compare)
{
	uint8_t severity =
	    compare->value.text ? severity_by_name(compare->value.text) : SEVERITY_NONE;

	if (compare->op != QUERY_EXISTS &&
	    (severity == SEVERITY_NONE || !operator_of(compare->op))) {
		fail(q, "a severity is one of info, low, medium, high, critical");
		return;
	}
	say(q, "max(");
	say_findings(q, "coalesce(max(f.severity), 0)", ", ", q->now_s, 0);
	say(q, ")");
	say(q, compare->op == QUERY_EXISTS ? " <> " : operator_of(compare->op));
	bind_number(q, severity);
}

static void say_compare(struct question *q, const struct query *compare)
{
	const struct column *c = column_of(compare->field);

	if (!c) {
		fail(q, "this field cannot be searched for (its number can)");
		return;
	}
	say(q, "coalesce(");
	switch (c->how) {
	case HOW_TEXT:
		say_text(q, c->expr, compare->op, compare->value.text);
		break;
	case HOW_NUMBER:
		say_number(q, c->expr, compare->op, compare->value.number);
		break;
	case HOW_WORD:
		say_word(q, c, compare);
		break;
	case HOW_LIST:
		say_list(q, c, compare);
		break;
	case HOW_ADDRESS:
		say_address(q, c, compare);
		break;
	case HOW_FINDINGS:
		say_has_finding(q, compare);
		break;
	case HOW_SEVERITY:
		say_severity(q, compare);
		break;
	}
	say(q, ", 0)");
}

static void say_query(struct question *q, const struct query *query)
{
	if (q->depth == SEARCH_DEPTH_MAX) {
		fail(q, "a search nested too deeply");
		return;
	}
	q->depth++;
	say(q, "(");
	switch (query->kind) {
	case QUERY_ALL:
		say(q, "1");
		break;
	case QUERY_AND:
	case QUERY_OR:
		say_query(q, query->left);
		say(q, query->kind == QUERY_AND ? " AND " : " OR ");
		say_query(q, query->right);
		break;
	case QUERY_NOT:
		say(q, "NOT ");
		say_query(q, query->left);
		break;
	case QUERY_COMPARE:
		say_compare(q, query);
		break;
	}
	say(q, ")");
	q->depth--;
}

static void say_search(struct question *q, const struct search *search)
{
	say(q, ROWS_SELECT "WHERE ");
	if (search->where)
		say_query(q, search->where);
	else
		say(q, "1");
	if (!search->bare)
		say(q, " AND s.chain <> 0");
	if (!search->gone)
		say(q, " AND s.current");
	if (search->run) {
		say(q, " AND s.run = ");
		bind_number(q, (int64_t)search->run);
	}
	say(q, ROWS_ORDER);
	if (search->limit) {
		say(q, " LIMIT ");
		bind_number(q, (int64_t)search->limit);
	}
	if (q->sql.full && !err_is(q->error))
		q->error = err_limit("a search too large");
}

static struct err search_run(struct store *s, struct question *q, const struct search *search,
    store_row_fn *each, void *context, size_t *ret_n)
{
	struct stmt stmt = stmt_once(s, buf_text(&q->sql));

	for (size_t i = 0; i < q->n; i++) {
		const struct query_value *v = &q->values[i];

		if (v->text)
			stmt_text(&stmt, v->text);
		else if (v->prefix_bits)
			stmt_blob(&stmt, v->addr.b, sizeof(v->addr.b));
		else
			stmt_int(&stmt, v->number);
	}
	return rows_each(&stmt, search->with_der, each, context, ret_n);
}

struct err store_search(
    struct store *s, const struct search *search, store_row_fn *each, void *context, size_t *ret_n)
{
	struct question *q = calloc(1, sizeof(*q));
	bool began = false;
	struct err e;

	if (!q)
		return err_limit("no memory for a search");
	buf_init(&q->sql, SEARCH_SQL_MAX);
	q->now_s = search->now_s;
	say_search(q, search);
	e = q->error;
	if (!err_is(e))
		e = db_read_begin(s, &began);
	if (!err_is(e))
		e = search_run(s, q, search, each, context, ret_n);
	db_read_end(s, began);
	buf_done(&q->sql);
	free(q);
	return e;
}
