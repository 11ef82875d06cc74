/*
 * type_any.c: each document is a match; the filter says it all.
 */
#include "alert/types.h"

static void add(struct evaluation *v, const struct hit *hit)
{
	evaluation_match(v, hit->document);
}

const struct rule_type rule_type_any = {.name = "any", .add = add};
