/*
 * meets.c: the same as compile.c says in SQL, for values that are in memory.
 */
#include "store/meets.h"

#include "query/like.h"

#include <string.h>
#include <strings.h>

bool text_meets(enum query_op op, const char *text, const char *with)
{
	switch ((int)op) {
	case QUERY_EXISTS:
		return *text != 0;
	case QUERY_EQ:
		return *text && strcasecmp(text, with) == 0;
	case QUERY_CONTAINS:
		return *text && strcasestr(text, with) != NULL;
	case QUERY_LIKE:
		return *text && like_matches(with, span_str(text));
	default:
		return false;
	}
}

bool number_meets(enum query_op op, int64_t number, int64_t with)
{
	switch ((int)op) {
	case QUERY_EXISTS:
		return true;
	case QUERY_EQ:
		return number == with;
	case QUERY_NE:
		return number != with;
	case QUERY_LT:
		return number < with;
	case QUERY_LE:
		return number <= with;
	case QUERY_GT:
		return number > with;
	case QUERY_GE:
		return number >= with;
	default:
		return false;
	}
}
