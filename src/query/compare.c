/*
 * compare.c: one function a type. A time is as long as it is exact (moment.h), so `not_after <=
 * 2026-03-01` takes in that day, and `not_after:2026-03` is two comparisons. Whatever is absent
 * equals nothing: `field:none` asks for that, and `field:*` for the opposite.
 */
#include "query/compare.h"

#include "base/text.h"
#include "inet/cidr.h"
#include "query/like.h"
#include "query/limits.h"
#include "query/moment.h"
#include "base/near.h"

#include <errno.h>
#include <stdlib.h>

enum { SHA256_DIGITS = 64, FREE_HEX_MIN = 8, HEX_MAX = 128 };

static const char *const compare_texts[] = {
    [COMPARE_HAS] = ":",
    [COMPARE_EQ] = "=",
    [COMPARE_NE] = "!=",
    [COMPARE_LT] = "<",
    [COMPARE_LE] = "<=",
    [COMPARE_GT] = ">",
    [COMPARE_GE] = ">=",
};

static enum query_op op_of(enum compare compare)
{
	static const enum query_op ops[] = {
	    [COMPARE_HAS] = QUERY_EQ,
	    [COMPARE_EQ] = QUERY_EQ,
	    [COMPARE_NE] = QUERY_EQ, /* of which not is taken at the end */
	    [COMPARE_LT] = QUERY_LT,
	    [COMPARE_LE] = QUERY_LE,
	    [COMPARE_GT] = QUERY_GT,
	    [COMPARE_GE] = QUERY_GE,
	};

	return ops[compare];
}

static bool is_equality(enum compare compare)
{
	return compare <= COMPARE_NE;
}

/* A tree, unless memory ran out in making it. */
static struct err give(
    const struct comparer *c, const struct query *q, const struct query **ret_query)
{
	if (!q)
		return lex_full(c->lex);
	*ret_query = q;
	return OK;
}

static struct err refuse_operator(
    const struct comparer *c, const struct field *field, enum compare compare, struct span at)
{
	return lex_fail(c->lex, at, "%s takes : = or !=, not %s; its type is %s", field->name,
	    compare_texts[compare], value_type_text(field->type));
}

/* Texts. */

static struct err compare_text(const struct comparer *c, const struct field *field,
    enum compare compare, const struct lex_word *w, const struct query **ret_query)
{
	struct arena *a = c->lex->arena;

	if (!is_equality(compare))
		return refuse_operator(c, field, compare, w->at);
	if (compare != COMPARE_HAS)
		return give(c, query_text(a, field->id, op_of(compare), w->text), ret_query);
	return give(c,
	    w->wild ? query_like(a, field->id, w->pattern)
		    : query_text(a, field->id, QUERY_CONTAINS, w->text),
	    ret_query);
}

/* Hexadecimal digits without colons, in lower case; 0: the word is something else. */
static size_t read_hex(const char *text, char into[HEX_MAX + 1])
{
	size_t n = 0;

	for (; *text && n < HEX_MAX; text++) {
		uint8_t c = text_lower((uint8_t)*text);

		if (c == ':' && n)
			continue;
		if (!(c >= '0' && c <= '9') && !(c >= 'a' && c <= 'f'))
			return 0;
		into[n++] = (char)c;
	}
	into[n] = 0;
	return *text ? 0 : n;
}

/* A digest by its beginning. */
static const struct query *begins(
    struct arena *a, enum field_id field, char hex[HEX_MAX + 2], size_t n)
{
	if (n >= SHA256_DIGITS)
		return query_text(a, field, QUERY_EQ, hex);
	strcpy(hex + n, "*");
	return query_like(a, field, hex);
}

/* In quotes, or with a wildcard, it is a text like others. */
static struct err compare_hex(const struct comparer *c, const struct field *field,
    enum compare compare, const struct lex_word *w, const struct query **ret_query)
{
	char hex[HEX_MAX + 2];
	size_t n;

