/*
 * dtls.c: a message under way is a buffer of its whole length and a bit for each byte that has
 * come: what its sender cut in two ways, or a listener saw twice, costs nothing to think about. The
 * first copy of a byte counts. A message that comes whole and in order is not copied.
 */
#include "wire/dtls.h"

#include "wire/clienthello.h"
#include "wire/handshake.h"
#include "wire/record.h"

#include <stdlib.h>

enum {
	VERSION_MAJOR = 0xfe, /* 1.0 is fe ff, 1.2 fe fd, 1.3 fe fc */
	VERSION_MINOR_MIN = 0xfc,
	UNIFIED = 0x20, /* 001CSLEE */
	UNIFIED_MASK = 0xe0,
	UNIFIED_CID = 0x10,
	UNIFIED_SEQUENCE_16 = 0x08,
	UNIFIED_LENGTH = 0x04,
	SEALED_MIN = 9, /* a type and the shortest tag */
	HELLO_RANDOM = 2 + 32,
	EXT_CONNECTION_ID = 54,
};

static bool is_version(uint16_t version)
{
	return version >> 8 == VERSION_MAJOR && (version & 0xff) >= VERSION_MINOR_MIN;
}

static bool bad(struct span *datagram)
{
	*datagram = (struct span){.p = datagram->p, .bad = true};
	return false;
}

/* The body, as long as it says; what a capture cut off is missing. */
static struct span take_body(struct span *rest, size_t n, bool *cut)
{
	*cut = *cut && n > rest->n;
	return span_take(rest, *cut ? rest->n : n);
}

/* RFC 9147 4, figure 3. */
static bool unified(struct span *datagram, size_t cid_n, bool cut, struct dtls_record *ret)
{
	struct span rest = *datagram;
	uint8_t first = span_u8(&rest);
	struct dtls_record r = {.type = CONTENT_DATA, .sealed = true, .cut = cut};

	if (first & UNIFIED_CID && cid_n == DTLS_CID_UNKNOWN) {
		r.body = span_take(&rest, rest.n);
	} else {
		span_take(&rest, first & UNIFIED_CID ? cid_n : 0);
		span_take(&rest, first & UNIFIED_SEQUENCE_16 ? 2 : 1);
		r.body =
		    take_body(&rest, first & UNIFIED_LENGTH ? span_u16(&rest) : rest.n, &r.cut);
	}
	if (rest.bad || r.body.n < SEALED_MIN)
		return bad(datagram);
	*datagram = rest;
	*ret = r;
	return true;
}

bool dtls_record_next(struct span *datagram, size_t cid_n, bool cut, struct dtls_record *ret)
{
	struct span rest = *datagram;
	struct dtls_record r = {.cut = cut};
	bool all;

	if (rest.bad || rest.n == 0)
		return false;
	if ((rest.p[0] & UNIFIED_MASK) == UNIFIED)
		return unified(datagram, cid_n, cut, ret);
	r.type = span_u8(&rest);
	r.version = span_u16(&rest);
	r.sealed = span_u16(&rest) != 0;
	span_take(&rest, 6);
	all = r.type == CONTENT_CID && cid_n == DTLS_CID_UNKNOWN;
	span_take(&rest, r.type == CONTENT_CID && !all ? cid_n : 0);
	r.body = take_body(&rest, all ? rest.n : span_u16(&rest), &r.cut);
	if (rest.bad || r.type < CONTENT_CCS || r.type > CONTENT_ACK || !is_version(r.version) ||
	    r.body.n > RECORD_BODY_MAX)
		return bad(datagram);
	*datagram = rest;
	*ret = r;
	return true;
}

/* Fragments. */

struct fragment_head {
	uint8_t type;
	uint32_t length, offset, n;
	uint16_t seq;
};

static bool head_read(struct span *in, struct fragment_head *ret)
{
	ret->type = span_u8(in);
	ret->length = span_u24(in);
	ret->seq = span_u16(in);
	ret->offset = span_u24(in);
	ret->n = span_u24(in);
	return !in->bad && ret->offset <= ret->length && ret->n <= ret->length - ret->offset &&
	       (ret->n > 0 || ret->length == 0);
}

