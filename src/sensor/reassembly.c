/*
 * reassembly.c: sequence numbers (RFC 9293 3.4) into bytes in order. All arithmetic is the signed
 * distance from `next`, so wrapping at 2^32 is no case of its own.
 *
 * What lies behind a hole is a sorted list of segments that do not overlap: what arrives is cut to
 * the parts that nobody has yet, so the first copy wins by construction. A segment that continues
 * its predecessor is appended to it: one-byte segments cost no list. Bytes that the capture cut off
 * ("missing") are a hole of known length that is not waited for.
 *
 * A distance beyond REASSEMBLY_WINDOW is believed only when a second segment continues the first:
 * one forged packet cannot move the stream, a long loss can.
 */
#include "sensor/reassembly.h"

#include "sensor/limits.h"

#include <stdlib.h>

enum state {
	FRESH,
	SILENT, /* a bare ACK said where its first byte will be */
	LOOSE, /* mid-stream: the first segment is held, an earlier one may follow */
	OPEN,
};

struct segment {
	struct segment *next;
	uint32_t seq, n;
	uint32_t missing; /* behind the n bytes */
	uint32_t room;
	uint8_t bytes[];
};

struct reassembly_hole {
	struct segment *first;
	int64_t since_us; /* the first hole is waited for since then */
	size_t held;
	uint32_t segments;
};

/* A part of a packet on its way into the list. */
struct piece {
	uint32_t seq;
	struct span bytes;
	uint32_t missing;
};

struct teller {
	const struct reassembly_ops *ops;
	void *context;
};

static int32_t distance(uint32_t from, uint32_t to)
{
	return (int32_t)(to - from);
}

static uint32_t end_of(const struct segment *s)
{
	return s->seq + s->n;
}

static uint32_t piece_n(const struct piece *p)
{
	return (uint32_t)p->bytes.n + p->missing;
}

/* Its first n bytes are known already. */
static void cut(struct piece *p, uint32_t n)
{
	uint32_t bytes = n < p->bytes.n ? n : (uint32_t)p->bytes.n;
	uint32_t missing = n - bytes;

	span_take(&p->bytes, bytes);
	p->missing -= missing < p->missing ? missing : p->missing;
	p->seq += n;
}

static void segment_drop(struct reassembly_hole *h, struct segment **link)
{
	struct segment *s = *link;

	*link = s->next;
	h->held -= sizeof(*s) + s->room;
	h->segments--;
	free(s);
}

static void hole_free(struct reassembly *r)
{
	struct reassembly_hole *h = r->waiting;

	if (!h)
		return;
	while (h->first)
		segment_drop(h, &h->first);
	free(h);
	r->waiting = NULL;
}

static bool segment_new(
    struct reassembly_hole *h, struct segment **link, const struct piece *p, uint32_t n)
{
	struct segment *s = malloc(sizeof(*s) + n);

	if (!s)
		return false; /* as if it never came */
	*s = (struct segment){
	    .next = *link, .seq = p->seq, .n = n, .room = n, .missing = p->missing};
	if (n > 0)
		memcpy(s->bytes, p->bytes.p, n);
	*link = s;
	h->held += sizeof(*s) + n;
	h->segments++;
	return true;
}

/* *link ends where the piece begins. */
static bool segment_append(
    struct reassembly_hole *h, struct segment **link, const struct piece *p, uint32_t n)
{
	struct segment *s = *link;

	if (n > s->room - s->n) {
		uint32_t room = 2 * s->n + n;

		s = realloc(s, sizeof(*s) + room);
		if (!s)
			return false;
		h->held += room - s->room;
		s->room = room;
		*link = s;
	}
	if (n > 0)
		memcpy(s->bytes + s->n, p->bytes.p, n);
	s->n += n;
	s->missing = p->missing;
	return true;
}

/* The first n bytes of the piece, which nobody has, where `at` points; `before` (if any) points to
 * the predecessor. Returns what points behind them now. */
static struct segment **place(struct reassembly_hole *h, struct segment **before,
    struct segment **at, const struct piece *whole, uint32_t n)
{
	struct piece p = *whole;

	if (n < p.bytes.n)
		p.missing = 0; /* another part of it has them */
	if (before && end_of(*before) == p.seq && (*before)->missing == 0) {
		(void)segment_append(h, before, &p, n);
		return &(*before)->next;
	}
	return segment_new(h, at, &p, n) ? &(*at)->next : at;
}

/* What of the piece s has already: compared and cut off. */
static void overlap(struct reassembly *r, const struct segment *s, struct piece *p)
{
	uint32_t at = p->seq - s->seq;
	uint32_t left = s->n > at ? s->n - at : 0;
	uint32_t common = left < p->bytes.n ? left : (uint32_t)p->bytes.n;

	if (common > 0 && memcmp(s->bytes + at, p->bytes.p, common) != 0)
		r->conflict = true;
	cut(p, left < piece_n(p) ? left : piece_n(p));
}

