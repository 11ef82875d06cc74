/*
 * One direction: two bytes of length and a datagram, again and again. What is given must be as long
 * as it says, never twice but marked so, and what is held stays bounded.
 */
#include "wire/dtls.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static volatile unsigned sink;

static void check(bool ok)
{
	if (!ok)
		abort();
}

static void touch(const struct dtls_message *m)
{
	for (size_t i = 0; i < m->body.n; i++)
		sink += m->body.p[i];
	check(m->body.n <= DTLS_MESSAGE_MAX);
}

static void read_datagram(struct dtls_assembly *a, struct span datagram, size_t cid_n, bool cut)
{
	struct dtls_record record;
	struct dtls_message m;

	while (dtls_record_next(&datagram, cid_n, cut, &record)) {
		struct span in = record.body;
		uint64_t before = a->done;

		if (record.sealed)
			continue;
		while (dtls_assembly_next(a, &record, &in, &m)) {
			touch(&m);
			check(m.again || !m.cut);
			check((a->done & before) == before);
		}
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct span in = span_of(data, size);
	struct dtls_assembly a = {0};
	struct dtls_message m;
	unsigned n = 0;

	while (in.n > 0) {
		uint16_t head = span_u16(&in);
		size_t want = head & 0x3fff;
		struct span datagram = span_take(&in, want < in.n ? want : in.n);

		sink += (unsigned)dtls_look(datagram, head >> 15);
		sink += (unsigned)dtls_first_random(datagram).n;
		sink += (unsigned)dtls_cid_of(datagram);
		read_datagram(&a, datagram, head & 0x4000 ? 3 : DTLS_CID_UNKNOWN, head >> 15);
		check(dtls_assembly_held(&a) <=
		      (DTLS_PARTS_MAX + 1) * (DTLS_MESSAGE_MAX / 8 * 9 + 64));
		if (size % 7 == 0)
			dtls_assembly_settle(&a);
	}
	while (dtls_assembly_rest(&a, &m)) {
		touch(&m);
		check(++n <= DTLS_PARTS_MAX);
	}
	check(!dtls_assembly_waits(&a));
	dtls_assembly_done(&a);
	return 0;
}
