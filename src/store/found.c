/*
 * found.c: what holds of a chain holds of all its rows, so it is counted once, with their number;
 * then what rows have beside their chain, which few do.
 */
#include "store/found.h"

#include "store/meets.h"
#include "verdict/table.h"

struct asking {
	const struct held *held;
	const struct sightings *of;
	uint64_t ids; /* of findings: one of these */
	enum query_op op; /* of severity */
	uint8_t severity;
};

static bool finding_meets(const void *context, size_t row)
{
	const struct asking *a = context;

	return (held_ids(a->held, a->of, row) & a->ids) != 0;
}

static bool severity_meets(const void *context, size_t row)
{
	const struct asking *a = context;
	uint8_t worst = held_worst(a->held, a->of, row);

	return a->op == QUERY_EXISTS ? worst != SEVERITY_NONE
				     : number_meets(a->op, worst, a->severity);
}

static void rows_keep(struct asking *a, const struct query *compare, struct bits *rows)
{
	const char *text = compare->value.text;

	a->op = compare->op;
	if (compare->field == FIELD_SEVERITY) {
		a->severity = a->op == QUERY_EXISTS ? SEVERITY_NONE : severity_by_name(text);
		bits_keep(rows, severity_meets, a);
	} else {
		a->ids =
		    a->op == QUERY_EXISTS ? UINT64_MAX : (uint64_t)1 << finding_by_name(text)->id;
		bits_keep(rows, finding_meets, a);
	}
}

/* As of another time it is read for this once. */
struct err found_narrow(struct scope *c, const struct query *compare, struct bits *rows)
{
	struct asking asking = {.of = c->of};
	struct held then = {.n_own = 0};
	int64_t at_s = compare->op == QUERY_HAS_FINDING ? compare->value.number : c->listing->now_s;
	struct err e;

	if (at_s == c->listing->now_s || held_is_of(&c->kept->held, at_s)) {
		e = kept_held(c->s, c->kept, at_s);
		asking.held = &c->kept->held;
	} else {
		e = held_read(c->s, c->of, at_s, &then);
		asking.held = &then;
	}
	if (!err_is(e))
		rows_keep(&asking, compare, rows);
	held_done(&then);
	return e;
}

static void ids_add(struct counter *counter, uint64_t ids, uint32_t n)
{
	for (; ids; ids &= ids - 1)
		counter_add(counter, __builtin_ctzll(ids), n);
}

struct err found_count(
    struct scope *c, const struct tally *t, struct counter *counter, uint64_t *ret_with_value)
{
	const struct held *h;
	struct err e = scope_held(c, &h);

	*ret_with_value = 0;
	for (size_t i = 0; i < t->chains.n && !err_is(e); i++) {
		if (!t->chains.v[i] || !h->ids[i])
			continue;
		ids_add(counter, h->ids[i], t->chains.v[i]);
		*ret_with_value += t->chains.v[i];
	}
	for (size_t i = 0; i < h->n_own && !err_is(e); i++) {
		const struct held_own *own = &h->own[i];
		uint64_t beside = h->ids[c->of->v[own->row].chain];

		if (!bits_has(&c->rows, own->row))
			continue;
		ids_add(counter, own->ids & ~beside, 1);
		*ret_with_value += !beside;
	}
	return e;
}

struct err found_severities(
    struct scope *c, const struct tally *t, struct counter *counter, uint64_t *ret_with_value)
{
	uint64_t rows[UINT8_MAX + 1] = {0};
	const struct held *h;
	struct err e = scope_held(c, &h);

	for (size_t i = 0; i < t->chains.n && !err_is(e); i++)
		rows[h->worst[i]] += t->chains.v[i];
	for (size_t i = 0; i < h->n_own && !err_is(e); i++) {
		uint8_t worst = h->worst[c->of->v[h->own[i].row].chain];

		if (h->own[i].worst <= worst || !bits_has(&c->rows, h->own[i].row))
			continue;
		rows[worst]--;
		rows[h->own[i].worst]++;
	}
	for (size_t i = SEVERITY_NONE + 1; i <= UINT8_MAX; i++)
		counter_add(counter, (int64_t)i, rows[i]);
	*ret_with_value = t->rows - rows[SEVERITY_NONE];
	return e;
}

static void leaf_grade(uint8_t *worst, uint32_t leaf, uint8_t severity)
{
	if (severity > worst[leaf])
		worst[leaf] = severity;
}

struct err found_worst(struct scope *c, const struct tally *t, uint8_t **ret_worst)
{
	uint8_t *worst = calloc(c->of->n_leaves, sizeof(*worst));
	const struct held *h;
	struct err e = scope_held(c, &h);

	if (!err_is(e) && !worst)
		e = err_limit("no memory for findings");
	for (size_t i = 0; i < t->chains.n && !err_is(e); i++)
		if (t->chains.v[i])
			leaf_grade(worst, c->of->leaf[i], h->worst[i]);
	for (size_t i = 0; i < h->n_own && !err_is(e); i++)
		if (bits_has(&c->rows, h->own[i].row))
			leaf_grade(
			    worst, c->of->leaf[c->of->v[h->own[i].row].chain], h->own[i].worst);
	if (err_is(e))
		free(worst);
	else
		*ret_worst = worst;
	return e;
}
