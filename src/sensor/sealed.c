/*
 * sealed.c: a TLS 1.3 record is its content, one byte for the type and 16 of the tag (8 with a
 * short-tagged CCM). A Finished is 4 bytes and a hash, an alert is 2. So a Finished is a record of
 * 53 bytes (69 with SHA-384) and an alert one of 19; padding, which nobody uses here, would make us
 * see data where there is none: the careful side.
 *
 * In DTLS a message's head has 12 bytes instead of 4, and a certificate travels in pieces: its size
 * is not to be seen.
 *
 * The client's flight is [Certificate, CertificateVerify,] Finished. A client that has to answer
 * with a certificate sends up to two records before its Finished; early data is data.
 */
#include "sensor/sealed.h"

#include "wire/record.h"

enum {
	TAG = 16,
	TAG_SHORT = 8,
	TYPE_BYTE = 1,
	FINISHED_HEAD = 4,
	FINISHED_HEAD_DTLS = 12,
	ALERT = 2,
	BEFORE_FINISHED_MAX = 2,
	FLIGHT_MIN = 4, /* EncryptedExtensions, Certificate, CertificateVerify, Finished */
	TLS_AES_256_GCM_SHA384 = 0x1302,
	TLS_AES_128_CCM_8_SHA256 = 0x1305,
};

static uint16_t tag_of(const struct handshake *h)
{
	return h->session.cipher == TLS_AES_128_CCM_8_SHA256 ? TAG_SHORT : TAG;
}

/* Without a ServerHello the hash is not known: then either. */
static bool is_finished(const struct handshake *h, uint16_t n)
{
	uint16_t front = h->dtls ? FINISHED_HEAD_DTLS : FINISHED_HEAD;
	uint16_t head = (uint16_t)(front + TYPE_BYTE + tag_of(h));

	if (!h->server_hello)
		return n == head + 32 || n == head + 48;
	return n == head + (h->session.cipher == TLS_AES_256_GCM_SHA384 ? 48 : 32);
}

static bool is_alert(const struct handshake *h, uint16_t n)
{
	return n == ALERT + TYPE_BYTE + tag_of(h);
}

/* Only where every message has a record of its own. */
static uint32_t certificate_size(const struct handshake *h)
{
	uint32_t n = h->session.server.sealed_records, largest = 0, end = 0;

	for (uint32_t i = FLIGHT_MIN - 1; i < n && i < FLIGHT_RECORDS && end == 0; i++)
		if (is_finished(h, h->flight[i]))
			end = i;
	for (uint32_t i = 1; i < end; i++)
		if (h->flight[i] > largest)
			largest = h->flight[i];
	return largest;
}

void sealed_server_flight_is_over(struct handshake *h)
{
	if (!h->tls13 || !h->server_hello || h->session.server.sealed_records == 0 ||
	    h->told & 1u << SESSION_HIDDEN)
		return;
	if (!h->psk && !h->dtls)
		h->session.sealed_certificate_n = certificate_size(h);
	handshake_tell(h, SESSION_HIDDEN);
}

void sealed_from_server(struct handshake *h, uint16_t n)
{
	uint32_t i = h->session.server.sealed_records - 1;

	if (i < FLIGHT_RECORDS)
		h->flight[i] = n;
	if (i + 1 >= FLIGHT_RECORDS)
		sealed_server_flight_is_over(h);
}

static void client_of_tls13(struct handshake *h, uint16_t n)
{
	if (h->client_finished || h->client_refused) {
		h->client_said_bye = is_alert(h, n);
		if (!h->client_said_bye)
			handshake_tell(h, SESSION_DATA);
	} else if (is_finished(h, n)) {
		h->client_finished = true;
	} else if (is_alert(h, n) && h->client_records == 0) {
		/* An alert in the place of Finished. */
		h->client_refused = h->client_said_bye = true;
	} else if (h->early_offered || h->client_records >= BEFORE_FINISHED_MAX) {
		handshake_tell(h, SESSION_DATA);
	} else {
		h->client_records++;
	}
}

void sealed_from_client(struct handshake *h, uint8_t content_type, uint16_t n)
{
	sealed_server_flight_is_over(h);
	if (content_type != CONTENT_DATA)
		return;
	if (h->tls13 || !h->server_hello)
		client_of_tls13(h, n);
	else
		handshake_tell(h, SESSION_DATA);
}

void sealed_lost(struct handshake *h, bool client)
{
	if (client && h->tls13)
		handshake_tell(h, SESSION_DATA);
}

void sealed_client_left(struct handshake *h)
{
	if (!h->tls13 || h->psk || h->told & (1u << SESSION_DATA | 1u << SESSION_REJECTED))
		return;
	if (h->told & 1u << SESSION_HIDDEN && (h->client_finished || h->client_refused))
		handshake_tell(h, SESSION_LEFT);
}
