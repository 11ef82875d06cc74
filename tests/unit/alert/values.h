/* values.h: values for tests, from a pool that lasts as long as the program. */
#pragma once

#include "doc/doc.h"

#include <stdarg.h>
#include <stdlib.h>

enum { VALUES_MAX = 500 };

static inline struct doc *value_of(struct doc value)
{
	static struct doc pool[VALUES_MAX];
	static size_t used;

	if (used == VALUES_MAX)
		abort();
	pool[used] = value;
	return &pool[used++];
}

static inline struct doc *value_text(const char *text)
{
	return value_of((struct doc){.kind = DOC_TEXT, .text = text});
}

static inline struct doc *value_int(int64_t number)
{
	return value_of(
	    (struct doc){.kind = DOC_INT, .text = "", .integer = number, .real = (double)number});
}

static inline struct doc *value_real(double number)
{
	return value_of((struct doc){.kind = DOC_REAL, .text = "", .real = number});
}

static inline struct doc *value_bool(bool yes)
{
	return value_of((struct doc){.kind = DOC_BOOL, .text = "", .integer = yes});
}

static inline struct doc *value_null(void)
{
	return value_of((struct doc){.kind = DOC_NULL, .text = ""});
}

static inline struct doc *value_keyed(const char *key, struct doc *d)
{
	d->key = key;
	return d;
}

/* NULL after the last. */
static inline struct doc *value_items(enum doc_kind kind, ...)
{
	struct doc *items = value_of((struct doc){.kind = kind});
	const struct doc **at = &items->first;
	struct doc *item;
	va_list args;

	va_start(args, kind);
	while ((item = va_arg(args, struct doc *))) {
		*at = item;
		at = &item->next;
		items->n++;
	}
	va_end(args);
	return items;
}
