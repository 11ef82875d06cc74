/*
 * aggregate.c: what waits lies in the store as JSON, one match a row, under its aggregation key and
 * a number that rises; so a restart loses none, and they are told in the order in which they came.
 */
#include "alert/aggregate.h"

#include "alert/document.h"
#include "alert/filter.h"
#include "alert/limits.h"
#include "base/vec.h"

#include <stdlib.h>

enum { NUMBER_BYTES = 8 };

struct due {
	struct evaluation *v;
	aggregate_tell_fn *tell;
	void *context;
	struct span key; /* of the group that is gathered */
	const struct doc **matches;
	size_t n, cap;
	struct err e;
};

/* A pending match's key: the group's, a NUL, a number. */
static bool is_of_group(struct span key, struct span group)
{
	return key.n == group.n + 1 + NUMBER_BYTES && memcmp(key.p, group.p, group.n) == 0 &&
	       key.p[group.n] == 0;
}

static void gather(void *context, struct span key, struct span value)
{
	struct due *due = context;
	struct doc_error error;
	const struct doc **list;

	if (!is_of_group(key, due->key))
		return;
	list = vec_room(due->matches, due->n, &due->cap, sizeof(*list), AGGREGATE_MAX);
	if (!list)
		return; /* the next pass tells the rest */
	due->matches = list;
	if (!err_is(doc_from_json(value, due->v->kept, &list[due->n], &error)))
		due->n++;
	recall_forget(due->v->recall, RECALL_PENDING, key);
}

static void tell_group(void *context, struct span key, struct span value)
{
	struct due *due = context;

	if (err_is(due->e) || (int64_t)span_be(&value, 8) > due->v->now_ms)
		return;
	due->key = key;
	due->n = 0;
	recall_each(due->v->recall, RECALL_PENDING, gather, due);
	if (due->n)
		due->e = due->tell(due->context, due->matches, due->n);
	if (due->n < AGGREGATE_MAX)
		recall_forget(due->v->recall, RECALL_DUE, key);
}

struct err aggregate_tell_due(struct evaluation *v, aggregate_tell_fn *tell, void *context)
{
	struct due due = {.v = v, .tell = tell, .context = context};

	recall_each(v->recall, RECALL_DUE, tell_group, &due);
	free(due.matches);
	return due.e;
}

static int64_t due_ms(const struct evaluation *v, const struct doc *match)
{
	const struct rule *rule = v->rule;
	int64_t from_ms = v->now_ms;

	if (rule->aggregation_cron)
		return rule_cron_next_ms(rule->aggregation_cron, v->now_ms);
	if (rule->by_match_time)
		from_ms = document_match_ms(match, rule);
	return from_ms + rule->aggregation_ms;
}

/* The group's number for the next match. What is remembered of it: when it is due, and this. */
static uint64_t next_number(struct evaluation *v, struct span group, const struct doc *match)
{
	uint8_t bytes[8 + NUMBER_BYTES];
	int64_t at_ms;
	uint64_t number = 0;
	struct span value;

	if (recall_get(v->recall, RECALL_DUE, group, &value)) {
		at_ms = (int64_t)span_be(&value, 8);
		number = span_be(&value, NUMBER_BYTES);
	} else {
		at_ms = due_ms(v, match);
	}
	buf_store_be(bytes, (uint64_t)at_ms, 8);
	buf_store_be(bytes + 8, number + 1, NUMBER_BYTES);
	recall_put(v->recall, RECALL_DUE, group, span_of(bytes, sizeof(bytes)), INT64_MAX);
	return number;
}

bool aggregate_add(struct evaluation *v, const struct doc *match)
{
	const char *group = document_key(match, &v->rule->aggregation_key, v->kept);
	struct span key = span_str(group ? group : "");
	struct doc_error error;
	const struct doc *read;
	struct buf id, json;
	bool fits;

	buf_init(&id, RECALL_KEY_BYTES_MAX);
	buf_init(&json, MATCH_JSON_MAX);
	document_json(match, &json);
	arena_reset(v->row);
	fits = !json.full && !err_is(doc_from_json(buf_view(&json), v->row, &read, &error));
	if (fits) {
		buf_span(&id, key);
		buf_be(&id, 0, 1);
		buf_be(&id, next_number(v, key, match), NUMBER_BYTES);
		recall_put(v->recall, RECALL_PENDING, buf_view(&id), buf_view(&json), INT64_MAX);
	}
	buf_done(&json);
	buf_done(&id);
	return fits;
}
