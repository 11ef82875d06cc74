/*
 * name.c: Name ::= SEQUENCE OF (SET OF (SEQUENCE {OID, value})). Text and normal form are two ways
 * of printing the same walk. Bytes that would move a terminal's cursor are escaped on the way, so
 * that no output behind this has to think of it. Source: RFC 4514, RFC 5280 4.1.2.4 and 7.1.
 */
#include "x509/name.h"
#include "base/text.h"
#include "crypto/digest.h"
#include "x509/der.h"
#include "x509/limits.h"

struct attribute {
	struct span oid;
	struct span value;
	uint8_t tag;
};

/* RFC 4514 section 3, and what openssl and people call the others. */
static const struct {
	const char *name;
	uint8_t n;
	uint8_t oid[10];
} attribute_names[] = {
    {"CN", 3, {0x55, 4, 3}},
    {"SN", 3, {0x55, 4, 4}},
    {"serialNumber", 3, {0x55, 4, 5}},
    {"C", 3, {0x55, 4, 6}},
    {"L", 3, {0x55, 4, 7}},
    {"ST", 3, {0x55, 4, 8}},
    {"street", 3, {0x55, 4, 9}},
    {"O", 3, {0x55, 4, 10}},
    {"OU", 3, {0x55, 4, 11}},
    {"title", 3, {0x55, 4, 12}},
    {"description", 3, {0x55, 4, 13}},
    {"businessCategory", 3, {0x55, 4, 15}},
    {"postalCode", 3, {0x55, 4, 17}},
    {"name", 3, {0x55, 4, 41}},
    {"GN", 3, {0x55, 4, 42}},
    {"initials", 3, {0x55, 4, 43}},
    {"dnQualifier", 3, {0x55, 4, 46}},
    {"pseudonym", 3, {0x55, 4, 65}},
    {"organizationIdentifier", 3, {0x55, 4, 97}},
    {"emailAddress", 9, {0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 9, 1}},
    {"unstructuredName", 9, {0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 9, 2}},
    {"UID", 10, {0x09, 0x92, 0x26, 0x89, 0x93, 0xf2, 0x2c, 0x64, 1, 1}},
    {"DC", 10, {0x09, 0x92, 0x26, 0x89, 0x93, 0xf2, 0x2c, 0x64, 1, 25}},
};

static const char *attribute_name(struct span oid)
{
	for (size_t i = 0; i < sizeof(attribute_names) / sizeof(attribute_names[0]); i++)
		if (span_eq(oid, span_of(attribute_names[i].oid, attribute_names[i].n)))
			return attribute_names[i].name;
	return NULL;
}

static struct attribute attribute_next(struct span *rdn)
{
	struct span pair = der_take(rdn, DER_SEQUENCE);
	struct attribute a = {.oid = der_take(&pair, DER_OID)};

	a.value = der_any(&pair, &a.tag);
	if (!span_end(&pair))
		rdn->bad = true;
	return a;
}

/* RFC 4514 2.4: what has a meaning in the text is escaped; der_text did the control characters. */
static void put_escaped(struct buf *out, struct span text)
{
	for (size_t i = 0; i < text.n; i++) {
		uint8_t c = text.p[i];
		bool edge = (i == 0 && (c == ' ' || c == '#')) || (i == text.n - 1 && c == ' ');

		if (edge || strchr("\"+,;<>", c))
			buf_str(out, "\\");
		buf_be(out, c, 1);
	}
}

/* RFC 4514 2.4: a value that is no string is '#' and its DER in hexadecimal. */
static void put_hex_value(struct buf *out, const struct attribute *a)
{
	buf_printf(out, "#%02x", a->tag);
	if (a->value.n < 0x80)
		buf_printf(out, "%02zx", a->value.n);
	else
		buf_printf(out, "82%04zx", a->value.n & 0xffff);
	buf_hex(out, a->value);
}

static void put_value(struct buf *out, const struct attribute *a)
{
	struct buf utf8;

	buf_init(&utf8, NAME_TEXT_MAX);
	der_text(a->tag, a->value, &utf8);
	put_escaped(out, buf_view(&utf8));
	buf_done(&utf8);
}

static void put_attribute(struct buf *out, const struct attribute *a)
{
	const char *known = attribute_name(a->oid);

	if (known)
		buf_str(out, known);
	else
		der_oid_text(a->oid, out);
	buf_str(out, "=");
	if (known && der_is_string(a->tag))
		put_value(out, a);
	else
		put_hex_value(out, a);
}

/* One RDN: its attributes, most have one, joined by '+'. */
static void put_rdn(struct buf *out, struct span rdn)
{
	const char *between = "";

	while (rdn.n && !rdn.bad) {
		struct attribute a = attribute_next(&rdn);

		buf_str(out, between);
		between = "+";
		if (!rdn.bad)
			put_attribute(out, &a);
	}
	if (rdn.bad)
		buf_str(out, "?");
}

