/*
 * look.c: every 0x16 in the first bytes may be the begin of a handshake record. The tests behind it
 * leave less than one chance in 2^40 to random bytes. What cannot be decided yet is held, at most
 * LOOK_HOLD bytes; so segments of one byte are no trouble and nothing is copied where there is no
 * such byte.
 */
#include "sensor/look.h"

#include "sensor/limits.h"
#include "wire/handshake.h"
#include "wire/record.h"
#include "wire/sslv2.h"

enum verdict { NO, YES, PERHAPS /* with more bytes */ };

enum {
	RANDOM = 32,
	SESSION_ID_MAX = 32,
	DER_SEQUENCE = 0x30,
	KNOWN_TYPES = 1u << HS_HELLO_REQUEST | 1u << HS_CLIENT_HELLO | 1u << HS_SERVER_HELLO |
		      1u << HS_HELLO_RETRY_REQUEST | 1u << HS_NEW_SESSION_TICKET |
		      1u << HS_CERTIFICATE | 1u << HS_SERVER_KEY_EXCHANGE |
		      1u << HS_CERTIFICATE_REQUEST | 1u << HS_SERVER_HELLO_DONE |
		      1u << HS_CERTIFICATE_VERIFY | 1u << HS_CLIENT_KEY_EXCHANGE |
		      1u << HS_CERTIFICATE_STATUS,
};

static enum verdict verdict_of(const struct span *s, bool good)
{
	if (s->bad)
		return PERHAPS;
	return good ? YES : NO;
}

static bool plausible_version(uint16_t version)
{
	return version >> 8 == 3 ? (version & 0xff) <= 4
				 : version >> 8 == 0x7f || version >> 8 == 0x7e;
}

/* Up to the length of the cipher list, or the cipher. */
static enum verdict hello_test(uint8_t type, size_t length, struct span s)
{
	uint16_t version = span_u16(&s), n;
	uint8_t id;

	if (s.bad)
		return PERHAPS;
	if (!plausible_version(version))
		return NO;
	if (version >> 8 != 3) /* an old draft: nothing is fixed behind the random */
		return verdict_of(&s, type == HS_SERVER_HELLO);
	span_take(&s, RANDOM);
	id = span_u8(&s);
	if (!s.bad && id > SESSION_ID_MAX)
		return NO;
	span_take(&s, id);
	n = span_u16(&s);
	if (type == HS_SERVER_HELLO)
		return verdict_of(&s, length >= 2u + RANDOM + 1u + id + 3u);
	return verdict_of(&s, n >= 2 && n % 2 == 0 && 2u + RANDOM + 1u + id + 2u + n < length);
}

/* The list fills the message, a certificate fits into the list and begins as DER does. */
static enum verdict certificate_test(size_t length, struct span s)
{
	size_t list = span_u24(&s), first = span_u24(&s);
	uint8_t tag = span_u8(&s);

	return verdict_of(
	    &s, list + 3 == length && first + 3 <= list && first > 64 && tag == DER_SEQUENCE);
}

static enum verdict handshake_test(const struct look *l, size_t record, struct span s)
{
	uint8_t type = span_u8(&s);
	size_t length = span_u24(&s);

	if (s.bad)
		return PERHAPS;
	if (length > DISSECT_MESSAGE_MAX || record < HANDSHAKE_HEADER)
		return NO;
	if (type == HS_CLIENT_HELLO || type == HS_SERVER_HELLO)
		return hello_test(type, length, s);
	if (type == HS_CERTIFICATE)
		return certificate_test(length, s);
	if (!l->any || type > HS_CERTIFICATE_STATUS || !(KNOWN_TYPES & 1u << type))
		return NO;
	return length + HANDSHAKE_HEADER <= record ? YES : NO;
}

/* Records that are no handshake count only where TLS is known to be. */
static enum verdict other_test(uint8_t type, size_t record, struct span s)
{
	uint8_t a = span_u8(&s), b;

	if (type == CONTENT_CCS)
		return record == 1 ? verdict_of(&s, a == 1) : NO;
	if (type == CONTENT_ALERT && record == 2) {
		b = span_u8(&s);
		return verdict_of(&s, (a == 1 || a == 2) && b <= 120);
	}
	return type == CONTENT_DATA && record > 0 ? YES : NO;
}