static void insert(struct reassembly *r, struct piece p)
{
	struct reassembly_hole *h = r->waiting;
	struct segment **before = NULL, **at = &h->first;

	while (*at) {
		struct segment *s = *at;
		int32_t ahead = distance(p.seq, s->seq);

		if (ahead >= 0 && (uint32_t)ahead >= p.bytes.n)
			break;
		if (ahead > 0) {
			at = place(h, before, at, &p, (uint32_t)ahead);
			cut(&p, (uint32_t)ahead);
		}
		overlap(r, s, &p);
		if (piece_n(&p) == 0)
			return;
		before = at;
		at = &s->next;
	}
	(void)place(h, before, at, &p, (uint32_t)p.bytes.n);
}

static void hold(struct reassembly *r, const struct piece *p, int64_t time_us)
{
	if (!r->waiting) {
		r->waiting = calloc(1, sizeof(*r->waiting));
		if (!r->waiting)
			return; /* as if it never came */
		r->waiting->since_us = time_us;
	}
	insert(r, *p);
	if (!r->waiting->first)
		hole_free(r);
}

/* Bytes at `next`, then what the capture cut off behind them, as far as nobody else has it. */
static void give(struct reassembly *r, struct span bytes, uint32_t missing, const struct teller *t)
{
	const struct segment *held = r->waiting ? r->waiting->first : NULL;

	if (bytes.n > 0)
		t->ops->bytes(t->context, bytes);
	r->next += (uint32_t)bytes.n;
	if (held && distance(r->next, held->seq) >= 0 && missing > held->seq - r->next)
		missing = held->seq - r->next;
	if (missing > 0)
		t->ops->gap(t->context, missing);
	r->next += missing;
}

/* All that is held and is next now. */
static void drain(struct reassembly *r, int64_t time_us, const struct teller *t)
{
	struct reassembly_hole *h = r->waiting;

	while (h && h->first && distance(r->next, h->first->seq) <= 0) {
		struct segment *s = h->first;
		struct piece p = {s->seq, span_of(s->bytes, s->n), s->missing};
		uint32_t old = r->next - s->seq;

		h->first = s->next; /* give() looks at who is next */
		cut(&p, old < piece_n(&p) ? old : piece_n(&p));
		if (piece_n(&p) > 0)
			give(r, p.bytes, p.missing, t);
		h->first = s;
		segment_drop(h, &h->first);
		h->since_us = time_us;
	}
	if (h && !h->first)
		hole_free(r);
}

static void give_up(struct reassembly *r, int64_t time_us, const struct teller *t)
{
	uint32_t n = r->waiting->first->seq - r->next;

	t->ops->gap(t->context, n);
	r->next += n;
	drain(r, time_us, t);
}

static bool is_over_limit(const struct reassembly *r)
{
	return r->waiting && (r->waiting->held > REASSEMBLY_BYTES_MAX ||
				 r->waiting->segments > REASSEMBLY_SEGMENTS_MAX);
}

static void check_limits(struct reassembly *r, int64_t time_us, const struct teller *t)
{
	if (r->waiting && time_us - r->waiting->since_us > REASSEMBLY_WAIT_US)
		give_up(r, time_us, t);
	while (is_over_limit(r))
		give_up(r, time_us, t);
}

static bool is_near(const struct reassembly *r, uint32_t seq)
{
	int32_t ahead = distance(r->next, seq);

	return ahead >= -REASSEMBLY_WINDOW && ahead <= REASSEMBLY_WINDOW;
}

static void give_up_all(struct reassembly *r, int64_t time_us, const struct teller *t)
{
	while (r->waiting)
		give_up(r, time_us, t);
}

/* A segment far off: the stream goes on there if the one before it was there as well. */
static bool is_jump(
    struct reassembly *r, const struct piece *p, int64_t time_us, const struct teller *t)
{
	bool jump = r->has_stray && r->stray == p->seq;

	r->has_stray = !jump;
	r->stray = p->seq + piece_n(p);
	if (!jump)
		return false;
	give_up_all(r, time_us, t);
	t->ops->gap(t->context, 0);
	r->next = p->seq;
	return true;
}

static void push_open(struct reassembly *r, struct piece p, int64_t time_us, const struct teller *t)
{
	if (!is_near(r, p.seq) && !is_jump(r, &p, time_us, t))
		return;
	if (distance(r->next, p.seq) < 0) { /* sent again, or a keep-alive */
		uint32_t old = r->next - p.seq;

		if (old >= piece_n(&p))
			return;
		cut(&p, old);
	}
	if (p.seq == r->next &&
	    (!r->waiting || distance(p.seq + (uint32_t)p.bytes.n, r->waiting->first->seq) >= 0)) {
		give(r, p.bytes, p.missing, t);
		if (r->waiting)
			r->waiting->since_us = time_us;
	} else {
		hold(r, &p, time_us);
	}
	drain(r, time_us, t);
	check_limits(r, time_us, t);
}

