/*
 * ldap.c: LDAP with StartTLS (RFC 4511 4.14): one extended request, one extended response. Servers
 * choose how long their lengths are (Active Directory always writes four bytes), so the answer is
 * read as BER and not by offsets. A notice of disconnection (message 0) is a refusal.
 */
#include "wire/starttls/dialects.h"

enum {
	TAG_INTEGER = 0x02,
	TAG_ENUMERATED = 0x0a,
	TAG_SEQUENCE = 0x30,
	TAG_EXTENDED_RESPONSE = 0x78,
	MESSAGE_ID = 1,
	MESSAGE_MAX = 4096,
};

/* LDAPMessage { messageID 1, extendedReq { requestName "1.3.6.1.4.1.1466.20037" } } */
static const char request[] = "\x30\x1d\x02\x01\x01\x77\x18\x80\x16"
			      "1.3.6.1.4.1.1466.20037";

static enum want start(void *context, const char *name, struct buf *out)
{
	(void)context, (void)name;
	buf_put(out, request, sizeof(request) - 1);
	return WANT_READ;
}

/* SIZE_MAX for the forms that LDAP forbids. */
static size_t length(struct span *s)
{
	uint8_t n = span_u8(s);

	if (n < 0x80)
		return n;
	return n == 0x80 || n > 0x84 ? SIZE_MAX : (size_t)span_be(s, n & 0x7f);
}

/* The contents of the next element, which must have this tag. */
static struct span element(struct span *s, uint8_t tag)
{
	uint8_t found = span_u8(s);

	s->bad |= found != tag;
	return span_take(s, length(s));
}

static enum want answer(struct span message)
{
	struct span id = element(&message, TAG_INTEGER);
	struct span response = element(&message, TAG_EXTENDED_RESPONSE);
	struct span code = element(&response, TAG_ENUMERATED);

	if (message.bad || response.bad || span_be(&id, id.n) != MESSAGE_ID ||
	    span_be(&code, 1) != 0)
		return WANT_FAILED;
	return code.bad || code.n ? WANT_FAILED : WANT_DONE;
}

/* Nothing is read before the whole message is here: 14 bytes from most, some hundred at most. */
static enum want step(void *context, struct span *in, struct buf *out)
{
	struct span rest = *in;
	uint8_t tag = span_u8(&rest);
	size_t n = length(&rest);
	struct span message;

	(void)context, (void)out;
	if ((in->n && tag != TAG_SEQUENCE) || n > MESSAGE_MAX)
		return WANT_FAILED;
	message = span_take(&rest, n);
	if (rest.bad)
		return WANT_READ;
	*in = rest;
	return answer(message);
}

/* An extended response: to us, or the notice of disconnection that other bytes provoke. */
static bool spoken(struct span first)
{
	uint8_t tag = span_u8(&first), length = span_u8(&first);

	span_take(&first, length & 0x80 ? length & 0x7f : 0);
	return tag == TAG_SEQUENCE && span_u8(&first) == TAG_INTEGER && span_u8(&first) == 1 &&
	       span_u8(&first) <= MESSAGE_ID && span_u8(&first) == TAG_EXTENDED_RESPONSE &&
	       !first.bad;
}

const struct dialect dialect_ldap = {
    .id = DIALECT_LDAP,
    .name = "ldap",
    .start = start,
    .step = step,
    .spoken = spoken,
};
