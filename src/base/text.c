/*
 * text.c: UTF-8 (RFC 3629) one character at a time. Widths are two short tables of what
 * certificates and host names really hold (after Unicode's East Asian Width and general category
 * Mn); the locale is not asked, because the output is UTF-8 whatever it says.
 */
#include "base/text.h"

struct block {
	uint32_t first, last;
};

static const struct block wide[] = {
    {0x1100, 0x115f}, /* Hangul Jamo */
    {0x2e80, 0x303e}, /* CJK radicals, punctuation */
    {0x3041, 0xa4cf}, /* kana, CJK ideographs, Yi */
    {0xac00, 0xd7a3}, /* Hangul syllables */
    {0xf900, 0xfaff}, /* CJK compatibility */
    {0xfe30, 0xfe6f}, /* CJK compatibility forms */
    {0xff00, 0xff60}, /* fullwidth forms */
    {0xffe0, 0xffe6}, /* fullwidth signs */
    {0x1f300, 0x1f64f}, /* pictographs */
    {0x1f680, 0x1f6ff}, /* transport */
    {0x1f900, 0x1f9ff}, /* more pictographs */
    {0x20000, 0x3fffd}, /* rarer ideographs */
};

static const struct block combining[] = {
    {0x0300, 0x036f}, /* diacritical marks */
    {0x0483, 0x0489}, /* Cyrillic */
    {0x0591, 0x05bd}, /* Hebrew points */
    {0x0610, 0x061a}, /* Arabic */
    {0x064b, 0x065f}, /* Arabic vowels */
    {0x200b, 0x200f}, /* zero width space, joiners, marks */
    {0x2060, 0x2064}, /* word joiner */
    {0x20d0, 0x20f0}, /* marks for symbols */
    {0xfe00, 0xfe0f}, /* variation selectors */
    {0xfe20, 0xfe2f}, /* half marks */
};

static const struct block controls[] = {
    {0x00, 0x1f}, {0x7f, 0x9f},
    {0x2028, 0x202e}, /* line and paragraph separator, bidirectional embeddings and overrides */
    {0x2066, 0x2069}, /* bidirectional isolates */
};

#define IN(table, rune) in_blocks((table), sizeof(table) / sizeof((table)[0]), (rune))

static bool in_blocks(const struct block *blocks, size_t n, uint32_t rune)
{
	for (size_t i = 0; i < n; i++)
		if (rune >= blocks[i].first && rune <= blocks[i].last)
			return true;
	return false;
}

/* RFC 3629 4: how many bytes follow a first byte, and the range of the second, which is what keeps
 * out overlong forms, surrogates and everything above U+10FFFF. */
static const struct lead {
	uint8_t first, last;
	uint8_t more;
	uint8_t low, high;
} leads[] = {
    {0xc2, 0xdf, 1, 0x80, 0xbf},
    {0xe0, 0xe0, 2, 0xa0, 0xbf},
    {0xe1, 0xec, 2, 0x80, 0xbf},
    {0xed, 0xed, 2, 0x80, 0x9f},
    {0xee, 0xef, 2, 0x80, 0xbf},
    {0xf0, 0xf0, 3, 0x90, 0xbf},
    {0xf1, 0xf3, 3, 0x80, 0xbf},
    {0xf4, 0xf4, 3, 0x80, 0x8f},
};

static bool next(struct span *s, uint32_t *ret_rune)
{
	uint8_t first = span_u8(s);
	const struct lead *lead = NULL;
	uint32_t rune = first;

	if (first < 0x80) {
		*ret_rune = rune;
		return true;
	}
	for (size_t i = 0; i < sizeof(leads) / sizeof(leads[0]); i++)
		if (first >= leads[i].first && first <= leads[i].last)
			lead = &leads[i];
	if (!lead)
		return false;
	rune &= 0x3fu >> lead->more;
	for (unsigned i = 0; i < lead->more; i++) {
		uint8_t low = i ? 0x80 : lead->low, high = i ? 0xbf : lead->high;

		if (s->n == 0 || s->p[0] < low || s->p[0] > high)
			return false;
		rune = rune << 6 | (span_u8(s) & 0x3f);
	}
	*ret_rune = rune;
	return true;
}

uint32_t text_next(struct span *s)
{
	uint32_t rune = TEXT_REPLACEMENT;

	next(s, &rune);
	return rune;
}

bool text_is_utf8(struct span s)
{
	uint32_t rune;

	while (s.n)
		if (!next(&s, &rune))
			return false;
	return true;
}

void text_put(struct buf *b, uint32_t rune)
{
	if (rune < 0x80)
		buf_be(b, rune, 1);
	else if (rune < 0x800)
		buf_be(b, 0xc080 | (rune & 0x7c0) << 2 | (rune & 0x3f), 2);
	else if (rune < 0x10000)
		buf_be(b, 0xe08080 | (rune & 0xf000) << 4 | (rune & 0xfc0) << 2 | (rune & 0x3f), 3);
	else
		buf_be(b,
		    0xf0808080 | (rune & 0x1c0000) << 6 | (rune & 0x3f000) << 4 |
			(rune & 0xfc0) << 2 | (rune & 0x3f),
		    4);
}

bool text_same(struct span a, struct span b)
{
	if (a.n != b.n)
		return false;
	for (size_t i = 0; i < a.n; i++)
		if (text_lower(a.p[i]) != text_lower(b.p[i]))
			return false;
	return true;
}

bool text_is_control(uint32_t rune)
{
	return IN(controls, rune);
}

static uint32_t next_safe(struct span *s)
{
	uint32_t rune = text_next(s);

	return text_is_control(rune) ? TEXT_REPLACEMENT : rune;
}

void text_safe(struct buf *b, struct span s)
{
	while (s.n)
		text_put(b, next_safe(&s));
}

unsigned text_columns(uint32_t rune)
{
	if (rune < 0x300)
		return 1;
	return IN(combining, rune) ? 0 : IN(wide, rune) ? 2 : 1;
}

size_t text_width(struct span s)
{
	size_t width = 0;

	while (s.n)
		width += text_columns(next_safe(&s));
	return width;
}

size_t text_clip(struct buf *b, struct span s, size_t columns)
{
	size_t room = text_width(s) <= columns ? columns : columns - (columns > 0), used = 0;
	bool cut = room < columns;

	while (s.n) {
		uint32_t rune = next_safe(&s);

		if (used + text_columns(rune) > room)
			break;
		used += text_columns(rune);
		text_put(b, rune);
	}
	if (cut)
		text_put(b, 0x2026);
	return used + cut;
}

void text_cell(struct buf *b, struct span s, size_t columns)
{
	size_t used = text_clip(b, s, columns);

	buf_fill(b, ' ', columns - used);
}

int text_cmp(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}
