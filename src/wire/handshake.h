/*
 * handshake.h: the numbers of handshake messages and extensions, and how an extension list is
 * walked.
 */
#pragma once

#include "base/span.h"

enum { HANDSHAKE_HEADER = 4 };

enum handshake_type {
	HS_HELLO_REQUEST = 0,
	HS_CLIENT_HELLO = 1,
	HS_SERVER_HELLO = 2,
	HS_HELLO_VERIFY_REQUEST = 3, /* DTLS */
	HS_NEW_SESSION_TICKET = 4,
	HS_END_OF_EARLY_DATA = 5,
	HS_HELLO_RETRY_REQUEST = 6, /* of TLS 1.3 before draft 22 */
	HS_ENCRYPTED_EXTENSIONS = 8,
	HS_CERTIFICATE = 11,
	HS_SERVER_KEY_EXCHANGE = 12,
	HS_CERTIFICATE_REQUEST = 13,
	HS_SERVER_HELLO_DONE = 14,
	HS_CERTIFICATE_VERIFY = 15,
	HS_CLIENT_KEY_EXCHANGE = 16,
	HS_FINISHED = 20,
	HS_CERTIFICATE_URL = 21,
	HS_CERTIFICATE_STATUS = 22,
	HS_SUPPLEMENTAL_DATA = 23,
	HS_KEY_UPDATE = 24,
	HS_MESSAGE_HASH = 254,
};

enum extension_type {
	EXT_SERVER_NAME = 0,
	EXT_STATUS_REQUEST = 5,
	EXT_GROUPS = 10,
	EXT_POINT_FORMATS = 11,
	EXT_SIGNATURE_ALGORITHMS = 13,
	EXT_ALPN = 16,
	EXT_SCT = 18,
	EXT_PADDING = 21,
	EXT_ENCRYPT_THEN_MAC = 22,
	EXT_EXTENDED_MASTER_SECRET = 23,
	EXT_SESSION_TICKET = 35,
	EXT_PRE_SHARED_KEY = 41,
	EXT_EARLY_DATA = 42,
	EXT_SUPPORTED_VERSIONS = 43,
	EXT_COOKIE = 44,
	EXT_PSK_MODES = 45,
	EXT_SIGNATURE_ALGORITHMS_CERT = 50,
	EXT_KEY_SHARE = 51,
	EXT_ECH = 0xfe0d,
	EXT_RENEGOTIATION_INFO = 0xff01,
};

enum {
	VERSION_SSL3 = 0x0300,
	VERSION_TLS10 = 0x0301,
	VERSION_TLS12 = 0x0303,
	VERSION_TLS13 = 0x0304
};

/* The next extension of a list; false at its end, and where the list is broken (list->bad then). */
static inline bool extension_next(struct span *list, uint16_t *ret_type, struct span *ret_body)
{
	uint16_t type;
	struct span body;

	if (list->bad || list->n == 0)
		return false;
	type = span_u16(list);
	body = span_vec(list, 2);
	if (list->bad)
		return false;
	*ret_type = type;
	*ret_body = body;
	return true;
}
