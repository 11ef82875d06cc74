/*
 * base64.c: six bits a character (RFC 4648). The decoder keeps one accumulator and no table of 256:
 * each character is placed by the range it falls in. Other scanners cut their records in the
 * middle, so an unfinished last group is told, not refused.
 */
#include "base/base64.h"

static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

void base64_encode(struct buf *b, struct span bytes)
{
	while (bytes.n && !b->full) {
		size_t n = bytes.n < 3 ? bytes.n : 3;
		uint32_t group = (uint32_t)span_be(&bytes, n) << (8 * (3 - n));

		for (size_t i = 0; i < 4; i++)
			buf_be(b, i <= n ? (uint8_t)alphabet[group >> (18 - 6 * i) & 63] : '=', 1);
	}
}

/* -1 for what is no digit. */
static int digit(uint8_t c)
{
	if (c >= 'A' && c <= 'Z')
		return c - 'A';
	if (c >= 'a' && c <= 'z')
		return c - 'a' + 26;
	if (c >= '0' && c <= '9')
		return c - '0' + 52;
	if (c == '+')
		return 62;
	return c == '/' ? 63 : -1;
}

static bool is_blank(uint8_t c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

struct err base64_decode(struct buf *b, struct span text, bool *ret_cut)
{
	uint32_t group = 0;
	unsigned digits = 0, pads = 0; /* of this group */

	for (size_t i = 0; i < text.n; i++) {
		uint8_t c = text.p[i];
		int value = digit(c);

		if (is_blank(c))
			continue;
		if (c == '=' && digits >= 2 && digits + pads < 4) {
			pads++;
			continue;
		}
		if (value < 0 || pads)
			return err_input(i, "not base64");
		group = group << 6 | (uint32_t)value;
		if (++digits < 4)
			continue;
		buf_be(b, group & 0xffffff, 3);
		digits = 0;
	}
	if (digits >=
	    2) /* two digits are one byte, three are two; the bits left over mean nothing */
		buf_be(b, (group & 0x3ffff) >> (digits == 2 ? 4 : 2), digits - 1);
	if (b->full)
		return err_limit("base64 text is too long");
	*ret_cut = digits && digits + pads < 4;
	return OK;
}