/* The lowest sequence number that was seen is taken for the beginning. */
static void open_midstream(struct reassembly *r, int64_t time_us, const struct teller *t)
{
	r->state = OPEN;
	t->ops->gap(t->context, 0);
	drain(r, time_us, t);
}

/* The first data without a SYN before it. */
static void push_fresh(
    struct reassembly *r, const struct piece *p, int64_t time_us, const struct teller *t)
{
	int32_t ahead = distance(r->next, p->seq);

	if (r->state == SILENT && ahead >= 0 && ahead <= REASSEMBLY_WINDOW) {
		if (ahead == 1) /* a keep-alive speaks of the byte before */
			r->next = p->seq;
		open_midstream(r, time_us, t);
		push_open(r, *p, time_us, t);
		return;
	}
	r->next = p->seq;
	r->state = LOOSE;
	hold(r, p, time_us);
}

static void push_loose(
    struct reassembly *r, const struct piece *p, int64_t time_us, const struct teller *t)
{
	if (is_near(r, p->seq)) {
		if (distance(r->next, p->seq) < 0)
			r->next = p->seq;
		hold(r, p, time_us);
		open_midstream(r, time_us, t);
	} else {
		open_midstream(r, time_us, t);
		push_open(r, *p, time_us, t);
	}
	check_limits(r, time_us, t);
}

static void push_piece(
    struct reassembly *r, const struct piece *p, int64_t time_us, const struct teller *t)
{
	switch ((enum state)r->state) {
	case FRESH:
	case SILENT:
		push_fresh(r, p, time_us, t);
		break;
	case LOOSE:
		push_loose(r, p, time_us, t);
		break;
	case OPEN:
		push_open(r, *p, time_us, t);
		break;
	}
}

/* A FIN is believed where it can be. */
static void note_fin(struct reassembly *r, uint32_t at)
{
	if (r->has_fin || (r->state == OPEN && (!is_near(r, at) || distance(r->next, at) < 0)))
		return;
	r->fin = at;
	r->has_fin = true;
}

/* Its number is that of the next byte, or of one that the sender knows to be acknowledged. */
static void note_rst(struct reassembly *r, uint32_t seq)
{
	if (!reassembly_is_near(r, seq) || r->has_fin)
		return;
	if (r->state == FRESH)
		r->next = seq;
	r->fin = distance(r->next, seq) > 0 ? seq : r->next;
	r->has_fin = true;
}

void reassembly_push(struct reassembly *r, const struct packet *packet,
    const struct reassembly_ops *ops, void *context)
{
	const struct teller t = {ops, context};
	struct piece p = {packet->seq, packet->payload, packet->missing};

	if (p.missing > REASSEMBLY_WINDOW)
		p.missing = REASSEMBLY_WINDOW;
	if (packet->flags & TCP_RST) {
		note_rst(r, packet->seq);
		p.bytes.n = p.missing = 0; /* its text is no data: RFC 9293 3.5.3 */
	}
	if (packet->flags & TCP_SYN) {
		p.seq++;
		if (r->state != OPEN) {
			r->next = p.seq;
			r->state = OPEN;
			drain(r, packet->time_us, &t);
		}
	}
	if (packet->flags & TCP_FIN)
		note_fin(r, p.seq + piece_n(&p));
	if (piece_n(&p) > 0) {
		push_piece(r, &p, packet->time_us, &t);
	} else if (r->state == FRESH) {
		r->next = p.seq;
		r->state = SILENT;
	} else if (r->state == LOOSE) {
		open_midstream(r, packet->time_us, &t);
	}
}

void reassembly_settle(
    struct reassembly *r, int64_t time_us, const struct reassembly_ops *ops, void *context)
{
	const struct teller t = {ops, context};

	if (r->state == LOOSE)
		open_midstream(r, time_us, &t);
	check_limits(r, time_us, &t);
}

void reassembly_flush(struct reassembly *r, const struct reassembly_ops *ops, void *context)
{
	const struct teller t = {ops, context};

	if (r->state == LOOSE)
		open_midstream(r, 0, &t);
	give_up_all(r, 0, &t);
	if (r->state == OPEN && r->has_fin && distance(r->next, r->fin) > 0) {
		ops->gap(context, r->fin - r->next);
		r->next = r->fin;
	}
}

bool reassembly_is_near(const struct reassembly *r, uint32_t seq)
{
	return r->state == FRESH || is_near(r, seq);
}

bool reassembly_ended(const struct reassembly *r)
{
	return r->state != FRESH && r->has_fin && distance(r->next, r->fin) <= 0;
}

size_t reassembly_held(const struct reassembly *r)
{
	return r->waiting ? sizeof(*r->waiting) + r->waiting->held : 0;
}

void reassembly_done(struct reassembly *r)
{
	hole_free(r);
	*r = (struct reassembly){0};
}
