/*
 * option.c: the command line (POSIX 12.2 and the GNU long forms): --name=value, --name value,
 * -nvalue, -n value, -abc for flags, "--" ends the options, "-" is a word. Long names are not to be
 * shortened: a script that did would break with the next option. A mistake is quoted back, with the
 * nearest name.
 */
#include "base/option.h"

#include "base/near.h"
#include "base/vec.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>

enum {
	WORDS_MAX = 1 << 20, /* more than the kernel's 2 MB of arguments holds in practice */
	NAME_MAX_BYTES = 32, /* of a name in --help */
	HELP_INDENT = 28,
};

struct parser {
	const struct option *table;
	size_t n;
	int argc;
	char **argv;
	int at; /* the word being read */
	char *into;
	struct option_list words;
	struct buf *message;
};

static struct err list_add(struct option_list *list, const char *word)
{
	const char **v = vec_room(list->v, list->n, &list->cap, sizeof(*v), WORDS_MAX);

	if (!v)
		return err_limit("too many words on the command line");
	list->v = v;
	v[list->n++] = word;
	return OK;
}

void option_list_done(struct option_list *list)
{
	free(list->v);
	*list = (struct option_list){0};
}

void options_done(const struct option *table, size_t n, void *into)
{
	for (size_t i = 0; i < n; i++)
		if (table[i].type == OPTION_LIST)
			option_list_done((struct option_list *)((char *)into + table[i].offset));
}

static const char *nearest(const struct parser *p, const char *name)
{
	struct near near = {.word = name};

	for (size_t i = 0; i < p->n; i++)
		near_try(&near, p->table[i].name);
	return near.best;
}

static struct err unknown(const struct parser *p, const char *dashes, const char *name)
{
	const char *meant = dashes[1] ? nearest(p, name) : NULL;

	buf_printf(p->message, "unknown option '%s%s'", dashes, name);
	if (meant)
		buf_printf(p->message, ": did you mean '--%s'?", meant);
	return err_input((size_t)p->at, "unknown option");
}

static struct err refuse(const struct parser *p, const struct option *o, const char *what)
{
	buf_printf(p->message, "option '--%s' %s", o->name, what);
	return err_input((size_t)p->at, "wrong use of an option");
}

/* The bounds of a row, or of its type where it has none. */
static void bounds(const struct option *o, int64_t *ret_min, int64_t *ret_max)
{
	bool has = o->min || o->max;

	*ret_min = has ? o->min : o->type == OPTION_I64 ? INT64_MIN : 0;
	*ret_max = has						    ? o->max
		   : o->type == OPTION_U64 || o->type == OPTION_I64 ? INT64_MAX
								    : UINT32_MAX;
}

static struct err number(
    const struct parser *p, const struct option *o, const char *text, int64_t *ret_value)
{
	int64_t min, max;
	long long value;
	char *end;

	bounds(o, &min, &max);
	errno = 0;
	value = strtoll(text, &end, 10);
	if (end == text || *end || errno || text[0] == ' ' || value < min || value > max) {
		buf_printf(p->message,
		    "option '--%s' wants a number from %" PRId64 " to %" PRId64 ", not '%s'",
		    o->name, min, max, text);
		return err_input((size_t)p->at, "not a number in range");
	}
	*ret_value = value;
	return OK;
}

/* text is NULL where none was given. */
static struct err fill(const struct parser *p, const struct option *o, const char *text)
{
	char *to = p->into + o->offset;
	int64_t value = o->alone;
	struct err e = OK;

	if (o->type == OPTION_FLAG) {
		*(bool *)to = true;
		return OK;
	}
	if (o->type == OPTION_TEXT) {
		*(const char **)to = text;
		return OK;
	}
	if (o->type == OPTION_LIST)
		return list_add((struct option_list *)to, text);
	if (text)
		e = number(p, o, text, &value);
	if (err_is(e))
		return e;
	if (o->type == OPTION_I64)
		*(int64_t *)to = value;
	else if (o->type == OPTION_U64)
		*(uint64_t *)to = (uint64_t)value;
	else
		*(uint32_t *)to = (uint32_t)value;
	return OK;
}

static bool is_digits(const char *text)
{
	return *text && text[strspn(text, "0123456789")] == 0;
}

/* The value of an option: what was written with it, else the next word; NULL where it may be
 * missing. */
static struct err value_of(
    struct parser *p, const struct option *o, const char *attached, const char **ret_text)
{
	const char *next = p->at + 1 < p->argc ? p->argv[p->at + 1] : NULL;

