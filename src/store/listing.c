/*
 * listing.c: pages of rows, and how many there are. A page is chosen in the catalog, by number, and
 * then read from the tables as every row is: what is shown is what is stored.
 */
#include "store/listing.h"

#include "store/order.h"
#include "store/question.h"
#include "store/remarks.h"
#include "store/rowpage.h"
#include "store/tally.h"

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
		sort_key_shared(key, &v->c->dicts[a->dict], a->shared(v, i));
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
	    a->how == AS_TAGS || a->how == AS_FINDINGS)
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

static struct err names_take(const struct page *page, struct row_page *p)
{
	p->names = calloc(page->n + 1, sizeof(*p->names));
	if (!p->names)
		return err_limit("no memory for a page");
	for (size_t i = 0; i < page->n; i++)
		p->names[i] = (struct row_name){page->v[i].key.id, page->v[i].key.id2};
	p->n = page->n;
	if (page->more && page->n)
		cursor_write(page->order, &page->v[page->n - 1].key, p->next);
	return OK;
}

static struct err rowpage_give(struct store *s, const struct listing *listing,
    const struct order *order, size_t limit, struct row_page *p)
{
	struct mutes *mutes = NULL;
	bool began = false;
	struct err e = store_mutes_load(s, listing->now_s * 1000, &mutes);

	if (!err_is(e))
		e = db_read_begin(s, &began);
	s->searching.word_text = listing->word_text;
	s->searching.mutes = mutes;
	if (!err_is(e))
		e = rowpage_choose(s, listing, order, limit, p);
	s->searching.mutes = NULL;
	db_read_end(s, began);
	mutes_free(mutes);
	return e;
}

static struct err page_choose(
    struct store *s, const struct listing *listing, size_t limit, struct row_page *p)
{
	const struct attribute *a = NULL;
	struct question q = {0};
	struct order order;
	struct page page = {0};
	struct err e = order_init(listing, &order);

	if (!err_is(e) && rowpage_sorts(listing->sort))
		return rowpage_give(s, listing, &order, limit, p);
	if (!err_is(e))
		e = sort_attribute(listing->sort, &a);
	if (!err_is(e))
		e = question_open(&q, s, listing);
	if (!err_is(e) && !page_init(&page, &order, limit))
		e = err_limit("no memory for a page");
	if (!err_is(e)) {
		page_fill(&q, a, &page);
		e = names_take(&page, p);
	}
	page_done(&page);
	question_close(&q);
	return e;
}

static struct err rows_give(struct store *s, const struct row_page *p, int64_t now_s,
    store_row_fn *each, void *context, bool *ret_stopped)
{
	struct remarking r;
	bool began = false;
	struct err e = db_read_begin(s, &began);

	if (err_is(e))
		return e;
	e = remarking_init(&r, s, now_s, each, context);
	if (!err_is(e))
		e = rows_named(s, p->names, p->n, remark_row, &r, ret_stopped);
	if (!err_is(e))
		e = r.e;
	remarking_done(&r);
	db_read_end(s, began);
	return e;
}

/* One page; of a listing without a limit, one of many. */
static struct err page_give(struct store *s, const struct listing *listing, size_t limit,
    store_row_fn *each, void *context, char ret_next[LISTING_CURSOR_MAX], bool *ret_stopped)
{
	struct row_page p = {.n = 0};
	struct err e = page_choose(s, listing, limit, &p);

	if (!err_is(e))
		e = rows_give(s, &p, listing->now_s, each, context, ret_stopped);
	if (!err_is(e))
		memcpy(ret_next, p.next, sizeof(p.next));
	free(p.names);
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
	struct tally tally;
	struct scope scope;
	struct err e = scope_open(&scope, s, listing);

	tally_init(&tally);
	if (!err_is(e))
		e = tally_take(&tally, &scope);
	if (!err_is(e))
		*ret_count = tally_count(&tally);
	tally_done(&tally);
	scope_close(&scope);
	return e;
}
