/*
 * compile.c: a question (query/tree.h) as SQL. Every value is a bound parameter; the text of the
 * SQL is made of constants of this file only. A comparison with what is not there (no certificate)
 * is false and its negation true, so that `not` means what a person means by it: within a negation
 * coalesce() sees to that; outside of one NULL is as good as false, and an index can be used.
 *
 * A part that is about one table may be asked of that table alone (members.c): then q->of names it,
 * and trigrams can say where a word may be.
 */
#include "store/compile.h"

#include "store/functions.h"
#include "store/trigrams.h"
#include "verdict/table.h"

#include <stdio.h>
#include <stdlib.h>
#include <strings.h>

enum how {
	HOW_TEXT,
	HOW_DIGEST, /* hexadecimal text of `indexed` */
	HOW_NUMBER,
	HOW_WORD, /* a number that stands for a word of our own tables */
	HOW_NAME, /* a number that stands for a word of the caller's */
	HOW_LIST, /* expr is a subquery up to its condition; the text in it is called `item` */
	HOW_ADDRESS,
	HOW_MUTED,
	HOW_FINDINGS,
	HOW_SEVERITY,
	HOW_SAID, /* expr is the column of the tables of notes */
	HOW_TAGS,
};

struct column {
	enum field_id field;
	enum how how;
	const char *expr;
	const char *indexed; /* NULL: expr as it stands. The column, so many times the number */
	int scale;
};

/* The texts that the tables of trigrams (schema_texts.h) hold. */
static const enum field_id in_trigrams[] = {FIELD_HOSTNAME, FIELD_SNI, FIELD_SUBJECT, FIELD_ISSUER,
    FIELD_SANS, FIELD_SUBJECT_DN, FIELD_ISSUER_DN, FIELD_SERIAL};

#define NAMES_LIST "SELECT 1 FROM (SELECT value AS item FROM json_each(l.names))"
#define CHAIN_LIST                                                                                 \
	"SELECT 1 FROM (SELECT hex(k.sha256) AS item FROM chain_certificates m"                    \
	" JOIN certificates k ON k.id = m.certificate WHERE m.chain = c.id)"

#define NOTED_HERE                                                                                 \
	"n.addr = e.addr AND n.port = e.port AND n.transport = e.transport AND n.zone = e.zone"
#define TAGS                                                                                       \
	"SELECT t.value AS item FROM endpoint_notes n, json_each(n.tags) t WHERE " NOTED_HERE      \
	" UNION SELECT t.value FROM certificate_notes n, json_each(n.tags) t"                      \
	" WHERE n.sha256 = l.sha256"

