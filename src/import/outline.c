/*
 * outline.c: an importer must know how long a certificate says it is, to tell a whole one from one
 * that the writer cut, and who issued it to whom, to find the leaf. That much is read here (X.690
 * 8.1, RFC 5280 4.1), also from a cut one; everything else about it is x509's to say.
 */
#include "import/outline.h"

enum { TAG_INTEGER = 0x02, TAG_SEQUENCE = 0x30, TAG_VERSION = 0xa0 };

/* Reads a tag and a length (X.690 8.1.3); the length is what is claimed. */
static size_t der_header(struct span *s, uint8_t tag)
{
	bool right = span_u8(s) == tag;
	size_t n = span_u8(s);

	if (!right || n == 0x80 || n > 0x84)
		s->bad = true;
	return n < 0x80 ? n : (size_t)span_be(s, n & 0x7f);
}

/* The inside of an element, as much as there is of it. */
static struct span der_enter(struct span *s, uint8_t tag)
{
	size_t n = der_header(s, tag);
	struct span inside = *s;

	if (inside.n > n)
		inside.n = n;
	return inside;
}

/* A whole element, its header included. */
static struct span der_element(struct span *s, uint8_t tag)
{
	const uint8_t *start = s->p;
	size_t n = der_header(s, tag);

	span_take(s, n);
	return span_of(start, s->bad ? 0 : (size_t)(s->p - start));
}

bool outline_names(struct span der, struct span *ret_issuer, struct span *ret_subject)
{
	struct span cert = der_enter(&der, TAG_SEQUENCE);
	struct span tbs = der_enter(&cert, TAG_SEQUENCE);
	struct span issuer, subject;

	if (!tbs.bad && tbs.n && tbs.p[0] == TAG_VERSION)
		der_element(&tbs, TAG_VERSION); /* version */
	der_element(&tbs, TAG_INTEGER); /* serialNumber */
	der_element(&tbs, TAG_SEQUENCE); /* signature */
	issuer = der_element(&tbs, TAG_SEQUENCE);
	der_element(&tbs, TAG_SEQUENCE); /* validity */
	subject = der_element(&tbs, TAG_SEQUENCE);
	if (tbs.bad)
		return false;
	*ret_issuer = issuer;
	*ret_subject = subject;
	return true;
}

enum outline outline_extent(struct span der, size_t *ret_n)
{
	const uint8_t *start = der.p;
	size_t n = der_header(&der, TAG_SEQUENCE);
	size_t header = (size_t)(der.p - start);

	if (der.bad)
		return OUTLINE_NONE;
	if (n > der.n)
		return OUTLINE_CUT;
	*ret_n = header + n;
	return OUTLINE_WHOLE;
}
