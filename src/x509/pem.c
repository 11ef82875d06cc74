/*
 * pem.c: a bundle is PEM if a BEGIN line stands in it, else DER. Labels that old tools wrote are
 * read too: "X509 CERTIFICATE" and OpenSSL's "TRUSTED CERTIFICATE", whose trust settings follow the
 * certificate and are not looked at. Source: RFC 7468.
 */
#include "x509/pem.h"
#include "base/base64.h"
#include "x509/der.h"
#include "x509/limits.h"

static const uint8_t *find(struct span text, const char *needle)
{
	return text.n ? memmem(text.p, text.n, needle, strlen(needle)) : NULL;
}

/* Moves to behind the needle; the bytes before it. Nothing, and the end, where there is none. */
static struct span before(struct span *text, const char *needle, bool *ret_found)
{
	const uint8_t *at = find(*text, needle);
	struct span head = span_take(text, at ? (size_t)(at - text->p) : text->n);

	*ret_found = at != NULL;
	if (at)
		span_take(text, strlen(needle));
	return head;
}

/* What follows the certificate, OpenSSL's trust settings or rubbish, is cut away. */
static bool trim(struct buf *der)
{
	struct span rest = buf_view(der), whole = der_whole(&rest, DER_SEQUENCE);

	if (whole.bad || whole.n == 0)
		return false;
	der->n = whole.n;
	return true;
}

static bool is_certificate(struct span label)
{
	return span_is(label, "CERTIFICATE") || span_is(label, "X509 CERTIFICATE") ||
	       span_is(label, "TRUSTED CERTIFICATE");
}

/* Moves behind the next BEGIN line of a certificate; false: there is none. */
static bool begin(struct span *text)
{
	bool found;

	do {
		before(text, "-----BEGIN ", &found);
		if (found && is_certificate(before(text, "-----", &found)))
			return true;
	} while (found);
	return false;
}

static bool decode_to_end(struct span *text, struct buf *der)
{
	bool found, cut;
	struct span body = before(text, "-----END ", &found);

	return found && !err_is(base64_decode(der, body, &cut));
}

bool pem_decode(struct span *text, struct buf *der)
{
	buf_reset(der);
	return begin(text) && decode_to_end(text, der);
}

static enum pem_found next_pem(struct span *bundle, struct buf *der)
{
	if (!begin(bundle))
		return PEM_END;
	return decode_to_end(bundle, der) && trim(der) ? PEM_CERT : PEM_BAD;
}

static enum pem_found next_der(struct span *bundle, struct buf *der)
{
	struct span whole;

	if (bundle->n == 0 || bundle->bad)
		return PEM_END;
	whole = der_whole(bundle, DER_SEQUENCE);
	buf_span(der, whole);
	return whole.bad || der->full ? PEM_BAD : PEM_CERT;
}

enum pem_found pem_next(struct span *bundle, struct buf *der)
{
	buf_reset(der);
	/* A DER certificate begins with a SEQUENCE; no text does: 0x30 is the digit 0. */
	if (bundle->n && bundle->p[0] == DER_SEQUENCE && !find(*bundle, "-----BEGIN "))
		return next_der(bundle, der);
	return next_pem(bundle, der);
}

void pem_put(struct buf *out, struct span der)
{
	enum { LINE_BYTES = 48 }; /* 64 characters of base64 */

	buf_str(out, "-----BEGIN CERTIFICATE-----\n");
	while (der.n) {
		base64_encode(
		    out, span_take(&der, der.n < LINE_BYTES ? der.n : (size_t)LINE_BYTES));
		buf_str(out, "\n");
	}
	buf_str(out, "-----END CERTIFICATE-----\n");
}
