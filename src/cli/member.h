/*
 * member.h: what an option has filled in, whatever its type.
 */
#pragma once

#include "base/option.h"

/* Does the row's member say the same in both structs? */
bool member_equals(const struct option *row, const void *a, const void *b);
/* Texts stay where they are. Lists cannot be copied so: they have one owner. */
void member_copy(const struct option *row, void *into, const void *from);
