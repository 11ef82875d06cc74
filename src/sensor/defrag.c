/*
 * defrag.c: a buffer a datagram, and a bit for each 8 bytes of it that are there. Fragments begin
 * at multiples of 8 (RFC 791 3.2, RFC 8200 4.5), so the bits decide every overlap exactly: the
 * first copy of a block stays, whoever sends it again.
 *
 * A datagram that became whole leaves its entry behind for DEFRAG_ECHO_US: where a span port copies
 * both directions each frame comes twice, and the echo of a last fragment would otherwise begin a
 * datagram that never ends and spoils the next one with its number.
 */
#include "sensor/defrag.h"

#include "base/map.h"
#include "sensor/limits.h"

#include <stdlib.h>

enum { BLOCK = 8, BYTES_MAX = 65535, BLOCKS = (BYTES_MAX + BLOCK) / BLOCK, WORD_BITS = 64 };

struct entry_key {
	uint8_t src[16], dst[16];
	uint32_t id;
	uint8_t protocol,
	    v6; /* IPv4 numbers the datagrams of each protocol apart, IPv6 all together */
	uint8_t zero[2];
};

struct entry {
	struct entry *older, *newer;
	struct entry_key key;
	int64_t since_us; /* its first fragment came; whole: its last */
	uint8_t *bytes;
	uint32_t room;
	uint32_t extent; /* end of what has come */
	uint32_t total; /* its length, once the last fragment has come; else 0 */
	uint32_t blocks;
	uint32_t fragments;
	uint8_t protocol;
	bool whole; /* and its bytes were given away */
	uint64_t has[BLOCKS / WORD_BITS];
};

/* In the order of since_us, as far as packet time goes forward. */
struct queue {
	struct entry *oldest, *newest;
};

struct defrag {
	struct map map; /* by entry_key */
	struct queue waiting, whole;
	uint8_t *given; /* the bytes that the last push gave away */
	size_t held;
	uint64_t lost;
};

struct err defrag_new(const struct siphash_key *key, struct defrag **ret_defrag)
{
	struct defrag *d = calloc(1, sizeof(*d));

	if (!d)
		return err_limit("out of memory");
	map_init(&d->map, key, DEFRAG_DATAGRAMS_MAX);
	*ret_defrag = d;
	return OK;
}

static void queue_add(struct queue *q, struct entry *e)
{
	e->older = q->newest;
	e->newer = NULL;
	*(q->newest ? &q->newest->newer : &q->oldest) = e;
	q->newest = e;
}

static void queue_remove(struct queue *q, struct entry *e)
{
	*(e->older ? &e->older->newer : &q->oldest) = e->newer;
	*(e->newer ? &e->newer->older : &q->newest) = e->older;
}

static void drop(struct defrag *d, struct entry *e)
{
	if (!e)
		return;
	queue_remove(e->whole ? &d->whole : &d->waiting, e);
	map_remove(&d->map, span_of(&e->key, sizeof(e->key)));
	if (!e->whole) {
		d->held -= e->room;
		d->lost += e->fragments;
	}
	free(e->bytes);
	free(e);
}

void defrag_free(struct defrag *d)
{
	if (!d)
		return;
	while (d->waiting.oldest)
		drop(d, d->waiting.oldest);
	while (d->whole.oldest)
		drop(d, d->whole.oldest);
	map_done(&d->map);
	free(d->given);
	free(d);
}

/* Captures are put together in any order: time that goes far back is as much another time as time
 * that goes far on. */
static bool is_stale(const struct entry *e, int64_t now_us)
{
	uint64_t apart_us = now_us < e->since_us ? (uint64_t)e->since_us - (uint64_t)now_us
						 : (uint64_t)now_us - (uint64_t)e->since_us;

	return apart_us > (uint64_t)(e->whole ? DEFRAG_ECHO_US : DEFRAG_WAIT_US);
}

static void expire(struct defrag *d, int64_t now_us)
{
	while (d->waiting.oldest && is_stale(d->waiting.oldest, now_us))
		drop(d, d->waiting.oldest);
	while (d->whole.oldest && is_stale(d->whole.oldest, now_us))
		drop(d, d->whole.oldest);
}

static struct entry_key key_of(const struct fragment *f)
{
	struct entry_key key = {.id = f->id, .protocol = f->v6 ? 0 : f->protocol, .v6 = f->v6};

	memcpy(key.src, f->src.b, sizeof(key.src));
	memcpy(key.dst, f->dst.b, sizeof(key.dst));
	return key;
}

