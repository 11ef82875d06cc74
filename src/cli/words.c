/*
 * words.c: quoting as POSIX shells read it: what is not harmless stands in single quotes. So the
 * text of a run can also be pasted after `certscape scan`.
 */
#include "cli/words.h"

#include "cli/member.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

static bool is_harmless(const char *word)
{
	for (const char *c = word; *c; c++)
		if (!isalnum((unsigned char)*c) && !strchr("._-/:,@%+=[]", *c))
			return false;
	return *word;
}

static void put_quoted(struct buf *out, const char *word)
{
	buf_str(out, "'");
	for (; *word; word++)
		if (*word == '\'')
			buf_str(out, "'\\''");
		else
			buf_put(out, word, 1);
	buf_str(out, "'");
}

static void put_word(struct buf *out, const char *word)
{
	if (out->n)
		buf_str(out, " ");
	if (is_harmless(word))
		buf_str(out, word);
	else
		put_quoted(out, word);
}

static void put_option(struct buf *out, const struct option *option, const char *value)
{
	char name[64];

	name[0] = name[1] = '-';
	name[2] = 0;
	strncat(name, option->name, sizeof(name) - 3);
	put_word(out, name);
	if (value)
		put_word(out, value);
}

static void put_number(struct buf *out, const struct option *option, uint64_t value)
{
	buf_printf(out, "%s--%s=%llu", out->n ? " " : "", option->name, (unsigned long long)value);
}

static void put_list(struct buf *out, const struct option *option, const struct option_list *list)
{
	for (size_t i = 0; i < list->n; i++)
		put_option(out, option, list->v[i]);
}

static void put_member(struct buf *out, const struct option *option, const void *from)
{
	const char *member = (const char *)from + option->offset;

	switch (option->type) {
	case OPTION_FLAG:
		put_option(out, option, NULL);
		break;
	case OPTION_U32:
	case OPTION_OPTIONAL_U32:
		put_number(out, option, *(const uint32_t *)(const void *)member);
		break;
	case OPTION_U64:
	case OPTION_I64:
		put_number(out, option, *(const uint64_t *)(const void *)member);
		break;
	case OPTION_TEXT:
		put_option(out, option, *(const char *const *)(const void *)member);
		break;
	case OPTION_LIST:
		put_list(out, option, (const struct option_list *)(const void *)member);
		break;
	}
}

/* Two options may fill the same member (--input, --targets-from): it is told once. */
static bool told_before(const struct option *table, size_t i)
{
	for (size_t k = 0; k < i; k++)
		if (table[k].offset == table[i].offset)
			return true;
	return false;
}

void words_of_options(const struct option *table, size_t n, const void *from, const void *unsaid,
    const struct option_list *words, struct buf *out)
{
	for (size_t i = 0; i < n; i++)
		if (!told_before(table, i) && !member_equals(&table[i], from, unsaid))
			put_member(out, &table[i], from);
	if (words->n)
		put_word(out, "--");
	for (size_t i = 0; i < words->n; i++)
		put_word(out, words->v[i]);
}

static bool argv_add(struct option_list *argv, char *word)
{
	if (argv->n == argv->cap) {
		size_t cap = argv->cap ? argv->cap * 2 : 16;
		const char **v = realloc(argv->v, (cap + 1) * sizeof(*v));

		if (!v)
			return false;
		argv->v = v;
		argv->cap = cap;
	}
	argv->v[argv->n++] = word;
	argv->v[argv->n] = NULL;
	return word != NULL;
}

/* One word from the front of *text, unquoted; NULL at an open quote. */
static char *take_word(const char **text)
{
	char *word = malloc(strlen(*text) + 1), *to = word;
	const char *c = *text;
	bool quoted = false;

	for (; word && *c && (quoted || *c != ' '); c++) {
		if (*c == '\'')
			quoted = !quoted;
		else if (*c == '\\' && !quoted && c[1])
			*to++ = *++c;
		else
			*to++ = *c;
	}
	if (!word || quoted) {
		free(word);
		return NULL;
	}
	*to = 0;
	*text = c;
	return word;
}

bool words_split(const char *text, struct option_list *ret_argv)
{
	*ret_argv = (struct option_list){0};
	if (!argv_add(ret_argv, strdup("scan")))
		return false;
	while (*text) {
		if (*text == ' ')
			text++;
		else if (!argv_add(ret_argv, take_word(&text)))
			return false;
	}
	return true;
}

void words_done(struct option_list *argv)
{
	for (size_t i = 0; i < argv->n; i++)
		free((void *)(uintptr_t)argv->v[i]);
	option_list_done(argv);
}
