/*
 * functions.c: what the SQL of a search needs and SQLite has not: the word of a number, a pattern,
 * whether something is muted. They read what the search that runs has put into the handle.
 */
#include "store/functions.h"
#include "store/feed.h"
#include "store/meets.h"
#include "store/notes.h"
#include "store/picked.h"
#include "store/trigrams.h"

const char *stored_word(field_word_fn *word_text, enum field_id field, int64_t number)
{
	if (field == FIELD_OUTCOME)
		return number < OUTCOME_MAX ? outcome_text((enum outcome)number) : NULL;
	if (field == FIELD_SOURCE)
		return number < EVIDENCE_KINDS ? evidence_text((enum evidence)number) : NULL;
	if (field == FIELD_TRANSPORT)
		return number < TRANSPORT_MAX ? transport_text((enum transport)number) : NULL;
	return word_text ? word_text(field, number) : NULL;
}

static const char *text_of(sqlite3_value *value)
{
	const unsigned char *text = sqlite3_value_text(value);

	return text ? (const char *)text : "";
}

/* word(field, number) */
static void word(sqlite3_context *context, int n, sqlite3_value **v)
{
	const struct store *s = sqlite3_user_data(context);
	const char *text = NULL;

	if (n == 2 && sqlite3_value_type(v[1]) != SQLITE_NULL)
		text = stored_word(s->searching.word_text, (enum field_id)sqlite3_value_int(v[0]),
		    sqlite3_value_int64(v[1]));
	if (text)
		sqlite3_result_text(context, text, -1, SQLITE_STATIC);
	else
		sqlite3_result_null(context);
}

/* likes(text, pattern) */
static void likes(sqlite3_context *context, int n, sqlite3_value **v)
{
	const char *text = n == 2 ? text_of(v[0]) : "";

	sqlite3_result_int(context, n == 2 && text_meets(QUERY_LIKE, text, text_of(v[1])));
}

/* holds(text, needle), whatever the case of ASCII letters */
static void holds(sqlite3_context *context, int n, sqlite3_value **v)
{
	const char *text = n == 2 ? text_of(v[0]) : "";

	sqlite3_result_int(context, n == 2 && text_meets(QUERY_CONTAINS, text, text_of(v[1])));
}

/* trigrams(is_pattern, text): what FTS5 is asked. */
static void trigrams(sqlite3_context *context, int n, sqlite3_value **v)
{
	const char *text = n == 2 ? text_of(v[1]) : "";
	struct buf b;
	bool any;

	buf_init(&b, SEARCH_SQL_MAX);
	any = n == 2 && sqlite3_value_int(v[0]) ? trigrams_of_pattern(&b, text)
						: trigrams_of_text(&b, text);
	if (any && !b.full)
		sqlite3_result_text(context, buf_text(&b), (int)b.n, SQLITE_TRANSIENT);
	else
		sqlite3_result_error(context, "a text without trigrams", -1);
	buf_done(&b);
}

static int digit_of(char c)
{
	return c >= '0' && c <= '9'			? c - '0'
	       : (c | 0x20) >= 'a' && (c | 0x20) <= 'f' ? (c | 0x20) - 'a' + 10
							: -1;
}

/* bytes(digits, rest): the digest that begins with these hexadecimal digits, as far as they go. */
static void bytes(sqlite3_context *context, int n, sqlite3_value **v)
{
	const char *text = n == 2 ? text_of(v[0]) : "";
	struct digest256 d;
	size_t i = 0;

	memset(d.b, n == 2 ? sqlite3_value_int(v[1]) : 0, sizeof(d.b));
	while (i < sizeof(d.b) && digit_of(text[0]) >= 0 && digit_of(text[1]) >= 0) {
		d.b[i++] = (uint8_t)(digit_of(text[0]) << 4 | digit_of(text[1]));
		text += 2;
	}
	sqlite3_result_blob(context, d.b, sizeof(d.b), SQLITE_TRANSIENT);
}

/* ip(addr): as people write it. */
static void ip(sqlite3_context *context, int n, sqlite3_value **v)
{
	struct addr addr = {.zone = 0};
	char text[ADDR_TEXT_MAX];

	if (n != 1 || sqlite3_value_bytes(v[0]) != sizeof(addr.b))
		return;
	memcpy(addr.b, sqlite3_value_blob(v[0]), sizeof(addr.b));
	sqlite3_result_text(context, addr_text(&addr, text), -1, SQLITE_TRANSIENT);
}

