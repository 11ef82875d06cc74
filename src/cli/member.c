/*
 * member.c: a table's rows know where their member lies and of what type it is; so what is said of
 * all options is said once, and a new option needs no line here.
 */
#include "cli/member.h"

#include <string.h>

static const size_t sizes[] = {
    [OPTION_FLAG] = sizeof(bool),
    [OPTION_U32] = sizeof(uint32_t),
    [OPTION_U64] = sizeof(uint64_t),
    [OPTION_I64] = sizeof(int64_t),
    [OPTION_TEXT] = sizeof(const char *),
    [OPTION_OPTIONAL_U32] = sizeof(uint32_t),
};

static bool text_equals(const char *a, const char *b)
{
	return a == b || (a && b && strcmp(a, b) == 0);
}

static bool list_equals(const struct option_list *a, const struct option_list *b)
{
	bool equal = a->n == b->n;

	for (size_t i = 0; equal && i < a->n; i++)
		equal = text_equals(a->v[i], b->v[i]);
	return equal;
}

bool member_equals(const struct option *row, const void *a, const void *b)
{
	const void *of_a = (const char *)a + row->offset, *of_b = (const char *)b + row->offset;

	if (row->type == OPTION_TEXT)
		return text_equals(*(const char *const *)of_a, *(const char *const *)of_b);
	if (row->type == OPTION_LIST)
		return list_equals(of_a, of_b);
	return memcmp(of_a, of_b, sizes[row->type]) == 0;
}

void member_copy(const struct option *row, void *into, const void *from)
{
	if (row->type != OPTION_LIST)
		memcpy(
		    (char *)into + row->offset, (const char *)from + row->offset, sizes[row->type]);
}
