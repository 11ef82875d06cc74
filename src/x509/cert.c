/*
 * cert.c: the walk through one certificate. Each field is stepped over by its length whatever is
 * inside, so a bad date costs the dates and nothing else. A certificate that was cut (a truncated
 * capture, a file that ends early) is read up to the cut, as if its two outer lengths had said so.
 * Source: RFC 5280 4.1.
 */
#include "x509/cert.h"
#include "crypto/digest.h"
#include "x509/der.h"
#include "x509/name.h"

/* The content of a SEQUENCE whose end may be missing: then what there is, and true in *cut. */
static struct span sequence_or_rest(struct span *s, bool *cut)
{
	struct span whole = *s, body = der_take(s, DER_SEQUENCE);
	uint8_t first;

	if (!body.bad || der_peek(&whole) != DER_SEQUENCE)
		return body;
	*cut = true;
	span_u8(&whole);
	first = span_u8(&whole);
	if (first > 0x80)
		span_take(&whole, first & 0x7fu);
	return whole;
}

static void read_version(struct span *tbs, struct cert *c)
{
	struct span wrapped;
	uint32_t number = 0;

	if (der_optional(tbs, DER_CONSTRUCTED | 0, &wrapped)) {
		number = der_small(&wrapped);
		if (wrapped.bad || number > 2)
			c->flaws |= FLAW_VERSION;
	}
	c->version = c->flaws & FLAW_VERSION ? 0 : (uint8_t)(number + 1);
}

static void read_validity(struct span *tbs, struct cert *c)
{
	struct span body = der_take(tbs, DER_SEQUENCE);
	int64_t not_before = der_time(&body), not_after = der_time(&body);

	if (body.bad) {
		c->flaws |= FLAW_VALIDITY;
		return;
	}
	c->not_before_s = not_before;
	c->not_after_s = not_after;
}

static struct span read_name(struct span *tbs, struct cert *c, uint32_t flaw)
{
	struct span name = der_whole(tbs, DER_SEQUENCE);

	if (!name_is_readable(name))
		c->flaws |= flaw;
	return name.bad ? span_of(NULL, 0) : name;
}

static void read_key(struct span *tbs, struct cert *c)
{
	struct span spki = der_whole(tbs, DER_SEQUENCE);

	if (!key_parse(spki, &c->key))
		c->flaws |= FLAW_KEY;
	if (spki.bad)
		c->key.spki = span_of(NULL, 0);
}

static void read_extensions(struct span *tbs, struct cert *c)
{
	struct span skipped, wrapped, list;

	c->ext.path_len = PATH_LEN_NONE;
	der_optional(tbs, DER_CONTEXT | 1, &skipped); /* unique identifiers, of version 2 */
	der_optional(tbs, DER_CONTEXT | 2, &skipped);
	if (!der_optional(tbs, DER_CONSTRUCTED | 3, &wrapped))
		return;
	list = der_take(&wrapped, DER_SEQUENCE);
	if (!ext_parse(list, &c->ext, &c->bad_extension))
		c->flaws |= FLAW_EXTENSIONS;
	if (c->bad_extension.n)
		c->flaws |= FLAW_EXTENSION;
}

static void read_tbs(struct span tbs, struct cert *c)
{
	read_version(&tbs, c);
	c->serial = der_take(&tbs, DER_INTEGER);
	if (c->serial.n == 0)
		c->flaws |= FLAW_SERIAL;
	c->signed_with = der_whole(&tbs, DER_SEQUENCE);
	c->issuer = read_name(&tbs, c, FLAW_ISSUER);
	read_validity(&tbs, c);
	c->subject = read_name(&tbs, c, FLAW_SUBJECT);
	read_key(&tbs, c);
	read_extensions(&tbs, c);
	if (!span_end(&tbs))
		c->flaws |= FLAW_FRAME;
}

static void read_signature(struct span *body, struct cert *c)
{
	struct span outer = der_whole(body, DER_SEQUENCE);
	unsigned unused = 0;

	c->signature = der_bits(body, &unused);
	if (body->bad || unused) {
		c->signature = span_of(NULL, 0);
		c->flaws |= FLAW_SIGNATURE;
	}
	if (!outer.bad && !span_eq(outer, c->signed_with))
		c->flaws |= FLAW_ALGORITHMS;
}

void cert_parse(struct span der, struct cert *ret_cert)
{
	struct span rest = der, body, whole, tbs;
	struct cert c = {.der = der};
	bool cut = false;

	body = sequence_or_rest(&rest, &cut);
	whole = body;
	whole = der_whole(&whole, DER_SEQUENCE);
	if (!whole.bad)
		c.tbs = whole;
	tbs = sequence_or_rest(&body, &cut);
	read_tbs(tbs, &c);
	read_signature(&body, &c);
	if (cut)
		c.flaws |= FLAW_FRAME;
	c.subject_name = name_key(c.subject);
	c.issuer_name = span_eq(c.issuer, c.subject) ? c.subject_name : name_key(c.issuer);
	digest_sha256(der, c.id);
	if (c.key.spki.n)
		digest_sha256(c.key.spki, c.key_id);
	*ret_cert = c;
}

bool cert_is_self_issued(const struct cert *c)
{
	return c->subject.n && c->subject_name == c->issuer_name && name_eq(c->subject, c->issuer);
}

bool cert_is_ca(const struct cert *c)
{
	if (c->ext.has_basic)
		return c->ext.is_ca;
	return c->version == 1 && cert_is_self_issued(c);
}

void cert_flaws_text(uint32_t flaws, struct buf *out)
{
	/* In the order of the bits; a cut one is missing the others because it is cut. */
	static const char *const texts[] = {"cut, or not a certificate", "version", "serial number",
	    "issuer", "validity", "subject", "key", "an extension", "extensions", "signature",
	    "signature algorithms differ"};
	const char *between = "";

	if (flaws & FLAW_FRAME)
		flaws = FLAW_FRAME;
	for (; flaws; flaws &= flaws - 1) {
		buf_printf(out, "%s%s", between, texts[__builtin_ctz(flaws)]);
		between = ", ";
	}
}
