/*
 * der.c: the walk under every certificate. It reads what the world really serves, which is BER now
 * and then: a length in more bytes than it needs is accepted, a time without seconds or with a zone
 * is understood. What it never does is look past the end or guess where a value ends: an indefinite
 * length is an error. Source: ITU-T X.690; RFC 5280 4.1.2.5 for times.
 */
#include "x509/der.h"
#include "base/text.h"

static size_t der_length(struct span *s)
{
	uint8_t first = span_u8(s);
	uint64_t length;

	if (first < 0x80)
		return first;
	if (first == 0x80 || first > 0x84) { /* indefinite, or more than any certificate */
		s->bad = true;
		return 0;
	}
	length = span_be(s, first & 0x7fu);
	return (size_t)length;
}

uint8_t der_peek(const struct span *s)
{
	return s->bad || s->n == 0 ? DER_NONE : s->p[0];
}

struct span der_any(struct span *s, uint8_t *ret_tag)
{
	uint8_t tag = span_u8(s);
	struct span body;

	if ((tag & 0x1f) == 0x1f) /* a tag of several bytes: nothing in a certificate has one */
		s->bad = true;
	body = span_take(s, der_length(s));
	if (!body.bad)
		*ret_tag = tag;
	return body;
}

struct span der_take(struct span *s, uint8_t tag)
{
	uint8_t got;

	if (der_peek(s) != tag) {
		s->bad = true;
		return (struct span){s->p, 0, true};
	}
	return der_any(s, &got);
}

struct span der_whole(struct span *s, uint8_t tag)
{
	const uint8_t *start = s->p;
	struct span body = der_take(s, tag);

	if (body.bad)
		return body;
	return span_of(start, (size_t)(body.p + body.n - start));
}

bool der_optional(struct span *s, uint8_t tag, struct span *ret_body)
{
	if (der_peek(s) != tag)
		return false;
	*ret_body = der_take(s, tag);
	return true;
}

bool der_bool(struct span *s)
{
	struct span body = der_take(s, DER_BOOLEAN);

	return span_u8(&body) != 0;
}

uint32_t der_small(struct span *s)
{
	struct span body = der_take(s, DER_INTEGER);

	if (body.n == 0 || body.n > 5 || (body.p[0] & 0x80) || (body.n == 5 && body.p[0])) {
		s->bad = true;
		return 0;
	}
	return (uint32_t)span_be(&body, body.n);
}

struct span der_bits(struct span *s, unsigned *ret_unused)
{
	struct span body = der_take(s, DER_BIT_STRING);
	uint8_t unused = span_u8(&body);

	if (body.bad || unused > 7 || (unused && body.n == 0)) {
		s->bad = true;
		return (struct span){s->p, 0, true};
	}
	*ret_unused = unused;
	return body;
}

uint16_t der_flags(struct span *s)
{
	unsigned unused;
	struct span bits = der_bits(s, &unused);
	uint16_t flags = 0;

	for (unsigned i = 0; i < 16 && i / 8 < bits.n; i++)
		if (bits.p[i / 8] & (0x80u >> (i % 8)))
			flags = (uint16_t)(flags | 1u << i);
	return flags;
}

size_t der_integer_bits(struct span content)
{
	while (content.n && content.p[0] == 0)
		span_take(&content, 1);
	if (content.n == 0)
		return 0;
	return content.n * 8 - (size_t)(__builtin_clz(content.p[0]) - 24);
}

/* n decimal digits; anything else is bad. */
static int digits(struct span *s, size_t n)
{
	struct span text = span_take(s, n);
	int value = 0;

	for (size_t i = 0; i < text.n; i++) {
		if (text.p[i] < '0' || text.p[i] > '9')
			s->bad = true;
		value = value * 10 + (text.p[i] - '0');
	}
	return value;
}

static bool is_digit_next(const struct span *s)
{
	return s->n && s->p[0] >= '0' && s->p[0] <= '9';
}

/* Days since 1970-01-01 of a date in the Gregorian calendar. */
static int64_t days_of(int year, int month, int day)
{
	int64_t y = month <= 2 ? year - 1 : year; /* years begin in March: the leap day is last */
	int64_t m = month <= 2 ? month + 9 : month - 3;

	return 365 * y + y / 4 - y / 100 + y / 400 + (153 * m + 2) / 5 + day - 1 - 719468;
}

static int days_in(int year, int month)
{
	static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
	bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;

	return month == 2 && leap ? 29 : days[month - 1];
}

/* "Z", "+0100", "-0530" or nothing: how far the clock that was written stands before UTC. */
static int64_t zone_s(struct span *s)
{
	uint8_t sign;
	int hours, minutes;

	if (s->n == 0)
		return 0;
	sign = span_u8(s);
	if (sign == 'Z')
		return 0;
	hours = digits(s, 2);
	minutes = digits(s, 2);
	if ((sign != '+' && sign != '-') || hours > 23 || minutes > 59)
		s->bad = true;
	return (sign == '-' ? -1 : 1) * (int64_t)(hours * 3600 + minutes * 60);
}

static int year_of(struct span *text, uint8_t tag)
{
	int year;

	if (tag == DER_GENERALIZED_TIME)
		return digits(text, 4);
	year = digits(text, 2);
	return year < 50 ? 2000 + year : 1900 + year; /* RFC 5280 4.1.2.5.1 */
}