/* Room for the bytes up to `end`, at the cost of those that wait longest. */
static bool make_room(struct defrag *d, struct entry *e, uint32_t end)
{
	uint32_t room = 2 * e->room < end ? end : 2 * e->room;
	uint8_t *bytes;

	if (end <= e->room)
		return true;
	if (room > BYTES_MAX)
		room = BYTES_MAX;
	while (d->held + room - e->room > DEFRAG_BYTES_MAX) {
		struct entry *victim = d->waiting.oldest;

		drop(d, victim == e ? victim->newer : victim);
	}
	bytes = realloc(e->bytes, room);
	if (!bytes)
		return false;
	d->held += room - e->room;
	e->bytes = bytes;
	e->room = room;
	return true;
}

static struct entry *begin(struct defrag *d, const struct fragment *f, const struct entry_key *key)
{
	struct entry *e;

	if (d->map.n >= DEFRAG_DATAGRAMS_MAX)
		drop(d, d->whole.oldest ? d->whole.oldest : d->waiting.oldest);
	e = calloc(1, sizeof(*e));
	if (!e)
		return NULL;
	e->key = *key;
	e->since_us = f->time_us;
	if (!map_put(&d->map, span_of(&e->key, sizeof(e->key)), e)) {
		free(e);
		return NULL;
	}
	queue_add(&d->waiting, e);
	return e;
}

/* NULL where there is no memory. */
static struct entry *entry_of(struct defrag *d, const struct fragment *f)
{
	struct entry_key key = key_of(f);
	struct entry *e = map_get(&d->map, span_of(&key, sizeof(key)));

	if (e && is_stale(e, f->time_us)) {
		drop(d, e);
		e = NULL;
	}
	return e ? e : begin(d, f, &key);
}

static void copy_block(struct entry *e, uint32_t at, const uint8_t *from, uint32_t n)
{
	uint32_t block = at / BLOCK;
	uint64_t bit = (uint64_t)1 << block % WORD_BITS;

	if (e->has[block / WORD_BITS] & bit)
		return;
	e->has[block / WORD_BITS] |= bit;
	e->blocks++;
	memcpy(e->bytes + at, from, n < BLOCK ? n : BLOCK);
}

/* false: the fragment contradicts those before it, or there is no memory. */
static bool add(struct defrag *d, struct entry *e, const struct fragment *f, uint32_t n)
{
	uint32_t end = f->offset + n;

	if (!f->more && (e->total ? end != e->total : end < e->extent))
		return false;
	if (e->total && f->offset >= e->total)
		return false;
	if (e->total && end > e->total)
		end = e->total;
	if (!make_room(d, e, end))
		return false;
	if (!f->more)
		e->total = end;
	if (end > e->extent)
		e->extent = end;
	if (f->offset == 0 && !(e->has[0] & 1))
		e->protocol = f->protocol;
	for (uint32_t at = f->offset; at < end; at += BLOCK)
		copy_block(e, at, f->bytes.p + (at - f->offset), end - at);
	e->fragments++;
	return true;
}

static bool is_complete(const struct entry *e)
{
	return e->total && e->blocks == (e->total + BLOCK - 1) / BLOCK;
}

static struct datagram give(struct defrag *d, struct entry *e, int64_t now_us)
{
	struct datagram given = {e->protocol, span_of(e->bytes, e->total)};

	queue_remove(&d->waiting, e);
	d->held -= e->room;
	d->given = e->bytes;
	e->bytes = NULL;
	e->whole = true;
	e->since_us = now_us;
	queue_add(&d->whole, e);
	return given;
}

bool defrag_push(struct defrag *d, const struct fragment *f, struct datagram *ret_datagram)
{
	/* All but the last are multiples of 8; some stacks take what is over, most cut it off. */
	size_t n = f->more ? f->bytes.n / BLOCK * BLOCK : f->bytes.n;
	uint8_t *given = d->given; /* f->bytes may lie there */
	bool whole = false;
	struct entry *e;

	expire(d, f->time_us);
	if (n == 0 || f->offset % BLOCK || f->offset + n > BYTES_MAX) {
		d->lost++;
		return false;
	}
	e = entry_of(d, f);
	if (e && e->whole) /* an echo */
		return false;
	d->given = NULL;
	if (!e || !add(d, e, f, (uint32_t)n))
		d->lost++;
	else if (is_complete(e)) {
		*ret_datagram = give(d, e, f->time_us);
		whole = true;
	}
	free(given);
	return whole;
}

uint64_t defrag_lost(const struct defrag *d)
{
	return d->lost;
}

size_t defrag_held(const struct defrag *d)
{
	return d->held;
}