/* Those that are ever sent in clear. */
static bool is_type(uint8_t type)
{
	static const bool types[256] = {[HS_HELLO_REQUEST] = true,
	    [HS_CLIENT_HELLO] = true,
	    [HS_SERVER_HELLO] = true,
	    [HS_HELLO_VERIFY_REQUEST] = true,
	    [HS_NEW_SESSION_TICKET] = true,
	    [HS_CERTIFICATE] = true,
	    [HS_SERVER_KEY_EXCHANGE] = true,
	    [HS_CERTIFICATE_REQUEST] = true,
	    [HS_SERVER_HELLO_DONE] = true,
	    [HS_CERTIFICATE_VERIFY] = true,
	    [HS_CLIENT_KEY_EXCHANGE] = true,
	    [HS_CERTIFICATE_URL] = true,
	    [HS_CERTIFICATE_STATUS] = true,
	    [HS_SUPPLEMENTAL_DATA] = true};

	return types[type];
}

int dtls_look(struct span datagram, bool cut)
{
	struct dtls_record record;
	struct fragment_head head;

	if (!dtls_record_next(&datagram, DTLS_CID_UNKNOWN, cut, &record) ||
	    record.type != CONTENT_HANDSHAKE || record.sealed || !head_read(&record.body, &head))
		return -1;
	if (!is_type(head.type) || head.length > DTLS_MESSAGE_MAX ||
	    head.seq >= DTLS_MESSAGES_MAX || (head.n > record.body.n && !record.cut))
		return -1;
	return head.type;
}

struct span dtls_first_random(struct span datagram)
{
	struct dtls_record record;
	struct fragment_head head;
	struct span none = {0};

	if (!dtls_record_next(&datagram, DTLS_CID_UNKNOWN, true, &record) ||
	    record.type != CONTENT_HANDSHAKE || record.sealed || !head_read(&record.body, &head))
		return none;
	if (head.type != HS_CLIENT_HELLO || head.seq != 0 || head.offset != 0)
		return none;
	span_u16(&record.body);
	record.body = span_take(&record.body, HELLO_RANDOM - 2);
	return record.body.bad ? none : record.body;
}

size_t dtls_cid_of(struct span extensions)
{
	struct span body;
	uint16_t type;

	while (extension_next(&extensions, &type, &body))
		if (type == EXT_CONNECTION_ID)
			return span_vec(&body, 1).n;
	return 0;
}

/* A message that has not come whole. */
struct dtls_part {
	uint8_t type;
	uint16_t seq, record_version;
	uint32_t n, have;
	uint8_t *has; /* a bit a byte, behind body */
	uint8_t body[];
};

static size_t part_size(uint32_t n)
{
	return sizeof(struct dtls_part) + n + n / 8 + 1;
}

static struct dtls_part *part_new(const struct fragment_head *head, uint16_t record_version)
{
	struct dtls_part *p = calloc(1, part_size(head->length));

	if (!p)
		return NULL;
	p->type = head->type;
	p->seq = head->seq;
	p->record_version = record_version;
	p->n = head->length;
	p->has = p->body + head->length;
	return p;
}

static bool part_has(const struct dtls_part *p, size_t i)
{
	return p->has[i / 8] >> (i % 8) & 1;
}

static void part_fill(struct dtls_part *p, uint32_t offset, struct span bytes)
{
	for (size_t i = 0; i < bytes.n && offset + i < p->n; i++) {
		size_t at = offset + i;

		if (part_has(p, at))
			continue;
		p->has[at / 8] |= (uint8_t)(1 << (at % 8));
		p->body[at] = bytes.p[i];
		p->have++;
	}
}

static bool part_is_whole(const struct dtls_part *p)
{
	return p->have == p->n;
}

/* How much of its front has come. */
static size_t part_front(const struct dtls_part *p)
{
	size_t n = 0;

	while (n < p->n && part_has(p, n))
		n++;
	return n;
}

/* The assembly. */

void dtls_assembly_done(struct dtls_assembly *a)
{
	for (size_t i = 0; i < DTLS_PARTS_MAX; i++)
		free(a->parts[i]);
	free(a->given);
	*a = (struct dtls_assembly){0};
}

bool dtls_assembly_waits(const struct dtls_assembly *a)
{
	for (size_t i = 0; i < DTLS_PARTS_MAX; i++)
		if (a->parts[i])
			return true;
	return false;
}

size_t dtls_assembly_held(const struct dtls_assembly *a)
{
	size_t n = a->given ? part_size(a->given->n) : 0;

	for (size_t i = 0; i < DTLS_PARTS_MAX; i++)
		n += a->parts[i] ? part_size(a->parts[i]->n) : 0;
	return n;
}

static bool is_done(const struct dtls_assembly *a, uint16_t seq)
{
	return a->done >> seq & 1;
}

