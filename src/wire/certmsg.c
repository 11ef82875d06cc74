/*
 * certmsg.c: RFC 5246 7.4.2 (a list of certificates) and RFC 8446 4.4.2 (each with extensions of
 * its own, a context before them). Some servers get an outer length wrong; so a list is read
 * entry by entry out of whatever is there.
 */
#include "wire/certmsg.h"

#include "wire/handshake.h"

enum { STATUS_TYPE_OCSP = 1 };

/* The outer length may lie; the entries know better. */
static struct span list_of(struct span *body, bool *ret_broken)
{
	size_t n = span_u24(body);

	*ret_broken = body->bad || n != body->n;
	return *ret_broken && n > body->n ? *body : span_take(body, n);
}

static struct span leaf_ocsp(struct span extensions)
{
	struct span one, ocsp = span_of(NULL, 0);
	uint16_t type;

	while (extension_next(&extensions, &type, &one))
		if (type == EXT_STATUS_REQUEST && err_is(cert_status_parse(one, &ocsp)))
			ocsp = span_of(NULL, 0);
	return ocsp;
}

struct err cert_list_parse(struct span body, bool tls13, struct cert_list *ret)
{
	struct cert_list c = {0};
	struct span list;

	if (tls13)
		span_vec(&body, 1); /* certificate_request_context */
	list = list_of(&body, &c.broken);
	while (!list.bad && list.n > 0) {
		struct span der = span_vec(&list, 3);
		struct span extensions = tls13 && !list.bad ? span_vec(&list, 2) : span_of(NULL, 0);

		if (der.bad || der.n == 0) {
			c.broken = true;
			break;
		}
		if (c.n == 0)
			c.ocsp = leaf_ocsp(extensions);
		c.cut = c.n == FLIGHT_CERTS_MAX;
		if (c.cut)
			break;
		c.certs[c.n++] = der;
	}
	c.broken = c.broken || list.bad;
	if (c.n == 0 && c.broken)
		return err_make(ERR_PEER, 0, 0, "broken Certificate");
	*ret = c;
	return OK;
}

struct err cert_status_parse(struct span body, struct span *ret_ocsp)
{
	uint8_t type = span_u8(&body);
	struct span response = span_vec(&body, 3);

	if (type != STATUS_TYPE_OCSP)
		response = span_of(NULL, 0);
	else if (!span_end(&body))
		return err_make(ERR_PEER, 0, 0, "broken CertificateStatus");
	*ret_ocsp = response;
	return OK;
}
