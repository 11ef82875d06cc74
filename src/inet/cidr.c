/*
 * cidr.c: prefixes (RFC 4632, RFC 4291 2.3), over the 128 bits that both families share.
 */
#include "inet/cidr.h"

#include <stdio.h>

/* Byte i of the mask of a prefix of so many bits. */
static uint8_t mask_byte(unsigned bits, unsigned i)
{
	if (bits >= 8 * (i + 1))
		return 0xff;
	return bits > 8 * i ? (uint8_t)(0xff00 >> (bits - 8 * i)) : 0;
}

static bool bits_parse(struct span digits, unsigned max, unsigned *ret_bits)
{
	unsigned bits = 0;

	if (digits.n == 0 || digits.n > 3)
		return false;
	for (size_t i = 0; i < digits.n; i++) {
		if (digits.p[i] < '0' || digits.p[i] > '9')
			return false;
		bits = bits * 10 + (unsigned)(digits.p[i] - '0');
	}
	if (bits > max)
		return false;
	*ret_bits = bits;
	return true;
}

struct err cidr_parse(struct span text, struct cidr *ret_cidr)
{
	const uint8_t *slash = text.n ? memchr(text.p, '/', text.n) : NULL;
	size_t n = slash ? (size_t)(slash - text.p) : text.n;
	struct cidr c = {.bits = 128};
	struct err e = addr_parse(span_of(text.p, n), &c.addr);

	if (err_is(e))
		return e;
	if (slash) {
		unsigned max = addr_is_v4(&c.addr) ? 32 : 128;

		if (!bits_parse(span_of(slash + 1, text.n - n - 1), max, &c.bits))
			return err_input(n + 1, "not a prefix length");
		c.bits += 128 - max;
	}
	for (unsigned i = 0; i < 16; i++)
		c.addr.b[i] &= mask_byte(c.bits, i);
	*ret_cidr = c;
	return OK;
}

bool cidr_contains(const struct cidr *c, const struct addr *a)
{
	for (unsigned i = 0; i < 16; i++)
		if ((a->b[i] ^ c->addr.b[i]) & mask_byte(c->bits, i))
			return false;
	return c->addr.zone == 0 || c->addr.zone == a->zone;
}

struct addr cidr_last(const struct cidr *c)
{
	struct addr last = c->addr;

	for (unsigned i = 0; i < 16; i++)
		last.b[i] |= (uint8_t)~mask_byte(c->bits, i);
	return last;
}

const char *cidr_text(const struct cidr *c, char text[ADDR_TEXT_MAX + 8])
{
	char plain[ADDR_TEXT_MAX];

	snprintf(text, ADDR_TEXT_MAX + 8, "%s/%u", addr_text(&c->addr, plain),
	    addr_is_v4(&c->addr) ? c->bits - 96 : c->bits);
	return text;
}
