/*
 * window.c: the times lie in the arena of the pass, and in the store as eight bytes each.
 */
#include "alert/window.h"

#include "alert/limits.h"

static bool make_room(struct evaluation *v, struct window *w, size_t n)
{
	int64_t *times = arena_alloc(v->row, n * sizeof(*times));

	if (!times) {
		v->e = err_limit("a pass has no memory for more");
		return false;
	}
	if (w->n)
		memcpy(times, w->times, w->n * sizeof(*times));
	w->times = times;
	w->cap = n;
	return true;
}

bool window_load(struct evaluation *v, struct span key, struct window *ret_window)
{
	struct window w = {.first_ms = INT64_MIN};
	struct span value;

	if (recall_get(v->recall, RECALL_WINDOW, key, &value)) {
		w.first_ms = (int64_t)span_be(&value, 8);
		if (!make_room(v, &w, value.n / 8 + 1))
			return false;
		while (value.n >= 8)
			w.times[w.n++] = (int64_t)span_be(&value, 8);
	}
	*ret_window = w;
	return true;
}

void window_add(struct evaluation *v, struct window *w, int64_t at_ms, size_t max)
{
	size_t at = w->n;

	if (w->n == w->cap && !make_room(v, w, w->cap ? 2 * w->cap : 16))
		return;
	while (at > 0 && w->times[at - 1] > at_ms)
		at--;
	memmove(w->times + at + 1, w->times + at, (w->n - at) * sizeof(*w->times));
	w->times[at] = at_ms;
	w->n++;
	if (w->n > max)
		memmove(w->times, w->times + 1, --w->n * sizeof(*w->times));
}

void window_trim(struct window *w, int64_t end_ms, int64_t timeframe_ms)
{
	size_t old = 0;

	while (old < w->n && end_ms - w->times[old] >= timeframe_ms)
		old++;
	w->n -= old;
	if (old && w->n)
		memmove(w->times, w->times + old, w->n * sizeof(*w->times));
}

void window_keep(struct evaluation *v, struct span key, const struct window *w, int64_t until_ms)
{
	struct buf value;

	buf_init(&value, (w->n + 1) * 8);
	buf_be(&value, (uint64_t)w->first_ms, 8);
	for (size_t i = 0; i < w->n; i++)
		buf_be(&value, (uint64_t)w->times[i], 8);
	recall_put(v->recall, RECALL_WINDOW, key, buf_view(&value), until_ms);
	buf_done(&value);
}
