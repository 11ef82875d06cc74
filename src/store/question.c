/*
 * question.c: asking, and what people said of an answer.
 */
#include "store/question.h"

#include "base/vec.h"

struct err question_open(struct question *q, struct store *s, const struct listing *listing)
{
	struct err e;

	*q = (struct question){
	    .s = s, .lens = {.now_s = listing->now_s, .word_text = listing->word_text}};
	e = store_mutes_load(s, listing->now_s * 1000, &q->mutes);
	if (!err_is(e))
		e = catalog_enter(s, &q->c);
	if (err_is(e))
		return e;
	q->lens.c = q->c;
	q->lens.mutes = q->mutes;
	q->lens.worst = &q->worst;
	return match_rows(&q->lens, listing, &q->rows);
}

void question_unlock(struct question *q)
{
	bits_done(&q->rows);
	free(q->worst);
	q->worst = NULL;
	if (q->c)
		catalog_leave(q->s, q->c);
	q->c = NULL;
}

void question_close(struct question *q)
{
	question_unlock(q);
	mutes_free(q->mutes);
	q->mutes = NULL;
}

static const char *copy(
    struct arena *arena, const struct question *q, enum dict_kind kind, uint32_t text)
{
	return text ? arena_str(arena, catalog_text(q->c, kind, text)) : "";
}

const struct remarks *remarks_of_cert(
    const struct question *q, const struct catalog_cert *cert, struct arena *arena)
{
	const struct said *said = cert->said ? &q->c->said.v[cert->said] : NULL;
	struct remarks r = {.owner = "", .note = "", .n_tags = said ? said->n_tags : 0};
	const char **tags = arena_alloc(arena, r.n_tags * sizeof(*tags));
	struct muteable of = {
	    .certificate = &cert->sha256,
	    .spki = &cert->spki,
	    .issuer = catalog_text(q->c, DICT_ISSUER_DN, cert->issuer_dn),
	    .issuer_cn = catalog_text(q->c, DICT_ISSUER, cert->issuer),
	    .n_tags = r.n_tags,
	    .tags = tags,
	    .since_s = cert->first_seen_s,
	    .first_ms = (int64_t)cert->first_seen_s * 1000,
	};

	if (!tags)
		return NULL;
	for (size_t i = 0; i < r.n_tags; i++)
		tags[i] = copy(arena, q, DICT_TAG, q->c->tags.v[said->tags_at + i]);
	r.tags = tags;
	r.muted = !mutes_empty(q->mutes) && mutes_find(q->mutes, &of);
	if (said) {
		r.owner = copy(arena, q, DICT_OWNER, said->owner);
		r.note = copy(arena, q, DICT_NOTE, said->note);
	}
	return said || r.muted ? arena_dup(arena, &r, sizeof(r)) : NULL;
}

struct err question_count(const struct question *q, struct listing_count *ret_count)
{
	struct bits endpoints = {0}, leaves = {0};
	size_t at = 0, i;
	struct err e = OK;

	if (!bits_init(&endpoints, q->c->endpoints.n) || !bits_init(&leaves, q->c->certs.n)) {
		e = err_limit("no memory to count");
		goto out;
	}
	while (bits_next(&q->rows, &at, &i)) {
		const struct catalog_row *row = &q->c->rows.v[i];
		uint32_t leaf = row->leaf;

		bits_add(&endpoints, row->endpoint);
		if (leaf)
			bits_add(&leaves, leaf - 1);
	}
	*ret_count = (struct listing_count){
	    .rows = bits_count(&q->rows),
	    .endpoints = bits_count(&endpoints),
	    .certificates = bits_count(&leaves),
	};
out:
	bits_done(&endpoints);
	bits_done(&leaves);
	return e;
}

/* How often each value was seen. A value is a number: of a text, a port, ... */
struct tally_slot {
	int64_t value;
	uint64_t count; /* 0: free */
};

struct counter {
	struct tally_slot *slots;
	size_t n_slots, n; /* a power of two; at most half used */
	bool full;
};

static size_t counter_slot(const struct counter *c, int64_t value)
{
	size_t at = (uint64_t)value * 0x9e3779b97f4a7c15 >> 20 & (c->n_slots - 1);

	while (c->slots[at].count && c->slots[at].value != value)
		at = (at + 1) & (c->n_slots - 1);
	return at;
}

