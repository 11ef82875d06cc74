/*
 * scan_order.c: orders as bytes, and as command lines. Whatever was checked when the wish was
 * written (web/wish.c) is checked once more by the scan itself; here only that every word stays a
 * word: targets come behind "--", and the values of options stand in the same word as the option.
 */
#include "app/scan_order.h"

#include <stdio.h>
#include <stdlib.h>

enum { ARGV_MAX = 2 * SCHEDULE_TEXT_MAX };

static void text_put(struct buf *b, const char *text)
{
	buf_put(b, text, strlen(text) + 1);
}

void scan_order_write(const struct scan_order *order, struct buf *message)
{
	buf_be(message, order->op, 1);
	buf_be(message, (uint64_t)order->job, 8);
	buf_be(message, order->resume, 8);
	if (order->op != SCAN_START)
		return;
	buf_be(message, order->wish.rate, 4);
	buf_be(message, order->wish.known, 1);
	text_put(message, order->wish.targets);
	text_put(message, order->wish.exclude);
	text_put(message, order->wish.ports);
}

/* Up to its NUL. */
static const char *text_take(struct span *s)
{
	const uint8_t *end = s->n ? memchr(s->p, 0, s->n) : NULL;
	const char *text = (const char *)s->p;

	span_take(s, end ? (size_t)(end - s->p) + 1 : s->n + 1);
	return end ? text : "";
}

struct err scan_order_read(struct span message, struct scan_order *ret_order)
{
	struct scan_order order = {.op = span_u8(&message)};

	order.job = (int64_t)span_u64(&message);
	order.resume = span_u64(&message);
	if (order.op == SCAN_START) {
		order.wish.rate = span_u32(&message);
		order.wish.known = span_u8(&message) != 0;
		order.wish.targets = text_take(&message);
		order.wish.exclude = text_take(&message);
		order.wish.ports = text_take(&message);
	}
	if (!span_end(&message) || (order.op != SCAN_START && order.op != SCAN_STOP))
		return err_bug("an order that is none");
	*ret_order = order;
	return OK;
}

/* Words of a command line, as they come. */
struct words {
	struct arena *arena;
	const char **v;
	size_t n;
	bool full;
};

static void word_add(struct words *w, const char *option, struct span value)
{
	size_t n = strlen(option);
	char *word = arena_alloc(w->arena, n + value.n + 1);

	if (!word || w->n == ARGV_MAX) {
		w->full = true;
		return;
	}
	memcpy(word, option, n);
	if (value.n)
		memcpy(word + n, value.p, value.n);
	w->v[w->n++] = word;
}

static void number_add(struct words *w, const char *option, uint64_t number)
{
	char text[24];

	snprintf(text, sizeof(text), "%llu", (unsigned long long)number);
	word_add(w, option, span_str(text));
}

static bool is_blank(uint8_t c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\f' || c == ',';
}

/* What stands on a line before the #, word by word. */
static void line_add(struct words *w, const char *option, struct span line)
{
	const uint8_t *hash = line.n ? memchr(line.p, '#', line.n) : NULL;

	if (hash)
		line.n = (size_t)(hash - line.p);
	while (line.n) {
		size_t n = 0;

		while (n < line.n && !is_blank(line.p[n]))
			n++;
		if (n)
			word_add(w, option, span_of(line.p, n));
		span_take(&line, n < line.n ? n + 1 : n);
	}
}

static void lines_add(struct words *w, const char *option, const char *text)
{
	while (*text) {
		size_t n = strcspn(text, "\n");

		line_add(w, option, span_of(text, n));
		text += n + (text[n] == '\n');
	}
}

static void ports_add_word(struct words *w, const char *ports)
{
	static const char top[] = "top:";

	if (strncmp(ports, top, sizeof(top) - 1) == 0)
		word_add(w, "--top-ports=", span_str(ports + sizeof(top) - 1));
	else if (*ports)
		word_add(w, "--ports=", span_str(ports));
}

static void wish_add(struct words *w, const struct scan_wish *wish)
{
	if (wish->rate)
		number_add(w, "--max-rate=", wish->rate);
	if (wish->known)
		word_add(w, "--known", span_str(""));
	ports_add_word(w, wish->ports);
	lines_add(w, "--exclude=", wish->exclude);
	word_add(w, "--", span_str(""));
	lines_add(w, "", wish->targets);
}

struct err scan_order_argv(const struct scan_order *order, const struct scan_common *common,
    struct arena *arena, const char *const **ret_argv)
{
	struct words w = {.arena = arena};

	w.v = arena_alloc(arena, (ARGV_MAX + 1) * sizeof(*w.v));
	if (!w.v)
		return err_limit("no memory for a command line");
	word_add(&w, "certscape", span_str(""));
	word_add(&w, "scan", span_str(""));
	word_add(&w, "--store=", span_str(common->store));
	number_add(&w, "--job=", (uint64_t)order->job);
	if (common->permitted)
		word_add(&w, "--i-have-permission", span_str(""));
	if (order->resume)
		number_add(&w, "--resume=", order->resume);
	else
		wish_add(&w, &order->wish);
	if (w.full)
		return err_limit("a command line too long");
	w.v[w.n] = NULL;
	*ret_argv = w.v;
	return OK;
}
