/*
 * order.c: keys that compare, and a heap of the best so far, the last of them on top: a million
 * rows pass, fifty stay, and nearly all are turned away by one comparison of two numbers. A text is
 * compared by its first 8 bytes as a number before it is looked at.
 */
#include "store/order.h"

#include "base/text.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

void sort_key_number(struct sort_key *key, int64_t number)
{
	key->missing = false;
	key->a = (uint64_t)number ^ (uint64_t)1 << 63;
	key->text = "";
}

/* Its first 8 bytes in lower case, as a number: they sort alike. */
static uint64_t text_head(const char *text)
{
	uint64_t head = 0;
	size_t n = strnlen(text, 8);

	for (size_t i = 0; i < 8; i++)
		head = head << 8 | (i < n ? text_lower((uint8_t)text[i]) : 0);
	return head;
}

void sort_key_text(struct sort_key *key, const char *text)
{
	key->a = text_head(text);
	key->missing = key->a == 0;
	key->text = text;
}

static int numbers_compare(uint64_t x, uint64_t y)
{
	return x < y ? -1 : x > y;
}

static int values_compare(const struct sort_key *x, const struct sort_key *y)
{
	int d = numbers_compare(x->a, y->a);

	if (d == 0)
		d = numbers_compare(x->b, y->b);
	if (d == 0)
		d = numbers_compare(x->c, y->c);
	return d ? d : strncasecmp(x->text, y->text, SORT_TEXT_MAX);
}

int order_compare(const struct order *o, const struct sort_key *x, const struct sort_key *y)
{
	int d;

	if (x->missing != y->missing)
		return x->missing ? 1 : -1;
	d = x->missing ? 0 : values_compare(x, y);
	if (d)
		return (d < 0) == o->descending ? 1 : -1;
	d = numbers_compare((uint64_t)x->id, (uint64_t)y->id);
	return d ? d : numbers_compare((uint64_t)x->id2, (uint64_t)y->id2);
}

struct err order_init(const struct listing *listing, struct order *ret_order)
{
	*ret_order = (struct order){.field = listing->sort, .descending = listing->descending};
	return listing->cursor && *listing->cursor ? cursor_read(listing->cursor, ret_order) : OK;
}

bool page_init(struct page *p, const struct order *order, size_t limit)
{
	*p = (struct page){.order = order, .limit = limit};
	p->v = calloc(limit + 1, sizeof(*p->v));
	return p->v != NULL;
}

void page_done(struct page *p)
{
	free(p->v);
	p->v = NULL;
}

static bool behind(const struct page *p, size_t x, size_t y)
{
	return order_compare(p->order, &p->v[x].key, &p->v[y].key) > 0;
}

static void swap(struct page *p, size_t x, size_t y)
{
	struct page_item item = p->v[x];

	p->v[x] = p->v[y];
	p->v[y] = item;
}

static void sift_up(struct page *p, size_t i)
{
	for (; i > 0 && behind(p, i, (i - 1) / 2); i = (i - 1) / 2)
		swap(p, i, (i - 1) / 2);
}

/* Within the first n. */
static void sift_down(struct page *p, size_t n)
{
	for (size_t i = 0, child = 1; child < n; child = 2 * i + 1) {
		if (child + 1 < n && behind(p, child + 1, child))
			child++;
		if (!behind(p, child, i))
			break;
		swap(p, i, child);
		i = child;
	}
}

bool page_takes(struct page *p, const struct sort_key *key)
{
	const struct order *o = p->order;

	if (o->has_after && order_compare(o, key, &o->after) <= 0)
		return false;
	if (p->n < p->limit)
		return true;
	p->more = true;
	return p->limit && order_compare(o, key, &p->v[0].key) < 0;
}

void page_offer(struct page *p, const struct sort_key *key, uint32_t item)
{
	if (!page_takes(p, key))
		return;
	if (p->n < p->limit) {
		p->v[p->n] = (struct page_item){*key, item};
		sift_up(p, p->n++);
		return;
	}
	p->v[0] = (struct page_item){*key, item};
	sift_down(p, p->n);
}

void page_close(struct page *p)
{
	for (size_t n = p->n; n > 1; n--) {
		swap(p, 0, n - 1);
		sift_down(p, n - 1);
	}
}