static void note_done(struct dtls_assembly *a, uint16_t seq, uint8_t type)
{
	a->done |= (uint64_t)1 << seq;
	a->types[seq] = type;
	while (a->next < DTLS_MESSAGES_MAX && is_done(a, a->next))
		a->next++;
}

/* Where the part of this number is, or a free place; NULL: all are taken by others. */
static struct dtls_part **place_of(struct dtls_assembly *a, uint16_t seq)
{
	struct dtls_part **free_place = NULL;

	for (size_t i = 0; i < DTLS_PARTS_MAX; i++) {
		if (a->parts[i] && a->parts[i]->seq == seq)
			return &a->parts[i];
		if (!a->parts[i])
			free_place = &a->parts[i];
	}
	return free_place;
}

static bool give_part(struct dtls_assembly *a, struct dtls_part **place, struct dtls_message *ret)
{
	struct dtls_part *p = *place;

	*place = NULL;
	a->given = p;
	note_done(a, p->seq, p->type);
	*ret = (struct dtls_message){.type = p->type,
	    .record_version = p->record_version,
	    .body = span_of(p->body, part_is_whole(p) ? p->n : part_front(p)),
	    .cut = !part_is_whole(p)};
	return true;
}

/* The lowest number among those held: of the whole ones that need not wait, or of all. */
static struct dtls_part **lowest(struct dtls_assembly *a, bool all)
{
	struct dtls_part **best = NULL;

	for (size_t i = 0; i < DTLS_PARTS_MAX; i++) {
		const struct dtls_part *p = a->parts[i];

		if (p && (all || (part_is_whole(p) && p->seq <= a->next)) &&
		    (!best || p->seq < (*best)->seq))
			best = &a->parts[i];
	}
	return best;
}

/* It came in one piece. True: it is to be given now. */
static bool take_whole(struct dtls_assembly *a, const struct fragment_head *head, struct span body,
    const struct dtls_record *record, struct dtls_message *ret)
{
	/* A server without a memory answers a cookie with number 0 again. */
	bool again = is_done(a, head->seq) && a->types[head->seq] == head->type;
	struct dtls_part **place = place_of(a, head->seq);

	if (!again && head->seq > a->next)
		return false;
	if (place && *place) {
		free(*place);
		*place = NULL;
	}
	note_done(a, head->seq, head->type);
	*ret = (struct dtls_message){
	    .type = head->type, .record_version = record->version, .body = body, .again = again};
	return true;
}

static void keep(struct dtls_assembly *a, const struct fragment_head *head, struct span body,
    const struct dtls_record *record)
{
	struct dtls_part **place = place_of(a, head->seq);

	if (is_done(a, head->seq))
		return;
	if (place && !*place)
		*place = part_new(head, record->version);
	if (!place || !*place || (*place)->n != head->length || (*place)->type != head->type)
		a->lost++;
	else
		part_fill(*place, head->offset, body);
}

/* True: it is a message as it stands. */
static bool take_fragment(struct dtls_assembly *a, const struct dtls_record *record,
    struct span *in, struct dtls_message *ret)
{
	struct fragment_head head;
	struct span body;

	if (!head_read(in, &head) || (head.n > in->n && !record->cut)) {
		span_take(in, in->n);
		return false;
	}
	body = span_take(in, head.n > in->n ? in->n : head.n);
	if (head.length > DTLS_MESSAGE_MAX || head.seq >= DTLS_MESSAGES_MAX) {
		a->lost++;
		return false;
	}
	if (body.n == head.length && take_whole(a, &head, body, record, ret))
		return true;
	keep(a, &head, body, record);
	return false;
}

bool dtls_assembly_next(struct dtls_assembly *a, const struct dtls_record *record, struct span *in,
    struct dtls_message *ret)
{
	struct dtls_part **place;

	free(a->given);
	a->given = NULL;
	for (;;) {
		place = lowest(a, false);
		if (place)
			return give_part(a, place, ret);
		if (in->bad || in->n == 0)
			return false;
		if (take_fragment(a, record, in, ret))
			return true;
	}
}

void dtls_assembly_settle(struct dtls_assembly *a)
{
	for (size_t i = 0; i < DTLS_PARTS_MAX; i++)
		if (a->parts[i] && part_is_whole(a->parts[i]) && a->parts[i]->seq > a->next)
			a->next = a->parts[i]->seq;
}

bool dtls_assembly_rest(struct dtls_assembly *a, struct dtls_message *ret)
{
	struct dtls_part **place = lowest(a, true);

	free(a->given);
	a->given = NULL;
	return place && give_part(a, place, ret);
}