	if (!w->pattern || w->wild || !is_equality(compare))
		return compare_text(c, field, compare, w, ret_query);
	n = read_hex(w->text, hex);
	if (!n)
		return lex_fail(c->lex, w->at, "%s: hexadecimal digits are expected", field->name);
	if (compare == COMPARE_HAS)
		return give(c, begins(c->lex->arena, field->id, hex, n), ret_query);
	return give(c, query_text(c->lex->arena, field->id, op_of(compare), hex), ret_query);
}

/* Words. */

/* The word as it is spelt, or NULL and what was meant. */
static const char *known_word(
    const struct comparer *c, enum field_id field, const char *text, struct near *near)
{
	const char *word;

	*near = (struct near){.word = text};
	if (!c->env->word)
		return text;
	for (size_t k = 0; (word = c->env->word(field, k)); k++) {
		if (text_same(span_str(word), span_str(text)))
			return word;
		near_try(near, word);
	}
	return NULL;
}

/* The first words that a field takes, and whether there are more. */
static void list_words(const struct comparer *c, enum field_id field, struct buf *out)
{
	enum { LISTED_BYTES = 90 };
	const char *word;

	for (size_t k = 0; (word = c->env->word(field, k)); k++) {
		bool enough = out->n > LISTED_BYTES;

		buf_str(out, k ? ", " : "");
		buf_str(out, enough ? "..." : word);
		if (enough)
			return;
	}
}

static struct err refuse_word(const struct comparer *c, const struct field *field,
    const struct lex_word *w, const struct near *near)
{
	struct buf words;
	struct err e;

	if (near->best)
		return lex_fail(c->lex, w->at, "%s: no \"%.40s\"; did you mean \"%s\"?",
		    field->name, w->text, near->best);
	buf_init(&words, QUERY_ERROR_TEXT_MAX);
	list_words(c, field->id, &words);
	e = lex_fail(c->lex, w->at, "%s: no \"%.40s\"; there are %s", field->name, w->text,
	    buf_text(&words));
	buf_done(&words);
	return e;
}

/* Ciphers and the like that have no name are told by their number. */
static bool is_number_word(const char *text)
{
	return strncmp(text, "0x", 2) == 0 && strlen(text) == 6 &&
	       strspn(text + 2, "0123456789abcdef") == 4;
}

static struct err compare_set(const struct comparer *c, const struct field *field,
    enum compare compare, const struct lex_word *w, const struct query **ret_query)
{
	struct near near;
	const char *word;

	if (w->wild && compare == COMPARE_HAS)
		return give(c, query_like(c->lex->arena, field->id, w->pattern), ret_query);
	if (!is_equality(compare) && !(field->flags & FIELD_ORDERED))
		return refuse_operator(c, field, compare, w->at);
	word = is_number_word(w->text) ? w->text : known_word(c, field->id, w->text, &near);
	if (!word)
		return refuse_word(c, field, w, &near);
	return give(c, query_text(c->lex->arena, field->id, op_of(compare), word), ret_query);
}

/* Numbers, yes and no, times. */

static struct err compare_number(const struct comparer *c, const struct field *field,
    enum compare compare, const struct lex_word *w, const struct query **ret_query)
{
	char *end;
	int64_t number;

	errno = 0;
	number = strtoll(w->text, &end, strncmp(w->text, "0x", 2) == 0 ? 16 : 10);
	if (end == w->text || *end || errno || strchr(" \t\n\v\f\r", w->text[0]))
		return lex_fail(c->lex, w->at,
		    "%s: a number is expected; for more of them %s:(443 or 8443) or %s:[1 to 1024]",
		    field->name, field->name, field->name);
	return give(c, query_number(c->lex->arena, field->id, op_of(compare), number), ret_query);
}

static struct err compare_bool(const struct comparer *c, const struct field *field,
    enum compare compare, const struct lex_word *w, const struct query **ret_query)
{
	static const char *const words[] = {"no", "yes", "false", "true", "0", "1", "off", "on"};

