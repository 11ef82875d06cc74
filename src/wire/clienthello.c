/*
 * clienthello.c: RFC 8446 4.1.2, RFC 5246 7.4.1.2, RFC 6347 4.2.1 (the cookie of DTLS). A table
 * says which extension is which list. Before draft 23 of TLS 1.3 key_share had the number 40.
 */
#include "wire/clienthello.h"

#include "wire/handshake.h"

enum { DRAFT_KEY_SHARE = 40, NAME_TYPE_HOST = 0, ECH_OUTER = 0 };

/* An extension that is one list behind a length. */
struct list_row {
	uint16_t type;
	uint8_t length_bytes; /* 0: all of it */
	size_t offset; /* of a struct span in struct client_hello */
};

static const struct list_row lists[] = {
    {EXT_GROUPS, 2, offsetof(struct client_hello, groups)},
    {EXT_POINT_FORMATS, 1, offsetof(struct client_hello, point_formats)},
    {EXT_SIGNATURE_ALGORITHMS, 2, offsetof(struct client_hello, schemes)},
    {EXT_ALPN, 2, offsetof(struct client_hello, alpn)},
    {EXT_SESSION_TICKET, 0, offsetof(struct client_hello, ticket)},
    {EXT_SUPPORTED_VERSIONS, 1, offsetof(struct client_hello, versions)},
    {EXT_PSK_MODES, 1, offsetof(struct client_hello, psk_modes)},
    {EXT_KEY_SHARE, 2, offsetof(struct client_hello, shares)},
    {DRAFT_KEY_SHARE, 2, offsetof(struct client_hello, shares)},
};

bool is_grease(uint16_t number)
{
	return (number & 0x0f0f) == 0x0a0a && number >> 8 == (number & 0xff);
}

/* As much of a list as is there. */
static struct span list_in(struct span *s, size_t length_bytes, bool *ret_broken)
{
	size_t n = length_bytes ? (size_t)span_be(s, length_bytes) : s->n;

	if (!s->bad && n <= s->n)
		return span_take(s, n);
	*ret_broken = true;
	return span_of(s->p, s->bad ? 0 : s->n);
}

/* RFC 6066 3. */
static void read_names(struct span body, struct client_hello *h)
{
	struct span list = list_in(&body, 2, &h->broken);

	h->has_name = true;
	while (list.n > 0) {
		uint8_t type = span_u8(&list);
		struct span name = span_vec(&list, 2);

		if (list.bad) {
			h->broken = true;
			return;
		}
		if (type != NAME_TYPE_HOST)
			continue;
		if (h->n_names++ == 0)
			h->name = name;
	}
}

/* RFC 9849 5. */
static void read_ech(struct span body, struct client_hello *h)
{
	uint8_t type = span_u8(&body);

	h->ech = !body.bad && type == ECH_OUTER;
	if (!h->ech)
		return;
	h->ech_kdf = span_u16(&body);
	h->ech_aead = span_u16(&body);
}

static void read_list(uint16_t type, struct span body, struct client_hello *h)
{
	for (size_t i = 0; i < sizeof(lists) / sizeof(lists[0]); i++) {
		struct span *list = (struct span *)(void *)((char *)h + lists[i].offset);

		if (lists[i].type == type)
			*list = list_in(&body, lists[i].length_bytes, &h->broken);
	}
}

static void read_extensions(struct client_hello *h)
{
	struct span list = h->extensions, body;
	uint16_t type;

	while (extension_next(&list, &type, &body)) {
		if (type == EXT_SERVER_NAME)
			read_names(body, h);
		else if (type == EXT_ECH)
			read_ech(body, h);
		else
			read_list(type, body, h);
		h->psk = h->psk || type == EXT_PRE_SHARED_KEY;
		h->early_data = h->early_data || type == EXT_EARLY_DATA;
	}
	h->broken = h->broken || list.bad;
}

struct err client_hello_parse(struct span body, bool dtls, struct client_hello *ret)
{
	struct client_hello h = {.version = span_u16(&body)};

	h.random = span_take(&body, 32);
	if (body.bad)
		return err_make(ERR_PEER, 0, 0, "broken ClientHello");
	h.session_id = list_in(&body, 1, &h.broken);
	if (dtls && !h.broken)
		h.cookie = list_in(&body, 1, &h.broken);
	if (!h.broken)
		h.ciphers = list_in(&body, 2, &h.broken);
	if (!h.broken)
		h.compression = list_in(&body, 1, &h.broken);
	if (!h.broken && body.n > 0) {
		h.extensions = list_in(&body, 2, &h.broken);
		h.broken = h.broken || body.n > 0;
		read_extensions(&h);
	}
	*ret = h;
	return OK;
}