	*ret_text = attached;
	if (attached || o->type == OPTION_FLAG)
		return OK;
	if (o->type == OPTION_OPTIONAL_U32 && !(next && is_digits(next)))
		return OK;
	if (!next)
		return refuse(p, o, "wants a value");
	*ret_text = next;
	p->at++;
	return OK;
}

static const struct option *by_name(const struct parser *p, const char *name, size_t n)
{
	for (size_t i = 0; i < p->n; i++)
		if (strncmp(p->table[i].name, name, n) == 0 && p->table[i].name[n] == 0)
			return &p->table[i];
	return NULL;
}

static struct err long_option(struct parser *p, const char *word)
{
	const char *equals = strchr(word, '=');
	size_t n = equals ? (size_t)(equals - word) : strlen(word);
	const struct option *o = by_name(p, word, n);
	const char *text;
	struct err e;

	if (!o) {
		char name[NAME_MAX_BYTES + 2];

		snprintf(
		    name, sizeof(name), "%.*s", (int)(n < sizeof(name) ? n : sizeof(name)), word);
		return unknown(p, "--", name);
	}
	if (equals && o->type == OPTION_FLAG)
		return refuse(p, o, "takes no value");
	e = value_of(p, o, equals ? equals + 1 : NULL, &text);
	return err_is(e) ? e : fill(p, o, text);
}

static const struct option *by_letter(const struct parser *p, char letter)
{
	for (size_t i = 0; i < p->n; i++)
		if (p->table[i].letter == letter)
			return &p->table[i];
	return NULL;
}

/* "vp443": flags until one takes a value, which is the rest of the word. */
static struct err letters(struct parser *p, const char *word)
{
	for (; *word; word++) {
		const struct option *o = by_letter(p, *word);
		const char *text;
		struct err e;

		if (!o)
			return unknown(p, "-", (char[]){*word, 0});
		if (o->type == OPTION_FLAG) {
			*(bool *)(p->into + o->offset) = true;
			continue;
		}
		e = value_of(p, o, word[1] ? word + 1 : NULL, &text);
		return err_is(e) ? e : fill(p, o, text);
	}
	return OK;
}

static struct err read_words(struct parser *p)
{
	bool ended = false;

	for (p->at = 1; p->at < p->argc; p->at++) {
		const char *word = p->argv[p->at];
		struct err e;

		if (!ended && strcmp(word, "--") == 0) {
			ended = true;
			continue;
		}
		if (ended || word[0] != '-' || word[1] == 0)
			e = list_add(&p->words, word);
		else if (word[1] == '-')
			e = long_option(p, word + 2);
		else
			e = letters(p, word + 1);
		if (err_is(e))
			return e;
	}
	return OK;
}

struct err options_parse(const struct option *table, size_t n, int argc, char **argv, void *into,
    struct option_list *ret_words, struct buf *message)
{
	struct parser p = {table, n, argc, argv, 1, into, {0}, message};
	struct err e = read_words(&p);

	if (err_is(e))
		option_list_done(&p.words);
	else
		*ret_words = p.words;
	return e;
}

static void fold(struct buf *b, const char *text, size_t columns)
{
	size_t used = 0, room = columns > HELP_INDENT + 20 ? columns - HELP_INDENT : 20;

	while (*text) {
		size_t n = strcspn(text, " ");

		if (used && used + 1 + n > room) {
			buf_str(b, "\n");
			buf_fill(b, ' ', HELP_INDENT);
			used = 0;
		}
		if (used)
			buf_str(b, " ");
		buf_put(b, text, n);
		used += n + (used != 0);
		text += n + (text[n] == ' ');
	}
	buf_str(b, "\n");
}

static void help_row(const struct option *o, size_t columns, struct buf *b)
{
	size_t start = b->n, width;
	bool maybe = o->type == OPTION_OPTIONAL_U32;

	if (o->letter)
		buf_printf(b, "  -%c, --%s", o->letter, o->name);
	else
		buf_printf(b, "      --%s", o->name);
	if (o->argument)
		buf_printf(b, " %s%s%s", maybe ? "[" : "", o->argument, maybe ? "]" : "");
	width = b->n - start;
	if (width + 2 > HELP_INDENT) {
		buf_str(b, "\n");
		width = 0;
	}
	buf_fill(b, ' ', HELP_INDENT - width);
	fold(b, o->help ? o->help : "", columns);
}

void options_help(const struct option *table, size_t n, size_t columns, struct buf *b)
{
	for (size_t i = 0; i < n; i++)
		help_row(&table[i], columns, b);
}