static int64_t time_of(struct span *text, uint8_t tag)
{
	int year = year_of(text, tag), month = digits(text, 2), day = digits(text, 2);
	int hour = digits(text, 2), minute = digits(text, 2), second = 0;

	if (is_digit_next(text))
		second = digits(text, 2);
	if (tag == DER_GENERALIZED_TIME && text->n && text->p[0] == '.') {
		span_take(text, 1);
		while (is_digit_next(text))
			span_take(text, 1);
	}
	if (text->bad || month < 1 || month > 12 || day < 1 || day > days_in(year, month) ||
	    hour > 23 || minute > 59 || second > 59) {
		text->bad = true;
		return 0;
	}
	return days_of(year, month, day) * 86400 + hour * 3600 + minute * 60 + second -
	       zone_s(text);
}

int64_t der_time(struct span *s)
{
	uint8_t tag = DER_NONE;
	struct span text = der_any(s, &tag);
	int64_t seconds = 0;

	if (tag == DER_UTC_TIME || tag == DER_GENERALIZED_TIME)
		seconds = time_of(&text, tag);
	else
		text.bad = true;
	if (!span_end(&text)) {
		s->bad = true;
		return 0;
	}
	return seconds;
}

/* One arc: base 128, the last byte without the high bit. Below 2.25 it is a UUID (X.667): 128 bits
 * are nothing odd. */
static unsigned __int128 oid_arc(struct span *oid)
{
	unsigned __int128 arc = 0;

	while (oid->n && arc >> 121 == 0) {
		uint8_t byte = span_u8(oid);

		arc = arc << 7 | (byte & 0x7fu);
		if (!(byte & 0x80))
			return arc;
	}
	oid->bad = true;
	return 0;
}

static void put_arc(struct buf *out, unsigned __int128 arc)
{
	char digits[40]; /* 2^128 has 39 */
	size_t at = sizeof(digits);

	for (; arc >> 64; arc /= 10)
		digits[--at] = (char)('0' + (unsigned)(arc % 10));
	for (uint64_t rest = (uint64_t)arc; rest || at == sizeof(digits); rest /= 10)
		digits[--at] = (char)('0' + rest % 10);
	buf_put(out, digits + at, sizeof(digits) - at);
}

void der_oid_text(struct span oid, struct buf *out)
{
	unsigned __int128 arc = oid_arc(&oid), top = arc < 80 ? arc / 40 : 2;

	if (!oid.bad) {
		put_arc(out, top);
		buf_str(out, ".");
		put_arc(out, arc - top * 40);
	}
	while (!oid.bad && oid.n) {
		arc = oid_arc(&oid);
		if (oid.bad)
			break;
		buf_str(out, ".");
		put_arc(out, arc);
	}
	if (oid.bad)
		buf_str(out, "?");
}

bool der_is_string(uint8_t tag)
{
	static const uint8_t strings[] = {DER_UTF8, DER_NUMERIC, DER_PRINTABLE, DER_T61, DER_IA5,
	    DER_VISIBLE, DER_UNIVERSAL, DER_BMP};

	return tag && memchr(strings, tag, sizeof(strings));
}

/* One or two units of UTF-16: BMPString has no surrogates by its definition, and gets them
 * anyway. */
static uint32_t utf16_char(struct span *s)
{
	uint32_t c;

	if (s->n < 2) {
		span_take(s, s->n);
		return TEXT_REPLACEMENT;
	}
	c = span_u16(s);
	if (c >= 0xd800 && c < 0xdc00 && s->n >= 2 && (s->p[0] & 0xfc) == 0xdc)
		c = 0x10000 + ((c - 0xd800) << 10) + (span_u16(s) - 0xdc00u);
	return c;
}

static uint32_t utf32_char(struct span *s)
{
	if (s->n < 4) {
		span_take(s, s->n);
		return TEXT_REPLACEMENT;
	}
	return span_u32(s);
}

/* How many bytes at the front are themselves in every text: printable ASCII. In short runs, so that
 * a buffer that gets full holds the beginning. */
static size_t plain_run(uint8_t tag, struct span s)
{
	size_t n = 0;

	if (tag == DER_BMP || tag == DER_UNIVERSAL)
		return 0;
	while (n < s.n && n < 64 && s.p[n] >= 0x20 && s.p[n] < 0x7f && s.p[n] != '\\')
		n++;
	return n;
}

static uint32_t next_char(uint8_t tag, struct span *content)
{
	switch (tag) {
	case DER_BMP:
		return utf16_char(content);
	case DER_UNIVERSAL:
		return utf32_char(content);
	case DER_T61:
		return span_u8(content);
	default:
		return text_next(content);
	}
}

static bool is_character(uint32_t c)
{
	return c <= 0x10ffff && (c < 0xd800 || c > 0xdfff);
}

static void put_character(struct buf *out, uint32_t c)
{
	text_put(out, is_character(c) ? c : TEXT_REPLACEMENT);
}

/* RFC 4514 2.4: as its UTF-8 in hexadecimal, a backslash before each byte. */
static void put_escaped(struct buf *out, uint32_t c)
{
	struct buf utf8;

	if (c != '\\' && !(is_character(c) && text_is_control(c))) {
		put_character(out, c);
		return;
	}
	buf_init(&utf8, 4);
	text_put(&utf8, c);
	for (size_t i = 0; i < utf8.n; i++)
		buf_printf(out, "\\%02X", utf8.p[i]);
	buf_done(&utf8);
}

static void put_text(
    uint8_t tag, struct span content, struct buf *out, void (*put)(struct buf *out, uint32_t c))
{
	while (content.n && !content.bad && !out->full) {
		buf_span(out, span_take(&content, plain_run(tag, content)));
		if (content.n)
			put(out, next_char(tag, &content));
	}
}

void der_string(uint8_t tag, struct span content, struct buf *out)
{
	put_text(tag, content, out, put_character);
}

void der_text(uint8_t tag, struct span content, struct buf *out)
{
	put_text(tag, content, out, put_escaped);
}