	if (!is_equality(compare))
		return refuse_operator(c, field, compare, w->at);
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (lex_is(span_str(w->text), words[i]))
			return give(
			    c, query_number(c->lex->arena, field->id, QUERY_EQ, i & 1), ret_query);
	return lex_fail(c->lex, w->at, "%s: yes or no is expected", field->name);
}

static struct err read_moment(
    const struct comparer *c, const struct lex_word *w, struct span text, struct moment *ret_moment)
{
	struct err e = moment_parse(text, c->env->now_s, ret_moment);
	struct span at = w->at;

	if (!err_is(e))
		return OK;
	if (w->pattern && !strchr(w->pattern, '\\') && e.at < text.n)
		span_take(&at, (size_t)(w->at.n - text.n) + e.at);
	return lex_fail(c->lex, at, "%s", e.what);
}

static const struct query *at_time(
    const struct comparer *c, enum field_id field, enum query_op op, int64_t at_s)
{
	return query_number(c->lex->arena, field, op, at_s);
}

/* What is equal to a moment lies in it. */
static const struct query *within(
    const struct comparer *c, enum field_id field, const struct moment *m)
{
	if (m->to_s - m->from_s == 1)
		return at_time(c, field, QUERY_EQ, m->from_s);
	return query_and(c->lex->arena, at_time(c, field, QUERY_GE, m->from_s),
	    at_time(c, field, QUERY_LT, m->to_s));
}

static const struct query *compare_moment(
    const struct comparer *c, enum field_id field, enum compare compare, const struct moment *m)
{
	bool exact = m->to_s - m->from_s == 1;

	switch (compare) {
	case COMPARE_LT:
		return at_time(c, field, QUERY_LT, m->from_s);
	case COMPARE_GE:
		return at_time(c, field, QUERY_GE, m->from_s);
	case COMPARE_LE:
		return exact ? at_time(c, field, QUERY_LE, m->from_s)
			     : at_time(c, field, QUERY_LT, m->to_s);
	case COMPARE_GT:
		return exact ? at_time(c, field, QUERY_GT, m->from_s)
			     : at_time(c, field, QUERY_GE, m->to_s);
	case COMPARE_HAS:
	case COMPARE_EQ:
	case COMPARE_NE:
		break;
	}
	return within(c, field, m);
}

static struct err compare_time(const struct comparer *c, const struct field *field,
    enum compare compare, const struct lex_word *w, const struct query **ret_query)
{
	struct moment m;
	struct err e = read_moment(c, w, span_str(w->text), &m);

	return err_is(e) ? e : give(c, compare_moment(c, field->id, compare, &m), ret_query);
}

/* Addresses and findings. */

static struct err compare_address(const struct comparer *c, const struct field *field,
    enum compare compare, const struct lex_word *w, const struct query **ret_query)
{
	struct cidr cidr;

	if (!is_equality(compare))
		return refuse_operator(c, field, compare, w->at);
	if (err_is(cidr_parse(span_str(w->text), &cidr)))
		return lex_fail(c->lex, w->at,
		    "%s: an address or a network is expected: 10.0.0.1, 10.0.0.0/8, 2001:db8::/32",
		    field->name);
	return give(c, query_cidr(c->lex->arena, field->id, &cidr.addr, cidr.bits), ret_query);
}

/* Any of the findings that the pattern names. */
static struct err find_like(const struct comparer *c, const struct field *field,
    const struct lex_word *w, int64_t at_s, const struct query **ret_query)
{
	const struct query *parts[QUERY_FINDINGS_MAX];
	const char *word;
	size_t n = 0;

	for (size_t k = 0; c->env->word && (word = c->env->word(field->id, k)); k++)
		if (n < QUERY_FINDINGS_MAX && like_matches(w->pattern, span_str(word)))
			parts[n++] = query_has_finding(c->lex->arena, word, at_s);
	if (!n)
		return lex_fail(c->lex, w->at, "no finding is called like that");
	return give(c, query_join_all(c->lex->arena, QUERY_OR, parts, n), ret_query);
}