static const struct digest256 *digest_of(sqlite3_value *value, struct digest256 *d)
{
	if (sqlite3_value_bytes(value) != sizeof(d->b))
		return NULL;
	memcpy(d->b, sqlite3_value_blob(value), sizeof(d->b));
	return d;
}

/* A line each. */
static size_t tags_split(char *lines, const char *tags[2 * TAGS_MAX])
{
	size_t n = 0;

	for (char *tag = strsep(&lines, "\n"); tag && n < 2 * TAGS_MAX; tag = strsep(&lines, "\n"))
		if (*tag)
			tags[n++] = tag;
	return n;
}

/* muted(addr, zone, port, transport, sha256, spki, issuer, issuer_cn, first_ms, tags) */
static void muted(sqlite3_context *context, int n, sqlite3_value **v)
{
	const struct store *s = sqlite3_user_data(context);
	const char *tags[2 * TAGS_MAX];
	struct digest256 sha256, spki;
	struct endpoint endpoint = {.port = 0};
	struct muteable of = {.endpoint = &endpoint, .tags = tags};
	char *lines;

	sqlite3_result_int(context, 0);
	if (n != 10 || !s->searching.mutes || mutes_empty(s->searching.mutes))
		return;
	if (sqlite3_value_bytes(v[0]) == sizeof(endpoint.addr.b))
		memcpy(endpoint.addr.b, sqlite3_value_blob(v[0]), sizeof(endpoint.addr.b));
	endpoint.addr.zone = (uint32_t)sqlite3_value_int64(v[1]);
	endpoint.port = (uint16_t)sqlite3_value_int(v[2]);
	endpoint.transport = (uint8_t)sqlite3_value_int(v[3]);
	of.certificate = digest_of(v[4], &sha256);
	of.spki = digest_of(v[5], &spki);
	of.issuer = text_of(v[6]);
	of.issuer_cn = text_of(v[7]);
	of.since_s = sqlite3_value_int64(v[8]) / 1000;
	of.first_ms = of.since_s * 1000;
	lines = strdup(text_of(v[9]));
	if (!lines) {
		sqlite3_result_error_nomem(context);
		return;
	}
	of.n_tags = tags_split(lines, tags);
	sqlite3_result_int(context, mutes_find(s->searching.mutes, &of) != NULL);
	free(lines);
}

/* among(id) */
static void among(sqlite3_context *context, int n, sqlite3_value **v)
{
	const struct store *s = sqlite3_user_data(context);
	const struct among *a = s->searching.among;
	sqlite3_int64 id = n == 1 ? sqlite3_value_int64(v[0]) : -1;

	sqlite3_result_int(
	    context, a && id >= 0 && (size_t)id < a->things.n && bits_has(&a->things, (size_t)id));
}

/* row_among(endpoint, chain) */
static void row_among(sqlite3_context *context, int n, sqlite3_value **v)
{
	const struct store *s = sqlite3_user_data(context);
	const struct among *a = s->searching.among;
	size_t row;

	sqlite3_result_int(context,
	    n == 2 && a &&
		sightings_find(a->of, sqlite3_value_int64(v[0]), sqlite3_value_int64(v[1]), &row) &&
		bits_has(a->rows, row));
}

struct err functions_register(struct store *s)
{
	static const struct {
		const char *name;
		int n;
		void (*call)(sqlite3_context *context, int n, sqlite3_value **v);
	} functions[] = {{"word", 2, word}, {"likes", 2, likes}, {"holds", 2, holds}, {"ip", 1, ip},
	    {"bytes", 2, bytes}, {"trigrams", 2, trigrams}, {"muted", 10, muted},
	    {"among", 1, among}, {"row_among", 2, row_among}};

	struct err e;

	for (size_t i = 0; i < sizeof(functions) / sizeof(functions[0]); i++) {
		int rc = sqlite3_create_function(s->db, functions[i].name, functions[i].n,
		    SQLITE_UTF8 | SQLITE_DETERMINISTIC, s, functions[i].call, NULL, NULL);

		if (rc != SQLITE_OK)
			return db_error(s, rc);
	}
	e = picked_register(s);
	return err_is(e) ? e : feed_register(s);
}