static size_t rdns_of(struct span name, struct span rdns[NAME_RDNS_MAX], bool *ret_bad)
{
	bool empty = name.n == 0; /* the walk did not reach it: nothing, not something malformed */
	struct span body = der_take(&name, DER_SEQUENCE);
	size_t n = 0;

	while (body.n && !body.bad && n < NAME_RDNS_MAX) {
		struct span rdn = der_take(&body, DER_SET);

		if (!rdn.bad)
			rdns[n++] = rdn;
	}
	*ret_bad = !empty && !span_end(&body);
	return n;
}

void name_text(struct span name, struct buf *out)
{
	struct span rdns[NAME_RDNS_MAX];
	bool bad;
	size_t n = rdns_of(name, rdns, &bad);

	/* RFC 4514 2.1: the text begins with the last RDN. */
	if (bad)
		buf_str(out, n ? "?," : "?");
	for (size_t i = n; i > 0; i--) {
		put_rdn(out, rdns[i - 1]);
		if (i > 1)
			buf_str(out, ",");
	}
}

bool name_cn(struct span name, struct buf *out)
{
	static const uint8_t cn[] = {0x55, 4, 3};
	struct span rdns[NAME_RDNS_MAX];
	struct attribute last = {.tag = DER_NONE};
	bool bad;
	size_t n = rdns_of(name, rdns, &bad);

	for (size_t i = 0; i < n; i++) {
		while (rdns[i].n && !rdns[i].bad) {
			struct attribute a = attribute_next(&rdns[i]);

			if (!rdns[i].bad && span_eq(a.oid, span_of(cn, sizeof(cn))))
				last = a;
		}
	}
	if (!der_is_string(last.tag))
		return false;
	der_text(last.tag, last.value, out);
	return true;
}

bool name_is_empty(struct span name)
{
	return der_take(&name, DER_SEQUENCE).n == 0;
}

bool name_is_readable(struct span name)
{
	struct span body = der_take(&name, DER_SEQUENCE);

	while (body.n && !body.bad) {
		struct span rdn = der_take(&body, DER_SET);

		while (rdn.n && !rdn.bad)
			attribute_next(&rdn);
		body.bad |= rdn.bad;
	}
	return span_end(&body);
}

/* RFC 5280 7.1 by way of RFC 4518: letters folded, outer spaces gone, inner ones one. ASCII
 * only. */
static void put_folded(struct buf *out, struct span text)
{
	uint8_t *start = buf_room(out, text.n), *at = start;
	bool space = false;

	for (size_t i = 0; start && i < text.n; i++) {
		uint8_t c = text.p[i];

		if (c == ' ' || (c >= '\t' && c <= '\r')) {
			space = at != start;
			continue;
		}
		if (space)
			*at++ = ' ';
		space = false;
		*at++ = text_lower(c);
	}
	if (start)
		buf_wrote(out, (size_t)(at - start));
}

static void put_normal(struct buf *out, const struct attribute *a)
{
	struct buf utf8;
	size_t mark;

	buf_be(out, a->oid.n, 2);
	buf_span(out, a->oid);
	buf_be(out, der_is_string(a->tag) ? DER_UTF8 : a->tag, 1);
	mark = buf_open(out, 4);
	if (der_is_string(a->tag)) {
		buf_init(&utf8, NAME_TEXT_MAX);
		der_string(a->tag, a->value, &utf8);
		put_folded(out, buf_view(&utf8));
		buf_done(&utf8);
	} else {
		buf_span(out, a->value);
	}
	buf_close(out, mark, 4);
}

void name_normal(struct span name, struct buf *out)
{
	struct span rest = name, body = der_take(&rest, DER_SEQUENCE);

	while (body.n && !body.bad) {
		struct span rdn = der_take(&body, DER_SET);
		size_t mark = buf_open(out, 4);

		while (rdn.n && !rdn.bad) {
			struct attribute a = attribute_next(&rdn);

			if (!rdn.bad)
				put_normal(out, &a);
		}
		body.bad |= rdn.bad;
		buf_close(out, mark, 4);
	}
	if (body.bad || out->full) { /* a name that cannot be read is only the same as its copy */
		buf_reset(out);
		buf_span(out, name);
	}
}

bool name_eq(struct span a, struct span b)
{
	struct buf na, nb;
	bool same;

	if (span_eq(a, b))
		return true;
	buf_init(&na, NAME_TEXT_MAX);
	buf_init(&nb, NAME_TEXT_MAX);
	name_normal(a, &na);
	name_normal(b, &nb);
	same = !na.full && !nb.full && span_eq(buf_view(&na), buf_view(&nb));
	buf_done(&na);
	buf_done(&nb);
	return same;
}

uint64_t name_key(struct span name)
{
	uint8_t digest[32];
	struct span first = span_of(digest, 8);
	struct buf normal;

	buf_init(&normal, NAME_TEXT_MAX);
	name_normal(name, &normal);
	digest_sha256(buf_view(&normal), digest);
	buf_done(&normal);
	return span_be(&first, 8);
}
