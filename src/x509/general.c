/*
 * general.c: GeneralName. The text keeps the kinds apart, because a dNSName that reads "10.0.0.1"
 * is not an address: a client that asked for 10.0.0.1 refuses it (RFC 9525 6.2), and the text is
 * all that the store keeps. Source: RFC 5280 4.2.1.6.
 */
#include "x509/general.h"
#include "x509/der.h"
#include "x509/name.h"

bool general_next(struct span *names, struct general *ret_name)
{
	uint8_t tag = der_peek(names);
	struct span value;

	if (tag == DER_NONE)
		return false;
	value = der_any(names, &tag);
	if ((tag & 0xc0) != DER_CONTEXT || (tag & 0x1f) > GENERAL_RID)
		names->bad = true;
	if (names->bad)
		return false;
	*ret_name = (struct general){.kind = tag & 0x1f, .value = value};
	return true;
}

bool general_addr(const struct general *name, struct addr *ret_addr)
{
	struct span bytes = name->value;

	if (name->kind != GENERAL_IP || (bytes.n != 4 && bytes.n != 16))
		return false;
	if (bytes.n == 4)
		*ret_addr = addr_from_v4(span_u32(&bytes));
	else
		memcpy((*ret_addr = (struct addr){{0}, 0}).b, bytes.p, 16);
	return true;
}

static bool dns_needs_prefix(struct span name)
{
	struct addr addr;

	return name.n == 0 || memchr(name.p, ':', name.n) || !err_is(addr_parse(name, &addr));
}

static void put_addr(const struct general *name, struct buf *out)
{
	char text[ADDR_TEXT_MAX];
	struct addr addr;

	if (general_addr(name, &addr)) {
		buf_str(out, addr_text(&addr, text));
		return;
	}
	buf_str(out, "ip:"); /* of no length that an address has */
	buf_hex(out, name->value);
}

static void put_text(const char *prefix, struct span text, struct buf *out)
{
	buf_str(out, prefix);
	der_text(DER_UTF8, text, out);
}

void general_text(const struct general *name, struct buf *out)
{
	struct span value = name->value;

	switch ((enum general_kind)name->kind) {
	case GENERAL_DNS:
		put_text(dns_needs_prefix(value) ? "dns:" : "", value, out);
		break;
	case GENERAL_IP:
		put_addr(name, out);
		break;
	case GENERAL_EMAIL:
		put_text("mail:", value, out);
		break;
	case GENERAL_URI:
		put_text("uri:", value, out);
		break;
	case GENERAL_DIRECTORY:
		buf_str(out, "dir:");
		name_text(value, out);
		break;
	case GENERAL_OTHER:
		buf_str(out, "other:");
		der_oid_text(der_take(&value, DER_OID), out);
		break;
	case GENERAL_RID:
		buf_str(out, "rid:");
		der_oid_text(value, out);
		break;
	case GENERAL_X400:
		buf_str(out, "x400:");
		break;
	case GENERAL_EDI:
		buf_str(out, "edi:");
		break;
	}
}
