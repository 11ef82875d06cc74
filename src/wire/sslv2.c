/*
 * sslv2.c: the SSL 2.0 Protocol Specification (1995), 5.2 and 5.3; RFC 6101 E. The record header is
 * two bytes, of which only the highest bit is fixed: what makes a hello certain is that the lengths
 * inside it add up to the record's.
 */
#include "wire/sslv2.h"

enum { CHALLENGE_MIN = 8, CHALLENGE_MAX = 32, SESSION_ID = 16, CERT_X509 = 1 };

static bool plausible_version(uint16_t version)
{
	return version == VERSION_SSL2 || (version >= 0x0300 && version <= 0x0304);
}

/* Behind the type byte. */
static bool client_adds_up(struct span s, size_t length)
{
	uint16_t version = span_u16(&s), ciphers = span_u16(&s), session = span_u16(&s),
		 challenge = span_u16(&s);

	return plausible_version(version) && ciphers > 0 && ciphers % 3 == 0 &&
	       (session == 0 || session == SESSION_ID) && challenge >= CHALLENGE_MIN &&
	       challenge <= CHALLENGE_MAX && length == 9u + ciphers + session + challenge;
}

static bool server_adds_up(struct span s, size_t length)
{
	uint8_t hit = span_u8(&s), type = span_u8(&s);
	uint16_t version = span_u16(&s), cert = span_u16(&s), ciphers = span_u16(&s),
		 connection = s.n >= 2 ? span_u16(&s) : 0;

	/* The last length lies behind what we look at; so it may be anything up to 32. */
	(void)connection;
	return hit <= 1 && type <= CERT_X509 && version == VERSION_SSL2 && ciphers % 3 == 0 &&
	       length >= 11u + cert + ciphers && length <= 11u + cert + ciphers + 32u;
}

enum sslv2_look sslv2_look(struct span s, size_t *ret_n)
{
	uint16_t head;
	size_t length;
	uint8_t type;

	if (s.n >= 1 && !(s.p[0] & 0x80))
		return SSLV2_FOREIGN;
	if (s.n >= 3 && s.p[2] != SSLV2_CLIENT_HELLO && s.p[2] != SSLV2_SERVER_HELLO)
		return SSLV2_FOREIGN;
	if (s.n < SSLV2_LOOK)
		return SSLV2_SHORT;
	head = span_u16(&s);
	length = head & 0x7fffu;
	type = span_u8(&s);
	if (type == SSLV2_CLIENT_HELLO ? !client_adds_up(s, length) : !server_adds_up(s, length))
		return SSLV2_FOREIGN;
	*ret_n = SSLV2_HEADER + length;
	return type == SSLV2_CLIENT_HELLO ? SSLV2_CLIENT : SSLV2_SERVER;
}

struct err sslv2_client_hello_parse(struct span m, struct sslv2_client_hello *ret)
{
	uint8_t type = span_u8(&m);
	struct sslv2_client_hello h = {.version = span_u16(&m)};
	uint16_t ciphers = span_u16(&m), session = span_u16(&m), challenge = span_u16(&m);

	h.ciphers = span_take(&m, ciphers);
	h.session_id = span_take(&m, session);
	h.challenge = span_take(&m, challenge);
	if (type != SSLV2_CLIENT_HELLO || !span_end(&m))
		return err_make(ERR_PEER, 0, 0, "broken ClientHello of SSL 2.0");
	*ret = h;
	return OK;
}

struct err sslv2_server_hello_parse(struct span m, struct sslv2_server_hello *ret)
{
	uint8_t type = span_u8(&m);
	struct sslv2_server_hello h = {.resumed = span_u8(&m) != 0};
	uint16_t cert, ciphers, connection;

	h.cert_type = span_u8(&m);
	h.version = span_u16(&m);
	cert = span_u16(&m);
	ciphers = span_u16(&m);
	connection = span_u16(&m);
	h.cert = span_take(&m, cert);
	h.ciphers = span_take(&m, ciphers);
	h.connection_id = span_take(&m, connection);
	if (type != SSLV2_SERVER_HELLO || !span_end(&m))
		return err_make(ERR_PEER, 0, 0, "broken ServerHello of SSL 2.0");
	*ret = h;
	return OK;
}
