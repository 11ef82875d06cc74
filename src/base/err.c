/*
 * err.c: an error as the line that a person reads.
 */
#include "base/err.h"

#include <stdio.h>
#include <string.h>

const char *err_text(struct err e, char *text, size_t size)
{
	const char *what = e.what ? e.what : "no error";

	if (err_class(e) == ERR_IO && err_detail(e))
		snprintf(text, size, "%s: %s", what, strerror((int)err_detail(e)));
	else
		snprintf(text, size, "%s", what);
	return text;
}
