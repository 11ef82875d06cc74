/*
 * rdp.c: Remote Desktop: an X.224 connection request that offers TLS, CredSSP and CredSSP with
 * early authorisation (MS-RDPBCGR 2.2.1.1); all three start TLS at once. A server that answers
 * without a negotiation response knows only RDP's own security, whose certificate is no TLS
 * certificate.
 */
#include "wire/starttls/dialects.h"

enum {
	TPKT_VERSION = 3, /* RFC 1006 */
	CONNECTION_REQUEST = 0xe0,
	CONNECTION_CONFIRM = 0xd0,

	NEG_REQUEST = 1,
	NEG_RESPONSE = 2,

	PROTOCOL_SSL = 1,
	PROTOCOL_HYBRID = 2,
	PROTOCOL_HYBRID_EX = 8,
};

static enum want start(void *context, const char *name, struct buf *out)
{
	(void)context, (void)name;
	buf_be(out, TPKT_VERSION, 1);
	buf_be(out, 0, 1);
	buf_be(out, 19, 2); /* the whole packet */
	buf_be(out, 14, 1); /* X.224: what follows */
	buf_be(out, CONNECTION_REQUEST, 1);
	buf_fill(out, 0, 5); /* references, class */
	buf_be(out, NEG_REQUEST, 1);
	buf_be(out, 0, 1);
	buf_le(out, 8, 2);
	buf_le(out, PROTOCOL_SSL | PROTOCOL_HYBRID | PROTOCOL_HYBRID_EX, 4);
	return WANT_READ;
}

static bool agrees(struct span tpdu)
{
	uint8_t kind, type;
	uint16_t length;
	uint64_t protocol;

	span_u8(&tpdu); /* length indicator */
	kind = span_u8(&tpdu);
	span_take(&tpdu, 5);
	type = span_u8(&tpdu);
	span_u8(&tpdu); /* flags */
	length = (uint16_t)span_le(&tpdu, 2);
	protocol = span_le(&tpdu, 4);
	return !tpdu.bad && kind == CONNECTION_CONFIRM && type == NEG_RESPONSE && length == 8 &&
	       (protocol == PROTOCOL_SSL || protocol == PROTOCOL_HYBRID ||
		   protocol == PROTOCOL_HYBRID_EX);
}

static enum want step(void *context, struct span *in, struct buf *out)
{
	struct span rest = *in;
	uint8_t version = span_u8(&rest);
	uint16_t n;
	struct span tpdu;

	(void)context, (void)out;
	span_u8(&rest);
	n = span_u16(&rest);
	if (in->n && version != TPKT_VERSION)
		return WANT_FAILED;
	if (!rest.bad && (n < 4 || n > 512))
		return WANT_FAILED;
	tpdu = span_take(&rest, (size_t)n - 4);
	if (rest.bad)
		return WANT_READ;
	*in = rest;
	return agrees(tpdu) ? WANT_DONE : WANT_FAILED;
}

static bool spoken(struct span first)
{
	uint64_t tpkt = span_be(&first, 3);

	span_take(&first, 2);
	return tpkt == TPKT_VERSION << 16 && span_u8(&first) == CONNECTION_CONFIRM;
}

const struct dialect dialect_rdp = {
    .id = DIALECT_RDP,
    .name = "rdp",
    .start = start,
    .step = step,
    .spoken = spoken,
};
