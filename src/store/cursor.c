/*
 * cursor.c: the place where a page ended, as text for a URL: hex digits of the order it belongs to
 * and of the last row's key. It comes back from anybody, so it is read as what a stranger says: at
 * worst it is a place in the order where no row is.
 */
#include "store/order.h"

enum { CURSOR_VERSION = 1, CURSOR_BYTES_MAX = (LISTING_CURSOR_MAX - 1) / 2 };

enum { FLAG_DESCENDING = 1 << 0, FLAG_MISSING = 1 << 1 };

_Static_assert(4 + 5 * 8 + SORT_TEXT_MAX <= CURSOR_BYTES_MAX, "the longest cursor");

void cursor_write(const struct order *o, const struct sort_key *key, char ret[LISTING_CURSOR_MAX])
{
	struct buf bytes, hex;

	buf_init(&bytes, CURSOR_BYTES_MAX);
	buf_init(&hex, LISTING_CURSOR_MAX);
	buf_be(&bytes, CURSOR_VERSION, 1);
	buf_be(&bytes, o->field, 2);
	buf_be(
	    &bytes, (o->descending ? FLAG_DESCENDING : 0) | (key->missing ? FLAG_MISSING : 0), 1);
	buf_be(&bytes, key->a, 8);
	buf_be(&bytes, key->b, 8);
	buf_be(&bytes, key->c, 8);
	buf_be(&bytes, (uint64_t)key->id, 8);
	buf_be(&bytes, (uint64_t)key->id2, 8);
	buf_put(&bytes, key->text, strnlen(key->text, SORT_TEXT_MAX));
	buf_hex(&hex, buf_view(&bytes));
	memcpy(ret, buf_text(&hex), hex.n + 1);
	buf_done(&bytes);
	buf_done(&hex);
}

static int hex_digit(char c)
{
	return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static struct err no_cursor(void)
{
	return err_input(0, "this is not a cursor of this listing");
}

static struct err bytes_read(const char *text, uint8_t *bytes, size_t *ret_n)
{
	size_t n = 0;

	for (; *text; text += 2) {
		int high = hex_digit(text[0]), low = text[1] ? hex_digit(text[1]) : -1;

		if (high < 0 || low < 0 || n == CURSOR_BYTES_MAX)
			return no_cursor();
		bytes[n++] = (uint8_t)(high << 4 | low);
	}
	*ret_n = n;
	return OK;
}

struct err cursor_read(const char *text, struct order *o)
{
	uint8_t bytes[CURSOR_BYTES_MAX];
	struct sort_key key = {.text = o->after_text};
	struct span s;
	size_t n = 0;
	uint8_t flags;
	struct err e = bytes_read(text, bytes, &n);

	if (err_is(e))
		return e;
	s = span_of(bytes, n);
	if (span_u8(&s) != CURSOR_VERSION || span_u16(&s) != o->field)
		return no_cursor();
	flags = span_u8(&s);
	key.missing = flags & FLAG_MISSING;
	key.a = span_u64(&s);
	key.b = span_u64(&s);
	key.c = span_u64(&s);
	key.id = (int64_t)span_u64(&s);
	key.id2 = (int64_t)span_u64(&s);
	if (s.bad || s.n > SORT_TEXT_MAX || !!(flags & FLAG_DESCENDING) != o->descending)
		return no_cursor();
	memcpy(o->after_text, s.p, s.n);
	o->after_text[s.n] = 0;
	o->after = key;
	o->has_after = true;
	return OK;
}
