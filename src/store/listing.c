/*
 * listing.c: pages of rows, and how many there are. A page is chosen in the catalog, by number, and
 * then read from the tables as every row is: what is shown is what is stored.
 */
#include "store/listing.h"

#include "store/order.h"
#include "store/question.h"

/* By address, port, transport and name, as a terminal lists them. */
static void place_key(const struct catalog *c, const struct catalog_row *row, struct sort_key *key)
{
	const struct catalog_endpoint *e = &c->endpoints.v[row->endpoint];
	struct span addr = span_of(e->addr, sizeof(e->addr));

	key->a = span_u64(&addr);
	key->b = span_u64(&addr);
	key->c = (uint64_t)e->port << 8 | e->transport;
	key->text = catalog_text(c, DICT_SNI, e->name);
}

static void value_key(
    const struct lens *v, const struct attribute *a, size_t i, struct sort_key *key)
{
	static _Thread_local char scratch[SCRATCH_MAX];

	if (a->how == AS_SHARED)
		sort_key_text(key, catalog_text(v->c, a->dict, a->shared(v, i)));
	else if (a->how == AS_TEXT)
		sort_key_text(key, a->text(v, i, scratch));
	else
		sort_key_number(key, a->number(v, i));
}

static struct sort_key row_key(const struct lens *v, const struct attribute *a, size_t row)
{
	const struct catalog_row *r = &v->c->rows.v[row];
	struct sort_key key = {.text = "",
	    .id = v->c->endpoints.v[r->endpoint].id,
	    .id2 = v->c->chains.v[r->chain].id};
	size_t thing;

	if (!a)
		place_key(v->c, r, &key);
	else if (thing_of_row(v->c, a->of, row, &thing))
		value_key(v, a, thing, &key);
	else
		key.missing = true;
	return key;
}

/* NULL: by place. Digests have no order that anybody would ask for. */
static struct err sort_attribute(enum field_id field, const struct attribute **ret)
{
	const struct attribute *a = attribute_of(field);

	*ret = NULL;
	if (field == FIELD_NONE || field == FIELD_IP)
		return OK;
	if (!a || !(field_by_id(field)->flags & FIELD_SORT) || a->how == AS_LIST ||
	    a->how == AS_FINDINGS)
		return err_input(0, "the listing cannot be sorted by this field");
	*ret = a;
	return OK;
}

static void page_fill(const struct question *q, const struct attribute *a, struct page *page)
{
	size_t at = 0, i;

	while (bits_next(&q->rows, &at, &i)) {
		struct sort_key key = row_key(&q->lens, a, i);

		page_offer(page, &key, (uint32_t)i);
	}
	page_close(page);
}

/* What a page has, when the lock is given back. */
struct row_page {
	struct arena arena;
	struct row_name *names;
	size_t n;
	char next[LISTING_CURSOR_MAX];
};

static struct err names_take(const struct question *q, const struct page *page, struct row_page *p)
{
	p->names = arena_alloc(&p->arena, page->n * sizeof(*p->names));
	for (size_t i = 0; p->names && i < page->n; i++) {
		const struct sort_key *key = &page->v[i].key;

		p->names[i] = (struct row_name){
		    key->id, key->id2, remarks_of_row(q, page->v[i].item, &p->arena)};
	}
	p->n = page->n;
	p->next[0] = 0;
	if (page->more && page->n)
		cursor_write(page->order, &page->v[page->n - 1].key, p->next);
	return p->arena.hit ? err_limit("a page too large") : OK;
}

static struct err page_choose(
    struct store *s, const struct listing *listing, size_t limit, struct row_page *p)
{
	const struct attribute *a = NULL;
	struct question q = {0};
	struct order order;
	struct page page = {0};
	struct err e = order_init(listing, &order);

	if (!err_is(e))
		e = sort_attribute(listing->sort, &a);
	if (!err_is(e))
		e = question_open(&q, s, listing);
	if (!err_is(e) && !page_init(&page, &order, limit))
		e = err_limit("no memory for a page");
	if (!err_is(e)) {
		page_fill(&q, a, &page);
		e = names_take(&q, &page, p);
	}
	page_done(&page);
	question_close(&q);
	return e;
}

/* One page; of a listing without a limit, one of many. */
static struct err page_give(struct store *s, const struct listing *listing, size_t limit,
    store_row_fn *each, void *context, char ret_next[LISTING_CURSOR_MAX], bool *ret_stopped)
{
	struct row_page p = {.n = 0};
	bool began = false;
	struct err e;

	arena_init(&p.arena, LISTING_PAGE_BYTES_MAX);
	e = page_choose(s, listing, limit, &p);
	if (!err_is(e))
		e = db_read_begin(s, &began);
	if (!err_is(e))
		e = rows_named(s, p.names, p.n, each, context, ret_stopped);
	db_read_end(s, began);
	if (!err_is(e))
		memcpy(ret_next, p.next, sizeof(p.next));
	arena_done(&p.arena);
	return e;
}

struct err store_list(struct store *s, const struct listing *listing, store_row_fn *each,
    void *context, char ret_next[LISTING_CURSOR_MAX])
{
	struct listing part = *listing;
	char next[LISTING_CURSOR_MAX] = "";
	bool stopped = false;
	struct err e;

	if (listing->limit) {
		e = page_give(s, listing, listing->limit, each, context, next, &stopped);
	} else {
		do {
			e = page_give(s, &part, LISTING_AT_ONCE, each, context, next, &stopped);
			part.cursor = next;
		} while (!err_is(e) && *next && !stopped);
	}
	if (!err_is(e))
		memcpy(ret_next, next, sizeof(next));
	return e;
}

struct err store_count(
    struct store *s, const struct listing *listing, struct listing_count *ret_count)
{
	struct question q = {0};
	struct err e = question_open(&q, s, listing);

	if (!err_is(e))
		e = question_count(&q, ret_count);
	question_close(&q);
	return e;
}