/* s begins with the byte in question. */
static enum verdict test(const struct look *l, struct span s)
{
	struct record_header r;
	enum record_look look = record_look(s, &r);

	if (look == RECORD_FOREIGN || look == RECORD_LONG)
		return NO;
	if (s.p[0] == CONTENT_DATA && l->moved)
		return NO; /* its header alone says too little to be searched for */
	if (look == RECORD_SHORT)
		return PERHAPS;
	span_take(&s, RECORD_HEADER);
	if (r.type == CONTENT_HANDSHAKE)
		return handshake_test(l, r.length, s);
	return l->any ? other_test(r.type, r.length, s) : NO;
}

static void hold(struct look *l, struct span s)
{
	memmove(l->held, s.p, s.n); /* they may be ours already */
	l->n = (uint8_t)s.n;
}

/* Drops what cannot be the begin of a record. PERHAPS: s begins with what may be one. */
static enum verdict scan(struct look *l, struct span *s)
{
	while (s->n > 0 && l->seen < DISSECT_LOOK_BYTES) {
		enum verdict v = NO;

		if (s->p[0] == CONTENT_HANDSHAKE || l->any)
			v = test(l, *s);
		if (v != NO)
			return v;
		span_take(s, 1);
		l->seen++;
		l->moved = true;
		if (!l->any && s->n > 0) {
			size_t room = DISSECT_LOOK_BYTES - l->seen, all = s->n < room ? s->n : room;
			const uint8_t *next = memchr(s->p, CONTENT_HANDSHAKE, all);
			size_t n = next ? (size_t)(next - s->p) : all;

			span_take(s, n);
			l->seen += (uint32_t)n;
		}
	}
	return NO;
}

/* What was held goes on in the input: as much of that is put behind it as may be needed. */
static enum verdict scan_held(struct look *l, struct span *in)
{
	size_t had = l->n, room = sizeof(l->held) - had, n = in->n < room ? in->n : room, dropped;
	struct span s;
	enum verdict v;

	if (n > 0)
		memcpy(l->held + had, in->p, n);
	s = span_of(l->held, had + n);
	v = scan(l, &s);
	dropped = had + n - s.n;
	if (dropped >= had) { /* whatever it is, it begins in the input itself */
		span_take(in, dropped - had);
		l->n = 0;
		return v;
	}
	span_take(in, n);
	hold(l, s);
	return v;
}

static enum look_result sslv2_first(struct look *l, struct span *in, bool *ret_short)
{
	size_t room = SSLV2_LOOK, n;
	uint8_t head[SSLV2_LOOK];

	*ret_short = false;
	if (l->seen > 0 || l->n >= room)
		return LOOK_MORE;
	memcpy(head, l->held, l->n);
	n = room - l->n < in->n ? room - l->n : in->n;
	if (n > 0)
		memcpy(head + l->n, in->p, n);
	switch (sslv2_look(span_of(head, l->n + n), &room)) {
	case SSLV2_CLIENT:
	case SSLV2_SERVER:
		return LOOK_SSLV2;
	case SSLV2_SHORT:
		*ret_short = true;
		hold(l, span_of(head, l->n + n));
		span_take(in, n);
		break;
	case SSLV2_FOREIGN:
		break;
	}
	return LOOK_MORE;
}

enum look_result look_push(struct look *l, struct span *in)
{
	bool is_short;

	if (in->n == 0)
		return LOOK_MORE;
	if (sslv2_first(l, in, &is_short) == LOOK_SSLV2)
		return LOOK_SSLV2;
	while (in->n > 0 && !is_short && l->seen < DISSECT_LOOK_BYTES) {
		bool was_held = l->n > 0;
		enum verdict v = was_held ? scan_held(l, in) : scan(l, in);

		if (v == YES)
			return LOOK_TLS;
		if (v == PERHAPS && !was_held) {
			hold(l, *in);
			span_take(in, in->n);
		}
	}
	return l->seen >= DISSECT_LOOK_BYTES ? LOOK_NOTHING : LOOK_MORE;
}

void look_gap(struct look *l)
{
	l->seen += l->n;
	l->n = 0;
}
