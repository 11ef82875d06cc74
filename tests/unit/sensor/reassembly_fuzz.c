/*
 * A conversation as a script: 4 bytes of initial sequence number, a byte of flags, then commands of
 * 4 bytes: offset (2), length, what. The oracle is an array: the first byte that was sent at each
 * place. What is told must be those, at their places, each place at most once; where nothing was
 * given up early it must be all of them.
 */
#include "sensor/limits.h"
#include "sensor/reassembly.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { SPACE = 1 << 16, FROM_SYN = 1, SLOW = 2 };
enum { OTHER_BYTES = 1, WITH_FIN = 2, SETTLES = 4, CUT = 8, AGAIN_SYN = 16, FAR = 32, RESET = 64 };

static uint8_t sent[SPACE];
static bool was_sent[SPACE], was_told[SPACE];

struct listener {
	uint32_t at; /* place of the next byte */
	bool lost; /* the place is not known: a beginning in mid-stream, a jump */
	bool early; /* a hole was given up */
	bool jumped; /* or may have; what was sent meanwhile was not listened to */
	struct reassembly *r;
	uint32_t isn;
};

static void must(bool ok)
{
	if (!ok)
		abort();
}

static void on_bytes(void *context, struct span bytes)
{
	struct listener *l = context;

	must(bytes.n > 0);
	if (l->lost) /* next is counted on behind the bytes */
		l->at = l->r->next - l->isn - 1;
	l->lost = false;
	for (size_t i = 0; i < bytes.n && l->at + i < SPACE; i++) {
		must(was_sent[l->at + i] && (l->jumped || sent[l->at + i] == bytes.p[i]));
		must(!was_told[l->at + i]);
		was_told[l->at + i] = true;
	}
	l->at += (uint32_t)bytes.n;
}

static void on_gap(void *context, uint32_t n)
{
	struct listener *l = context;

	if (n == 0)
		memset(was_told, 0, sizeof(was_told));
	l->lost |= n == 0;
	l->early = true;
	l->at += n;
}

static const struct reassembly_ops ops = {on_bytes, on_gap};

static uint8_t byte_at(uint32_t at, bool other)
{
	return (uint8_t)(at * 2654435761u >> 13 ^ (other ? 0x55 : 0));
}

/* One command; false: the script is over. */
static bool step(struct span *in, struct reassembly *r, struct listener *l, struct packet *packet)
{
	uint8_t text[4 * UINT8_MAX];
	uint32_t at = span_u16(in), n = span_u8(in) * 4u;
	uint8_t what = span_u8(in);

	if (in->bad)
		return false;
	if (at + n > SPACE)
		n = SPACE - at;
	for (uint32_t i = 0; i < n; i++) {
		text[i] = byte_at(at + i, what & OTHER_BYTES);
		if (!was_sent[at + i] && !(what & (FAR | RESET))) {
			was_sent[at + i] = true;
			sent[at + i] = text[i];
		}
	}
	packet->seq = l->isn + 1 + at;
	packet->flags = TCP_ACK;
	packet->missing = what & CUT ? n / 2 : 0;
	packet->payload = span_of(text, n);
	if (what & FAR) {
		packet->seq += 1u << 30 ^ (uint32_t)text[0];
		packet->missing = 0;
		l->jumped = true;
	}
	if (what & WITH_FIN)
		packet->flags |= TCP_FIN;
	if (what & RESET)
		packet->flags |= TCP_RST;
	if (what & AGAIN_SYN) {
		packet->flags |= TCP_SYN;
		packet->seq--;
	}
	reassembly_push(r, packet, &ops, l);
	if (what & SETTLES)
		reassembly_settle(r, packet->time_us, &ops, l);
	l->early |= what & (CUT | WITH_FIN | FAR);
	return true;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct span in = span_of(data, size);
	struct reassembly r = {0};
	struct listener l = {.r = &r, .lost = true};
	struct packet packet = {.proto = PACKET_TCP};
	uint8_t how;

	l.isn = span_u32(&in);
	how = span_u8(&in);
	memset(was_sent, 0, sizeof(was_sent));
	memset(was_told, 0, sizeof(was_told));
	if (how & FROM_SYN) {
		packet.seq = l.isn;
		packet.flags = TCP_SYN;
		reassembly_push(&r, &packet, &ops, &l);
	}
	while (step(&in, &r, &l, &packet)) {
		must(reassembly_held(&r) <= 2 * REASSEMBLY_BYTES_MAX);
		packet.time_us += how & SLOW ? 1000000 : 1;
	}
	bool whole = (how & FROM_SYN) && !(how & SLOW) && !l.early;
	reassembly_flush(&r, &ops, &l);
	must(reassembly_held(&r) == 0);
	for (size_t i = 0; whole && i < SPACE; i++)
		must(was_told[i] == was_sent[i]);
	reassembly_done(&r);
	return 0;
}
