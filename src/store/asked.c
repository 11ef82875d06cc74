/*
 * asked.c: two questions are the same if their trees are. What is asked of now is the same a second
 * later, as long as no finding begins or ends.
 */
#include "store/asked.h"

#include "store/limits.h"

static bool is_then(const struct asked *a, int64_t at_s)
{
	return at_s >= a->from_s && at_s < a->until_s;
}

static bool same_value(const struct asked *a, const struct query *x, const struct query *y)
{
	const struct query_value *v = &x->value, *w = &y->value;

	if (!v->text != !w->text || (v->text && strcmp(v->text, w->text) != 0))
		return false;
	if (v->number != w->number &&
	    !(x->op == QUERY_HAS_FINDING && is_then(a, v->number) && is_then(a, w->number)))
		return false;
	return v->prefix_bits == w->prefix_bits && v->addr.zone == w->addr.zone &&
	       memcmp(v->addr.b, w->addr.b, sizeof(v->addr.b)) == 0;
}

static bool same(const struct asked *a, const struct query *x, const struct query *y)
{
	if (x->kind != y->kind || !x->left != !y->left || !x->right != !y->right)
		return false;
	if (x->kind == QUERY_COMPARE)
		return x->field == y->field && x->op == y->op && same_value(a, x, y);
	return (!x->left || same(a, x->left, y->left)) &&
	       (!x->right || same(a, x->right, y->right));
}

/* It is asked what is so now. */
static bool is_of_now(const struct query *q)
{
	if (q->kind == QUERY_COMPARE)
		return q->field == FIELD_SEVERITY || q->field == FIELD_FINDINGS;
	return (q->left && is_of_now(q->left)) || (q->right && is_of_now(q->right));
}

const struct bits *asked_rows(
    const struct asked *a, const struct listing *listing, uint64_t version)
{
	if (!a->is || a->version != version || a->bare != listing->bare ||
	    a->word_text != listing->word_text || listing->gone || !a->where != !listing->where)
		return NULL;
	if (!a->where)
		return &a->rows;
	if (is_of_now(a->where) && !is_then(a, listing->now_s))
		return NULL;
	return same(a, a->where, listing->where) ? &a->rows : NULL;
}

/* NULL: no memory. */
static struct query *tree_copy(struct arena *arena, const struct query *q)
{
	struct query *copy = arena_dup(arena, q, sizeof(*q));
	bool whole = copy != NULL;

	if (whole && q->left)
		whole = (copy->left = tree_copy(arena, q->left)) != NULL;
	if (whole && q->right)
		whole = (copy->right = tree_copy(arena, q->right)) != NULL;
	if (whole && q->value.text)
		whole = (copy->value.text = arena_str(arena, q->value.text)) != NULL;
	return whole ? copy : NULL;
}

void asked_keep(struct asked *a, const struct listing *listing, uint64_t version,
    const struct held *held, const struct bits *rows)
{
	asked_done(a);
	arena_init(&a->arena, ROW_BYTES_MAX);
	a->version = version;
	a->bare = listing->bare;
	a->word_text = listing->word_text;
	a->from_s = held->from_s;
	a->until_s = held->until_s;
	a->where = listing->where ? tree_copy(&a->arena, listing->where) : NULL;
	a->is = !a->where == !listing->where && bits_copy(&a->rows, rows);
	if (!a->is)
		asked_done(a);
}

void asked_done(struct asked *a)
{
	arena_done(&a->arena);
	bits_done(&a->rows);
	*a = (struct asked){.is = false};
}