static const struct column columns[] = {
    {FIELD_TIMESTAMP, HOW_NUMBER, "s.last_ms / 1000", "s.last_ms", 1000},
    {FIELD_IP, HOW_ADDRESS, "e.addr", NULL, 0},
    {FIELD_HOSTNAME, HOW_TEXT, "coalesce(nullif(e.hostname, ''), e.name)", NULL, 0},
    {FIELD_PORT, HOW_NUMBER, "s.port", NULL, 0},
    {FIELD_NOTVALIDAFTER, HOW_NUMBER, "l.not_after_s", NULL, 0},
    {FIELD_SUBJECT, HOW_TEXT, "l.subject_cn", NULL, 0},
    {FIELD_ISSUER, HOW_TEXT, "l.issuer_cn", NULL, 0},
    {FIELD_SANS, HOW_LIST, NAMES_LIST, NULL, 0},
    {FIELD_SNI, HOW_TEXT, "e.name", "e.name", 0},
    {FIELD_TRANSPORT, HOW_WORD, "e.transport", "e.transport", 1},
    {FIELD_SOURCE, HOW_WORD, "s.source", "s.source", 1},
    {FIELD_OUTCOME, HOW_WORD, "s.outcome", "s.outcome", 1},
    {FIELD_FIRST_SEEN, HOW_NUMBER, "s.first_ms / 1000", "s.first_ms", 1000},
    {FIELD_LAST_SEEN, HOW_NUMBER, "s.last_ms / 1000", "s.last_ms", 1000},
    {FIELD_CONNECTIONS, HOW_NUMBER, "s.connections", NULL, 0},
    {FIELD_CLIENTS, HOW_NUMBER, "nullif(s.clients, 0)", "s.clients", 1},
    {FIELD_VERSION_ID, HOW_NUMBER, "nullif(s.version, 0)", "s.version", 1},
    {FIELD_CIPHER_ID, HOW_NUMBER, "nullif(s.cipher, 0)", "s.cipher", 1},
    {FIELD_GROUP_ID, HOW_NUMBER, "nullif(s.key_group, 0)", "s.key_group", 1},
    {FIELD_ALPN, HOW_TEXT, "s.alpn", "s.alpn", 0},
    {FIELD_ALERT_ID, HOW_NUMBER, "iif(s.alert_level, s.alert, NULL)", NULL, 0},
    {FIELD_CLIENT_CERT_ASKED, HOW_NUMBER, "(s.flags & 1)", NULL, 0},
    {FIELD_OCSP_STAPLED, HOW_NUMBER, "(s.flags >> 1 & 1)", NULL, 0},
    {FIELD_CHAIN_CUT, HOW_NUMBER, "(s.flags >> 2 & 1)", NULL, 0},
    {FIELD_SHA256, HOW_DIGEST, "hex(l.sha256)", "l.sha256", 0},
    {FIELD_SERIAL, HOW_TEXT, "l.serial", NULL, 0},
    {FIELD_SUBJECT_DN, HOW_TEXT, "l.subject", NULL, 0},
    {FIELD_ISSUER_DN, HOW_TEXT, "l.issuer", NULL, 0},
    {FIELD_NOT_BEFORE, HOW_NUMBER, "l.not_before_s", NULL, 0},
    {FIELD_NOT_AFTER, HOW_NUMBER, "l.not_after_s", NULL, 0},
    {FIELD_KEY, HOW_TEXT, "l.key", NULL, 0},
    {FIELD_KEY_BITS, HOW_NUMBER, "l.key_bits", NULL, 0},
    {FIELD_SIG_ALG, HOW_TEXT, "l.sig_alg", NULL, 0},
    {FIELD_SPKI_SHA256, HOW_DIGEST, "hex(l.spki_sha256)", "l.spki_sha256", 0},
    {FIELD_IS_CA, HOW_NUMBER, "l.is_ca", NULL, 0},
    {FIELD_SELF_SIGNED, HOW_NUMBER, "l.self_signed", NULL, 0},
    {FIELD_SEVERITY, HOW_SEVERITY, "", NULL, 0},
    {FIELD_FINDINGS, HOW_FINDINGS, "", NULL, 0},
    {FIELD_CHAIN_ID, HOW_DIGEST, "hex(nullif(c.digest, zeroblob(32)))", "c.digest", 0},
    {FIELD_CHAIN, HOW_LIST, CHAIN_LIST, NULL, 0},
    {FIELD_SERVICE, HOW_NAME, "(s.starttls << 16 | s.port)", NULL, 0},
    {FIELD_STARTTLS, HOW_NAME, "nullif(s.starttls, 0)", "s.starttls", 1},
    {FIELD_VERSION, HOW_NAME, "nullif(s.version, 0)", "s.version", 1},
    {FIELD_CIPHER, HOW_NAME, "nullif(s.cipher, 0)", "s.cipher", 1},
    {FIELD_GROUP, HOW_NAME, "nullif(s.key_group, 0)", "s.key_group", 1},
    {FIELD_ALERT, HOW_NAME, "iif(s.alert_level, s.alert, NULL)", NULL, 0},
    {FIELD_OWNER, HOW_SAID, "owner", NULL, 0},
    {FIELD_NOTE, HOW_SAID, "note", NULL, 0},
    {FIELD_TAGS, HOW_TAGS, "", NULL, 0},
    {FIELD_MUTED, HOW_MUTED,
	"muted(e.addr, e.zone, e.port, e.transport, l.sha256, l.spki_sha256, l.issuer,"
	" l.issuer_cn, s.first_ms, (SELECT group_concat(item, char(10)) FROM (" TAGS ")))",
	NULL, 0},
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

/* An expression that is a text, with what is asked of it. An empty one is none. */
static void say_text(struct sql *q, const char *expr, enum query_op op, const char *text)
{
	static const char *const functions[QUERY_OP_MAX] = {
	    [QUERY_CONTAINS] = "holds", [QUERY_LIKE] = "likes"};

	if (op == QUERY_EXISTS) {
		buf_printf(&q->text, "%s <> ''", expr);
	} else if (op == QUERY_EQ) {
		buf_printf(&q->text, "%s <> '' AND %s = ", expr, expr);
		sql_text(q, text);
		sql_say(q, " COLLATE NOCASE");
	} else if (op < QUERY_OP_MAX && functions[op]) {
		buf_printf(&q->text, "%s(%s, ", functions[op], expr);
		sql_text(q, text);
		sql_say(q, ")");
	} else {
		sql_fail(q, "a text is searched for with =, !=, : or a pattern");
	}
}

static bool has_trigrams(enum query_op op, const char *text)
{
	struct buf b;
	bool has;

	buf_init(&b, SEARCH_SQL_MAX);
	has = op == QUERY_CONTAINS ? trigrams_of_text(&b, text)
	      : op == QUERY_LIKE   ? trigrams_of_pattern(&b, text)
				   : false;
	buf_done(&b);
	return has;
}

static bool is_in_trigrams(enum field_id field)
{
	for (size_t i = 0; i < sizeof(in_trigrams) / sizeof(in_trigrams[0]); i++)
		if (in_trigrams[i] == field)
			return true;
	return false;
}

/* Where the text can be at all, of a set. */
static void say_trigrams(struct sql *q, const struct query *compare)
{
	const char *texts = q->of == SQL_CERTS ? "certificate_texts" : "endpoint_texts";

	if (!q->of || q->negations || !compare->value.text ||
	    !has_trigrams(compare->op, compare->value.text))
		return;
	buf_printf(&q->text, "%s IN (SELECT rowid FROM %s WHERE %s MATCH trigrams(%d, ",
	    q->of == SQL_CERTS ? "l.id" : "e.id", texts, texts, compare->op == QUERY_LIKE);
	sql_text(q, compare->value.text);
	sql_say(q, ")) AND ");
}

/* The first bytes of a digest, as far as the digits go, lie in its index. */
static void say_digest(struct sql *q, const struct column *c, const struct query *compare)
{
	const char *text = compare->value.text;

	if (!q->negations && text && (compare->op == QUERY_EQ || compare->op == QUERY_LIKE)) {
		buf_printf(&q->text, "%s BETWEEN bytes(", c->indexed);
		sql_text(q, text);
		sql_say(q, ", 0) AND bytes(");
		sql_text(q, text);
		sql_say(q, ", 255) AND ");
	}
	say_text(q, c->expr, compare->op, text);
}

/* What an index can say of it: as much, or a little more. */
static void say_indexed(struct sql *q, const struct column *c, enum query_op op, int64_t number)
{
	int64_t most = INT64_MAX / 2000;

	if (!c->indexed || q->negations || number > most || number < -most)
		return;
	if (op == QUERY_EQ || op == QUERY_GE || op == QUERY_GT) {
		buf_printf(&q->text, "%s >= ", c->indexed);
		sql_number(q, number * c->scale);
		sql_say(q, " AND ");
	}
	if (op == QUERY_EQ || op == QUERY_LE || op == QUERY_LT) {
		buf_printf(&q->text, "%s < ", c->indexed);
		sql_number(q, (number + 1) * c->scale);
		sql_say(q, " AND ");
	}
}

static void say_number(struct sql *q, const struct column *c, enum query_op op, int64_t number)
{
	const char *expr = c->expr;

	if (op == QUERY_EXISTS) {
		buf_printf(&q->text, "%s IS NOT NULL", expr);
		return;
	}
	if (!operator_of(op)) {
		sql_fail(q, "a number is searched for with =, !=, <, <=, > or >=");
		return;
	}
	say_indexed(q, c, op, number);
	buf_printf(&q->text, "%s%s", expr, operator_of(op));
	sql_number(q, number);
}

/* The numbers whose word this is: few, or it is not worth an index. */
static void say_numbers(struct sql *q, const struct column *c, const struct query *compare)
{
	enum { NUMBERS = 1 << 16, MEANT_MAX = 16 };
	int64_t meant[MEANT_MAX];
	size_t n = 0;

	if (!c->indexed || q->negations || compare->op != QUERY_EQ || !compare->value.text)
		return;
	for (int64_t number = 0; number < NUMBERS; number++) {
		const char *word = stored_word(q->word_text, c->field, number);

		if (!word || strcasecmp(word, compare->value.text) != 0)
			continue;
		if (n == MEANT_MAX)
			return;
		meant[n++] = number;
	}
	buf_printf(&q->text, "%s IN (", c->indexed);
	for (size_t i = 0; i < n; i++) {
		sql_say(q, i ? ", " : "");
		sql_number(q, meant[i]);
	}
	sql_say(q, ") AND ");
}

/* A number, by its word. */
static void say_word(struct sql *q, const struct column *c, const struct query *compare)
{
	char expr[160];

	if (c->how == HOW_NAME && !q->word_text) {
		sql_fail(q, "this field cannot be searched for (its number can)");
		return;
	}
	say_numbers(q, c, compare);
	snprintf(expr, sizeof(expr), "word(%d, %s)", (int)c->field, c->expr);
	say_text(q, expr, compare->op, compare->value.text);
}

/* One of the list. */
static void say_list(struct sql *q, const struct column *c, const struct query *compare)
{
	buf_printf(&q->text, "EXISTS (%s WHERE ", c->expr);
	say_text(q, "item", compare->op, compare->value.text);
	sql_say(q, ")");
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

static void say_address(struct sql *q, const struct column *c, const struct query *compare)
{
	struct query_value v = compare->value;
	struct addr first, last;

	if (compare->op == QUERY_EXISTS) {
		sql_say(q, "1");
		return;
	}
	if (compare->value.text && q->any) { /* as people write it */
		say_text(q, "ip(e.addr)", compare->op, compare->value.text);
		return;
	}
	if (compare->op != QUERY_CIDR && compare->op != QUERY_EQ) {
		sql_fail(q, "an address is searched for with =, != or a prefix");
		return;
	}
	if (compare->op != QUERY_CIDR)
		v.prefix_bits = 128;
	prefix_ends(&v, &first, &last);
	sql_say(q, c->expr);
	sql_say(q, " BETWEEN ");
	sql_addr(q, &first);
	sql_say(q, " AND ");
	sql_addr(q, &last);
}

/* What is asked of a finding. */
struct found {
	int64_t id; /* 0: any */
	int64_t at_least; /* its severity */
	int64_t at_s; /* when it holds */
};

/* Of one row: + keeps SQLite from the index by finding. */
static void say_found(struct sql *q, struct found found)
{
	static const char *const of[] = {
	    "(EXISTS (SELECT 1 FROM chain_findings f WHERE f.chain = s.chain",
	    " OR EXISTS (SELECT 1 FROM sighting_findings f"
	    " WHERE f.endpoint = s.endpoint AND f.chain = s.chain",
	};

	for (size_t i = 0; i < 2; i++) {
		sql_say(q, of[i]);
		sql_say(q, found.id ? " AND +f.finding = " : " AND f.severity >= ");
		sql_number(q, found.id ? found.id : found.at_least);
		sql_say(q, " AND +f.since_s <= ");
		sql_number(q, found.at_s);
		sql_say(q, " AND +f.until_s > ");
		sql_number(q, found.at_s);
		sql_say(q, ")");
	}
	sql_say(q, ")");
}

static void say_worst(struct sql *q, int64_t at_least)
{
	say_found(q, (struct found){.at_least = at_least, .at_s = q->now_s});
}

static void say_has_finding(struct sql *q, const struct query *compare)
{
	const char *name = compare->value.text;
	const struct finding_row *row = name ? finding_by_name(name) : NULL;

	if (compare->op == QUERY_EXISTS)
		say_found(q, (struct found){.at_s = q->now_s});
	else if (compare->op != QUERY_HAS_FINDING)
		sql_fail(q, "findings are searched for by name");
	else if (!row)
		sql_fail(q, "no such finding");
	else
		say_found(q, (struct found){.id = row->id, .at_s = compare->value.number});
}

static void say_severity(struct sql *q, const struct query *compare)
{
	uint8_t severity =
	    compare->value.text ? severity_by_name(compare->value.text) : SEVERITY_NONE;
	enum query_op op = compare->op;

	if (op == QUERY_EXISTS) {
		say_worst(q, SEVERITY_NONE + 1);
		return;
	}
	if (severity == SEVERITY_NONE || !operator_of(op)) {
		sql_fail(q, "a severity is one of info, low, medium, high, critical");
		return;
	}
	if (op == QUERY_LT || op == QUERY_LE)
		sql_say(q, "NOT ");
	say_worst(q, op == QUERY_GT || op == QUERY_LE ? severity + 1 : severity);
	if (op == QUERY_EQ) {
		sql_say(q, " AND NOT ");
		say_worst(q, severity + 1);
	}
}

/* What people say: the endpoint's, else the certificate's. */
static void say_said(struct sql *q, const struct column *c, const struct query *compare)
{
	char expr[256];

	snprintf(expr, sizeof(expr),
	    "coalesce(nullif((SELECT n.%s FROM endpoint_notes n WHERE " NOTED_HERE "), ''),"
	    " (SELECT n.%s FROM certificate_notes n WHERE n.sha256 = l.sha256))",
	    c->expr, c->expr);
	say_text(q, expr, compare->op, compare->value.text);
}

static void say_tags(struct sql *q, const struct query *compare)
{
	sql_say(q, "EXISTS (SELECT 1 FROM (" TAGS ") WHERE ");
	say_text(q, "item", compare->op, compare->value.text);
	sql_say(q, ")");
}

static void say_field(struct sql *q, const struct column *c, const struct query *compare)
{
	if (!q->any && is_in_trigrams(c->field))
		say_trigrams(q, compare);
	switch (c->how) {
	case HOW_TEXT:
		if (c->indexed && !q->negations) /* where it is not empty */
			buf_printf(&q->text, "%s <> '' AND ", c->indexed);
		say_text(q, c->expr, compare->op, compare->value.text);
		break;
	case HOW_DIGEST:
		say_digest(q, c, compare);
		break;
	case HOW_NUMBER:
	case HOW_MUTED:
		say_number(q, c, compare->op, compare->value.number);
		break;
	case HOW_WORD:
	case HOW_NAME:
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
	case HOW_SAID:
		say_said(q, c, compare);
		break;
	case HOW_TAGS:
		say_tags(q, compare);
		break;
	}
}

/* "e." as a word of its own. */
static bool speaks_of(const char *expr, char table)
{
	for (const char *at = expr; (at = strchr(at, table)); at++)
		if (at[1] == '.' && (at == expr || !strchr("abcdefghijklmnopqrstuvwxyz_", at[-1])))
			return true;
	return false;
}

unsigned sql_tables(const struct query *query)
{
	const struct column *c;

	if (query->kind == QUERY_ALL)
		return 0;
	if (query->kind == QUERY_AND || query->kind == QUERY_OR)
		return sql_tables(query->left) | sql_tables(query->right);
	if (query->kind == QUERY_NOT)
		return sql_tables(query->left);
	c = column_of(query->field);
	if (!c || c->how == HOW_FINDINGS || c->how == HOW_SEVERITY || c->how == HOW_SAID ||
	    c->how == HOW_TAGS)
		return SQL_ALL;
	return (speaks_of(c->expr, 'l') ? SQL_CERTS : 0) |
	       (speaks_of(c->expr, 'e') ? SQL_ENDPOINTS : 0) |
	       (speaks_of(c->expr, 's') ? SQL_SIGHTINGS : 0) |
	       (speaks_of(c->expr, 'c') ? SQL_CHAINS : 0);
}

/* A word in those of the free fields that are of this table; 0: of any. */
static void say_any_of(struct sql *q, const struct query *compare, unsigned of)
{
	size_t n_fields, n = 0;
	const struct field *fields = field_table(&n_fields);
	struct query one = *compare;
	bool any = q->any;

	q->any = true;
	for (size_t i = 0; i < n_fields; i++) {
		one.field = fields[i].id;
		if (!(fields[i].flags & FIELD_FREE) || (of && sql_tables(&one) != of))
			continue;
		sql_say(q, n++ ? " OR " : "");
		sql_where(q, &one);
	}
	q->any = any;
}

void sql_say_any(struct sql *q, const struct query *compare)
{
	say_trigrams(q, compare);
	sql_say(q, "(");
	say_any_of(q, compare, q->of);
	sql_say(q, ")");
}

/* != is the negation of =. */
static void say_compare(struct sql *q, const struct query *compare)
{
	const struct column *c = column_of(compare->field);
	struct query equal = *compare;
	bool plain;

	if (!c && compare->field != FIELD_ANY) {
		sql_fail(q, "this field cannot be searched for");
		return;
	}
	if (compare->op == QUERY_NE) {
		sql_say(q, "NOT ");
		equal.op = QUERY_EQ;
		q->negations++;
	}
	plain = q->negations == 0;
	sql_say(q, plain ? "((" : "coalesce((");
	if (c)
		say_field(q, c, &equal);
	else
		say_any_of(q, &equal, 0);
	sql_say(q, plain ? "))" : "), 0)");
	q->negations -= compare->op == QUERY_NE;
}

static void say_node(struct sql *q, const struct query *query)
{
	switch (query->kind) {
	case QUERY_ALL:
		sql_say(q, "1");
		break;
	case QUERY_AND:
	case QUERY_OR:
		sql_where(q, query->left);
		sql_say(q, query->kind == QUERY_AND ? " AND " : " OR ");
		sql_where(q, query->right);
		break;
	case QUERY_NOT:
		sql_say(q, "NOT ");
		q->negations++;
		sql_where(q, query->left);
		q->negations--;
		break;
	case QUERY_COMPARE:
		say_compare(q, query);
		break;
	}
}

void sql_where(struct sql *q, const struct query *query)
{
	if (q->depth == SEARCH_DEPTH_MAX) {
		sql_fail(q, "a search nested too deeply");
		return;
	}
	q->depth++;
	sql_say(q, "(");
	say_node(q, query);
	sql_say(q, ")");
	q->depth--;
}

const char *sql_expression(enum field_id field, bool *ret_is_text)
{
	const struct column *c = column_of(field);

	if (!c || c->how == HOW_LIST || c->how == HOW_ADDRESS || c->how >= HOW_FINDINGS)
		return NULL;
	*ret_is_text = c->how == HOW_TEXT || c->how == HOW_DIGEST;
	return c->expr;
}

void sql_say_text(struct sql *q, const char *expr, enum query_op op, const char *text)
{
	say_text(q, expr, op, text);
}
