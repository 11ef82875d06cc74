/*
 * refusal.h: why the store said no to what a person asked: the detail (err_detail) of an ERR_INPUT,
 * so that the API can tell "there is no such thing" from "there is one already".
 */
#pragma once

#include "base/err.h"

enum refusal {
	REFUSAL_NONE, /* the input itself is wrong; `at` may be a character of it */
	REFUSAL_MISSING, /* what it names is not there */
	REFUSAL_TAKEN, /* one of that name is there, or one is all there may be */
	REFUSAL_FORBIDDEN, /* not this one: it is another's, or the last of its kind */
};

static inline struct err err_refused(enum refusal why, const char *what)
{
	return err_make(ERR_INPUT, why, 0, what);
}

static inline bool err_is_refusal(struct err e, enum refusal why)
{
	return err_class(e) == ERR_INPUT && err_detail(e) == (uint32_t)why;
}
