/*
 * serverhello.c: RFC 8446 4.1.3, 4.1.4 and 4.3.1; RFC 5246 7.4.1.3. A retry is a ServerHello whose
 * random is a constant (the SHA-256 of "HelloRetryRequest"). A block of extensions may be absent
 * altogether before TLS 1.3; what stands in an extension we do not know is not looked at. Drafts of
 * TLS 1.3 up to 21 wrote their own number as the version and had neither session id nor
 * compression.
 */
#include "wire/serverhello.h"

#include "wire/handshake.h"

enum { DRAFT_KEY_SHARE = 40 };

static const uint8_t retry_random[32] = {0xcf, 0x21, 0xad, 0x74, 0xe5, 0x9a, 0x61, 0x11, 0xbe, 0x1d,
    0x8c, 0x02, 0x1e, 0x65, 0xb8, 0x91, 0xc2, 0xa2, 0x11, 0x16, 0x7a, 0xbb, 0x8c, 0x5e, 0x07, 0x9e,
    0x09, 0xe2, 0xc8, 0xa8, 0x33, 0x9c};

/* A list of protocol names of which a server may say only one. */
static struct span one_protocol(struct span body, bool *ret_bad)
{
	struct span list = span_vec(&body, 2), name = span_vec(&list, 1);

	*ret_bad = *ret_bad || name.bad || !span_end(&body);
	return name;
}

static void read_share(struct span body, struct server_hello *h, bool *ret_bad)
{
	h->group = span_u16(&body);
	if (!h->retry)
		h->share = span_vec(&body, 2);
	*ret_bad = *ret_bad || !span_end(&body);
}

static void read_extension(uint16_t type, struct span body, struct server_hello *h, bool *ret_bad)
{
	switch (type) {
	case EXT_SUPPORTED_VERSIONS:
		h->version = span_u16(&body);
		*ret_bad = *ret_bad || !span_end(&body);
		break;
	case EXT_KEY_SHARE:
	case DRAFT_KEY_SHARE:
		read_share(body, h, ret_bad);
		break;
	case EXT_COOKIE:
		h->cookie = span_vec(&body, 2);
		*ret_bad = *ret_bad || !span_end(&body);
		break;
	case EXT_ALPN:
		h->alpn = one_protocol(body, ret_bad);
		break;
	case EXT_STATUS_REQUEST:
		h->ocsp_promised = true;
		break;
	case EXT_PRE_SHARED_KEY:
		h->psk = true;
		break;
	case EXT_SCT:
		h->sct = body;
		break;
	default:
		break;
	}
}

/* False: no cipher was to be read. *ret_bad: there was a flaw behind it. */
static bool read_hello(struct span body, struct server_hello *ret, bool *ret_bad)
{
	struct server_hello h = {.version = span_u16(&body)};
	struct span list, one;
	bool draft = h.version >> 8 == 0x7f;
	uint16_t type;

	h.legacy_version = h.version;
	h.random = span_take(&body, 32);
	if (!draft)
		h.session_id = span_vec(&body, 1);
	h.cipher = span_u16(&body);
	if (!draft)
		span_u8(&body); /* compression */
	if (body.bad || h.session_id.n > 32)
		return false;
	h.retry = memcmp(h.random.p, retry_random, sizeof(retry_random)) == 0;
	*ret_bad = false;
	list = h.extensions = body.n > 0 ? span_vec(&body, 2) : span_of(body.p, 0);
	while (extension_next(&list, &type, &one))
		read_extension(type, one, &h, ret_bad);
	*ret_bad = *ret_bad || list.bad || !span_end(&body);
	*ret = h;
	return true;
}

struct err server_hello_parse(struct span body, struct server_hello *ret)
{
	struct server_hello h;
	bool bad;

	if (!read_hello(body, &h, &bad) || bad)
		return err_make(ERR_PEER, 0, 0, "broken ServerHello");
	*ret = h;
	return OK;
}

struct err server_hello_skim(struct span body, struct server_hello *ret)
{
	bool bad;

	if (!read_hello(body, ret, &bad))
		return err_make(ERR_PEER, 0, 0, "broken ServerHello");
	return OK;
}

struct err encrypted_extensions_parse(struct span body, struct span *ret_alpn)
{
	struct span list = span_vec(&body, 2), alpn = span_of(NULL, 0), one;
	bool bad = false;
	uint16_t type;

	while (extension_next(&list, &type, &one))
		if (type == EXT_ALPN)
			alpn = one_protocol(one, &bad);
	if (bad || list.bad || !span_end(&body))
		return err_make(ERR_PEER, 0, 0, "broken EncryptedExtensions");
	*ret_alpn = alpn;
	return OK;
}