/* "expired@now+30d" in two: the name alone, and the time at which it is to hold. */
static struct err split_finding(const struct comparer *c, struct lex_word *w, int64_t *ret_at_s)
{
	const char *at = strchr(w->text, '@');
	struct moment m;
	struct err e;

	*ret_at_s = c->env->now_s;
	if (!at)
		return OK;
	e = read_moment(c, w, span_str(at + 1), &m);
	if (err_is(e))
		return e;
	*ret_at_s = m.from_s;
	w->text = arena_text(c->lex->arena, span_of(w->text, (size_t)(at - w->text)));
	if (w->pattern)
		w->pattern =
		    arena_text(c->lex->arena, span_of(w->pattern, strcspn(w->pattern, "@")));
	return w->text ? OK : lex_full(c->lex);
}

static struct err compare_findings(const struct comparer *c, const struct field *field,
    enum compare compare, const struct lex_word *word, const struct query **ret_query)
{
	struct lex_word w = *word;
	const char *name;
	struct near near;
	int64_t at_s;
	struct err e;

	if (!is_equality(compare))
		return refuse_operator(c, field, compare, w.at);
	e = split_finding(c, &w, &at_s);
	if (err_is(e))
		return e;
	if (w.wild && compare == COMPARE_HAS)
		return find_like(c, field, &w, at_s, ret_query);
	name = known_word(c, field->id, w.text, &near);
	if (!name)
		return refuse_word(c, field, &w, &near);
	return give(c, query_has_finding(c->lex->arena, name, at_s), ret_query);
}

/* `none`, and nothing in quotes: no value. */
static bool is_none(const struct lex_word *w)
{
	return w->pattern ? lex_is(w->at, "none") : !w->text[0];
}

static bool is_any(const struct lex_word *w)
{
	return w->pattern && span_is(w->at, "*");
}

static struct err compare_typed(const struct comparer *c, const struct field *field,
    enum compare compare, const struct lex_word *w, const struct query **ret_query)
{
	switch (field->type) {
	case VALUE_NUMBER:
		return compare_number(c, field, compare, w, ret_query);
	case VALUE_BOOL:
		return compare_bool(c, field, compare, w, ret_query);
	case VALUE_TIME:
		return compare_time(c, field, compare, w, ret_query);
	case VALUE_ADDRESS:
		return compare_address(c, field, compare, w, ret_query);
	case VALUE_FINDINGS:
		return compare_findings(c, field, compare, w, ret_query);
	case VALUE_TEXT:
	case VALUE_LIST:
	case VALUE_CHAIN:
		break;
	}
	if (field->flags & FIELD_HEX)
		return compare_hex(c, field, compare, w, ret_query);
	if (field->flags & FIELD_WORD)
		return compare_set(c, field, compare, w, ret_query);
	return compare_text(c, field, compare, w, ret_query);
}

struct err compare_word(const struct comparer *c, const struct field *field, enum compare compare,
    const struct lex_word *w, const struct query **ret_query)
{
	struct arena *a = c->lex->arena;
	const struct query *q = NULL;
	struct err e = OK;

	if (is_equality(compare) && (is_none(w) || is_any(w)))
		q = query_exists(a, field->id);
	else
		e = compare_typed(c, field, compare, w, &q);
	if (!err_is(e) && is_equality(compare) && is_none(w) != (compare == COMPARE_NE))
		q = query_not(a, q);
	return err_is(e) ? e : give(c, q, ret_query);
}

/* A word alone. */

static const struct query *any_contains(const struct comparer *c, const char *text)
{
	return query_text(c->lex->arena, FIELD_ANY, QUERY_CONTAINS, text);
}

/* An address that is a name in a certificate is as good as one that serves it. */
static const struct query *place(const struct comparer *c, const struct cidr *cidr)
{
	struct arena *a = c->lex->arena;
	const struct query *q = query_cidr(a, FIELD_IP, &cidr->addr, cidr->bits);
	char text[ADDR_TEXT_MAX];

	if (cidr->bits < 128)
		return q;
	return query_or(a, q, query_text(a, FIELD_SANS, QUERY_EQ, addr_text(&cidr->addr, text)));
}