static bool counter_grow(struct counter *c)
{
	struct counter wider = {.n_slots = c->n_slots ? 2 * c->n_slots : 256, .n = c->n};

	wider.slots = calloc(wider.n_slots, sizeof(*wider.slots));
	if (!wider.slots)
		return false;
	for (size_t i = 0; i < c->n_slots; i++)
		if (c->slots[i].count)
			wider.slots[counter_slot(&wider, c->slots[i].value)] = c->slots[i];
	free(c->slots);
	*c = wider;
	return true;
}

static void counter_add(struct counter *c, int64_t value, uint64_t count)
{
	size_t at;

	if (2 * (c->n + 1) > c->n_slots && !counter_grow(c)) {
		c->full = true;
		return;
	}
	at = counter_slot(c, value);
	c->n += c->slots[at].count == 0;
	c->slots[at].value = value;
	c->slots[at].count += count;
}

/* The count of the values that are kept, and of all rows that have one. */
struct census {
	const struct question *q;
	const struct attribute *a;
	size_t top;
	struct counter counter;
	struct dict words; /* of a list: what its items are */
	uint64_t rows, with_value;
};

static bool is_list(const struct attribute *a)
{
	return a->how == AS_LIST || a->how == AS_TAGS || a->how == AS_FINDINGS;
}

/* All of these count a value once for each of n rows that are alike. */
static size_t findings_count(struct census *s, const struct catalog_row *row, uint64_t n)
{
	struct held held[HELD_MAX];
	size_t n_held = lens_held(&s->q->lens, row, held);

	for (size_t i = 0; i < n_held; i++)
		counter_add(&s->counter, held[i].id, n);
	return n_held;
}

static size_t items_count(struct census *s, size_t thing, uint64_t n)
{
	char scratch[SCRATCH_MAX];
	const char *item;
	size_t k = 0;

	while ((item = s->a->item(&s->q->lens, thing, k, scratch))) {
		counter_add(&s->counter, dict_add(&s->words, &s->q->c->key, item), n);
		k++;
	}
	return k;
}

static size_t value_count(struct census *s, size_t thing, uint64_t n)
{
	const struct attribute *a = s->a;
	int64_t value;

	if (a->how == AS_SHARED) {
		value = a->shared(&s->q->lens, thing);
		value = value ? value : NO_NUMBER;
	} else {
		value = a->number(&s->q->lens, thing);
	}
	if (value == NO_NUMBER || (a->field == FIELD_SEVERITY && value == SEVERITY_NONE))
		return 0;
	counter_add(&s->counter, value, n);
	return 1;
}

static void rows_count(struct census *s, size_t row, uint64_t n)
{
	size_t thing, values = 0;

	if (!thing_of_row(s->q->c, s->a->of, row, &thing))
		values = 0;
	else if (s->a->how == AS_FINDINGS)
		values = findings_count(s, &s->q->c->rows.v[row], n);
	else if (s->a->how == AS_LIST || s->a->how == AS_TAGS)
		values = items_count(s, thing, n);
	else
		values = value_count(s, thing, n);
	s->rows += n;
	s->with_value += values ? n : 0;
}

/* Rows that are alike: of one chain, if it is asked about certificates, or about findings and the
 * row has none of its own. */
static bool is_like_its_chain(const struct census *s, const struct catalog_row *row)
{
	if (s->a->how == AS_FINDINGS || s->a->field == FIELD_SEVERITY)
		return row->n_findings == 0;
	return s->a->of == OF_CERT || s->a->of == OF_CHAIN;
}

/* By chain: how many rows are alike, and the last of them. */
struct alike {
	uint32_t n, row;
};

static struct err census_take(struct census *s)
{
	const struct catalog *c = s->q->c;
	struct alike *alike = calloc(c->chains.n + 1, sizeof(*alike));
	size_t at = 0, i;

	if (!alike)
		return err_limit("no memory for facets");
	while (bits_next(&s->q->rows, &at, &i)) {
		const struct catalog_row *row = &c->rows.v[i];

		if (is_like_its_chain(s, row))
			alike[row->chain] = (struct alike){alike[row->chain].n + 1, (uint32_t)i};
		else
			rows_count(s, i, 1);
	}
	for (i = 0; i < c->chains.n; i++)
		if (alike[i].n)
			rows_count(s, alike[i].row, alike[i].n);
	free(alike);
	return OK;
}

