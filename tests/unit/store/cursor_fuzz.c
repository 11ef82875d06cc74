/* A cursor from a stranger: refused, or a place that is written as it was read. */
#include "store/order.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void read_as(const char *text, enum field_id field, bool descending)
{
	struct order order = {.field = field, .descending = descending};
	char again[LISTING_CURSOR_MAX];
	struct sort_key same;

	if (err_is(cursor_read(text, &order)))
		return;
	cursor_write(&order, &order.after, again);
	if (order_compare(&order, &order.after, &order.after) != 0)
		abort();
	same = order.after;
	order.has_after = false;
	if (err_is(cursor_read(again, &order)) || order_compare(&order, &order.after, &same) != 0)
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = malloc(size + 1);

	if (!text)
		return 0;
	memcpy(text, data, size);
	text[size] = 0;
	read_as(text, FIELD_NONE, false);
	read_as(text, FIELD_ISSUER, true);
	free(text);
	return 0;
}