/* "host:443" in two; false where what is behind the last colon is no port. */
static bool split_port(const char *text, struct span *ret_host, int64_t *ret_port)
{
	const char *colon = strrchr(text, ':');

	if (!colon || !colon[1] || strlen(colon + 1) > 5 ||
	    colon[1 + strspn(colon + 1, "0123456789")])
		return false;
	*ret_host = span_of(text, (size_t)(colon - text));
	*ret_port = strtol(colon + 1, NULL, 10);
	return true;
}

/* "10.0.0.1", "[2001:db8::1]": an IPv6 address has brackets before a port. */
static bool read_host(struct span host, struct addr *ret_addr)
{
	bool brackets = host.n > 2 && host.p[0] == '[' && host.p[host.n - 1] == ']';

	if (brackets)
		host = span_of(host.p + 1, host.n - 2);
	return !err_is(addr_parse(host, ret_addr)) && brackets != addr_is_v4(ret_addr);
}

/* "www.example.com", and no part of a fingerprint. */
static bool is_name(struct span host)
{
	return host.n && memchr(host.p, '.', host.n) && !memchr(host.p, ':', host.n);
}

/* The endpoint that the text names; NULL: none, or no memory. */
static const struct query *endpoint(const struct comparer *c, const char *text, bool *ret_is_one)
{
	struct arena *a = c->lex->arena;
	const struct query *q = NULL;
	struct addr addr;
	struct span host;
	int64_t port;
	char *name;

	*ret_is_one = split_port(text, &host, &port);
	if (*ret_is_one && read_host(host, &addr)) {
		q = query_cidr(a, FIELD_IP, &addr, 128);
	} else if (*ret_is_one && is_name(host)) {
		name = arena_text(a, host);
		q = name ? any_contains(c, name) : NULL;
	} else {
		*ret_is_one = false;
	}
	return q ? query_and(a, q, query_number(a, FIELD_PORT, QUERY_EQ, port)) : NULL;
}

struct err compare_place(
    const struct comparer *c, const struct lex_word *w, const struct query **ret_query)
{
	const struct query *q;
	struct cidr cidr;
	bool is_one;

	*ret_query = NULL;
	if (w->wild || !w->pattern)
		return OK;
	if (!err_is(cidr_parse(span_str(w->text), &cidr)))
		return give(c, place(c, &cidr), ret_query);
	q = endpoint(c, w->text, &is_one);
	return is_one ? give(c, q, ret_query) : OK;
}

/* Digits that may be the beginning of a fingerprint or of a serial number, or just a text. */
static const struct query *hex_digits(
    const struct comparer *c, const char *text, char *hex, size_t n)
{
	struct arena *a = c->lex->arena;
	const struct query *sha256 = begins(a, FIELD_SHA256, hex, n);

	if (n >= SHA256_DIGITS)
		return query_or(a, sha256, query_text(a, FIELD_SPKI_SHA256, QUERY_EQ, hex));
	return query_or(
	    a, any_contains(c, text), query_or(a, sha256, query_like(a, FIELD_SERIAL, hex)));
}

struct err compare_fingerprint(
    const struct comparer *c, const struct lex_word *w, const struct query **ret_query)
{
	char hex[HEX_MAX + 2];
	size_t n = w->wild || !w->pattern ? 0 : read_hex(w->text, hex);

	*ret_query = NULL;
	return n < FREE_HEX_MIN ? OK : give(c, hex_digits(c, w->text, hex, n), ret_query);
}

struct err compare_free(
    const struct comparer *c, const struct lex_word *w, const struct query **ret_query)
{
	struct err e = compare_place(c, w, ret_query);

	if (!err_is(e) && !*ret_query)
		e = compare_fingerprint(c, w, ret_query);
	if (err_is(e) || *ret_query)
		return e;
	if (w->wild)
		return give(c, query_like(c->lex->arena, FIELD_ANY, w->pattern), ret_query);
	return give(c, any_contains(c, w->text), ret_query);
}