/* Services have many numbers and one word: those of one word are one value. */
static void services_join(struct census *s)
{
	struct counter numbers = s->counter;

	s->counter = (struct counter){0};
	s->with_value = 0;
	for (size_t i = 0; i < numbers.n_slots; i++) {
		const struct tally_slot *slot = &numbers.slots[i];
		const char *word =
		    slot->count ? attribute_word(&s->q->lens, FIELD_SERVICE, slot->value) : NULL;

		if (!word || !*word)
			continue;
		counter_add(&s->counter, dict_add(&s->words, &s->q->c->key, word), slot->count);
		s->with_value += slot->count;
	}
	free(numbers.slots);
}

/* NULL: the number is all there is. */
static const char *value_text(const struct census *s, int64_t value)
{
	const struct attribute *a = s->a;

	if (a->how == AS_SHARED)
		return catalog_text(s->q->c, a->dict, (uint32_t)value);
	if (a->how == AS_LIST || a->how == AS_TAGS || a->field == FIELD_SERVICE)
		return dict_text(&s->words, (uint32_t)value);
	return a->how == AS_WORD ? attribute_word(&s->q->lens, a->field, value) : NULL;
}

/* Most first; of equals the smaller number. */
static bool goes_before(const struct tally_slot *x, const struct tally_slot *y)
{
	return x->count != y->count ? x->count > y->count : x->value < y->value;
}

/* The first `top` values, in order, at the front of best. */
static size_t census_best(const struct census *s, struct tally_slot best[FACET_VALUES_MAX])
{
	size_t n = 0;

	for (size_t i = 0; i < s->counter.n_slots; i++) {
		const struct tally_slot *slot = &s->counter.slots[i];
		size_t at = n;

		if (!slot->count || (n == s->top && !goes_before(slot, &best[n - 1])))
			continue;
		at = n < s->top ? n++ : n - 1;
		for (; at > 0 && goes_before(slot, &best[at - 1]); at--)
			best[at] = best[at - 1];
		best[at] = *slot;
	}
	return n;
}

static struct err census_tell(const struct census *s, struct arena *arena, struct facet *ret_facet)
{
	struct tally_slot best[FACET_VALUES_MAX];
	size_t n = census_best(s, best);
	uint64_t given = 0;

	*ret_facet = (struct facet){.field = s->a->field, .n = n};
	for (size_t i = 0; i < n; i++) {
		const char *text = value_text(s, best[i].value);

		ret_facet->values[i] = (struct facet_value){
		    .text = text ? arena_str(arena, text) : NULL,
		    .number = best[i].value,
		    .count = best[i].count,
		};
		if (text && !ret_facet->values[i].text)
			return err_limit("facets too large");
		given += best[i].count;
	}
	ret_facet->missing = s->rows - s->with_value;
	/* Of a list a row may have several: who has another one only is not known. */
	ret_facet->other = is_list(s->a) ? 0 : s->with_value - given;
	return OK;
}

struct err question_facet(const struct question *q, enum field_id field, size_t top,
    struct arena *arena, struct facet *ret_facet)
{
	struct census s = {.q = q, .a = attribute_of(field)};
	struct err e = OK;

	if (!s.a || s.a->how == AS_TEXT || s.a->how == AS_ADDRESS)
		return err_input(0, "this field's values are not counted");
	s.top = top == 0 ? 1 : top < FACET_VALUES_MAX ? top : FACET_VALUES_MAX;
	e = census_take(&s);
	if (!err_is(e) && field == FIELD_SERVICE)
		services_join(&s);
	if (!err_is(e))
		e = s.counter.full || s.words.full ? err_limit("no memory for facets")
						   : census_tell(&s, arena, ret_facet);
	free(s.counter.slots);
	dict_done(&s.words);
	return e;
}

/* Half a century on both sides of now is told apart, to the day. */
enum { DAY_S = 86400, BUCKETS_DEFAULT = 60, DAYS_MAX = 36525 };

/* The years 0 and 9999, about: what a certificate can say. */
static const int64_t TIMELINE_FROM_S = -62200000000, TIMELINE_TO_S = 253500000000;

/* Rows by leaf. */
static uint32_t *rows_by_leaf(const struct question *q)
{
	uint32_t *n = calloc(q->c->certs.n + 1, sizeof(*n));
	size_t at = 0, i;

	while (n && bits_next(&q->rows, &at, &i)) {
		uint32_t leaf = q->c->rows.v[i].leaf;

		if (leaf)
			n[leaf - 1]++;
	}
	return n;
}

/* The day, counted from so many years before now; who ends outside is at its end. */
static size_t day_of(int64_t at_s, int64_t now_s)
{
	int64_t first = now_s / DAY_S - DAYS_MAX / 2, day = at_s / DAY_S - first;

	return day < 0 ? 0 : day >= DAYS_MAX ? DAYS_MAX - 1 : (size_t)day;
}

/* The day by which `wanted` certificates have ended. */
static int64_t day_reached(const uint32_t *ends, uint64_t wanted, int64_t now_s)
{
	uint64_t n = 0;
	int64_t day = 0;

	while (day < DAYS_MAX - 1 && (n += ends[day]) <= wanted)
		day++;
	return (now_s / DAY_S - DAYS_MAX / 2 + day) * DAY_S;
}

/* Without the hundredth at each end: certificates until the year 9999, or 1970. */
static struct err range_find(
    const struct question *q, const uint32_t *rows, int64_t *ret_from, int64_t *ret_to)
{
	uint32_t *ends = calloc(DAYS_MAX, sizeof(*ends));
	int64_t now_s = q->lens.now_s;
	uint64_t n = 0;

	if (!ends)
		return err_limit("no memory for the timeline");
	for (size_t i = 0; i < q->c->certs.n; i++) {
		if (!rows[i])
			continue;
		ends[day_of(q->c->certs.v[i].not_after_s, now_s)]++;
		n++;
	}
	*ret_from = n ? day_reached(ends, n / 100, now_s) : now_s;
	*ret_to = n ? day_reached(ends, n - 1 - n / 100, now_s) : now_s;
	free(ends);
	return OK;
}

/* Whole days; the width is that of the span asked for, rounded up. */
static void buckets_lay(struct timeline *t)
{
	size_t n = t->n ? t->n : BUCKETS_DEFAULT;
	uint64_t days, wide;

	if (n > TIMELINE_BUCKETS_MAX)
		n = TIMELINE_BUCKETS_MAX;
	t->from_s -= ((t->from_s % DAY_S) + DAY_S) % DAY_S;
	days = ((uint64_t)t->to_s - (uint64_t)t->from_s) / DAY_S + 1;
	wide = (days + n - 1) / n;
	t->bucket_s = (int64_t)(wide * DAY_S);
	t->n = (size_t)((days + wide - 1) / wide);
	t->to_s = t->from_s + (int64_t)t->n * t->bucket_s;
}

static struct timeline_bucket *bucket_of(struct timeline *t, int64_t end_s)
{
	if (end_s < t->from_s)
		return &t->before;
	if (end_s >= t->to_s)
		return &t->after;
	return &t->buckets[(end_s - t->from_s) / t->bucket_s];
}

struct err question_timeline(const struct question *q, struct timeline *t)
{
	uint32_t *rows = rows_by_leaf(q);
	struct err e = rows ? OK : err_limit("no memory for the timeline");

	if (!err_is(e) && t->from_s == 0 && t->to_s == 0)
		e = range_find(q, rows, &t->from_s, &t->to_s);
	if (!err_is(e) &&
	    (t->to_s < t->from_s || t->from_s < TIMELINE_FROM_S || t->to_s > TIMELINE_TO_S))
		e = err_input(0, "a timeline goes from a time to a later one");
	if (!err_is(e)) {
		buckets_lay(t);
		for (size_t i = 0; i < q->c->certs.n; i++) {
			struct timeline_bucket *bucket;

			if (!rows[i])
				continue;
			bucket = bucket_of(t, q->c->certs.v[i].not_after_s);
			bucket->certificates++;
			bucket->endpoints += rows[i];
			bucket->expired += q->c->certs.v[i].not_after_s < q->lens.now_s;
		}
	}
	free(rows);
	return e;
}
